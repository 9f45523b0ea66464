//! Task states: activities with scripted answers.

use asl_cases::Answer;
use serde_json::{Map, Value};

use super::ending::ERRORS;
use crate::{
    area::Area,
    builder::{Builder, Env, link, state_of_type},
    handling::Failure,
    path::{Want, find_reference, missing_reference},
    scope::{Site, States},
    shape::Shape,
    values::{draw_object, draw_text, draw_value},
};

/// What the worker of a task does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Succeed,
    Heartbeats,
    FailThenSucceed(u32),
    Fail,
    Timeout,
}

impl Builder {
    /// An activity Task. Its answers follow from the Retry and Catch that it is to be given.
    pub(crate) fn task_state(
        &mut self,
        states: &mut States,
        site: Site<'_>,
        raw: &Shape,
        focus: Option<Area>,
    ) -> Shape {
        let mut state = state_of_type("Task");
        state.insert("Resource".to_owned(), self.activity_arn().into());
        let effective = self.input_path(&mut state, site.scope, raw, 5);
        let env = Env::new(&effective, site.scope, site.name);
        self.template_field(&mut state, "Parameters", &env, 60);
        let script = self.script(site, focus);
        self.time_limits(&mut state, script, &env);
        let error = self.draw.pick(ERRORS);
        let failure = self.failure(script, error);
        let answer = self.answers(site, script, failure);
        let handled = self.handle_failure(states, &mut state, site, raw, (failure, focus));
        let result = self.result_selector(&mut state, site, Shape::of(&answer), 12);
        let placed = self.result_path(&mut state, site.scope, raw, result);
        let percent = if handled.has_catch { 0 } else { 10 };
        let out = self.output_path(&mut state, site.scope, placed, percent);
        link(&mut state, site.next);
        states.insert(site.name.to_owned(), Value::Object(state));
        handled.meet(&out)
    }

    /// Perhaps adds `ResultSelector`; the selected result.
    pub(crate) fn result_selector(
        &mut self,
        state: &mut Map<String, Value>,
        site: Site<'_>,
        result: Shape,
        percent: usize,
    ) -> Shape {
        let env = Env::new(&result, site.scope, site.name);
        self.template_field(state, "ResultSelector", &env, percent).unwrap_or(result)
    }

    /// Every Task has an activity of its own, so that it is certain whose answers a worker gives.
    fn activity_arn(&mut self) -> String {
        format!("arn:aws:states:us-east-1:123456789012:activity:work-{}", self.stubs.len() + 1)
    }

    fn script(&mut self, site: Site<'_>, focus: Option<Area>) -> Script {
        if !site.scope.is_sequential {
            return Script::Succeed;
        }
        let times = u32::try_from(self.draw.weighted(&[(70, 1), (30, 2)])).expect("small");
        if focus.is_none() && self.spend_timeout(site) {
            return Script::Timeout;
        }
        let heartbeats = if self.real_time { 0 } else { 4 };
        match focus {
            Some(Area::Retry) => {
                self.draw.weighted(&[(60, Script::FailThenSucceed(times)), (40, Script::Fail)])
            }
            Some(Area::Catch) => {
                self.draw.weighted(&[(12, Script::FailThenSucceed(times)), (88, Script::Fail)])
            }
            _ => self.draw.weighted(&[
                (78, Script::Succeed),
                (heartbeats, Script::Heartbeats),
                (8, Script::FailThenSucceed(times)),
                (8, Script::Fail),
            ]),
        }
    }

    /// Time-outs are rare: each costs a second, and in real time they share the second with waits and retries.
    fn spend_timeout(&mut self, site: Site<'_>) -> bool {
        self.draw.chance(4) && self.spend_seconds(site.scope, 1)
    }

    fn time_limits(&mut self, state: &mut Map<String, Value>, script: Script, env: &Env<'_>) {
        match script {
            Script::Timeout => {
                let seconds = if self.real_time { 1 } else { self.draw.between(1, 30) };
                state.insert("TimeoutSeconds".to_owned(), seconds.into());
            }
            Script::Heartbeats => {
                state.insert("TimeoutSeconds".to_owned(), 600.into());
                state.insert("HeartbeatSeconds".to_owned(), 10.into());
            }
            _ if self.draw.chance(12) => {
                state.insert("TimeoutSeconds".to_owned(), self.draw.pick(&[60, 300, 3600]).into());
                if self.draw.chance(30) {
                    state.insert("HeartbeatSeconds".to_owned(), 50.into());
                }
            }
            // A time limit from the data is one that is not reached: in virtual time every answer is immediate.
            _ if !self.real_time && self.draw.chance(4) => {
                if let Some(path) = self.time_limit_path(env) {
                    state.insert("TimeoutSecondsPath".to_owned(), path.into());
                }
            }
            _ => {}
        }
    }

    fn time_limit_path(&mut self, env: &Env<'_>) -> Option<String> {
        if self.fault(env.may_fail) {
            return Some(missing_reference(&mut self.draw, env.root));
        }
        find_reference(&mut self.draw, env.root, Want::Positive).map(|found| found.path)
    }

    fn failure<'a>(&mut self, script: Script, error: &'a str) -> Option<Failure<'a>> {
        let error = if self.draw.chance(94) { Some(error) } else { None };
        match script {
            Script::Succeed | Script::Heartbeats => None,
            Script::FailThenSucceed(times) => Some(Failure { error, times: Some(times) }),
            Script::Fail => Some(Failure { error, times: None }),
            Script::Timeout => Some(Failure::TIMEOUT),
        }
    }

    /// Writes the stub; the output of the attempt that succeeds.
    fn answers(&mut self, site: Site<'_>, script: Script, failure: Option<Failure<'_>>) -> Value {
        let output =
            if self.draw.chance(80) { draw_object(&mut self.draw, 1) } else { draw_value(&mut self.draw, 1) };
        let success = Answer::Succeed(output.clone());
        let answers = match script {
            Script::Succeed => vec![success],
            Script::Heartbeats => {
                let count = u32::try_from(self.draw.between(1, 3)).expect("small");
                vec![Answer::Heartbeats { count, every_seconds: 3, then: Box::new(success) }]
            }
            Script::FailThenSucceed(times) => {
                let mut answers: Vec<_> = (0..times).map(|_| self.failing_answer(failure)).collect();
                answers.push(success);
                answers
            }
            Script::Fail => vec![self.failing_answer(failure)],
            // Documented: the time counts from the start of the activity, so a task that nobody takes never ends.
            Script::Timeout => vec![Answer::Silence],
        };
        self.stubs.insert(site.name.to_owned(), answers);
        output
    }

    fn failing_answer(&mut self, failure: Option<Failure<'_>>) -> Answer {
        let error = failure.and_then(|failure| failure.error).map(str::to_owned);
        let cause = self.draw.chance(85).then(|| draw_text(&mut self.draw).to_owned());
        Answer::Fail { error, cause }
    }
}
