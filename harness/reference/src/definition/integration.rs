//! What a Task state asks, as its `Resource` says: an activity, a Lambda function, or an action of a service.

use std::sync::Arc;

/// The three families of tasks, each with event types of its own.
/// Requirement: asl.task.lambda
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Integration {
    /// An activity: a worker asks for the task and answers it.
    Activity,
    /// A Lambda function by its own ARN: the effective input is its payload.
    Lambda,
    /// An action of a service: `arn:aws:states:::sqs:sendMessage`.
    Service(ServiceCall),
}

/// One action of a service, in the words of its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceCall {
    /// `resourceType`: `sqs`, `aws-sdk:s3`.
    pub resource_type: Arc<str>,
    /// `resource`: `sendMessage.waitForTaskToken`.
    pub resource: Arc<str>,
    /// When the task is done.
    pub pattern: CallPattern,
}

/// When a call of a service is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallPattern {
    /// With the service's response.
    RequestResponse,
    /// `.sync`: when the job that it started has ended.
    Sync,
    /// `.waitForTaskToken`: when somebody returns the token.
    TaskToken,
}

impl Integration {
    /// Whether the call is submitted first and answered later, with a `TaskSubmitted` event in between.
    ///
    /// Recorded: such a task has a token in its context, with `.sync` too.
    pub fn is_answered_later(&self) -> bool {
        match self {
            Self::Activity | Self::Lambda => false,
            Self::Service(call) => call.pattern != CallPattern::RequestResponse,
        }
    }

    /// The call, where the task is one of a service.
    pub fn service_call(&self) -> Option<&ServiceCall> {
        match self {
            Self::Service(call) => Some(call),
            Self::Activity | Self::Lambda => None,
        }
    }
}

impl ServiceCall {
    /// Reads the part of the ARN after `states:::`; `None` if it names no action.
    pub(super) fn parse(text: &str, pattern: CallPattern) -> Option<Self> {
        let (service, action) = text.split_once(':')?;
        let (resource_type, resource) = match action.split_once(':') {
            Some((api, action)) if service == "aws-sdk" => (format!("{service}:{api}"), action),
            _ => (service.to_owned(), action),
        };
        Some(Self { resource_type: resource_type.into(), resource: resource.into(), pattern })
    }

    /// The action without the suffix of its pattern: `sendMessage`.
    pub fn action(&self) -> &str {
        self.resource.split_once('.').map_or(&*self.resource, |(action, _)| action)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("sqs:sendMessage.waitForTaskToken", "sqs", "sendMessage.waitForTaskToken", "sendMessage")]
    #[case("states:startExecution.sync:2", "states", "startExecution.sync:2", "startExecution")]
    #[case("aws-sdk:s3:putObject", "aws-sdk:s3", "putObject", "putObject")]
    #[case("lambda:invoke", "lambda", "invoke", "invoke")]
    fn call_is_named_as_its_events_name_it(
        #[case] text: &str,
        #[case] resource_type: &str,
        #[case] resource: &str,
        #[case] action: &str,
    ) {
        let call = ServiceCall::parse(text, CallPattern::RequestResponse).expect("names an action");
        assert_eq!((&*call.resource_type, &*call.resource, call.action()), (resource_type, resource, action));
    }
}
