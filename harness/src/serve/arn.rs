//! The ARNs in requests: what kind of thing each names.

use super::api_error::ApiError;

/// What an ARN of Step Functions names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ArnKind {
    /// A state machine, a version or an alias of one.
    Machine,
    /// A Standard execution.
    Execution,
    /// An activity.
    Activity,
    /// A Map Run.
    MapRun,
}

impl ArnKind {
    fn word(self) -> &'static str {
        match self {
            Self::Machine => "stateMachine",
            Self::Execution => "execution",
            Self::Activity => "activity",
            Self::MapRun => "mapRun",
        }
    }
}

/// The part of the ARN after its kind.
///
/// Recorded: a text that is no ARN, and the ARN of an Express execution where one of a Standard execution belongs.
pub(super) fn resource(arn: &str, wanted: ArnKind) -> Result<&str, ApiError> {
    match kind_and_resource(arn) {
        Some((kind, resource)) if kind == wanted.word() => Ok(resource),
        Some((kind, _)) => Err(invalid_arn(&format!("Resource type not valid in this context: {kind}"))),
        None => Err(invalid_arn(&format!("Invalid ARN prefix: {arn}"))),
    }
}

/// Checks the ARN of a role, of which nothing else is known here.
pub(super) fn check_role(arn: &str) -> Result<(), ApiError> {
    if arn.starts_with("arn:") { Ok(()) } else { Err(invalid_arn(&format!("Invalid ARN prefix: {arn}"))) }
}

/// `arn:PARTITION:states:REGION:ACCOUNT:KIND:RESOURCE`.
fn kind_and_resource(arn: &str) -> Option<(&str, &str)> {
    let mut parts = arn.splitn(7, ':');
    let (prefix, _partition, service) = (parts.next()?, parts.next()?, parts.next()?);
    let (_region, _account) = (parts.next()?, parts.next()?);
    let (kind, resource) = (parts.next()?, parts.next()?);
    (prefix == "arn" && service == "states" && !resource.is_empty()).then_some((kind, resource))
}

fn invalid_arn(reason: &str) -> ApiError {
    ApiError::new("InvalidArn", format!("Invalid Arn: '{reason}'"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("arn:aws:states:us-east-1:123456789012:stateMachine:m:3", Ok("m:3"))]
    #[case("no_arn", Err("Invalid Arn: 'Invalid ARN prefix: no_arn'"))]
    #[case("arn:aws:s3:::bucket:a:b", Err("Invalid Arn: 'Invalid ARN prefix: arn:aws:s3:::bucket:a:b'"))]
    #[case(
        "arn:aws:states:us-east-1:123456789012:express:m:n:u",
        Err("Invalid Arn: 'Resource type not valid in this context: express'")
    )]
    fn arn_is_refused_unless_it_names_the_wanted_kind(
        #[case] arn: &str,
        #[case] expected: Result<&str, &str>,
    ) {
        let found = resource(arn, ArnKind::Machine).map_err(|error| error.message);
        assert_eq!(found, expected.map_err(str::to_owned));
    }
}
