//! Bugs in what is accepted and refused when a machine is created.

use asl_reference::seeded::Site;

use super::{Mutant, site};

const LAX: &str = "validation";
const STRICT: &str = "validation-too-strict";

pub(super) const MUTANTS: &[Mutant] = &[
    site(
        "unknown-fields-ignored",
        LAX,
        "A field that a state does not have is ignored.",
        Site::UnknownFieldsIgnored,
    ),
    site(
        "required-fields-not-checked",
        LAX,
        "A field that must be there may be missing.",
        Site::RequiredFieldsNotChecked,
    ),
    site(
        "type-and-resource-not-checked",
        LAX,
        "Type and Resource may be missing.",
        Site::TypeAndResourceNotChecked,
    ),
    site(
        "exclusive-fields-not-checked",
        LAX,
        "Fields that exclude each other may stand together.",
        Site::ExclusiveFieldsNotChecked,
    ),
    site(
        "fractions-are-cut",
        LAX,
        "A number with a fraction stands where a whole number must.",
        Site::FractionsAreCut,
    ),
    site("ranges-not-checked", LAX, "A number may be out of the range of its field.", Site::RangesNotChecked),
    site("backoff-may-shrink", LAX, "BackoffRate may be below 1.", Site::BackoffMayShrink),
    site("lists-may-be-empty", LAX, "Choices, Branches and ErrorEquals may be empty.", Site::ListsMayBeEmpty),
    site(
        "wrong-types-ignored",
        LAX,
        "A field with a value of another type is taken for absent.",
        Site::WrongTypesIgnored,
    ),
    site(
        "unknown-values-accepted",
        LAX,
        "A field with a fixed set of values takes any.",
        Site::UnknownValuesAccepted,
    ),
    site("languages-may-mix", LAX, "A JSONPath state may stand in a JSONata machine.", Site::LanguagesMayMix),
    site(
        "timestamps-not-checked",
        LAX,
        "Timestamp of a Wait is not checked.",
        Site::TimestampsNotCheckedAtCreation,
    ),
    site(
        "neither-next-nor-end-is-end",
        LAX,
        "A state with neither Next nor End ends its flow.",
        Site::NeitherNextNorEndIsEnd,
    ),
    site(
        "all-may-stand-anywhere",
        LAX,
        "States.ALL may stand among other names and before other entries.",
        Site::AllMayStandAnywhere,
    ),
    site(
        "heartbeat-may-exceed-timeout",
        LAX,
        "HeartbeatSeconds may be as large as TimeoutSeconds.",
        Site::HeartbeatMayExceedTimeout,
    ),
    site("credentials-not-checked", LAX, "Credentials may lack RoleArn.", Site::CredentialsNotChecked),
    site(
        "targets-not-checked",
        LAX,
        "A transition may lead to a state that is not there.",
        Site::TargetsNotChecked,
    ),
    site("flows-need-no-end", LAX, "A flow may have no terminal state.", Site::FlowsNeedNoEnd),
    site(
        "unreachable-states-accepted",
        LAX,
        "A state may be there to which nothing leads.",
        Site::UnreachableStatesAccepted,
    ),
    site("names-may-repeat", LAX, "A branch may repeat the name of a state.", Site::NamesMayRepeat),
    site(
        "names-may-be-long",
        LAX,
        "The name of a state may have more than 80 characters.",
        Site::NamesMayBeLong,
    ),
    site(
        "scopes-not-checked",
        LAX,
        "A branch may assign a variable of the scope around it.",
        Site::ScopesNotChecked,
    ),
    site(
        "result-path-into-context",
        LAX,
        "ResultPath may lead into the context object.",
        Site::ResultPathIntoContext,
    ),
    site(
        "many-nodes-accepted",
        LAX,
        "A path that can lead to several values may stand where one is needed.",
        Site::ManyNodesAccepted,
    ),
    site("paths-need-no-dollar", LAX, "A path need not begin with `$`.", Site::PathsNeedNoDollar),
    site(
        "template-values-not-checked",
        LAX,
        "A key that ends in `.$` may hold any value.",
        Site::TemplateValuesNotChecked,
    ),
    site(
        "unclosed-expression-is-plain-text",
        LAX,
        "A text with the opening mark of an expression alone is plain text.",
        Site::UnclosedIsPlainText,
    ),
    site(
        "any-member-of-states",
        LAX,
        "`$states.result` and `$states.errorOutput` may stand anywhere.",
        Site::AnyMemberOfStates,
    ),
    site("nested-rules-may-have-next", LAX, "An inner rule may have Next.", Site::NestedRulesMayHaveNext),
    site("combinators-may-be-empty", LAX, "And and Or may be empty.", Site::CombinatorsMayBeEmpty),
    site("first-operator-counts", LAX, "A rule may have two operators.", Site::FirstOperatorCounts),
    site(
        "operands-not-checked",
        LAX,
        "An operand may be of another type than its operator.",
        Site::OperandsNotChecked,
    ),
    site("labels-not-checked", LAX, "Label may be anything.", Site::LabelsNotChecked),
    site(
        "express-takes-any-task",
        LAX,
        "An Express machine may use activities, `.sync` and task tokens.",
        Site::ExpressTakesAnyTask,
    ),
    site("resources-not-checked", LAX, "Resource may be any text.", Site::ResourcesNotChecked),
    site(
        "comments-refused",
        STRICT,
        "Comment is not known in retriers, catchers and machines.",
        Site::CommentsRefused,
    ),
    site("empty-retry-refused", STRICT, "An empty Retry is refused.", Site::EmptyRetryRefused),
    site("zero-attempts-refused", STRICT, "MaxAttempts 0 is refused.", Site::ZeroAttemptsRefused),
    site(
        "iterator-refused",
        STRICT,
        "Iterator, the older form of ItemProcessor, is refused.",
        Site::IteratorRefused,
    ),
];
