//! Runs an execution to its end in virtual time, with the task answers that a case scripts.

use std::{cmp::Reverse, collections::BTreeMap, collections::BinaryHeap};

use asl_cases::{Answer, Machine};
use serde_json::json;

use crate::{
    definition::{Flow, Integration, StateKind, StateMachine},
    execution::{Execution, Start, TaskAnswer, TaskId, TaskView},
    history::Failure,
    nested::{self, Troupe},
};

/// A worker that goes on with a task later.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Appointment {
    at_ms: i64,
    task: TaskId,
    heartbeats_left: u32,
}

/// Scripted workers of one execution: what each attempt of a state hears, and what they still have to say.
#[derive(Default)]
pub struct ScriptedWorkers {
    attempts: BTreeMap<String, usize>,
    appointments: BinaryHeap<Reverse<Appointment>>,
    scripts: BTreeMap<TaskId, (Answer, i64)>,
}

/// The scripted workers of one machine of a case.
struct Workers<'a> {
    machine: &'a Machine,
    troupe: &'a Troupe<'a>,
    scripted: ScriptedWorkers,
}

/// Starts an execution among the resources that the machine finds.
pub(crate) fn begin(model: &StateMachine, machine: &Machine, start: Start) -> Execution {
    let mut execution = Execution::start(model, start).with_resources(machine.resources.clone());
    forget_deleted_activities(&mut execution, &model.flow, machine);
    execution
}

/// Drives the execution until it ends. Waiting costs nothing: the clock jumps to the next thing that is due.
///
/// An execution that waits for a worker who never comes and has no time-out is left unended.
pub fn run_to_end(execution: &mut Execution, machine: &Machine, troupe: &Troupe<'_>) {
    run_until(execution, machine, troupe, |_| false);
}

/// Drives the execution until it ends, or until it looks so that nothing is to happen any more.
pub fn run_until(
    execution: &mut Execution,
    machine: &Machine,
    troupe: &Troupe<'_>,
    is_enough: impl Fn(&Execution) -> bool,
) {
    let mut workers = Workers { machine, troupe, scripted: ScriptedWorkers::default() };
    while execution.end().is_none() {
        execution.advance(execution.now_ms());
        while let Some(task) = execution.take_newly_scheduled() {
            workers.meet(execution, &task);
        }
        if is_enough(execution) {
            return;
        }
        let due_now = execution.next_wake_ms().is_some_and(|at_ms| at_ms <= execution.now_ms());
        if due_now || execution.end().is_some() {
            continue;
        }
        let next_worker_ms = workers.scripted.next_ms();
        let Some(next_ms) = [execution.next_wake_ms(), next_worker_ms].into_iter().flatten().min() else {
            return;
        };
        if next_worker_ms == Some(next_ms) {
            workers.scripted.keep_appointment(execution, next_ms);
        } else {
            execution.advance(next_ms);
        }
    }
}

/// Tells the execution which activities of its flow are scripted as deleted.
pub(crate) fn forget_deleted_activities(execution: &mut Execution, flow: &Flow, machine: &Machine) {
    for state in &flow.states {
        match &state.kind {
            StateKind::Task(task) => {
                let answers = machine.stubs.get(&*state.name);
                if answers.is_some_and(|answers| answers.first() == Some(&Answer::NoSuchActivity)) {
                    execution.forget_activity(&task.resource);
                }
            }
            StateKind::Parallel(parallel) => {
                parallel
                    .branches
                    .iter()
                    .for_each(|branch| forget_deleted_activities(execution, branch, machine));
            }
            StateKind::Map(map) => forget_deleted_activities(execution, &map.processor, machine),
            _ => {}
        }
    }
}

impl Workers<'_> {
    fn meet(&mut self, execution: &mut Execution, task: &TaskView) {
        let answers = self.machine.stubs.get(&*task.state_name).map_or(&[][..], Vec::as_slice);
        if self.scripted.meet(execution, task, answers) == Meeting::Unscripted
            && execution.start_task(task.id, None).is_ok()
        {
            self.start_machine(execution, task);
        }
    }

    /// Nothing is scripted: if the task starts a machine of the case, that machine runs and answers.
    fn start_machine(&mut self, execution: &mut Execution, task: &TaskView) {
        let Some(started) = nested::start(execution, task, self.troupe) else { return };
        if let Some(what) = started.unmodelled {
            execution.note_unmodelled(what);
        }
        started.permits.into_iter().for_each(|permit| execution.add_permit(permit));
        self.scripted.answer(execution, task.id, started.at_once);
        if let Some((after_ms, answer)) = started.later {
            self.scripted.answer_later(execution, task.id, after_ms, answer);
        }
    }
}

/// What came of showing a task to the scripted workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meeting {
    /// The script says what happens to it.
    Scripted,
    /// The script says nothing about the state, and the task is no activity's: its service was not begun.
    Unscripted,
    /// It is left for a worker from outside: an activity without a script, or one that nobody polls.
    LeftAlone,
}

impl ScriptedWorkers {
    /// Shows a task that was just scheduled to the workers. An activity waits for a worker; a service begins at once.
    pub fn meet(&mut self, execution: &mut Execution, task: &TaskView, answers: &[Answer]) -> Meeting {
        let attempt = self.attempts.entry(task.state_name.to_string()).or_default();
        let answer = Answer::for_attempt(answers, *attempt).cloned();
        *attempt += 1;
        let is_activity = *task.integration == Integration::Activity;
        match answer {
            None | Some(Answer::Unpolled) if is_activity => Meeting::LeftAlone,
            None => Meeting::Unscripted,
            Some(answer) => {
                // A task that was just scheduled is open: starting it cannot be refused.
                if execution.start_task(task.id, None).is_ok() {
                    if is_submitted_unsaid(task, &answer) {
                        let _ = execution.complete_task(task.id, TaskAnswer::Submitted(json!({})));
                    }
                    self.answer(execution, task.id, answer);
                }
                Meeting::Scripted
            }
        }
    }

    /// When a worker speaks next, milliseconds since the epoch.
    pub fn next_ms(&self) -> Option<i64> {
        self.appointments.peek().map(|Reverse(appointment)| appointment.at_ms)
    }

    /// A worker answers after so many milliseconds.
    pub fn answer_later(&mut self, execution: &Execution, task: TaskId, after_ms: i64, answer: Answer) {
        self.scripts.insert(task, (answer, 0));
        let at_ms = execution.now_ms().saturating_add(after_ms);
        self.appointments.push(Reverse(Appointment { at_ms, task, heartbeats_left: 0 }));
    }

    /// A worker answers now.
    pub fn answer(&mut self, execution: &mut Execution, task: TaskId, answer: Answer) {
        let reply = match answer {
            Answer::Succeed(output) => TaskAnswer::Success(output),
            Answer::Fail { error, cause } => {
                TaskAnswer::Failure(Failure { error: error.map(Into::into), cause: cause.map(Into::into) })
            }
            Answer::Silence | Answer::Unpolled | Answer::NoSuchActivity => return,
            Answer::Submitted { output, then } => {
                if execution.task(task).is_some_and(|view| view.integration.is_answered_later()) {
                    let _ = execution.complete_task(task, TaskAnswer::Submitted(output));
                }
                return self.answer(execution, task, *then);
            }
            Answer::Heartbeats { count, every_seconds, then } => {
                let every_ms = i64::from(every_seconds) * 1000;
                self.scripts.insert(task, (*then, every_ms));
                let at_ms = execution.now_ms() + every_ms;
                self.appointments.push(Reverse(Appointment { at_ms, task, heartbeats_left: count }));
                return;
            }
        };
        // A refused answer is a worker that came too late, as on AWS.
        let _ = execution.complete_task(task, reply);
    }

    /// The worker whose time has come speaks.
    pub fn keep_appointment(&mut self, execution: &mut Execution, now_ms: i64) {
        execution.advance(now_ms);
        let Some(Reverse(appointment)) = self.appointments.pop() else { return };
        if appointment.heartbeats_left == 0 {
            if let Some((then, _)) = self.scripts.remove(&appointment.task) {
                self.answer(execution, appointment.task, then);
            }
            return;
        }
        let Some((_, every_ms)) = self.scripts.get(&appointment.task) else { return };
        if execution.complete_task(appointment.task, TaskAnswer::Heartbeat).is_ok() {
            self.appointments.push(Reverse(Appointment {
                at_ms: now_ms + every_ms,
                heartbeats_left: appointment.heartbeats_left - 1,
                ..appointment
            }));
        }
    }
}

/// A call that is answered later and succeeds was accepted before, whether the script says so or not.
fn is_submitted_unsaid(task: &TaskView, answer: &Answer) -> bool {
    task.integration.is_answered_later() && matches!(answer, Answer::Succeed(_) | Answer::Heartbeats { .. })
}
