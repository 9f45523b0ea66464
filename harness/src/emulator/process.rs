//! A child process with its own process group, which ends with the value.

use std::{
    fs,
    io::{self, Read},
    os::unix::process::CommandExt,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};

const POLL: Duration = Duration::from_millis(20);
/// The time for the killed members of a group to be gone. Only one that is stuck in the system takes longer.
const GONE_LIMIT: Duration = Duration::from_secs(2);

/// A process that leads a group; everything in the group is killed when this value is dropped.
///
/// It holds the writing end of the leader's standard input: `lifeline.py` ends the group when that closes.
#[derive(Debug)]
pub(super) struct ProcessGroup {
    id: u32,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    child: Child,
    ended: Option<ExitStatus>,
}

impl ProcessGroup {
    /// Starts the command as the leader of a new group.
    pub(super) fn spawn(command: &mut Command) -> io::Result<Self> {
        let child = command.stdin(Stdio::piped()).process_group(0).spawn()?;
        Ok(Self { id: child.id(), state: Mutex::new(State { child, ended: None }) })
    }

    /// The id of the group, which is that of its leader.
    pub(super) fn id(&self) -> u32 {
        self.id
    }

    /// How the leader ended, if it did. What it left behind is killed then.
    pub(super) fn exit_status(&self) -> Option<ExitStatus> {
        let mut state = self.state();
        if state.ended.is_none() {
            // An error would mean that the child is not ours to wait for: it counts as running.
            state.ended = state.child.try_wait().ok().flatten();
            if state.ended.is_some() {
                // At once: later, the system may give the id of an empty group to somebody else.
                self.signal(Signal::SIGKILL);
            }
        }
        state.ended
    }

    /// Waits for the leader's end.
    pub(super) fn wait(&self, limit: Duration) -> Option<ExitStatus> {
        let start = Instant::now();
        loop {
            let status = self.exit_status();
            if status.is_some() || start.elapsed() >= limit {
                return status;
            }
            thread::sleep(POLL);
        }
    }

    /// What the leader wrote to a piped standard output, once it has ended; so little that the pipe held it all.
    pub(super) fn read_stdout(&self) -> String {
        let mut text = String::new();
        if let Some(mut stdout) = self.state().child.stdout.take() {
            // What is no UTF-8 is no answer to anything that is asked here.
            let _ = stdout.read_to_string(&mut text);
        }
        text
    }

    /// Asks the group to end, and kills what is left of it after the grace.
    pub(super) fn stop(&self, grace: Duration) {
        if self.exit_status().is_some() {
            return;
        }
        self.signal(Signal::SIGTERM);
        if self.wait(grace).is_none() {
            self.signal(Signal::SIGKILL);
            self.wait(GONE_LIMIT);
        }
        self.wait_until_gone();
    }

    /// What the end of this process would do.
    #[cfg(test)]
    pub(super) fn close_stdin(&self) {
        drop(self.state().child.stdin.take());
    }

    fn wait_until_gone(&self) {
        let start = Instant::now();
        while killpg(self.pid(), None).is_ok() && !has_only_zombies(self.id) && start.elapsed() < GONE_LIMIT {
            thread::sleep(POLL);
        }
    }

    /// Fails only when the group is gone already.
    fn signal(&self, signal: Signal) {
        let _ = killpg(self.pid(), signal);
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.id).expect("a process id is a positive i32"))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.stop(super::GRACE);
    }
}

/// Whether all members of the group are dead, and only wait for the first process of the system to read their status:
/// some let that wait for seconds. Systems without `/proc` answer no.
fn has_only_zombies(group: u32) -> bool {
    let Ok(entries) = fs::read_dir("/proc") else { return false };
    let states = entries.flatten().filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
    let mut members = states.filter_map(|stat| state_in_group(&stat, group)).peekable();
    members.peek().is_some() && members.all(|state| state == 'Z' || state == 'X')
}

/// The state letter of a `/proc/PID/stat`, if the process is in the group. The name before it may hold any letter.
fn state_in_group(stat: &str, group: u32) -> Option<char> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?.chars().next()?;
    let is_member = fields.nth(1)?.parse() == Ok(group);
    is_member.then_some(state)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader};

    const LIMIT: Duration = Duration::from_secs(10);

    /// A shell that has printed the id of a child by the time this returns.
    fn shell_with_child(script: &str) -> (ProcessGroup, Pid) {
        let group = ProcessGroup::spawn(Command::new("sh").arg("-c").arg(script).stdout(Stdio::piped()))
            .expect("sh starts");
        let stdout = group.state().child.stdout.take().expect("piped");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("readable");
        (group, Pid::from_raw(line.trim().parse().expect("a process id")))
    }

    /// Killed, or dead and waiting for its parent to read its status.
    fn is_dead(pid: Pid) -> bool {
        let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        nix::sys::signal::kill(pid, None).is_err() || state.contains(") Z ") || state.contains(") X ")
    }

    #[test]
    fn state_of_a_process_is_read_behind_its_name() {
        let stat = "17 (a) b (c)) Z 1 42 42 0";
        assert_eq!((state_in_group(stat, 42), state_in_group(stat, 1)), (Some('Z'), None));
    }

    #[test]
    fn stop_ends_the_leader_and_its_children() {
        let (group, child) = shell_with_child("sleep 600 & echo $!; wait");
        assert!(!is_dead(child));
        group.stop(LIMIT);
        assert!(is_dead(child));
        assert!(group.exit_status().is_some());
    }

    #[test]
    fn stop_kills_a_group_that_ignores_the_polite_signal() {
        let (group, child) = shell_with_child("trap '' TERM; sleep 600 & echo $!; wait");
        group.stop(Duration::from_millis(50));
        assert!(is_dead(child));
    }

    #[test]
    fn drop_ends_the_group() {
        let (group, child) = shell_with_child("sleep 600 & echo $!; wait");
        drop(group);
        assert!(is_dead(child));
    }

    #[test]
    fn children_of_a_leader_that_ended_are_killed() {
        let (group, child) = shell_with_child("sleep 600 & echo $!");
        assert!(group.wait(LIMIT).is_some());
        group.wait_until_gone();
        assert!(is_dead(child));
    }
}
