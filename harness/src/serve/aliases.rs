//! Aliases of state machines: create, update, describe, list, delete, and the version that one leads to.

use asl_reference::history::seconds;
use serde_json::{Value, json};

use super::{
    api_error::ApiError,
    arn::{ArnKind, resource},
    machines::{Target, machine_does_not_exist, version_of},
    request::{document, optional_text, text},
    service::Service,
};

/// A name for one version, or for two with weights.
#[derive(Debug)]
pub(super) struct Alias {
    description: Option<String>,
    routing: Vec<Route>,
    created_ms: i64,
    updated_ms: i64,
}

/// One version and how many of a hundred executions run it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Route {
    version_arn: String,
    weight: u64,
}

impl Alias {
    pub(super) fn leads_to(&self, version_arn: &str) -> bool {
        self.routing.iter().any(|route| route.version_arn == version_arn)
    }

    /// The version that the execution with this number runs. AWS draws; here each hundred executions in a row are
    /// shared out exactly, in a mixed order.
    fn route(&self, number: u64) -> Option<&str> {
        const STEP: u64 = 61;
        let place = (number % 100) * STEP % 100;
        let first = self.routing.first()?;
        let route = if place < first.weight { first } else { self.routing.last()? };
        Some(&route.version_arn)
    }
}

impl Service {
    /// Recorded: creating the same alias again is idempotent, another one under the name is a conflict.
    pub(super) fn create_alias(&mut self, request: &Value, now_ms: i64) -> Result<Value, ApiError> {
        let routing = self.routing(document(request, "routingConfiguration"))?;
        let name = text(request, "name");
        let description = optional_text(request, "description").map(str::to_owned);
        let machine_arn = machine_of(&routing)?.to_owned();
        let machine =
            self.machines.get_mut(&machine_arn).ok_or_else(|| machine_does_not_exist(&machine_arn))?;
        let arn = format!("{machine_arn}:{name}");
        if let Some(existing) = machine.aliases.get(name) {
            return if existing.routing == routing && existing.description == description {
                Ok(json!({"stateMachineAliasArn": arn, "creationDate": seconds(existing.created_ms)}))
            } else {
                Err(ApiError::new(
                    "ConflictException",
                    "Failed to create alias because an alias with the same name and a different routing configuration already exists.",
                ))
            };
        }
        let alias = Alias { description, routing, created_ms: now_ms, updated_ms: now_ms };
        machine.aliases.insert(name.to_owned(), alias);
        Ok(json!({"stateMachineAliasArn": arn, "creationDate": seconds(now_ms)}))
    }

    pub(super) fn update_alias(&mut self, request: &Value, now_ms: i64) -> Result<Value, ApiError> {
        let arn = text(request, "stateMachineAliasArn");
        let routing = document(request, "routingConfiguration");
        let routing = routing.map(|routing| self.routing(Some(routing))).transpose()?;
        let description = optional_text(request, "description").map(str::to_owned);
        if routing.is_none() && description.is_none() {
            return Err(ApiError::validation(
                "Either the description or the routing configuration must be specified",
            ));
        }
        if let Some(routing) = &routing
            && alias_of(arn)?.map(|(machine_arn, _)| machine_arn) != Some(machine_of(routing)?)
        {
            return Err(ApiError::validation(
                "Routing configuration must contain versions of the state machine of the alias",
            ));
        }
        let alias = self.alias_mut(arn)?.ok_or_else(ApiError::no_such_resource)?;
        alias.routing = routing.unwrap_or_else(|| alias.routing.clone());
        alias.description = description.or_else(|| alias.description.take());
        alias.updated_ms = now_ms;
        Ok(json!({"updateDate": seconds(now_ms)}))
    }

    pub(super) fn describe_alias(&self, request: &Value) -> Result<Value, ApiError> {
        let arn = text(request, "stateMachineAliasArn");
        let (name, alias) = self.alias(arn)?.ok_or_else(ApiError::no_such_resource)?;
        let routing = alias
            .routing
            .iter()
            .map(|route| json!({"stateMachineVersionArn": route.version_arn, "weight": route.weight}));
        let mut reply = json!({
            "stateMachineAliasArn": arn,
            "name": name,
            "routingConfiguration": routing.collect::<Vec<_>>(),
            "creationDate": seconds(alias.created_ms),
            "updateDate": seconds(alias.updated_ms),
        });
        if let Some(description) = &alias.description {
            reply["description"] = json!(description);
        }
        Ok(reply)
    }

    /// Documented: the ARN of a version asks for the aliases that lead to it.
    pub(super) fn list_aliases(&self, request: &Value) -> Result<Value, ApiError> {
        let arn = text(request, "stateMachineArn");
        let version = version_of(arn)?;
        let machine = self.machine(version.map_or(arn, |(machine_arn, _)| machine_arn))?;
        let is_meant = |alias: &Alias| version.is_none() || alias.leads_to(arn);
        let all: Vec<_> = machine
            .aliases
            .iter()
            .filter(|(_, alias)| is_meant(alias))
            .map(|(name, alias)| {
                json!({
                    "stateMachineAliasArn": format!("{}:{name}", machine.arn),
                    "creationDate": seconds(alias.created_ms),
                })
            })
            .collect();
        super::paging::page(&all, request, "stateMachineAliases")
    }

    /// Recorded: deleting an alias that is not there succeeds.
    pub(super) fn delete_alias(&mut self, request: &Value) -> Result<Value, ApiError> {
        if let Some((machine_arn, name)) = alias_of(text(request, "stateMachineAliasArn"))?
            && let Some(machine) = self.machines.get_mut(machine_arn)
        {
            machine.aliases.remove(name);
        }
        Ok(json!({}))
    }

    /// What an execution that is started through an alias runs.
    pub(super) fn target_of_alias(&self, arn: &str, name: &str) -> Result<Target, ApiError> {
        let no_such_machine = || machine_does_not_exist(arn);
        let (machine_arn, _) = alias_of(arn)?.ok_or_else(no_such_machine)?;
        let machine = self.machines.get(machine_arn).ok_or_else(no_such_machine)?;
        let alias = machine.aliases.get(name).ok_or_else(no_such_machine)?;
        let version_arn = alias.route(self.started).ok_or_else(no_such_machine)?;
        let target = self.target(version_arn)?;
        Ok(Target { alias_arn: Some(arn.to_owned()), ..target })
    }

    fn alias(&self, arn: &str) -> Result<Option<(&str, &Alias)>, ApiError> {
        let Some((machine_arn, name)) = alias_of(arn)? else { return Ok(None) };
        let machine = self.machines.get(machine_arn);
        let found = machine.and_then(|machine| machine.aliases.get_key_value(name));
        Ok(found.map(|(name, alias)| (name.as_str(), alias)))
    }

    fn alias_mut(&mut self, arn: &str) -> Result<Option<&mut Alias>, ApiError> {
        let Some((machine_arn, name)) = alias_of(arn)? else { return Ok(None) };
        Ok(self.machines.get_mut(machine_arn).and_then(|machine| machine.aliases.get_mut(name)))
    }

    /// Recorded: the texts about sums, about what is no version, and about one version twice.
    fn routing(&self, asked: Option<&Value>) -> Result<Vec<Route>, ApiError> {
        let entries = asked.and_then(Value::as_array).into_iter().flatten();
        let routes: Vec<Route> = entries
            .map(|entry| Route {
                version_arn: text(entry, "stateMachineVersionArn").to_owned(),
                weight: entry.get("weight").and_then(Value::as_u64).unwrap_or(0),
            })
            .collect();
        let list = |words: Vec<String>| words.join(", ");
        let arns = || list(routes.iter().map(|route| route.version_arn.clone()).collect());
        let refused = |what: String| Err(ApiError::validation(what));
        if routes.iter().any(|route| !matches!(version_of(&route.version_arn), Ok(Some(_)))) {
            return refused(format!(
                "Routing configuration must contain state machine version ARNs. Received: [{}]",
                arns()
            ));
        }
        if routes.len() == 2 && routes[0].version_arn == routes[1].version_arn {
            return refused(format!(
                "Routing configuration must contain distinct state machine version ARNs. Received: [{}]",
                arns()
            ));
        }
        if routes.iter().map(|route| route.weight).sum::<u64>() != 100 {
            let weights = list(routes.iter().map(|route| route.weight.to_string()).collect());
            return refused(format!(
                "Sum of routing configuration weights must equal 100. Received: [{weights}]"
            ));
        }
        for route in &routes {
            self.target(&route.version_arn).map_err(|_| ApiError::no_such_resource())?;
        }
        Ok(routes)
    }
}

/// The ARN of the machine and the name, if the ARN is that of an alias.
fn alias_of(arn: &str) -> Result<Option<(&str, &str)>, ApiError> {
    let resource = resource(arn, ArnKind::Machine)?;
    Ok(resource.split_once(':').map(|(_, name)| (&arn[..arn.len() - name.len() - 1], name)))
}

/// The machine whose versions these are.
fn machine_of(routing: &[Route]) -> Result<&str, ApiError> {
    let mut machines = Vec::new();
    for route in routing {
        machines.extend(version_of(&route.version_arn)?.map(|(machine_arn, _)| machine_arn));
    }
    match machines.as_slice() {
        [first, rest @ ..] if rest.iter().all(|other| other == first) => Ok(first),
        _ => Err(ApiError::validation("Routing configuration must contain versions of one state machine")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_kept_exactly_in_a_hundred_executions() {
        let route = |arn: &str, weight| Route { version_arn: arn.to_owned(), weight };
        let routing = vec![route("one", 30), route("two", 70)];
        let alias = Alias { description: None, routing, created_ms: 0, updated_ms: 0 };
        let n_first = (0..100).filter(|number| alias.route(*number) == Some("one")).count();
        assert_eq!(n_first, 30);
    }
}
