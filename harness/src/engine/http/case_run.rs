//! One case on an HTTP engine: make its activities and machines, start it, wait for its end, read its history.

use std::{
    future::pending,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use asl_cases::{Case, Feature, Identities, Machine, MachineType, Observation, Outcome, StateTest, Trace};
use futures::future::try_join_all;
use tokio::time::{Instant, sleep};

use super::{
    HttpEngine,
    activity_worker::ActivityWorker,
    api_failure::{ApiError, ApiFailure},
    client::Api,
    cross_check::CrossChecks,
    identities::{Names, machine_placeholder, remember},
    lowering::{ActivityTask, activity_name, find_activity_tasks, lower_definition},
    made_things::MadeThing,
    poll_pace::next_pause,
};

/// Operations whose refusal is an answer about the case.
const JUDGED_OPERATIONS: [&str; 4] =
    ["CreateStateMachine", "StartExecution", "StartSyncExecution", "TestState"];

/// Pauses before reading a history again that has no last event yet. Documented: reads are eventually consistent.
const UNFINISHED_HISTORY_PAUSES: [Duration; 2] = [Duration::from_millis(10), Duration::from_millis(50)];

/// The events that can end a history.
const LAST_EVENTS: [&str; 4] =
    ["ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"];

/// How far a case goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// Its machines are made.
    Creation,
    /// The machine under test is run too.
    Execution,
}

/// One case on its way through the engine.
pub(super) struct CaseRun<'a> {
    engine: &'a HttpEngine,
    case: &'a Case,
    extent: Extent,
    number: u64,
    names: Names,
    api: Api,
    identities: Mutex<Identities>,
    cross_checks: CrossChecks,
}

/// What was made for a case before it is started.
struct Prepared {
    /// The machine under test.
    main_arn: String,
    /// The tasks of all machines with their activities; those of the machine under test are marked by position 0.
    tasks: Vec<PreparedTask>,
}

struct PreparedTask {
    machine_position: usize,
    activity_arn: String,
    task: ActivityTask,
}

type Ended = (Outcome, Option<Trace>);

impl<'a> CaseRun<'a> {
    pub(super) fn new(engine: &'a HttpEngine, case: &'a Case, extent: Extent, number: u64) -> Self {
        let names = Names::new(&engine.config.run_name, number);
        let api = engine.api.with_own_memory();
        Self {
            engine,
            case,
            extent,
            number,
            names,
            api,
            identities: Mutex::default(),
            cross_checks: CrossChecks::of(case, &engine.config),
        }
    }

    /// Runs the case. Cancelling this leaves nothing behind that the engine's list of made things does not know.
    pub(super) async fn observe(&self) -> Result<Observation, ApiError> {
        let (outcome, trace) = match self.run().await {
            Ok(ended) => ended,
            Err(error) => (rejection(error)?, None),
        };
        let identities = self.identities.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(Observation {
            outcome,
            trace,
            identities,
            permits: Vec::new(),
            cross_check: self.cross_checks.found(),
        })
    }

    /// Whether the execution was seen to be under way.
    pub(super) fn saw_status(&self) -> bool {
        self.api.saw_status()
    }

    /// The last thing known, for a case that ran out of time.
    pub(super) fn last_seen(&self) -> String {
        self.api.last_seen()
    }

    async fn run(&self) -> Result<Ended, ApiError> {
        if let Some(test) = &self.case.test_state {
            return self.run_test(test).await;
        }
        let prepared = self.prepare().await?;
        if self.extent == Extent::Creation {
            return Ok((Outcome::Aborted, None));
        }
        let (name, input) = (self.names.execution(), self.case.input.to_string());
        self.remember(&name, "<execution-name>");
        match self.case.main().kind {
            MachineType::Standard => self.run_standard(&prepared, &name, &input).await,
            MachineType::Express => self.run_express(&prepared, &name, &input).await,
        }
    }

    /// Tests one state; nothing is made for it.
    async fn run_test(&self, test: &StateTest) -> Result<Ended, ApiError> {
        let role_arn = self.role_arn();
        let role_arn = test.role_arn.is_some().then_some(role_arn.as_str());
        let definition = self.case.main().definition_text();
        let tested = self.api.test_state(&definition, &self.case.input.to_string(), test, role_arn).await?;
        Ok((Outcome::Tested(Box::new(tested)), None))
    }

    fn role_arn(&self) -> String {
        let role_arn = format!("arn:aws:iam::{}:role/asl-conformance", self.engine.config.account);
        self.remember(&role_arn, "<role-arn>");
        role_arn
    }

    /// Makes all machines, the one under test last: it may refer to the others.
    async fn prepare(&self) -> Result<Prepared, ApiError> {
        let role_arn = self.role_arn();
        let mut prepared = Prepared { main_arn: String::new(), tasks: Vec::new() };
        for (position, machine) in self.case.machines.iter().enumerate().rev() {
            let tasks = find_activity_tasks(machine);
            let activity_arns = self.create_activities(&tasks, prepared.tasks.len()).await?;
            let definition = lower_definition(machine, &tasks, &activity_arns);
            prepared.main_arn = self.create_machine(position, machine, &definition, &role_arn).await?;
            prepared.tasks.extend(
                tasks.into_iter().zip(activity_arns).map(|(task, activity_arn)| PreparedTask {
                    machine_position: position,
                    activity_arn,
                    task,
                }),
            );
        }
        Ok(prepared)
    }

    async fn create_activities(
        &self,
        tasks: &[ActivityTask],
        first_position: usize,
    ) -> Result<Vec<String>, ApiError> {
        let mut arns = Vec::with_capacity(tasks.len());
        for (offset, task) in tasks.iter().enumerate() {
            let name = self.names.activity(first_position + offset);
            let arn = self.api.create_activity(&name).await?;
            self.engine.made.add(self.number, MadeThing::Activity(arn.clone()));
            // The reference runs the definition as the case has it, so the original texts are the placeholders.
            self.remember(&arn, &task.resource);
            self.remember(&name, activity_name(&task.resource).unwrap_or_default());
            arns.push(arn);
        }
        Ok(arns)
    }

    async fn create_machine(
        &self,
        position: usize,
        machine: &Machine,
        definition: &str,
        role_arn: &str,
    ) -> Result<String, ApiError> {
        let name = self.names.machine(position, machine);
        self.remember(&name, &machine_placeholder("machine-name", position, machine));
        let created = self.api.create_state_machine(&name, definition, role_arn, machine.kind).await;
        if let Ok(arn) = &created {
            self.engine.made.add(self.number, MadeThing::Machine(arn.clone()));
            self.remember(arn, &machine_placeholder("machine-arn", position, machine));
        }
        if position == 0 {
            self.cross_checks.validate(&self.api, definition, machine.kind, &created).await;
        }
        created
    }

    async fn run_standard(&self, prepared: &Prepared, name: &str, input: &str) -> Result<Ended, ApiError> {
        let execution_arn = self.api.start_execution(&prepared.main_arn, name, input).await?;
        let running = MadeThing::RunningExecution(execution_arn.clone());
        self.engine.made.add(self.number, running.clone());
        self.remember(&execution_arn, "<execution-arn>");
        let outcome = self
            .unless_a_worker_fails(prepared, Some(&execution_arn), self.wait_for_end(&execution_arn))
            .await?;
        self.engine.made.remove(self.number, &running);
        if !self.engine.config.profile.has(Feature::History) {
            return Ok((outcome, None));
        }
        let history = self.finished_history(&execution_arn).await?;
        self.cross_checks.read_again(&self.api, &execution_arn, history.0.len()).await;
        Ok((outcome, Some(history)))
    }

    async fn run_express(&self, prepared: &Prepared, name: &str, input: &str) -> Result<Ended, ApiError> {
        let call = self.api.start_sync_execution(&prepared.main_arn, name, input);
        let execution = self.unless_a_worker_fails(prepared, None, call).await?;
        self.remember(&execution.arn, "<execution-arn>");
        Ok((execution.outcome, None))
    }

    /// Waits for the execution while the workers answer its tasks. The workers end with it.
    async fn unless_a_worker_fails<T>(
        &self,
        prepared: &Prepared,
        execution_arn: Option<&str>,
        execution: impl Future<Output = Result<T, ApiError>>,
    ) -> Result<T, ApiError> {
        let workers = prepared.tasks.iter().map(|prepared_task| ActivityWorker {
            api: self.engine.api.with_own_memory(),
            task: &prepared_task.task,
            activity_arn: &prepared_task.activity_arn,
            execution_arn: execution_arn.filter(|_| prepared_task.machine_position == 0),
            identities: &self.identities,
        });
        let first_failure = async {
            match try_join_all(workers.map(ActivityWorker::serve)).await {
                Err(error) => error,
                Ok(_) => pending().await,
            }
        };
        tokio::select! {
            biased;
            result = execution => result,
            error = first_failure => Err(error),
        }
    }

    async fn wait_for_end(&self, execution_arn: &str) -> Result<Outcome, ApiError> {
        let started = Instant::now();
        let mut pause = self.engine.shortest_run.first_pause();
        loop {
            sleep(pause).await;
            let asked = Instant::now();
            if let Some(outcome) = self.api.describe_execution(execution_arn).await? {
                self.engine.shortest_run.learn(started.elapsed());
                return Ok(outcome);
            }
            pause = next_pause(started.elapsed(), asked.elapsed());
        }
    }

    async fn finished_history(&self, execution_arn: &str) -> Result<Trace, ApiError> {
        let mut trace = self.api.execution_history(execution_arn).await?;
        for pause in UNFINISHED_HISTORY_PAUSES {
            if trace.0.last().is_some_and(|event| LAST_EVENTS.contains(&event.kind.as_str())) {
                break;
            }
            sleep(pause).await;
            trace = self.api.execution_history(execution_arn).await?;
        }
        Ok(trace)
    }

    fn remember(&self, text: &str, placeholder: &str) {
        remember(&mut self.identities.lock().unwrap_or_else(PoisonError::into_inner), text, placeholder);
    }
}

/// A refusal of the definition or the start is an outcome; everything else stays an error.
fn rejection(error: ApiError) -> Result<Outcome, ApiError> {
    match error.failure {
        ApiFailure::Refused { code, message } if JUDGED_OPERATIONS.contains(&error.operation) => {
            Ok(Outcome::Rejected { code, message })
        }
        _ => Err(error),
    }
}
