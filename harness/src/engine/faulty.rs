//! Engines with a fault, to test the suite itself: the reference, with something between it and the answer.
//!
//! `faulty:KIND` names one on the command line; a fault of a test's own is any function from the right observation to
//! another.

use std::{
    fmt,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use asl_cases::{Case, Feature, Observation, Outcome, Profile};
use asl_reference::reference::{self, Settings};
use futures::future::BoxFuture;
use serde_json::json;

use super::{Engine, EngineError, EngineErrorKind};
use crate::mutants::{Mutant, observe_all};

/// What is wrong with the engine.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Nothing.
    Agrees,
    /// Every execution that succeeds has the wrong output.
    AlwaysWrong,
    /// No execution ever ends.
    Hangs,
    /// It is gone after so many cases.
    Dies(u64),
    /// What it answers is not the API.
    Garbles,
    /// It answers wrongly with this probability.
    Flaky(f64),
    /// Every case takes so many milliseconds.
    Slow(u64),
    /// It has another fault with this probability, and is right else.
    AtTimes(f64, Box<Fault>),
    /// It claims everything, and fails inside wherever more than a plain machine is needed.
    LiesAboutItsProfile,
    /// It has one bug of the catalogue, or several.
    Bugs(Vec<&'static Mutant>),
}

/// What stands between the names of the bugs of one engine.
const BETWEEN_BUGS: &str = "+";

/// A text that names no fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no fault: use agrees, always-wrong, hangs, dies=CASES, garbles, flaky=PROBABILITY, slow=MILLISECONDS, lies, one of these with a probability as in garbles@0.3, or a bug that `asl-conformance mutants --list` names, or several as in BUG+BUG"
)]
pub struct FaultError(String);

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || FaultError(text.to_owned());
        let probability =
            |text: &str| text.parse().ok().filter(|p| (0.0..=1.0).contains(p)).ok_or_else(wrong);
        if let Some((fault, share)) = text.split_once('@') {
            let fault = fault.parse().map_err(|_| wrong())?;
            return Ok(Self::AtTimes(probability(share)?, Box::new(fault)));
        }
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        let number = || value.parse().map_err(|_| wrong());
        Ok(match name {
            "agrees" => Self::Agrees,
            "always-wrong" => Self::AlwaysWrong,
            "hangs" => Self::Hangs,
            "dies" => Self::Dies(number()?),
            "garbles" => Self::Garbles,
            "flaky" => Self::Flaky(probability(value)?),
            "slow" => Self::Slow(number()?),
            "lies" => Self::LiesAboutItsProfile,
            _ => {
                let bugs = text.split(BETWEEN_BUGS).map(|id| Mutant::named(id).ok_or_else(wrong));
                return bugs.collect::<Result<_, _>>().map(Self::Bugs);
            }
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agrees => formatter.write_str("agrees"),
            Self::AlwaysWrong => formatter.write_str("always-wrong"),
            Self::Hangs => formatter.write_str("hangs"),
            Self::Dies(cases) => write!(formatter, "dies={cases}"),
            Self::Garbles => formatter.write_str("garbles"),
            Self::Flaky(probability) => write!(formatter, "flaky={probability}"),
            Self::Slow(milliseconds) => write!(formatter, "slow={milliseconds}"),
            Self::AtTimes(probability, fault) => write!(formatter, "{fault}@{probability}"),
            Self::LiesAboutItsProfile => formatter.write_str("lies"),
            Self::Bugs(bugs) => {
                let ids: Vec<&str> = bugs.iter().map(|bug| bug.id).collect();
                formatter.write_str(&ids.join(BETWEEN_BUGS))
            }
        }
    }
}

/// From the right observation of a case to what the engine says instead.
pub type Distortion = dyn Fn(&Case, Observation) -> Observation + Send + Sync;

/// The reference with a fault.
pub struct FaultyEngine {
    id: String,
    profile: Profile,
    fault: Fault,
    distortion: Option<Arc<Distortion>>,
    asked: AtomicU64,
}

impl FaultyEngine {
    /// An engine with this fault.
    pub fn new(fault: Fault) -> Self {
        let profile = match fault {
            Fault::LiesAboutItsProfile => Profile::everything(),
            _ => reference::profile(),
        };
        Self { id: format!("faulty:{fault}"), profile, fault, distortion: None, asked: AtomicU64::new(0) }
    }

    /// An engine with a bug: it says what the function makes of the right observation.
    pub fn with_bug(
        name: &str,
        bug: impl Fn(&Case, Observation) -> Observation + Send + Sync + 'static,
    ) -> Self {
        Self { id: name.to_owned(), distortion: Some(Arc::new(bug)), ..Self::new(Fault::Agrees) }
    }

    /// How many cases it was sent.
    pub fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }

    async fn answer(&self, case: &Case, deadline: Duration) -> Result<Observation, EngineError> {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        let fault = match &self.fault {
            Fault::AtTimes(probability, fault) if drawn(number) < *probability => fault,
            Fault::AtTimes(..) => &Fault::Agrees,
            fault => fault,
        };
        match fault {
            Fault::Hangs => return Err(self.hang(deadline).await),
            Fault::Slow(milliseconds) => {
                let needed = Duration::from_millis(*milliseconds);
                if needed > deadline {
                    return Err(self.hang(deadline).await);
                }
                tokio::time::sleep(needed).await;
            }
            Fault::Dies(cases) if number >= *cases => {
                let (endpoint, detail) = ("this process".to_owned(), "connection refused".to_owned());
                return Err(self.error(EngineErrorKind::Unreachable { endpoint, detail }));
            }
            Fault::Garbles => {
                let (operation, detail) = ("CreateStateMachine".to_owned(), "<html>".to_owned());
                return Err(self.error(EngineErrorKind::Garbage { operation, detail }));
            }
            Fault::LiesAboutItsProfile
                if case.features().iter().any(|feature| *feature != Feature::History) =>
            {
                let (operation, detail) = ("CreateStateMachine".to_owned(), "not implemented".to_owned());
                return Err(self.error(EngineErrorKind::Internal { operation, detail }));
            }
            _ => {}
        }
        let truth = self.truth(case, deadline)?;
        let is_wrong = match fault {
            Fault::AlwaysWrong => true,
            Fault::Flaky(probability) => drawn(number) < *probability,
            _ => false,
        };
        let said = if is_wrong { with_wrong_output(truth) } else { truth };
        Ok(match &self.distortion {
            Some(bug) => bug(case, said),
            None => said,
        })
    }

    /// What the reference says, with the bug if there is one.
    fn truth(&self, case: &Case, deadline: Duration) -> Result<Observation, EngineError> {
        let observed = match &self.fault {
            Fault::Bugs(bugs) => observe_all(bugs, case, Settings::default()),
            _ => reference::observe(case, Settings::default()),
        };
        let observed = observed.map_err(|error| {
            self.error(match (&self.fault, error) {
                // It accepted what it cannot run to an end. In virtual time nobody waits for it.
                (Fault::Bugs(_), _) => {
                    let last_seen = "status RUNNING".to_owned();
                    EngineErrorKind::Deadline { deadline, last_seen, running: true }
                }
                (_, error) => {
                    let (operation, detail) = ("observe".to_owned(), error.to_string());
                    EngineErrorKind::Internal { operation, detail }
                }
            })
        })?;
        // An engine cannot know what AWS permits.
        Ok(Observation { permits: Vec::new(), ..observed })
    }

    async fn hang(&self, deadline: Duration) -> EngineError {
        tokio::time::sleep(deadline).await;
        let last_seen = "status RUNNING".to_owned();
        self.error(EngineErrorKind::Deadline { deadline, last_seen, running: true })
    }

    fn error(&self, kind: EngineErrorKind) -> EngineError {
        EngineError { engine: self.id.clone(), kind }
    }
}

impl Engine for FaultyEngine {
    fn id(&self) -> &str {
        &self.id
    }

    fn endpoint(&self) -> Option<&str> {
        None
    }

    fn profile(&self) -> &Profile {
        &self.profile
    }

    fn observe<'a>(
        &'a self,
        case: &'a Case,
        deadline: Duration,
    ) -> BoxFuture<'a, Result<Observation, EngineError>> {
        Box::pin(self.answer(case, deadline))
    }
}

fn with_wrong_output(mut observation: Observation) -> Observation {
    if let Outcome::Succeeded(output) = &mut observation.outcome {
        *output = json!({"wrong": output.take()});
    }
    observation
}

/// A number from 0 to 1 that depends on the number of the call alone (`SplitMix64`), so that a run can be repeated.
fn drawn(call: u64) -> f64 {
    let mut mixed = call.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    let upper = u32::try_from((mixed ^ (mixed >> 31)) >> 32).expect("the upper half");
    f64::from(upper) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("agrees")]
    #[case("always-wrong")]
    #[case("hangs")]
    #[case("dies=7")]
    #[case("garbles")]
    #[case("flaky=0.25")]
    #[case("slow=50")]
    #[case("lies")]
    #[case("garbles@0.3")]
    #[case("retry-counter-not-reset")]
    #[case("retry-counter-not-reset+hash-in-upper-case")]
    fn fault_is_read_as_it_is_written(#[case] text: &str) {
        assert_eq!(text.parse::<Fault>().map(|fault| fault.to_string()).as_deref(), Ok(text));
    }

    #[rstest]
    #[case("flaky=2")]
    #[case("dies=soon")]
    #[case("nice")]
    #[case("garbles@2")]
    #[case("nice@0.3")]
    #[case("hash-in-upper-case+nice")]
    fn what_is_no_fault_is_refused(#[case] text: &str) {
        assert_eq!(text.parse::<Fault>(), Err(FaultError(text.to_owned())));
    }

    #[test]
    fn draws_are_spread_evenly() {
        let below = (0..1000).filter(|call| drawn(*call) < 0.3).count();
        assert!((250..350).contains(&below), "{below}");
    }
}
