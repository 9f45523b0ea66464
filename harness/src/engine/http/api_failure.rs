//! Why one API call gave no answer, read off the SDK's error: whose fault it is decides what is done next.

use std::{error::Error, fmt};

use aws_sdk_sfn::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
};

use crate::engine::EngineErrorKind;

/// How much of a body that cannot be understood is quoted.
const QUOTED_CHARACTERS_MAX: usize = 200;

/// Error codes that ask to come back later.
const THROTTLING_CODES: [&str; 6] = [
    "ThrottlingException",
    "Throttling",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "SlowDown",
];

/// Error codes of status 4xx that say nothing about the definition or the input.
const NOT_ABOUT_THE_CASE: [&str; 17] = [
    "AccessDeniedException",
    "ActivityLimitExceeded",
    "ExecutionLimitExceeded",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "InvalidAction",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "NotImplemented",
    "StateMachineAlreadyExists",
    "StateMachineLimitExceeded",
    "UnknownOperationException",
    "UnrecognizedClientException",
    "UnsupportedOperation",
];

/// An API call without an answer.
#[derive(Clone, Debug)]
pub(super) struct ApiError {
    /// The API operation.
    pub(super) operation: &'static str,
    /// Why there is no answer.
    pub(super) failure: ApiFailure,
}

/// Why an API call gave no answer.
#[derive(Clone, Debug)]
pub(super) enum ApiFailure {
    /// The API said no, in its own words.
    Refused { code: String, message: String },
    /// The engine asks to come back later.
    Throttled { detail: String },
    /// No connection, or it broke.
    Broken { detail: String },
    /// What came back is no answer of the API.
    Garbage { detail: String },
    /// The engine failed inside, or does not know the operation.
    Internal { detail: String },
}

impl ApiFailure {
    /// Reads the SDK's error.
    pub(super) fn of<E>(error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        match error {
            SdkError::ServiceError(context) => {
                of_response(context.raw(), context.err().code(), context.err().message(), error)
            }
            SdkError::ResponseError(context) => of_response(context.raw(), None, None, error),
            SdkError::DispatchFailure(_) if speaks_no_http(error) => {
                Self::Garbage { detail: innermost(error) }
            }
            SdkError::DispatchFailure(_) | SdkError::TimeoutError(_) => {
                Self::Broken { detail: innermost(error) }
            }
            _ => Self::Internal { detail: format!("the request could not be built: {}", innermost(error)) },
        }
    }

    pub(super) fn is_throttling(&self) -> bool {
        matches!(self, Self::Throttled { .. })
    }

    pub(super) fn is_broken_connection(&self) -> bool {
        matches!(self, Self::Broken { .. })
    }
}

impl fmt::Display for ApiFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { code, message } => write!(formatter, "{code}: {message}"),
            Self::Throttled { detail }
            | Self::Broken { detail }
            | Self::Garbage { detail }
            | Self::Internal { detail } => formatter.write_str(detail),
        }
    }
}

impl ApiError {
    /// An answer of the API that lacks what every answer of this operation holds.
    pub(super) fn garbage(operation: &'static str, detail: impl Into<String>) -> Self {
        Self { operation, failure: ApiFailure::Garbage { detail: detail.into() } }
    }

    /// The fault as the engine's caller is told. A refusal that nobody expected counts as a fault inside the engine.
    pub(super) fn into_kind(self, endpoint: &str) -> EngineErrorKind {
        let operation = self.operation.to_owned();
        match self.failure {
            ApiFailure::Broken { detail } => {
                EngineErrorKind::Unreachable { endpoint: endpoint.to_owned(), detail }
            }
            ApiFailure::Garbage { detail } => EngineErrorKind::Garbage { operation, detail },
            failure => EngineErrorKind::Internal { operation, detail: failure.to_string() },
        }
    }
}

fn of_response(
    response: &HttpResponse,
    code: Option<&str>,
    message: Option<&str>,
    error: &(dyn Error + 'static),
) -> ApiFailure {
    let status = response.status().as_u16();
    let code = code.filter(|code| !code.is_empty());
    let is_throttling_code = code.is_some_and(|code| THROTTLING_CODES.contains(&code));
    if status == 429 || status == 503 || is_throttling_code {
        return ApiFailure::Throttled { detail: describe(status, code, message, response) };
    }
    match code {
        Some(code) if (400..500).contains(&status) && !NOT_ABOUT_THE_CASE.contains(&code) => {
            ApiFailure::Refused { code: code.to_owned(), message: message.unwrap_or_default().to_owned() }
        }
        Some(_) if status >= 400 => {
            ApiFailure::Internal { detail: describe(status, code, message, response) }
        }
        None if status >= 500 => ApiFailure::Internal { detail: describe(status, code, message, response) },
        _ => ApiFailure::Garbage {
            detail: format!("{}; {}", describe(status, None, None, response), innermost(error)),
        },
    }
}

fn describe(status: u16, code: Option<&str>, message: Option<&str>, response: &HttpResponse) -> String {
    match code {
        Some(code) => format!("HTTP {status}, {code}: {}", message.unwrap_or("no message")),
        None => format!("HTTP {status}, body {:?}", head_of_body(response)),
    }
}

fn head_of_body(response: &HttpResponse) -> String {
    let text = String::from_utf8_lossy(response.body().bytes().unwrap_or_default()).into_owned();
    match text.char_indices().nth(QUOTED_CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The last error of the chain: the outer ones only say that something failed.
fn innermost(error: &(dyn Error + 'static)) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

/// Whether something answered that does not speak HTTP. The HTTP client says so in words only: the second text is what
/// it says of a server that speaks first.
fn speaks_no_http(error: &(dyn Error + 'static)) -> bool {
    chain(error)
        .map(ToString::to_string)
        .any(|text| text.contains("invalid HTTP") || text.contains("received unexpected message"))
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&inner: &&'a (dyn Error + 'static)| inner.source())
}
