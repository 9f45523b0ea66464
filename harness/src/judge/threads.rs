//! Takes the history of an execution apart into threads: the main line, each branch and each iteration.
//!
//! Where branches run concurrently the order of their events is a race, but within each thread it is not. The threads
//! are read off the `previousEventId` chains. Recorded: the event that ends a Parallel or Map chains to the last inner
//! event, a retried one starts again from the failing inner event, and events that cut siblings off chain to the
//! failing event; all of these belong elsewhere than their chain says.

use std::collections::{HashMap, HashSet};

use asl_cases::{Trace, TraceEvent};

/// The thread of every event of a trace, by position.
pub(super) struct Threads<'a> {
    events: &'a [TraceEvent],
    /// The position of the event that each event names as its previous one.
    previous: Vec<Option<usize>>,
    thread_of: Vec<usize>,
    lines: Vec<Thread>,
    composites: Vec<Composite>,
}

struct Thread {
    /// The run of a Parallel or Map that this thread is a branch or iteration of.
    parent: Option<usize>,
    tip: usize,
}

/// One run of a Parallel or Map state; a retry is another run.
struct Composite {
    kind: CompositeKind,
    started: usize,
    thread: usize,
    name: String,
    /// The event that ended it: succeeded, failed, or started again.
    ended: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum CompositeKind {
    Parallel,
    Map,
}

/// What an event does to the threads.
enum Role {
    Starts(CompositeKind),
    Ends(CompositeKind),
    Exits,
    StartsIteration,
    EndsIteration,
    IsCutOff,
    GoesOn,
}

/// Whether the order of some events of this trace can be a race. Some engines tell neither of the start of branches nor
/// of iterations: there a Parallel or Map that was left is the sign of them.
pub(super) fn has_concurrency(trace: &Trace) -> bool {
    let count = |kind: &str| trace.0.iter().filter(|event| event.kind == kind).count();
    let parallel = ["ParallelStateStarted", "ParallelStateExited"];
    let is_untold_map = count("MapStateExited") > 0 && count("MapStateStarted") == 0;
    parallel.iter().any(|kind| count(kind) > 0) || count("MapIterationStarted") > 1 || is_untold_map
}

/// How many events come before anything can run beside something else: up to the first Parallel or Map that is entered.
pub(super) fn alone_at_first(trace: &Trace) -> usize {
    let starts_branches =
        |event: &TraceEvent| matches!(event.kind.as_str(), "ParallelStateEntered" | "MapStateEntered");
    trace.0.iter().position(starts_branches).map_or(trace.0.len(), |entry| entry + 1)
}

impl<'a> Threads<'a> {
    /// Takes a trace apart; `None` when its `previousEventId`s cannot be used: they point forward or to nothing, or
    /// they only count up although the trace has branches.
    pub(super) fn of(trace: &'a Trace) -> Option<Self> {
        let previous = previous_positions(&trace.0)?;
        let mut threads = Self {
            events: &trace.0,
            previous,
            thread_of: Vec::with_capacity(trace.0.len()),
            lines: Vec::new(),
            composites: Vec::new(),
        };
        for position in 0..trace.0.len() {
            threads.add(position);
        }
        Some(threads)
    }

    /// Every thread as the state that it runs in (empty for the main line) and the labels of those of its events that
    /// are kept, sorted: equal for two histories that differ only in how concurrent events interleave.
    pub(super) fn canonical(&self, is_kept: impl Fn(usize) -> bool) -> Vec<(String, Vec<String>)> {
        let mut labels = vec![Vec::new(); self.lines.len()];
        for (position, event) in self.events.iter().enumerate() {
            if is_kept(position) {
                labels[self.thread_of[position]].push(event.label());
            }
        }
        let mut named: Vec<_> = labels
            .into_iter()
            .zip(&self.lines)
            .filter(|(labels, _)| !labels.is_empty())
            .map(|(labels, thread)| (self.parent_name(thread).to_owned(), labels))
            .collect();
        named.sort_unstable();
        named
    }

    /// The events inside of failed runs of the named state that did not lead to the failure: what its siblings did.
    pub(super) fn sibling_events(&self, state: &str) -> HashSet<usize> {
        let mut siblings = HashSet::new();
        for (index, composite) in self.composites.iter().enumerate() {
            if composite.name != state || self.has_succeeded(composite) {
                continue;
            }
            let end = composite.ended.unwrap_or(self.events.len() - 1);
            let led_to_the_end: HashSet<usize> = match self.failing_event(index, end) {
                Some(failing) => self.chain_from(failing).collect(),
                None => self.chain(end).collect(),
            };
            siblings.extend(
                (composite.started..self.events.len()).filter(|position| {
                    self.is_inside(*position, index) && !led_to_the_end.contains(position)
                }),
            );
        }
        siblings
    }

    /// The event with which a branch failed, where the end of the run names another one. Recorded: AWS names this one; some
    /// engines name whichever came last.
    fn failing_event(&self, composite: usize, end: usize) -> Option<usize> {
        let is_failing = |position: usize| is_failure(&self.events[position].kind);
        if self.previous[end].is_some_and(is_failing) {
            return None;
        }
        let is_tip = |position: usize| self.lines[self.thread_of[position]].tip == position;
        let started = self.composites[composite].started;
        let mut failing =
            (started..end).filter(|at| is_failing(*at) && is_tip(*at) && self.is_inside(*at, composite));
        failing.next()
    }

    fn add(&mut self, position: usize) {
        let previous = self.previous[position];
        let thread = match role_of(&self.events[position].kind) {
            Role::Starts(kind) => self.start_composite(position, kind),
            Role::Ends(kind) => self.end_composite(position, kind),
            Role::Exits => self.thread_of_entered(position),
            Role::StartsIteration => {
                let parent = previous.and_then(|from| self.open_composite(from, CompositeKind::Map));
                Some(self.new_thread(parent, position))
            }
            Role::EndsIteration => self.thread_of_iteration(position),
            Role::IsCutOff => {
                let parent = previous.and_then(|from| self.lines[self.thread_of[from]].parent);
                Some(self.new_thread(parent, position))
            }
            Role::GoesOn => None,
        };
        let thread = thread.unwrap_or_else(|| self.follow(position));
        self.lines[thread].tip = position;
        self.thread_of.push(thread);
    }

    /// The thread whose tip is the previous event; the first event of a branch starts a thread of its own.
    fn follow(&mut self, position: usize) -> usize {
        let Some(previous) = self.previous[position] else {
            return if self.lines.is_empty() { self.new_thread(None, position) } else { 0 };
        };
        if let Some(parent) = self.composites.iter().position(|composite| composite.started == previous) {
            return self.new_thread(Some(parent), position);
        }
        let thread = self.thread_of[previous];
        if self.lines[thread].tip == previous {
            return thread;
        }
        self.new_thread(self.lines[thread].parent, position)
    }

    fn start_composite(&mut self, position: usize, kind: CompositeKind) -> Option<usize> {
        let previous = self.previous[position]?;
        let (thread, name) = if self.events[previous].kind == kind.entered() {
            (self.follow(position), self.events[previous].state_name().unwrap_or_default().to_owned())
        } else {
            let retried = self.open_composite(previous, kind)?;
            let composite = &mut self.composites[retried];
            composite.ended = Some(position);
            (composite.thread, composite.name.clone())
        };
        self.composites.push(Composite { kind, started: position, thread, name, ended: None });
        Some(thread)
    }

    fn end_composite(&mut self, position: usize, kind: CompositeKind) -> Option<usize> {
        let ended = self.open_composite(self.previous[position]?, kind)?;
        let composite = &mut self.composites[ended];
        composite.ended = Some(position);
        Some(composite.thread)
    }

    /// The innermost run of that kind that is still open, walking back. A state that was entered but never started
    /// (its items could not be read) is in the way of everything around it.
    fn open_composite(&self, from: usize, kind: CompositeKind) -> Option<usize> {
        let mut has_passed_a_start = false;
        for position in self.chain_from(from) {
            if let Some(index) = self.composites.iter().position(|composite| composite.started == position) {
                let composite = &self.composites[index];
                if composite.kind == kind && composite.ended.is_none() {
                    return Some(index);
                }
                has_passed_a_start |= composite.kind == kind;
            } else if self.events[position].kind == kind.entered() {
                if !has_passed_a_start {
                    return None;
                }
                has_passed_a_start = false;
            }
        }
        None
    }

    fn thread_of_entered(&self, position: usize) -> Option<usize> {
        let exited = &self.events[position];
        let entered_kind = exited.kind.replace("Exited", "Entered");
        let is_entered =
            |event: &TraceEvent| event.kind == entered_kind && event.state_name() == exited.state_name();
        let entered = self.chain(position).find(|from| is_entered(&self.events[*from]))?;
        Some(self.thread_of[entered])
    }

    /// The iteration with the same name and index: on the chain, or, when it was cut off, the latest one started.
    fn thread_of_iteration(&self, position: usize) -> Option<usize> {
        let ended = &self.events[position];
        let is_start = |event: &TraceEvent| {
            event.kind == "MapIterationStarted"
                && event.state_name() == ended.state_name()
                && event.details.get("index") == ended.details.get("index")
        };
        let started = self
            .chain(position)
            .find(|from| is_start(&self.events[*from]))
            .or_else(|| (0..position).rev().find(|from| is_start(&self.events[*from])))?;
        Some(self.thread_of[started])
    }

    fn new_thread(&mut self, parent: Option<usize>, tip: usize) -> usize {
        self.lines.push(Thread { parent, tip });
        self.lines.len() - 1
    }

    /// The positions that led to an event, nearest first, without itself.
    fn chain(&self, position: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.previous[position], |from| self.previous[*from])
    }

    fn chain_from(&self, position: usize) -> impl Iterator<Item = usize> {
        std::iter::once(position).chain(self.chain(position))
    }

    fn has_succeeded(&self, composite: &Composite) -> bool {
        composite.ended.is_some_and(|end| self.events[end].kind.ends_with("StateSucceeded"))
    }

    fn is_inside(&self, position: usize, composite: usize) -> bool {
        let mut parent = self.lines[self.thread_of[position]].parent;
        // A run starts after the run that it is inside of, so this walk goes down and ends.
        while let Some(index) = parent {
            if index == composite {
                return true;
            }
            parent = self.lines[self.composites[index].thread].parent.filter(|outer| *outer < index);
        }
        false
    }

    fn parent_name(&self, thread: &Thread) -> &str {
        thread.parent.map_or("", |parent| self.composites[parent].name.as_str())
    }
}

impl CompositeKind {
    fn entered(self) -> &'static str {
        match self {
            Self::Parallel => "ParallelStateEntered",
            Self::Map => "MapStateEntered",
        }
    }
}

fn role_of(kind: &str) -> Role {
    match kind {
        "ParallelStateStarted" => Role::Starts(CompositeKind::Parallel),
        "MapStateStarted" => Role::Starts(CompositeKind::Map),
        "ParallelStateSucceeded" | "ParallelStateFailed" => Role::Ends(CompositeKind::Parallel),
        "MapStateSucceeded" | "MapStateFailed" => Role::Ends(CompositeKind::Map),
        "ParallelStateExited" | "MapStateExited" => Role::Exits,
        "MapIterationStarted" => Role::StartsIteration,
        "MapIterationSucceeded" | "MapIterationFailed" | "MapIterationAborted" => Role::EndsIteration,
        "TaskStateAborted" | "WaitStateAborted" | "ParallelStateAborted" | "MapStateAborted" => {
            Role::IsCutOff
        }
        _ => Role::GoesOn,
    }
}

/// Whether a thread may end with an event of this kind because it failed.
pub(super) fn is_failure(kind: &str) -> bool {
    kind == "FailStateEntered" || kind.ends_with("Failed") || kind.ends_with("TimedOut")
}

/// At most the first two events, an abort and an old-style evaluation failure have no previous event.
const WITHOUT_PREVIOUS_MAX: usize = 4;

fn previous_positions(events: &[TraceEvent]) -> Option<Vec<Option<usize>>> {
    let mut position_of = HashMap::new();
    let mut previous = Vec::with_capacity(events.len());
    for (position, event) in events.iter().enumerate() {
        previous.push(match event.previous_event_id {
            0 => None,
            id => Some(*position_of.get(&id)?),
        });
        position_of.insert(event.id, position);
    }
    let without_previous = previous.iter().filter(|from| from.is_none()).count();
    (without_previous <= WITHOUT_PREVIOUS_MAX && has_forks(&previous)).then_some(previous)
}

/// Whether two events share a previous one. Recorded: wherever branches or iterations start or end, two do.
fn has_forks(previous: &[Option<usize>]) -> bool {
    let mut seen = HashSet::new();
    previous.iter().flatten().any(|from| !seen.insert(*from))
}
