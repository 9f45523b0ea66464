//! Runs an execution to its end in virtual time, with the task answers that a case scripts.

use std::{cmp::Reverse, collections::BTreeMap, collections::BinaryHeap};

use asl_cases::{Answer, Machine};

use crate::{
    execution::{Execution, TaskAnswer, TaskId, TaskView},
    history::Failure,
};

/// A worker that goes on with a task later.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Appointment {
    at_ms: i64,
    task: TaskId,
    heartbeats_left: u32,
}

/// The scripted workers of one machine.
struct Workers<'a> {
    machine: &'a Machine,
    attempts: BTreeMap<String, usize>,
    appointments: BinaryHeap<Reverse<Appointment>>,
    scripts: BTreeMap<TaskId, (&'a Answer, i64)>,
}

/// Drives the execution until it ends. Waiting costs nothing: the clock jumps to the next thing that is due.
///
/// An execution that waits for a worker who never comes and has no time-out is left unended.
pub fn run_to_end(execution: &mut Execution, machine: &Machine) {
    let mut workers = Workers {
        machine,
        attempts: BTreeMap::new(),
        appointments: BinaryHeap::new(),
        scripts: BTreeMap::new(),
    };
    while execution.end().is_none() {
        execution.advance(execution.now_ms());
        while let Some(task) = execution.take_newly_scheduled() {
            workers.meet(execution, &task);
        }
        let due_now = execution.next_wake_ms().is_some_and(|at_ms| at_ms <= execution.now_ms());
        if due_now || execution.end().is_some() {
            continue;
        }
        let next_worker_ms = workers.appointments.peek().map(|Reverse(appointment)| appointment.at_ms);
        let Some(next_ms) = [execution.next_wake_ms(), next_worker_ms].into_iter().flatten().min() else {
            return;
        };
        if next_worker_ms == Some(next_ms) {
            workers.keep_appointment(execution, next_ms);
        } else {
            execution.advance(next_ms);
        }
    }
}

impl<'a> Workers<'a> {
    fn meet(&mut self, execution: &mut Execution, task: &TaskView) {
        let attempt = self.attempts.entry(task.state_name.to_string()).or_default();
        let answers = self.machine.stubs.get(&*task.state_name).map_or(&[][..], Vec::as_slice);
        let answer = Answer::for_attempt(answers, *attempt);
        *attempt += 1;
        match answer {
            None | Some(Answer::Unpolled) => {}
            Some(answer) => {
                // A task that was just scheduled is open: starting it cannot be refused.
                if execution.start_task(task.id, None).is_ok() {
                    self.answer(execution, task.id, answer);
                }
            }
        }
    }

    fn answer(&mut self, execution: &mut Execution, task: TaskId, answer: &'a Answer) {
        let reply = match answer {
            Answer::Succeed(output) => TaskAnswer::Success(output.clone()),
            Answer::Fail { error, cause } => TaskAnswer::Failure(Failure {
                error: error.as_deref().map(Into::into),
                cause: cause.as_deref().map(Into::into),
            }),
            Answer::Silence | Answer::Unpolled => return,
            Answer::Heartbeats { count, every_seconds, then } => {
                let every_ms = i64::from(*every_seconds) * 1000;
                self.scripts.insert(task, (then, every_ms));
                let at_ms = execution.now_ms() + every_ms;
                self.appointments.push(Reverse(Appointment { at_ms, task, heartbeats_left: *count }));
                return;
            }
        };
        // A refused answer is a worker that came too late, as on AWS.
        let _ = execution.complete_task(task, reply);
    }

    fn keep_appointment(&mut self, execution: &mut Execution, now_ms: i64) {
        execution.advance(now_ms);
        let Some(Reverse(appointment)) = self.appointments.pop() else { return };
        let Some((then, every_ms)) = self.scripts.get(&appointment.task).copied() else { return };
        if appointment.heartbeats_left == 0 {
            return self.answer(execution, appointment.task, then);
        }
        if execution.complete_task(appointment.task, TaskAnswer::Heartbeat).is_ok() {
            self.appointments.push(Reverse(Appointment {
                at_ms: now_ms + every_ms,
                heartbeats_left: appointment.heartbeats_left - 1,
                ..appointment
            }));
        }
    }
}
