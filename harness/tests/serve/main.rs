//! The reference behind the API: what its operations do, that it agrees with the reference in process, that recorded
//! scripts replay over the wire, and that no request makes it panic.
#![allow(
    clippy::disallowed_methods,
    reason = "it looks for the recordings, and sets a limit to what may hang"
)]

mod agreement;
mod any_request;
mod executions;
mod machines;
mod sdk;
mod talk;
mod tasks;
mod wire;
