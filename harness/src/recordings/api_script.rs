//! A recorded script of API calls, replayed against a service: its replies in the form of the recording.
//!
//! A recording holds stub names where AWS drew an identifier. What our side drew in the same place stands for them in
//! the calls that follow.

mod form;
mod names;

use std::collections::BTreeMap;

use asl_cases::Answer;
use serde_json::{Value, json};

use self::{form::Form, names::Names};
use super::{Record, comparison::Comparison, record::ApiCall};
use crate::serve::{ApiError, Settings, Stubs, TimeMode};

/// One recorded reply and ours.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiReply {
    /// The operation.
    pub operation: String,
    /// What AWS answered and what we answer, in the form of the recording; `None` when they agree.
    pub difference: Option<(Value, Value)>,
}

/// The script of a recording.
pub struct ApiScript<'a> {
    record: &'a Record,
}

impl<'a> ApiScript<'a> {
    /// The script of this recording; `None` if it uses a state machine that none of its calls has made.
    pub fn of(record: &'a Record) -> Option<Self> {
        let mut made = Vec::new();
        for call in &record.api_calls {
            match (call.operation.as_str(), call.params["name"].as_str()) {
                ("CreateStateMachine", Some(name)) => made.push(name),
                _ if call.raised || call.operation.starts_with("Delete") => {}
                _ => {
                    let used = call.params["stateMachineArn"].as_str().and_then(|arn| arn.split(':').nth(6));
                    if used.is_some_and(|name| !made.contains(&name)) {
                        return None;
                    }
                }
            }
        }
        Some(Self { record })
    }

    /// How the service behaves that answers the script. Its tasks are answered by nobody; and where the script stops an
    /// execution, it found it running.
    pub fn settings(&self) -> Settings {
        let stops = self.record.api_calls.iter().any(|call| call.operation == "StopExecution");
        let arns = self.record.api_calls.iter().filter_map(|call| call.params.as_object()).flatten();
        let mut accounts = arns.filter_map(|(_, value)| value.as_str()?.strip_prefix("arn:aws:states:"));
        let account = accounts.find_map(|arn| arn.split(':').nth(1));
        Settings {
            account: account.unwrap_or("111111111111").to_owned(),
            time: if stops { TimeMode::Real } else { TimeMode::Virtual },
            stubs: self.stubs(),
            ..Settings::default()
        }
    }

    /// Sends the calls one by one, and compares the replies that were recorded.
    pub fn replay(&self, mut send: impl FnMut(&str, &Value) -> Result<Value, ApiError>) -> Vec<ApiReply> {
        let mut names = Names::of(self.record);
        let mut comparison = Comparison::default();
        let mut replies = Vec::new();
        for (index, call) in self.record.api_calls.iter().enumerate() {
            let recorded = self.recorded(call);
            if recorded.iter().any(|reply| was_never_sent(reply)) {
                continue;
            }
            let request = names.in_request(&self.request(index, call));
            let is_paged = recorded.iter().any(|reply| reply.is_array());
            let ours =
                if is_paged { all_pages(call, &request, &mut send) } else { send(&call.operation, &request) };
            if let Ok(reply) = &ours {
                names.learn(call, reply);
            }
            let form = Form::of(self.record, &names);
            if is_paged {
                let recorded =
                    recorded.iter().filter_map(|reply| reply.as_array()).flatten().cloned().collect();
                let ours = ours.map(|items| form.members(&items)).unwrap_or_default();
                replies.push(reply(call, &mut comparison, recorded, ours));
                continue;
            }
            for recorded in recorded {
                let ours = form.reply(recorded, &call.operation, &ours);
                replies.push(reply(call, &mut comparison, recorded.clone(), ours));
            }
        }
        replies
    }

    fn recorded(&self, call: &ApiCall) -> Vec<&'a Value> {
        call.recorded_keys.iter().filter_map(|key| self.record.recorded_content.get(key)).collect()
    }

    /// A definition was sent as text, of which the recording keeps the document alone. Where the same call was accepted
    /// before and is refused now, its text was another one: it differed in blanks.
    fn request(&self, index: usize, call: &ApiCall) -> Value {
        let mut request = call.params.clone();
        let definition = &call.params["definition"];
        if definition.is_object() {
            let is_same = |other: &&ApiCall| other.operation == call.operation && other.params == call.params;
            let is_known =
                self.record.api_calls[..index].iter().any(|other| is_same(&other) && !other.raised);
            request["definition"] = json!(if call.raised && is_known {
                format!("{definition:#}")
            } else {
                definition.to_string()
            });
        }
        request
    }

    fn stubs(&self) -> Stubs {
        let mut machines = BTreeMap::new();
        for call in &self.record.api_calls {
            let mut states = BTreeMap::new();
            collect_services(&call.params["definition"], &mut states);
            if let Some(name) = call.params["name"].as_str().filter(|_| !states.is_empty()) {
                machines.insert(name.to_owned(), states);
            }
        }
        Stubs { machines, resources: self.record.resources.readable() }
    }
}

fn reply(call: &ApiCall, comparison: &mut Comparison, recorded: Value, ours: Value) -> ApiReply {
    let difference = comparison.first_difference(&recorded, &ours).map(|_| (recorded, ours));
    ApiReply { operation: call.operation.clone(), difference }
}

/// The client refused the call itself: AWS never saw it.
fn was_never_sent(recorded: &Value) -> bool {
    let words = recorded.as_str().or_else(|| recorded["exception_value"].as_str());
    words.is_some_and(|words| words.starts_with("Parameter validation failed"))
}

/// The items of all pages of a list.
fn all_pages(
    call: &ApiCall,
    request: &Value,
    send: &mut impl FnMut(&str, &Value) -> Result<Value, ApiError>,
) -> Result<Value, ApiError> {
    let (mut items, mut request) = (Vec::new(), request.clone());
    loop {
        let page = send(&call.operation, &request)?;
        items.extend(
            page.as_object().into_iter().flatten().filter_map(|(_, part)| part.as_array()).flatten().cloned(),
        );
        match page.get("nextToken") {
            Some(token) => request["nextToken"] = token.clone(),
            None => return Ok(Value::Array(items)),
        }
    }
}

/// The Task states that ask a service, at every depth.
fn collect_services(scope: &Value, states: &mut BTreeMap<String, Vec<Answer>>) {
    match scope {
        Value::Object(members) => {
            for (name, member) in members {
                let resource = member["Resource"].as_str().filter(|_| member["Type"] == "Task");
                if resource.is_some_and(|resource| !resource.contains(":activity:")) {
                    states.insert(name.clone(), vec![Answer::Silence]);
                }
                collect_services(member, states);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_services(item, states)),
        _ => {}
    }
}
