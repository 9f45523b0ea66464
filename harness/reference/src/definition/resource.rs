//! `Resource` of a Task: which ARNs Step Functions knows, and which of them Express machines may use.

use asl_cases::MachineType;

use super::{
    Integration,
    findings::Machine,
    integration::{CallPattern, ServiceCall},
    location::Location,
};
use crate::seeded::{Site, seeded};

/// What a resource stands for. Notes why AWS refuses it, if it does.
pub(super) fn read(resource: &str, location: &Location, machine: &Machine) -> Option<Integration> {
    match recognise(resource) {
        Recognition::Known(pattern) => {
            let problem = pattern.express_problem().filter(|_| machine.kind == MachineType::Express);
            if let Some(problem) = problem
                && !seeded(Site::ExpressTakesAnyTask)
            {
                machine.refuse(location, problem);
            }
            return known(resource, pattern);
        }
        Recognition::Unknown => {
            // Recorded for `dynamodb:query`.
            let message = format!(
                "The resource provided {resource} is not recognized. The value is not a valid resource ARN, \
                 or the resource is not available in this region."
            );
            if !seeded(Site::ResourcesNotChecked) {
                machine.refuse(location, message);
            }
        }
        Recognition::Undecided => machine.unsupported(format!("the resource {resource}")),
    }
    None
}

fn known(resource: &str, pattern: Pattern) -> Option<Integration> {
    let call_pattern = match pattern {
        Pattern::Activity => return Some(Integration::Activity),
        Pattern::RequestResponse => CallPattern::RequestResponse,
        Pattern::Sync => CallPattern::Sync,
        Pattern::TaskToken => CallPattern::TaskToken,
    };
    let mut parts = resource.splitn(6, ':');
    match (parts.nth(2)?, parts.nth(2)?) {
        ("lambda", _) => Some(Integration::Lambda),
        (_, call) => ServiceCall::parse(call, call_pattern).map(Integration::Service),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Recognition {
    Known(Pattern),
    /// AWS refuses it.
    Unknown,
    /// No source says.
    Undecided,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pattern {
    RequestResponse,
    Sync,
    TaskToken,
    Activity,
}

impl Pattern {
    /// Recorded, with the blank at the end of the second text.
    /// Requirement: asl.validation.express
    fn express_problem(self) -> Option<&'static str> {
        match self {
            Self::RequestResponse => None,
            Self::Sync => Some("Express state machine does not support '.sync' service integration"),
            Self::TaskToken => {
                Some("Express state machine does not support '.waitForTaskToken' service integration ")
            }
            Self::Activity => Some("Express state machine does not support Activity ARN"),
        }
    }
}

/// Requirement: asl.validation.resource
fn recognise(resource: &str) -> Recognition {
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    let ["arn", partition, service, region, _account, rest] = parts.as_slice() else {
        return Recognition::Unknown;
    };
    if !partition.starts_with("aws") {
        return Recognition::Undecided;
    }
    match (*service, *region) {
        ("lambda", _) if rest.starts_with("function:") => Recognition::Known(Pattern::RequestResponse),
        ("states", "") => integration(rest),
        ("states", _) if rest.starts_with("activity:") => Recognition::Known(Pattern::Activity),
        _ => Recognition::Undecided,
    }
}

fn integration(rest: &str) -> Recognition {
    let Some((service, action)) = rest.split_once(':') else { return Recognition::Unknown };
    let (action, pattern) = match action.split_once('.') {
        None => (action, Pattern::RequestResponse),
        Some((action, "sync" | "sync:2")) => (action, Pattern::Sync),
        Some((action, "waitForTaskToken")) => (action, Pattern::TaskToken),
        Some(_) => return Recognition::Undecided,
    };
    let Some(known) = INTEGRATIONS.iter().find(|integration| integration.service == service) else {
        return Recognition::Undecided;
    };
    let has_action = known.actions.is_empty() || known.actions.contains(&action);
    if has_action && known.patterns.contains(&pattern) {
        Recognition::Known(pattern)
    } else if has_action && known.actions.is_empty() {
        Recognition::Undecided
    } else {
        Recognition::Unknown
    }
}

/// One line of the documented table of optimised integrations (2026).
struct ServiceLine {
    service: &'static str,
    /// Empty where we have no full list: then every action passes.
    actions: &'static [&'static str],
    patterns: &'static [Pattern],
}

const PLAIN: &[Pattern] = &[Pattern::RequestResponse];
const TOKEN: &[Pattern] = &[Pattern::RequestResponse, Pattern::TaskToken];
const SYNC: &[Pattern] = &[Pattern::RequestResponse, Pattern::Sync];
const ALL: &[Pattern] = &[Pattern::RequestResponse, Pattern::Sync, Pattern::TaskToken];

const INTEGRATIONS: [ServiceLine; 23] = [
    line("apigateway", &["invoke"], TOKEN),
    line("athena", &[], SYNC),
    line("aws-sdk", &[], TOKEN),
    line("batch", &[], SYNC),
    line("bedrock", &[], ALL),
    line("bedrock-agentcore", &[], PLAIN),
    line("codebuild", &[], SYNC),
    line("databrew", &[], SYNC),
    line("dynamodb", &["getItem", "putItem", "updateItem", "deleteItem"], PLAIN),
    line("ecs", &["runTask"], ALL),
    line("eks", &[], ALL),
    line("elasticmapreduce", &[], SYNC),
    line("emr-containers", &[], SYNC),
    line("emr-serverless", &[], SYNC),
    line("events", &["putEvents"], TOKEN),
    line("glue", &[], SYNC),
    line("http", &["invoke"], PLAIN),
    line("lambda", &["invoke"], TOKEN),
    line("mediaconvert", &[], SYNC),
    line("sagemaker", &[], SYNC),
    line("sns", &["publish"], TOKEN),
    line("sqs", &["sendMessage"], TOKEN),
    line("states", &["startExecution"], ALL),
];

const fn line(
    service: &'static str,
    actions: &'static [&'static str],
    patterns: &'static [Pattern],
) -> ServiceLine {
    ServiceLine { service, actions, patterns }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        "arn:aws:lambda:us-east-1:111111111111:function:f:live",
        Recognition::Known(Pattern::RequestResponse)
    )]
    #[case("arn:aws:states:us-east-1:111111111111:activity:a", Recognition::Known(Pattern::Activity))]
    #[case("arn:aws-cn:states:::lambda:invoke", Recognition::Known(Pattern::RequestResponse))]
    #[case("arn:aws:states:::sqs:sendMessage.waitForTaskToken", Recognition::Known(Pattern::TaskToken))]
    #[case("arn:aws:states:::states:startExecution.sync:2", Recognition::Known(Pattern::Sync))]
    #[case("arn:aws:states:::aws-sdk:dynamodb:getItem", Recognition::Known(Pattern::RequestResponse))]
    #[case("arn:aws:states:::dynamodb:query", Recognition::Unknown)]
    #[case("arn:aws:states:::lambda:invoke.sync", Recognition::Unknown)]
    #[case("lambda", Recognition::Unknown)]
    #[case("", Recognition::Unknown)]
    #[case("arn:aws:states:::newservice:doIt", Recognition::Undecided)]
    fn resources_are_recognised(#[case] resource: &str, #[case] expected: Recognition) {
        assert_eq!(recognise(resource), expected);
    }
}
