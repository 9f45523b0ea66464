//! What the process says when it ends.

/// The exit codes of the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitCode {
    /// Everything agrees, or differs as the list of known divergences says.
    Agree = 0,
    /// At least one new divergence.
    Diverge = 1,
    /// The command line, a case file or a definition cannot be used.
    Usage = 2,
    /// The engine could not be reached, died, or gave answers that are none.
    Engine = 3,
    /// The harness itself failed.
    Harness = 4,
    /// The time given was used up.
    Capped = 5,
    /// A known divergence does not occur any more: the list is out of date.
    Fixed = 6,
    /// Interrupted by the user.
    Interrupted = 130,
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}
