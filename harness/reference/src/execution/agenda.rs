//! What is to happen when: the order in which an execution's threads go on, in virtual or real time.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, BinaryHeap},
};

use super::{TaskId, ThreadId, state_error::Origin};

/// Something that is to happen at its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Wake {
    /// The thread enters its next state.
    Enter(ThreadId),
    /// The thread tries its state again after a retry delay.
    Attempt(ThreadId),
    /// The thread leaves its Pass state without another attempt.
    Leave(ThreadId),
    /// The thread's Wait state is over.
    WaitOver(ThreadId),
    /// The task has run for its `TimeoutSeconds`.
    TaskTimeout(TaskId),
    /// The task was silent for its `HeartbeatSeconds`, unless a heartbeat came after the one with this number.
    HeartbeatTimeout(TaskId, u32),
    /// The task's time is over, and the history says so: its state fails.
    TaskTimedOut(TaskId, Origin),
    /// The execution has run for the machine's `TimeoutSeconds`.
    ExecutionTimeout,
}

/// A queue by time, then by priority (lower first), then by order of arrival.
#[derive(Debug, Default)]
pub(crate) struct Agenda {
    entries: BinaryHeap<Reverse<(i64, u8, u64, Wake)>>,
    arrivals: u64,
}

impl Agenda {
    pub(crate) fn add(&mut self, time_ms: i64, priority: u8, wake: Wake) {
        self.arrivals += 1;
        self.entries.push(Reverse((time_ms, priority, self.arrivals, wake)));
    }

    pub(crate) fn next_time_ms(&self) -> Option<i64> {
        self.entries.peek().map(|Reverse((time_ms, ..))| *time_ms)
    }

    /// Forgets everything, and names the threads that were about to enter a state.
    pub(crate) fn clear(&mut self) -> BTreeSet<ThreadId> {
        let entries = std::mem::take(&mut self.entries).into_iter();
        entries
            .filter_map(|Reverse((.., wake))| match wake {
                Wake::Enter(thread) => Some(thread),
                _ => None,
            })
            .collect()
    }

    /// The next thing that is due.
    pub(crate) fn take_due(&mut self, now_ms: i64) -> Option<(i64, Wake)> {
        if self.next_time_ms()? > now_ms {
            return None;
        }
        self.entries.pop().map(|Reverse((time_ms, _, _, wake))| (time_ms, wake))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agenda_goes_by_time_then_priority_then_arrival() {
        let mut agenda = Agenda::default();
        agenda.add(5, 0, Wake::Enter(1));
        agenda.add(1, 1, Wake::Enter(2));
        agenda.add(1, 0, Wake::Enter(3));
        agenda.add(1, 0, Wake::Enter(4));
        let order: Vec<_> = std::iter::from_fn(|| agenda.take_due(1)).map(|(_, wake)| wake).collect();
        assert_eq!(order, [Wake::Enter(3), Wake::Enter(4), Wake::Enter(2)]);
        assert_eq!(agenda.next_time_ms(), Some(5));
    }
}
