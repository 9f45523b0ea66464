//! Two hooks into the SDK: the raw body of an answer, and the address of `StartSyncExecution`.

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_sfn::{
    config::{
        ConfigBag, Intercept, RuntimeComponents,
        interceptors::{AfterDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextMut},
    },
    error::BoxError,
};

/// Keeps the body of the last answer as it came.
///
/// The SDK's types know the fields of its own day and cannot be written as JSON; the body keeps everything, and one
/// generic reading serves all 62 event types.
#[derive(Clone, Debug, Default)]
pub(super) struct BodyCapture(Arc<Mutex<Vec<u8>>>);

impl BodyCapture {
    /// The body of the last answer.
    pub(super) fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Intercept for BodyCapture {
    fn name(&self) -> &'static str {
        "BodyCapture"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response().body().bytes().unwrap_or_default().to_vec();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = body;
        Ok(())
    }
}

/// Sends a request to the endpoint as it was given.
///
/// The SDK puts `sync-` before the host of `StartSyncExecution`, also for a local endpoint, where `sync-127.0.0.1` is
/// no host.
#[derive(Debug)]
pub(super) struct PlainHost(pub(super) String);

impl Intercept for PlainHost {
    fn name(&self) -> &'static str {
        "PlainHost"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        context.request_mut().set_uri(format!("{}/", self.0))?;
        Ok(())
    }
}
