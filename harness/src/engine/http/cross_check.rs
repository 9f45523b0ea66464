//! Asks the API the same thing in another way, of a share of the cases: what it answers is held against rules that every
//! engine must keep. A call that fails here says nothing about the case, and is left out.

use std::sync::{Mutex, MutexGuard, PoisonError};

use asl_cases::{Case, CrossCheck, Feature, MachineType, Profile, Validated};

use super::{
    HttpEngineConfig,
    api_failure::{ApiError, ApiFailure},
    client::Api,
    operations::HistoryOrder,
};
use crate::known::regression_of;

/// Into so many pages a history is cut.
const PAGES: usize = 3;

/// What is asked again about one case, and what was found.
pub(super) struct CrossChecks {
    is_chosen: bool,
    profile: Profile,
    found: Mutex<CrossCheck>,
}

impl CrossChecks {
    /// Whether the case is one of the share follows from its name: a repeat and a smaller case are treated alike. Kept
    /// cases all are, since it may be here that they show their bug.
    pub(super) fn of(case: &Case, config: &HttpEngineConfig) -> Self {
        let sum = case.name.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        let is_chosen =
            regression_of(&case.name).is_some() || sum.checked_rem(config.cross_checked_one_in) == Some(0);
        Self { is_chosen, profile: config.profile.clone(), found: Mutex::default() }
    }

    /// Everything that was found.
    pub(super) fn found(&self) -> CrossCheck {
        self.lock().clone()
    }

    /// Asks what `ValidateStateMachineDefinition` says about a definition of which `CreateStateMachine` made this.
    pub(super) async fn validate(
        &self,
        api: &Api,
        definition: &str,
        kind: MachineType,
        created: &Result<String, ApiError>,
    ) {
        if !self.wants(Feature::Validation) {
            return;
        }
        let refusal = match created {
            Ok(_) => None,
            Err(ApiError { failure: ApiFailure::Refused { code, .. }, .. }) => Some(code.clone()),
            Err(_) => return,
        };
        let Ok(validation) = api.validate_definition(definition, kind).await else { return };
        let errors = validation.diagnostics.into_iter().filter(|diagnostic| diagnostic.severity == "ERROR");
        self.lock().validated = Some(Validated {
            is_ok: validation.accepted,
            errors: errors.map(|diagnostic| diagnostic.message).collect(),
            refusal,
        });
    }

    /// Reads a history of this length again: in small pages, and from its end.
    pub(super) async fn read_again(&self, api: &Api, execution_arn: &str, length: usize) {
        if !self.wants(Feature::History) {
            return;
        }
        let page_length = i32::try_from(length.div_ceil(PAGES).max(1)).unwrap_or(i32::MAX);
        let pages = api.history_pages(execution_arn, HistoryOrder::Forward, page_length).await;
        let reversed = api.history_pages(execution_arn, HistoryOrder::Reverse, page_length.max(WHOLE)).await;
        let mut found = self.lock();
        (found.pages, found.reversed) = (pages.ok(), reversed.ok());
    }

    fn wants(&self, feature: Feature) -> bool {
        self.is_chosen && self.profile.has(feature)
    }

    fn lock(&self) -> MutexGuard<'_, CrossCheck> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A page that holds most histories.
const WHOLE: i32 = 1000;
