//! Records of API scripts: every reply that was recorded, from a service that holds nothing but what the script makes.

use super::{
    super::{Record, api_script::ApiScript},
    Examined, RecordedFacet, Skip,
};
use crate::serve::{ApiError, Reply, Service};

/// When the first call is made, milliseconds since the epoch, and how long each takes.
const BEGIN_MS: i64 = 1_767_225_600_000;
const CALL_MS: i64 = 1000;
/// How often the clock is moved on for a call that waits.
const WAITS_MAX: usize = 100;

/// Replays the record of an API script; the error is the reason why it cannot be.
pub(super) fn examine(record: &Record) -> Result<Vec<Examined>, Skip> {
    let script = ApiScript::of(record).ok_or(Skip::MadeElsewhere)?;
    let mut service = Service::new(script.settings());
    let mut now_ms = BEGIN_MS;
    let replies = script.replay(|operation, request| {
        now_ms += CALL_MS;
        let mut reply = service.call(operation, request, now_ms)?;
        for _ in 0..WAITS_MAX {
            match reply {
                Reply::Done(body) => return Ok(body),
                Reply::Later(pending) => {
                    now_ms = service.look_again_ms(&pending).max(now_ms);
                    reply = service.resume(&pending, now_ms)?;
                }
            }
        }
        Err(ApiError::new("InternalFailure", "the call is never answered"))
    });
    let examined =
        replies.into_iter().map(|reply| Examined { facet: RecordedFacet::Api, difference: reply.difference });
    Ok(examined.collect())
}
