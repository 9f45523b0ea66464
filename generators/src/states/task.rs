//! Task states with scripted answers: activities, services, and other machines of the case.

use asl_cases::{Answer, MachineType};
use serde_json::{Map, Value};

use super::ending::ERRORS;
use crate::{
    area::Area,
    builder::{Builder, Env, link},
    handling::Failure,
    jsonata::{Field, Sight, spoiled},
    path::{Want, find_reference, missing_reference},
    result::Odds,
    scope::{Site, States},
    service::{Pattern, Service, stock_retrier},
    shape::Shape,
    swarm::Mix,
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
enum Worker {
    Activity,
    Service(&'static Service),
}

impl Worker {
    fn pattern(self) -> Pattern {
        match self {
            Self::Activity => Pattern::Response,
            Self::Service(service) => service.pattern(),
        }
    }

    fn is_http(self) -> bool {
        matches!(self, Self::Service(service) if service.resource.ends_with(":http:invoke"))
    }

    fn can_beat(self) -> bool {
        matches!(self, Self::Activity) || self.pattern() == Pattern::Token
    }
}

const ODDS: Odds = Odds { selector: 12, output_path: 10, output: 45 };
/// Documented: 256 KiB.
const TOO_MANY_BYTES: usize = 262_145;

impl Builder {
    /// A Task of a kind that this machine may have; a Pass if it may have none.
    pub(crate) fn task_state(
        &mut self,
        states: &mut States,
        site: Site<'_>,
        raw: &Shape,
        focus: Option<Area>,
    ) -> Shape {
        let [activities, services, mut nested] = self.swarm.task_weights(self.kind);
        if !self.may_add_machine() {
            nested = 0;
        }
        if activities + services + nested == 0 {
            return self.pass_state(states, site, raw);
        }
        match self.draw.weighted(&[(activities, 0), (services, 1), (nested, 2)]) {
            0 => self.scripted_task(states, site, raw, (Worker::Activity, focus)),
            1 => {
                let service = self.any_service();
                self.scripted_task(states, site, raw, (Worker::Service(service), focus))
            }
            _ => self.nested_task(states, site, raw, focus),
        }
    }

    /// A Task whose answers are scripted. They follow from the Retry and Catch that it is to be given.
    fn scripted_task(
        &mut self,
        states: &mut States,
        site: Site<'_>,
        raw: &Shape,
        (worker, focus): (Worker, Option<Area>),
    ) -> Shape {
        let mut state = self.state_of_type("Task");
        let resource = match worker {
            Worker::Activity => self.activity_arn(),
            Worker::Service(service) => service.resource.to_owned(),
        };
        state.insert("Resource".to_owned(), resource.into());
        match worker {
            Worker::Service(service) if service.resource.starts_with("arn:aws:states:::") => {
                self.call_parameters(&mut state, service, site, raw);
            }
            _ => {
                self.request(&mut state, site, raw, (5, 60));
            }
        }
        self.credentials(&mut state, worker);
        let script = self.script(site, worker, focus);
        self.time_limits(&mut state, script, worker, site, raw);
        let error = match worker {
            Worker::Service(service) if self.draw.chance(80) => self.service_error(service),
            _ if self.draw.chance(8) => {
                self.draw.pick(&["States.Permissions", "States.TaskFailed", "States.Http.Socket"])
            }
            _ => self.draw.pick(ERRORS),
        };
        let failure = self.failure(script, error);
        let answer = self.answers(site, (script, worker), failure);
        let handled = self.handle_failure(states, &mut state, site, raw, (failure, focus));
        self.studio_retry(&mut state, worker, failure);
        let out = if let Worker::Service(service) = worker
            && service.is_lambda_invoke()
            && self.studio_output(&mut state)
        {
            answer.get("Payload").map_or(Shape::Anything, Shape::of)
        } else {
            self.hand_on(&mut state, site, raw, Shape::of(&answer), ODDS)
        };
        if script == Script::BadField {
            self.fail_evaluation(&mut state, &["Arguments", "Output", "Output", "Assign"]);
        }
        link(&mut state, site.next);
        states.insert(site.name.to_owned(), Value::Object(state));
        handled.meet(&out)
    }

    /// A Task that starts another machine of the case.
    fn nested_task(
        &mut self,
        states: &mut States,
        site: Site<'_>,
        raw: &Shape,
        focus: Option<Area>,
    ) -> Shape {
        let mut state = self.state_of_type("Task");
        let is_sync = self.kind == MachineType::Standard && self.draw.chance(80);
        let is_doomed = is_sync && self.is_doomed(site.scope, focus);
        let suffix = if is_sync { self.draw.pick(&[".sync", ".sync:2", ".sync:2"]) } else { "" };
        state.insert("Resource".to_owned(), format!("arn:aws:states:::states:startExecution{suffix}").into());
        let input_field = if self.is_jsonata() { "Input" } else { "Input.$" };
        let (input, shape) = match self.draw.below(4) {
            0 => (None, Shape::empty_object()),
            _ if self.is_jsonata() => (Some("{% $states.input %}"), raw.clone()),
            _ => (Some("$"), raw.clone()),
        };
        let error = self.draw.pick(ERRORS);
        let child = self.child_machine(shape, is_doomed.then_some(error));
        let mut parameters = Map::new();
        parameters.insert("StateMachineArn".to_owned(), child.arn.into());
        if let Some(input) = input {
            parameters.insert(input_field.to_owned(), input.into());
        }
        let name = if self.is_jsonata() { "Arguments" } else { "Parameters" };
        state.insert(name.to_owned(), Value::Object(parameters));
        let failure = is_doomed.then_some(Failure::of("States.TaskFailed"));
        let handled = self.handle_failure(states, &mut state, site, raw, (failure, focus));
        let result = started_result(suffix, child.output);
        let out = self.hand_on(&mut state, site, raw, result, ODDS);
        link(&mut state, site.next);
        states.insert(site.name.to_owned(), Value::Object(state));
        handled.meet(&out)
    }

    /// Calls of services may say with whose rights they are made.
    fn credentials(&mut self, state: &mut Map<String, Value>, worker: Worker) {
        if matches!(worker, Worker::Service(_)) && self.draw.chance(4) {
            let role = serde_json::json!({"RoleArn": "arn:aws:iam::123456789012:role/other"});
            state.insert("Credentials".to_owned(), role);
        }
    }

    /// The retrier that Workflow Studio gives to every Lambda task. It matches no failure that is coming.
    fn studio_retry(&mut self, state: &mut Map<String, Value>, worker: Worker, failure: Option<Failure<'_>>) {
        let Worker::Service(service) = worker else { return };
        let is_wanted =
            service.is_lambda_invoke() && self.swarm.mix == Mix::Realistic && !state.contains_key("Retry");
        let is_idle = failure.is_none() && !self.real_time;
        if is_wanted && is_idle && self.draw.chance(60) {
            state.insert("Retry".to_owned(), Value::Array(vec![stock_retrier()]));
        }
    }

    /// The output that Workflow Studio gives to a Lambda task: its payload.
    fn studio_output(&mut self, state: &mut Map<String, Value>) -> bool {
        let is_studio =
            self.swarm.mix == Mix::Realistic && !state.contains_key("Catch") && self.draw.chance(55);
        if is_studio {
            if self.is_jsonata() {
                state.insert("Output".to_owned(), "{% $states.result.Payload %}".into());
            } else {
                state.insert("OutputPath".to_owned(), "$.Payload".into());
            }
        }
        is_studio
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
        self.n_activities += 1;
        format!("arn:aws:states:us-east-1:123456789012:activity:work-{}", self.n_activities)
    }

    fn script(&mut self, site: Site<'_>, worker: Worker, focus: Option<Area>) -> Script {
        if !site.scope.is_sequential || (self.is_early && self.draw.chance(80)) {
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
        let (beats, large) = if is_virtual { (if worker.can_beat() { 25 } else { 0 }, 12) } else { (0, 0) };
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

    fn time_limits(
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
            _ if self.is_armed => self.limit_from_data(state, worker, site, raw),
            _ if self.draw.chance(12) => {
                let seconds = self.draw.pick(&[60, 300, 3600]);
                self.limit(state, "TimeoutSeconds", seconds);
                if worker.can_beat() && self.draw.chance(30) {
                    self.limit(state, "HeartbeatSeconds", 50);
                }
            }
            // A time limit from the data is one that is not reached: in virtual time every answer is immediate.
            _ if !self.real_time && self.draw.chance(7) => self.limit_from_data(state, worker, site, raw),
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
            if worker.can_beat() && self.draw.chance(40) { "HeartbeatSeconds" } else { "TimeoutSeconds" };
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

    fn failure<'a>(&mut self, script: Script, error: &'a str) -> Option<Failure<'a>> {
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
    fn answers(
        &mut self,
        site: Site<'_>,
        (script, worker): (Script, Worker),
        failure: Option<Failure<'_>>,
    ) -> Value {
        let drawn =
            if self.draw.chance(80) { draw_object(&mut self.draw, 1) } else { draw_value(&mut self.draw, 1) };
        let output = match worker {
            Worker::Activity => drawn,
            Worker::Service(service) => self.service_response(service, drawn),
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

/// What the service says of the execution that it started. Recorded: with `.sync` the output is a text.
fn started_result(suffix: &str, output: Shape) -> Shape {
    let mut members = vec![("ExecutionArn".to_owned(), Shape::Volatile)];
    match suffix {
        ".sync:2" => members
            .extend([("Status".to_owned(), Shape::Known("SUCCEEDED".into())), ("Output".to_owned(), output)]),
        ".sync" => members.extend([
            ("Status".to_owned(), Shape::Known("SUCCEEDED".into())),
            ("Output".to_owned(), Shape::Volatile),
        ]),
        _ => {}
    }
    Shape::Object(members)
}
