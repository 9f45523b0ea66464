//! Standard output for results, standard error for progress and complaints.

use std::io::{self, Write};

use asl_reports::Colours;

/// Prints a result. A reader that went away (`| head`) is no error.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Says what is going on. Nobody may be listening.
pub fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Says what went wrong.
pub fn complain(text: &str) {
    let prefix = console::style("error:").for_stderr().red().bold();
    let _ = writeln!(io::stderr(), "{prefix} {text}");
}

/// Whether standard output shows colours.
pub fn colours() -> Colours {
    if console::colors_enabled() { Colours::On } else { Colours::Off }
}
