//! What a run has made on the engine and must not leave behind.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::{StreamExt, stream};
use tokio::time::timeout;

use super::{api_failure::ApiFailure, client::Api};

/// How many things are deleted at once.
const DELETIONS_AT_ONCE: usize = 4;

/// An engine that needs longer for its first answer at the end of a run hangs.
const ANSWER_MAX: Duration = Duration::from_secs(5);

/// Something on the engine that we made. The order is the order of deletion.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum MadeThing {
    /// An execution that may still run, by ARN.
    RunningExecution(String),
    /// A state machine, by ARN.
    Machine(String),
    /// An activity, by ARN.
    Activity(String),
}

/// Everything that was made and is not known to be gone, by the number of the case.
#[derive(Debug, Default)]
pub(super) struct MadeThings(Mutex<BTreeMap<u64, Vec<MadeThing>>>);

impl MadeThings {
    pub(super) fn add(&self, case_number: u64, thing: MadeThing) {
        self.lock().entry(case_number).or_default().push(thing);
    }

    pub(super) fn remove(&self, case_number: u64, thing: &MadeThing) {
        let mut made = self.lock();
        if let Some(things) = made.get_mut(&case_number) {
            things.retain(|other| other != thing);
            if things.is_empty() {
                made.remove(&case_number);
            }
        }
    }

    /// Deletes what was made for one case. A thing is forgotten only after the engine confirmed its end.
    pub(super) async fn delete_of_case(&self, case_number: u64, api: &Api) {
        let mut things = self.lock().get(&case_number).cloned().unwrap_or_default();
        things.sort();
        for thing in things {
            if delete(&thing, api).await {
                self.remove(case_number, &thing);
            }
        }
    }

    /// Deletes everything that is still known, and then whatever else bears the run's name: a call that was cut off at a
    /// deadline may have made something without our hearing of it.
    ///
    /// An engine that does not even answer a list call in time hangs or is gone: it is asked nothing more.
    pub(super) async fn delete_all(&self, name_start: &str, api: &Api) {
        match timeout(ANSWER_MAX, api.list_state_machines()).await {
            Err(_elapsed) => return,
            Ok(Err(error)) if error.failure.is_broken_connection() => return,
            Ok(_) => {}
        }
        let numbers: Vec<u64> = self.lock().keys().copied().collect();
        stream::iter(numbers)
            .for_each_concurrent(DELETIONS_AT_ONCE, |number| self.delete_of_case(number, api))
            .await;
        let leftovers = leftovers(name_start, api).await;
        stream::iter(leftovers)
            .for_each_concurrent(DELETIONS_AT_ONCE, |thing| async move {
                delete(&thing, api).await;
            })
            .await;
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Vec<MadeThing>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether nothing is left to do: the thing is gone, or the engine refuses, which trying again would not change.
async fn delete(thing: &MadeThing, api: &Api) -> bool {
    let result = match thing {
        MadeThing::RunningExecution(arn) => api.stop_execution(arn).await,
        MadeThing::Machine(arn) => api.delete_state_machine(arn).await,
        MadeThing::Activity(arn) => api.delete_activity(arn).await,
    };
    match result {
        Ok(()) => true,
        Err(error) => matches!(error.failure, ApiFailure::Refused { .. }),
    }
}

async fn leftovers(name_start: &str, api: &Api) -> Vec<MadeThing> {
    let machines = api.list_state_machines().await.unwrap_or_default();
    let activities = api.list_activities().await.unwrap_or_default();
    let machines = machines.into_iter().filter(|machine| machine.name.starts_with(name_start));
    let activities = activities.into_iter().filter(|activity| activity.name.starts_with(name_start));
    machines
        .map(|machine| MadeThing::Machine(machine.arn))
        .chain(activities.map(|activity| MadeThing::Activity(activity.arn)))
        .collect()
}
