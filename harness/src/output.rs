//! Standard output for results, standard error for progress and complaints.

use std::io::{self, Write};

use annotate_snippets::Renderer;
use asl_reports::Colours;

/// Whether somebody still reads standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// It took everything so far.
    Listening,
    /// It went away, as `| head` does.
    Gone,
}

/// Prints a result. A reader that went away is no error.
pub fn print(text: &str) -> io::Result<Reader> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(Reader::Listening),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Reader::Gone),
        Err(error) => Err(error),
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

/// How pictures of source texts are drawn on standard error.
pub fn renderer() -> Renderer {
    let renderer = if console::colors_enabled_stderr() { Renderer::styled() } else { Renderer::plain() };
    let size = console::Term::stderr().size_checked();
    size.map_or(renderer.clone(), |(_, columns)| renderer.term_width(columns.into()))
}

/// Whether standard output shows colours.
pub fn colours() -> Colours {
    if console::colors_enabled() { Colours::On } else { Colours::Off }
}
