//! Task states with scripted answers: activities, services, and other machines of the case.

use asl_cases::MachineType;
use serde_json::{Map, Value};

use super::{
    ending::ERRORS,
    script::{Script, Worker},
};
use crate::{
    area::Area,
    builder::{Builder, Env, link},
    handling::Failure,
    result::Odds,
    scope::{Site, States},
    service::stock_retrier,
    shape::Shape,
    swarm::Mix,
};

const ODDS: Odds = Odds { selector: 12, output_path: 10, output: 45 };

impl Builder {
    /// A Task of a kind that this machine may have; a Pass if it may have none.
    pub(crate) fn task_state(
        &mut self,
        states: &mut States,
        site: Site<'_>,
        raw: &Shape,
        focus: Option<Area>,
    ) -> Shape {
        let [activities, services, mut nested] = self.swarm.task_weights(self.kind);
        if !self.may_add_machine() {
            nested = 0;
        }
        if activities + services + nested == 0 {
            return self.pass_state(states, site, raw);
        }
        match self.draw.weighted(&[(activities, 0), (services, 1), (nested, 2)]) {
            0 => self.scripted_task(states, site, raw, (Worker::Activity, focus)),
            1 => {
                let service = self.any_service();
                self.scripted_task(states, site, raw, (Worker::Service(service), focus))
            }
            _ => self.nested_task(states, site, raw, focus),
        }
    }

    /// A Task whose answers are scripted. They follow from the Retry and Catch that it is to be given.
    fn scripted_task(
        &mut self,
        states: &mut States,
        site: Site<'_>,
        raw: &Shape,
        (worker, focus): (Worker, Option<Area>),
    ) -> Shape {
        let mut state = self.state_of_type("Task");
        let resource = match worker {
            Worker::Activity => self.activity_arn(),
            Worker::Service(service) => service.resource.to_owned(),
        };
        state.insert("Resource".to_owned(), resource.into());
        match worker {
            Worker::Service(service) if service.resource.starts_with("arn:aws:states:::") => {
                self.call_parameters(&mut state, service, site, raw);
            }
            _ => {
                self.request(&mut state, site, raw, (5, 60));
            }
        }
        self.credentials(&mut state, worker);
        let script = self.script(site, worker, focus);
        self.time_limits(&mut state, script, worker, site, raw);
        let error = match worker {
            Worker::Service(service) if self.draw.chance(80) => self.service_error(service),
            _ if self.draw.chance(8) => {
                self.draw.pick(&["States.Permissions", "States.TaskFailed", "States.Http.Socket"])
            }
            _ => self.draw.pick(ERRORS),
        };
        let failure = self.failure(script, error);
        let answer = self.answers(site, (script, worker), failure);
        let handled = self.handle_failure(states, &mut state, site, raw, (failure, focus));
        self.studio_retry(&mut state, worker, failure);
        let out = if let Worker::Service(service) = worker
            && service.is_lambda_invoke()
            && self.studio_output(&mut state)
        {
            answer.get("Payload").map_or(Shape::Anything, Shape::of)
        } else {
            self.hand_on(&mut state, site, raw, &Shape::of(&answer), ODDS)
        };
        if script == Script::BadField {
            self.fail_evaluation(&mut state, &["Arguments", "Output", "Output", "Assign"]);
        }
        link(&mut state, site.next);
        states.insert(site.name.to_owned(), Value::Object(state));
        handled.meet(&out)
    }

    /// A Task that starts another machine of the case.
    fn nested_task(
        &mut self,
        states: &mut States,
        site: Site<'_>,
        raw: &Shape,
        focus: Option<Area>,
    ) -> Shape {
        let mut state = self.state_of_type("Task");
        let is_sync = self.kind == MachineType::Standard && self.draw.chance(80);
        let is_doomed = is_sync && self.is_doomed(site.scope, focus);
        let suffix = if is_sync { self.draw.pick(&[".sync", ".sync:2", ".sync:2"]) } else { "" };
        state.insert("Resource".to_owned(), format!("arn:aws:states:::states:startExecution{suffix}").into());
        let input_field = if self.is_jsonata() { "Input" } else { "Input.$" };
        let (input, shape) = match self.draw.below(4) {
            0 => (None, Shape::empty_object()),
            _ if self.is_jsonata() => (Some("{% $states.input %}"), raw.clone()),
            _ => (Some("$"), raw.clone()),
        };
        let error = self.draw.pick(ERRORS);
        let child = self.child_machine(shape, is_doomed.then_some(error));
        let mut parameters = Map::new();
        parameters.insert("StateMachineArn".to_owned(), child.arn.into());
        if let Some(input) = input {
            parameters.insert(input_field.to_owned(), input.into());
        }
        let name = if self.is_jsonata() { "Arguments" } else { "Parameters" };
        state.insert(name.to_owned(), Value::Object(parameters));
        let failure = is_doomed.then_some(Failure::of("States.TaskFailed"));
        let handled = self.handle_failure(states, &mut state, site, raw, (failure, focus));
        let result = started_result(suffix, child.output);
        let out = self.hand_on(&mut state, site, raw, &result, ODDS);
        link(&mut state, site.next);
        states.insert(site.name.to_owned(), Value::Object(state));
        handled.meet(&out)
    }

    /// Calls of services may say with whose rights they are made.
    fn credentials(&mut self, state: &mut Map<String, Value>, worker: Worker) {
        if matches!(worker, Worker::Service(_)) && self.draw.chance(4) {
            let role = serde_json::json!({"RoleArn": "arn:aws:iam::123456789012:role/other"});
            state.insert("Credentials".to_owned(), role);
        }
    }

    /// The retrier that Workflow Studio gives to every Lambda task. It matches no failure that is coming.
    fn studio_retry(&mut self, state: &mut Map<String, Value>, worker: Worker, failure: Option<Failure<'_>>) {
        let Worker::Service(service) = worker else { return };
        let is_wanted =
            service.is_lambda_invoke() && self.swarm.mix == Mix::Realistic && !state.contains_key("Retry");
        let is_idle = failure.is_none() && !self.real_time;
        if is_wanted && is_idle && self.draw.chance(60) {
            state.insert("Retry".to_owned(), Value::Array(vec![stock_retrier()]));
        }
    }

    /// The output that Workflow Studio gives to a Lambda task: its payload.
    fn studio_output(&mut self, state: &mut Map<String, Value>) -> bool {
        let is_studio =
            self.swarm.mix == Mix::Realistic && !state.contains_key("Catch") && self.draw.chance(55);
        if is_studio {
            if self.is_jsonata() {
                state.insert("Output".to_owned(), "{% $states.result.Payload %}".into());
            } else {
                state.insert("OutputPath".to_owned(), "$.Payload".into());
            }
        }
        is_studio
    }

    /// Perhaps adds `ResultSelector`; the selected result.
    pub(crate) fn result_selector(
        &mut self,
        state: &mut Map<String, Value>,
        site: Site<'_>,
        result: Shape,
        percent: usize,
    ) -> Shape {
        let env = Env::new(&result, site.scope, site.name);
        self.template_field(state, "ResultSelector", &env, percent).unwrap_or(result)
    }

    /// Every Task has an activity of its own, so that it is certain whose answers a worker gives.
    fn activity_arn(&mut self) -> String {
        self.n_activities += 1;
        format!("arn:aws:states:us-east-1:123456789012:activity:work-{}", self.n_activities)
    }
}

/// What the service says of the execution that it started. Recorded: with `.sync` the output is a text.
fn started_result(suffix: &str, output: Shape) -> Shape {
    let mut members = vec![("ExecutionArn".to_owned(), Shape::Volatile)];
    match suffix {
        ".sync:2" => members
            .extend([("Status".to_owned(), Shape::Known("SUCCEEDED".into())), ("Output".to_owned(), output)]),
        ".sync" => members.extend([
            ("Status".to_owned(), Shape::Known("SUCCEEDED".into())),
            ("Output".to_owned(), Shape::Volatile),
        ]),
        _ => {}
    }
    Shape::Object(members)
}
