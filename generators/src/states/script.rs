//! What the worker of a task does, the time limits that go with it, and the answers that make it so.

use asl_cases::Answer;
use serde_json::{Map, Value};

use crate::{
    area::Area,
    builder::{Builder, Env},
    handling::Failure,
    jsonata::{Field, Sight, spoiled},
    path::{Want, find_reference, missing_reference},
    scope::Site,
    service::{Pattern, Service},
    shape::Shape,
    values::{draw_object, draw_text, draw_value},
};

/// What the worker of a task does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    Succeed,
    Heartbeats,
    FailThenSucceed(u32),
    Fail,
    Timeout,
    MissedHeartbeat,
    /// The result is larger than AWS allows.
    TooLarge,
    /// A JSONata field of the state fails.
    BadField,
    /// The activity was deleted.
    Gone,
}

/// Who does the work.
#[derive(Clone, Copy)]
pub(super) enum Worker {
    Activity,
    Service(&'static Service),
}

impl Worker {
    /// When the task is done.
    pub(super) fn pattern(self) -> Pattern {
        match self {
            Self::Activity => Pattern::Response,
            Self::Service(service) => service.pattern(),
        }
    }

    fn is_http(self) -> bool {
        matches!(self, Self::Service(service) if service.resource.ends_with(":http:invoke"))
    }

    /// Whether somebody can send heartbeats for the task.
    fn can_beat(self) -> bool {
        matches!(self, Self::Activity) || self.pattern() == Pattern::Token
    }
}

/// Documented: 256 KiB.
const TOO_MANY_BYTES: usize = 262_145;

impl Builder {
    pub(super) fn script(&mut self, site: Site<'_>, worker: Worker, focus: Option<Area>) -> Script {
        if !site.scope.is_sequential || (self.faults.is_early && self.draw.chance(80)) {
            return Script::Succeed;
        }
        let times = u32::try_from(self.draw.weighted(&[(70, 1), (30, 2)])).expect("small");
        let is_handled = matches!(focus, Some(Area::Retry | Area::Catch));
        if let Some(script) = self.special_script(site, worker) {
            return script;
        }
        let heartbeats = if self.real_time || !worker.can_beat() { 0 } else { 5 };
        let fails = self.swarm.failures * if worker.is_http() { 3 } else { 1 };
        match focus {
            Some(Area::Retry) => {
                self.draw.weighted(&[(60, Script::FailThenSucceed(times)), (40, Script::Fail)])
            }
            Some(Area::Catch) if is_handled => {
                self.draw.weighted(&[(12, Script::FailThenSucceed(times)), (88, Script::Fail)])
            }
            _ => self.draw.weighted(&[
                (78, Script::Succeed),
                (heartbeats, Script::Heartbeats),
                (fails / 2, Script::FailThenSucceed(times)),
                (fails / 2, Script::Fail),
            ]),
        }
    }

    /// Failures that need more than an answer. In real time a time-out costs a second, which it shares with waits and
    /// retries.
    fn special_script(&mut self, site: Site<'_>, worker: Worker) -> Option<Script> {
        let is_virtual = !self.real_time;
        let (beats, large) = if is_virtual { (if worker.can_beat() { 40 } else { 0 }, 18) } else { (0, 0) };
        let bad = if self.is_jsonata() { 70 } else { 0 };
        let gone =
            if is_virtual && matches!(worker, Worker::Activity) && site.scope.may_fail { 6 } else { 0 };
        let script = self.draw.weighted(&[
            (1000 - 40 - beats - large - bad - gone, None),
            (40, Some(Script::Timeout)),
            (beats, Some(Script::MissedHeartbeat)),
            (large, Some(Script::TooLarge)),
            (bad, Some(Script::BadField)),
            (gone, Some(Script::Gone)),
        ])?;
        let is_paid = script != Script::Timeout || self.spend_seconds(site.scope, 1);
        is_paid.then_some(script)
    }

    pub(super) fn time_limits(
        &mut self,
        state: &mut Map<String, Value>,
        script: Script,
        worker: Worker,
        site: Site<'_>,
        raw: &Shape,
    ) {
        match script {
            Script::Timeout => {
                let seconds = if self.real_time { 1 } else { self.draw.between(1, 30) };
                self.limit(state, "TimeoutSeconds", seconds);
            }
            Script::Heartbeats => {
                self.limit(state, "TimeoutSeconds", 600);
                self.limit(state, "HeartbeatSeconds", 10);
            }
            Script::MissedHeartbeat => {
                if self.draw.chance(60) {
                    self.limit(state, "TimeoutSeconds", 600);
                }
                self.limit(state, "HeartbeatSeconds", 5);
            }
            _ if self.faults.is_armed => self.limit_from_data(state, worker, site, raw),
            _ if self.draw.chance(12) => {
                let seconds = self.draw.pick(&[60, 300, 3600]);
                self.limit(state, "TimeoutSeconds", seconds);
                if worker.can_beat() && self.draw.chance(30) {
                    self.limit(state, "HeartbeatSeconds", 50);
                }
            }
            // A time limit from the data is one that is not reached: in virtual time every answer is immediate.
            _ if !self.real_time && self.draw.chance(9) => self.limit_from_data(state, worker, site, raw),
            _ => {}
        }
    }

    fn limit(&mut self, state: &mut Map<String, Value>, field: &str, seconds: i64) {
        let value: Value = if self.is_jsonata() && self.draw.chance(30) {
            self.delimited(&seconds.to_string()).into()
        } else {
            seconds.into()
        };
        state.insert(field.to_owned(), value);
    }

    fn limit_from_data(
        &mut self,
        state: &mut Map<String, Value>,
        worker: Worker,
        site: Site<'_>,
        raw: &Shape,
    ) {
        let field =
            if worker.can_beat() && self.draw.chance(55) { "HeartbeatSeconds" } else { "TimeoutSeconds" };
        if self.is_jsonata() {
            let sight = Sight::before(raw, site.scope, site.name);
            let limit = if self.fault(site.scope.may_fail) {
                spoiled(self, Field::Limit)
            } else {
                let (expression, _) = self.expression(&sight, Want::Positive);
                self.delimited(&expression)
            };
            state.insert(field.to_owned(), limit.into());
        } else if !state.contains_key("InputPath") {
            let env = Env::new(raw, site.scope, site.name);
            if let Some(path) = self.time_limit_path(&env) {
                state.insert(format!("{field}Path"), path.into());
            }
        }
    }

    fn time_limit_path(&mut self, env: &Env<'_>) -> Option<String> {
        if self.fault(env.may_fail) {
            return Some(missing_reference(&mut self.draw, env.root));
        }
        find_reference(&mut self.draw, env.root, Want::Positive).map(|found| found.path)
    }

    pub(super) fn failure<'a>(&mut self, script: Script, error: &'a str) -> Option<Failure<'a>> {
        let error = if self.draw.chance(94) { Some(error) } else { None };
        match script {
            Script::Succeed | Script::Heartbeats => None,
            Script::FailThenSucceed(times) => Some(Failure { error, times: Some(times) }),
            Script::Fail => Some(Failure { error, times: None }),
            Script::Timeout => Some(Failure::of("States.Timeout")),
            Script::MissedHeartbeat => Some(Failure::of("States.HeartbeatTimeout")),
            Script::TooLarge => Some(Failure::of("States.DataLimitExceeded")),
            Script::BadField => Some(Failure::of("States.QueryEvaluationError")),
            Script::Gone => Some(Failure::of("States.Runtime")),
        }
    }

    /// Writes the stub; the output of the attempt that succeeds.
    pub(super) fn answers(
        &mut self,
        site: Site<'_>,
        (script, worker): (Script, Worker),
        failure: Option<Failure<'_>>,
    ) -> Value {
        let drawn =
            if self.draw.chance(80) { draw_object(&mut self.draw, 1) } else { draw_value(&mut self.draw, 1) };
        let output = match worker {
            Worker::Activity => drawn,
            Worker::Service(service) => service.answer(drawn),
        };
        let pattern = worker.pattern();
        let success = self.accepted(pattern, Answer::Succeed(output.clone()));
        let answers = match script {
            Script::Succeed | Script::BadField => vec![success],
            Script::Heartbeats => {
                let count = u32::try_from(self.draw.between(1, 3)).expect("small");
                let beats = Answer::Heartbeats {
                    count,
                    every_seconds: 3,
                    then: Box::new(Answer::Succeed(output.clone())),
                };
                vec![self.accepted(pattern, beats)]
            }
            Script::MissedHeartbeat => {
                let count = u32::try_from(self.draw.between(1, 2)).expect("small");
                let beats = Answer::Heartbeats { count, every_seconds: 3, then: Box::new(Answer::Silence) };
                let silent = if self.draw.chance(50) { beats } else { Answer::Silence };
                vec![self.accepted(pattern, silent)]
            }
            Script::FailThenSucceed(times) => {
                let mut answers: Vec<_> = (0..times).map(|_| self.failing_answer(pattern, failure)).collect();
                answers.push(success);
                answers
            }
            Script::Fail => vec![self.failing_answer(pattern, failure)],
            // Documented: the time counts from the start of the activity, so a task that nobody takes never ends.
            Script::Timeout => vec![self.accepted(pattern, Answer::Silence)],
            Script::TooLarge => {
                let text = "x".repeat(TOO_MANY_BYTES);
                vec![self.accepted(pattern, Answer::Succeed(text.into()))]
            }
            Script::Gone => vec![Answer::NoSuchActivity],
        };
        self.stubs.insert(site.name.to_owned(), answers);
        output
    }

    fn failing_answer(&mut self, pattern: Pattern, failure: Option<Failure<'_>>) -> Answer {
        let error = failure.and_then(|failure| failure.error).map(str::to_owned);
        let cause = self.draw.chance(85).then(|| draw_text(&mut self.draw).to_owned());
        self.accepted(pattern, Answer::Fail { error, cause })
    }
}
