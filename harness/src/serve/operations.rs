//! The operations and the constraints on their members.
//!
//! Documented: the published model of the API. Recorded: the words of the pattern of alias names, the order of the
//! statuses of an execution, the lengths of page tokens.

use super::shape::{
    Member, Pattern,
    Presence::{self, Optional, Required},
    Shape, Visibility,
};

const ARN: Shape = shown(1, 256);
const LONG_ARN: Shape = shown(1, 2000);
const NAME: Shape = shown(1, 80);
const ALIAS_NAME: Shape = Shape::Text {
    min: 1,
    max: 80,
    pattern: Some(Pattern { text: r"^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$", holds: is_alias_name }),
    visibility: Visibility::Shown,
};
const CLIENT_TOKEN: Shape = Shape::Text {
    min: 1,
    max: 64,
    pattern: Some(Pattern {
        text: "[!-~]+",
        holds: |text| text.bytes().all(|byte| (b'!'..=b'~').contains(&byte)),
    }),
    visibility: Visibility::Shown,
};
const DEFINITION: Shape = sensitive(1, 1_048_576);
/// Recorded: what is only validated may be empty.
const VALIDATED: Shape = sensitive(0, 1_048_576);
const DATA: Shape = sensitive(0, 262_144);
const DESCRIPTION: Shape = sensitive(0, 256);
const ERROR: Shape = sensitive(0, 256);
const CAUSE: Shape = sensitive(0, 32_768);
const TASK_TOKEN: Shape = sensitive(1, 2048);
const TRACE_HEADER: Shape = shown(0, 256);
const PAGE_SIZE: Shape = Shape::Number { min: 0, max: 1000 };
const PAGE_TOKEN: Shape = shown(1, 1024);
const LONG_PAGE_TOKEN: Shape = shown(1, 3096);
const MACHINE_TYPE: Shape = Shape::OneOf(&["STANDARD", "EXPRESS"]);
const INCLUDED_DATA: Shape = Shape::OneOf(&["ALL_DATA", "METADATA_ONLY"]);
const EXECUTION_STATUS: Shape =
    Shape::OneOf(&["SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING"]);
const TAG_KEY: Shape = shown(1, 128);
const TAGS: Shape = Shape::List {
    min: 0,
    max: usize::MAX,
    item: &Shape::Object(&[member("key", TAG_KEY, Optional), member("value", shown(0, 256), Optional)]),
};
const ROUTING: Shape = Shape::List {
    min: 1,
    max: 2,
    item: &Shape::Object(&[
        member("stateMachineVersionArn", ARN, Required),
        member("weight", Shape::Number { min: 0, max: 100 }, Required),
    ]),
};
const LOG_GROUP: Shape = Shape::Object(&[member("logGroupArn", ARN, Optional)]);
const LOGGING: Shape = Shape::Object(&[
    member("level", Shape::OneOf(&["ALL", "ERROR", "FATAL", "OFF"]), Optional),
    member("includeExecutionData", Shape::Flag, Optional),
    member(
        "destinations",
        Shape::List {
            min: 0,
            max: usize::MAX,
            item: &Shape::Object(&[member("cloudWatchLogsLogGroup", LOG_GROUP, Optional)]),
        },
        Optional,
    ),
]);
const TRACING: Shape = Shape::Object(&[member("enabled", Shape::Flag, Optional)]);
const ENCRYPTION: Shape = Shape::Object(&[
    member("kmsKeyId", shown(1, 2048), Optional),
    member("kmsDataKeyReusePeriodSeconds", Shape::Number { min: 60, max: 900 }, Optional),
    member("type", Shape::OneOf(&["AWS_OWNED_KEY", "CUSTOMER_MANAGED_KMS_KEY"]), Required),
]);

const MACHINE_ARN: Member = member("stateMachineArn", ARN, Required);
const ALIAS_ARN: Member = member("stateMachineAliasArn", ARN, Required);
const EXECUTION_ARN: Member = member("executionArn", ARN, Required);
const ACTIVITY_ARN: Member = member("activityArn", ARN, Required);
const RESOURCE_ARN: Member = member("resourceArn", ARN, Required);
const TOKEN: Member = member("taskToken", TASK_TOKEN, Required);
const MAX_RESULTS: Member = member("maxResults", PAGE_SIZE, Optional);
const NEXT_TOKEN: Member = member("nextToken", PAGE_TOKEN, Optional);
const INCLUDED: Member = member("includedData", INCLUDED_DATA, Optional);

/// The members of an operation's request; `None` if there is no such operation.
pub(super) fn members(operation: &str) -> Option<&'static [Member]> {
    members_about_machines(operation).or_else(|| members_about_executions(operation))
}

#[rustfmt::skip]
fn members_about_machines(operation: &str) -> Option<&'static [Member]> {
    Some(match operation {
        "CreateStateMachine" => const { &[
            member("name", NAME, Required), member("definition", DEFINITION, Required),
            member("roleArn", ARN, Required), member("type", MACHINE_TYPE, Optional),
            member("loggingConfiguration", LOGGING, Optional), member("tags", TAGS, Optional),
            member("tracingConfiguration", TRACING, Optional), member("publish", Shape::Flag, Optional),
            member("versionDescription", DESCRIPTION, Optional),
            member("encryptionConfiguration", ENCRYPTION, Optional),
        ] },
        "UpdateStateMachine" => const { &[
            MACHINE_ARN, member("definition", DEFINITION, Optional), member("roleArn", ARN, Optional),
            member("loggingConfiguration", LOGGING, Optional),
            member("tracingConfiguration", TRACING, Optional), member("publish", Shape::Flag, Optional),
            member("versionDescription", DESCRIPTION, Optional),
            member("encryptionConfiguration", ENCRYPTION, Optional),
        ] },
        "DescribeStateMachine" => const { &[MACHINE_ARN, INCLUDED] },
        "DeleteStateMachine" => const { &[MACHINE_ARN] },
        "ListStateMachines" | "ListActivities" => const { &[MAX_RESULTS, NEXT_TOKEN] },
        "ValidateStateMachineDefinition" => const { &[
            member("definition", VALIDATED, Required), member("type", MACHINE_TYPE, Optional),
            member("severity", Shape::OneOf(&["ERROR", "WARNING"]), Optional),
            member("maxResults", Shape::Number { min: 0, max: 100 }, Optional),
        ] },
        "TestState" => const { &[
            member("definition", DEFINITION, Required), member("roleArn", ARN, Optional),
            member("input", DATA, Optional),
            member("inspectionLevel", Shape::OneOf(&["INFO", "DEBUG", "TRACE"]), Optional),
            member("revealSecrets", Shape::Flag, Optional), member("variables", DATA, Optional),
            member("stateName", sensitive(1, 80), Optional), member("mock", Shape::Any, Optional),
            member("context", DATA, Optional), member("stateConfiguration", Shape::Any, Optional),
        ] },
        "PublishStateMachineVersion" => const { &[
            MACHINE_ARN, member("revisionId", shown(0, usize::MAX), Optional),
            member("description", DESCRIPTION, Optional),
        ] },
        "ListStateMachineVersions" | "ListStateMachineAliases" => const { &[MACHINE_ARN, NEXT_TOKEN, MAX_RESULTS] },
        "DeleteStateMachineVersion" => const { &[member("stateMachineVersionArn", LONG_ARN, Required)] },
        "CreateStateMachineAlias" => const { &[
            member("description", DESCRIPTION, Optional), member("name", ALIAS_NAME, Required),
            member("routingConfiguration", ROUTING, Required),
        ] },
        "UpdateStateMachineAlias" => const { &[
            ALIAS_ARN, member("description", DESCRIPTION, Optional),
            member("routingConfiguration", ROUTING, Optional),
        ] },
        "DescribeStateMachineAlias" | "DeleteStateMachineAlias" => const { &[ALIAS_ARN] },
        "TagResource" => const { &[RESOURCE_ARN, member("tags", TAGS, Required)] },
        "UntagResource" => const { &[
            RESOURCE_ARN,
            member("tagKeys", Shape::List { min: 0, max: usize::MAX, item: &TAG_KEY }, Required),
        ] },
        "ListTagsForResource" => const { &[RESOURCE_ARN] },
        _ => return None,
    })
}

#[rustfmt::skip]
fn members_about_executions(operation: &str) -> Option<&'static [Member]> {
    Some(match operation {
        "StartExecution" | "StartSyncExecution" => const { &[
            MACHINE_ARN, member("name", NAME, Optional), member("input", DATA, Optional),
            member("traceHeader", TRACE_HEADER, Optional), INCLUDED,
        ] },
        "StopExecution" => const { &[
            EXECUTION_ARN, member("error", ERROR, Optional), member("cause", CAUSE, Optional),
        ] },
        "DescribeExecution" | "DescribeStateMachineForExecution" => const { &[EXECUTION_ARN, INCLUDED] },
        "ListExecutions" => const { &[
            member("stateMachineArn", ARN, Optional), member("statusFilter", EXECUTION_STATUS, Optional),
            MAX_RESULTS, member("nextToken", LONG_PAGE_TOKEN, Optional),
            member("mapRunArn", LONG_ARN, Optional),
            member("redriveFilter", Shape::OneOf(&["REDRIVEN", "NOT_REDRIVEN"]), Optional),
        ] },
        "GetExecutionHistory" => const { &[
            EXECUTION_ARN, MAX_RESULTS, member("reverseOrder", Shape::Flag, Optional), NEXT_TOKEN,
            member("includeExecutionData", Shape::Flag, Optional),
        ] },
        "RedriveExecution" => const { &[EXECUTION_ARN, member("clientToken", CLIENT_TOKEN, Optional)] },
        "ListMapRuns" => const { &[EXECUTION_ARN, MAX_RESULTS, NEXT_TOKEN] },
        "DescribeMapRun" => const { &[member("mapRunArn", LONG_ARN, Required)] },
        "UpdateMapRun" => const { &[
            member("mapRunArn", LONG_ARN, Required),
            member("maxConcurrency", Shape::Number { min: 0, max: i64::MAX }, Optional),
            member("toleratedFailurePercentage", Shape::Number { min: 0, max: 100 }, Optional),
            member("toleratedFailureCount", Shape::Number { min: 0, max: i64::MAX }, Optional),
        ] },
        "CreateActivity" => const { &[
            member("name", NAME, Required), member("tags", TAGS, Optional),
            member("encryptionConfiguration", ENCRYPTION, Optional),
        ] },
        "DescribeActivity" | "DeleteActivity" => const { &[ACTIVITY_ARN] },
        "GetActivityTask" => const { &[ACTIVITY_ARN, member("workerName", NAME, Optional)] },
        "SendTaskSuccess" => const { &[TOKEN, member("output", DATA, Required)] },
        "SendTaskFailure" => const { &[
            TOKEN, member("error", ERROR, Optional), member("cause", CAUSE, Optional),
        ] },
        "SendTaskHeartbeat" => const { &[TOKEN] },
        _ => return None,
    })
}

const fn member(name: &'static str, shape: Shape, presence: Presence) -> Member {
    Member { name, shape, presence }
}

const fn shown(min: usize, max: usize) -> Shape {
    Shape::Text { min, max, pattern: None, visibility: Visibility::Shown }
}

const fn sensitive(min: usize, max: usize) -> Shape {
    Shape::Text { min, max, pattern: None, visibility: Visibility::Sensitive }
}

/// Letters, digits, `_`, `-` and `.`, and not digits alone.
fn is_alias_name(name: &str) -> bool {
    let is_mark = |character: char| matches!(character, '_' | '-' | '.');
    name.chars().all(|character| character.is_ascii_alphanumeric() || is_mark(character))
        && !name.chars().all(|character| character.is_ascii_digit())
}
