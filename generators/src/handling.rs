//! Retry and Catch: retriers and catchers that match the failure that is coming, and ones that do not.

use serde_json::{Map, Value, json};

use crate::{
    area::Area,
    builder::{Builder, Env},
    jsonata::Sight,
    scope::{Site, States},
    shape::Shape,
};

/// Error names that no generated failure has.
const OTHER_ERRORS: &[&str] = &[
    "NotThisOne",
    "Lambda.ServiceException",
    "Lambda.TooManyRequestsException",
    "States.Permissions",
    "Custom.Other",
];

/// The failure that a state is going to see.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failure<'a> {
    /// The error name; `None` for a failure without one.
    pub(crate) error: Option<&'a str>,
    /// How many attempts fail before one succeeds; `None` for all of them.
    pub(crate) times: Option<u32>,
}

impl<'a> Failure<'a> {
    /// A failure of every attempt, with this error.
    pub(crate) fn of(error: &'a str) -> Self {
        Self { error: Some(error), times: None }
    }

    /// Recorded: neither Retry nor Catch ever sees `States.Runtime`.
    fn is_catchable(&self) -> bool {
        self.error != Some("States.Runtime")
    }
}

/// What a state with a Retry and a Catch hands on.
pub(crate) struct Handled {
    /// Whether the state has a Catch.
    pub(crate) has_catch: bool,
    /// What comes to the next state by way of a Catch.
    pub(crate) meeting: Vec<Shape>,
}

impl Handled {
    /// What holds in the next state, whichever way it was reached.
    pub(crate) fn meet(&self, out: &Shape) -> Shape {
        Shape::common_of(std::iter::once(out).chain(&self.meeting))
    }
}

impl Builder {
    /// Adds Retry and Catch to a state; where nothing may fail, a coming failure is caught.
    pub(crate) fn handle_failure(
        &mut self,
        states: &mut States,
        state: &mut Map<String, Value>,
        site: Site<'_>,
        raw: &Shape,
        expected: (Option<Failure<'_>>, Option<Area>),
    ) -> Handled {
        let (failure, focus) = expected;
        let mut attempts = 0;
        let percent = if failure.is_some() { 40 } else { 20 };
        if focus == Some(Area::Retry) || self.draw.chance(percent) {
            let (retry, granted) = self.retry(site, failure, focus == Some(Area::Retry));
            state.insert("Retry".to_owned(), retry);
            attempts = granted;
        }
        let remains = failure.filter(|failure| failure.times.is_none_or(|times| times > attempts));
        let remains = remains.filter(Failure::is_catchable);
        let must_catch =
            remains.is_some() && (!site.scope.may_fail || focus == Some(Area::Catch) || self.draw.chance(55));
        let mut handled = Handled { has_catch: false, meeting: Vec::new() };
        if must_catch || focus == Some(Area::Catch) || self.draw.chance(9) {
            handled.has_catch = true;
            let matching = failure.filter(|_| must_catch || self.draw.chance(30));
            let catch = self.catch(states, site, raw, (failure, matching.is_some()), &mut handled.meeting);
            state.insert("Catch".to_owned(), catch);
        }
        handled
    }

    /// One to three retriers, and how many attempts they grant to the failure.
    fn retry(&mut self, site: Site<'_>, failure: Option<Failure<'_>>, must_match: bool) -> (Value, u32) {
        let count = self.draw.weighted(&[(70, 1), (22, 2), (8, 3)]);
        // A failure without a name is matched by States.ALL alone, which must be last.
        let place =
            failure.filter(|_| must_match || self.draw.chance(60)).map(|failure| match failure.error {
                Some(_) => self.draw.below(count),
                None => count - 1,
            });
        let mut granted = 0;
        let mut retriers = Vec::new();
        for index in 0..count {
            let is_last = index + 1 == count;
            retriers.push(match failure {
                Some(failure) if place == Some(index) => {
                    let names = self.matching_names(failure, is_last);
                    self.matching_retrier(site, failure, &names, &mut granted)
                }
                _ => self.idle_retrier(failure.is_none() && is_last),
            });
        }
        (Value::Array(retriers), granted)
    }

    /// A retrier that will be used. Where waiting costs real time it waits for one second, once, or not at all.
    fn matching_retrier(
        &mut self,
        site: Site<'_>,
        failure: Failure<'_>,
        names: &[&str],
        granted: &mut u32,
    ) -> Value {
        let mut retrier = Map::from_iter([("ErrorEquals".to_owned(), json!(names))]);
        if self.real_time {
            let affordable = self.spend_seconds(site.scope, 1);
            *granted = match (affordable, failure.times) {
                (false, _) => 0,
                (true, Some(1)) => u32::try_from(self.draw.between(1, 3)).expect("small"),
                (true, _) => 1,
            };
            let fields = json!({"IntervalSeconds": 1, "MaxAttempts": *granted, "BackoffRate": 1.0, "MaxDelaySeconds": 2});
            let Value::Object(fields) = fields else { return Value::Object(retrier) };
            retrier.extend(fields);
            return Value::Object(retrier);
        }
        *granted = self.retrier_numbers(&mut retrier);
        Value::Object(retrier)
    }

    /// A retrier that waits in vain for its error.
    fn idle_retrier(&mut self, may_match_all: bool) -> Value {
        let names = if may_match_all && self.draw.chance(25) {
            vec!["States.ALL"]
        } else {
            vec![self.draw.pick(OTHER_ERRORS)]
        };
        let mut retrier = Map::from_iter([("ErrorEquals".to_owned(), json!(names))]);
        if self.real_time {
            retrier.insert("MaxAttempts".to_owned(), 0.into());
        } else {
            self.retrier_numbers(&mut retrier);
        }
        Value::Object(retrier)
    }

    /// Adds the numbers of a retrier in virtual time; how many attempts they grant.
    fn retrier_numbers(&mut self, retrier: &mut Map<String, Value>) -> u32 {
        if self.draw.chance(80) {
            retrier.insert("IntervalSeconds".to_owned(), self.draw.between(1, 10).into());
        }
        let mut granted = 3;
        if self.draw.chance(85) {
            let attempts = self.draw.weighted(&[(12, 0), (30, 1), (30, 2), (28, 3)]);
            retrier.insert("MaxAttempts".to_owned(), attempts.into());
            granted = attempts;
        }
        if self.draw.chance(80) {
            let rate = self.draw.pick(&["1", "2", "1.5", "1.0", "2.0"]);
            let rate: Value = serde_json::from_str(rate).expect("the table holds numbers");
            retrier.insert("BackoffRate".to_owned(), rate);
        }
        if self.draw.chance(10) {
            retrier.insert("JitterStrategy".to_owned(), self.draw.pick(&["FULL", "NONE"]).into());
        }
        if self.draw.chance(12) {
            // Whether AWS takes a limit that is not above IntervalSeconds is not known.
            retrier.insert("MaxDelaySeconds".to_owned(), self.draw.between(11, 60).into());
        }
        granted
    }

    /// Names of which one matches the failure. States.ALL must stand alone, and last.
    fn matching_names<'a>(&mut self, failure: Failure<'a>, is_last: bool) -> Vec<&'a str> {
        let Some(error) = failure.error else { return vec!["States.ALL"] };
        let other = self.draw.pick(OTHER_ERRORS);
        let is_missed_heartbeat = error == "States.HeartbeatTimeout";
        match self.draw.below(10) {
            8 if is_missed_heartbeat => vec!["States.Timeout"],
            0..=3 => vec![error],
            4..=5 => vec![other, error],
            6..=7 if is_last => vec!["States.ALL"],
            8 if error != "States.Timeout" => vec!["States.TaskFailed"],
            _ => vec![error, other],
        }
    }

    /// One or two catchers and their ways out.
    fn catch(
        &mut self,
        states: &mut States,
        site: Site<'_>,
        raw: &Shape,
        (failure, must_match): (Option<Failure<'_>>, bool),
        meeting: &mut Vec<Shape>,
    ) -> Value {
        let count = self.draw.weighted(&[(75, 1), (25, 2)]);
        let mut catchers = Vec::new();
        for index in 0..count {
            let is_last = index + 1 == count;
            let names = match failure {
                Some(failure) if must_match && is_last => self.matching_names(failure, true),
                None if is_last && self.draw.chance(50) => vec!["States.ALL"],
                _ => vec![self.draw.pick(OTHER_ERRORS)],
            };
            let error = if must_match && is_last { failure.and_then(|failure| failure.error) } else { None };
            catchers.push(self.catcher(states, site, raw, (&names, error), meeting));
        }
        Value::Array(catchers)
    }

    fn catcher(
        &mut self,
        states: &mut States,
        site: Site<'_>,
        raw: &Shape,
        (names, error): (&[&str], Option<&str>),
        meeting: &mut Vec<Shape>,
    ) -> Value {
        let mut catcher = Map::from_iter([("ErrorEquals".to_owned(), json!(names))]);
        let output = Shape::error_output(error);
        let sight = Sight { error: Some(&output), ..Sight::before(raw, site.scope, site.name) };
        let env = Env::new(&output, site.scope, site.name);
        let data = if self.is_jsonata() {
            self.jsonata_output(&mut catcher, &sight, output.clone(), 40)
        } else {
            self.catcher_result_path(&mut catcher, raw, output.clone())
        };
        let assigned = self.assign(&mut catcher, &env, &sight);
        let before = self.remembered();
        self.declare(assigned);
        let (target, shape) = match site.next {
            Some(next) if self.draw.chance(35) => (next.to_owned(), Some(data)),
            _ => self.side_way(states, site, &data),
        };
        self.come_back_to(before);
        meeting.extend(shape);
        if error.is_some() && self.is_jsonata() && site.scope.may_fail && self.draw.chance(7) {
            self.fail_evaluation(&mut catcher, &["Output", "Assign"]);
        }
        catcher.insert("Next".to_owned(), target.into());
        Value::Object(catcher)
    }

    fn catcher_result_path(&mut self, catcher: &mut Map<String, Value>, raw: &Shape, error: Shape) -> Shape {
        match self.draw.below(100) {
            0..=49 if matches!(raw, Shape::Object(_)) => {
                let key = self.draw.pick(&["error", "failure", "status"]);
                catcher.insert("ResultPath".to_owned(), format!("$.{key}").into());
                let mut whole = raw.clone();
                whole.set(key, error);
                whole
            }
            50..=61 => {
                catcher.insert("ResultPath".to_owned(), Value::Null);
                raw.clone()
            }
            _ => error,
        }
    }
}
