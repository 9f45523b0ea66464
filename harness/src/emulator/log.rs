//! The end of a log file, for messages.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

const LINES_MAX: usize = 12;
const BYTES_MAX: u64 = 8 * 1024;

/// The last lines of the file, indented; what cannot be read is empty.
pub(super) fn tail(path: &Path) -> String {
    let text = read_end(path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let start = lines.len().saturating_sub(LINES_MAX);
    lines[start..].iter().map(|line| format!("  | {line}")).collect::<Vec<_>>().join("\n")
}

fn read_end(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(BYTES_MAX)))?;
    let mut bytes = Vec::new();
    file.take(BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tail_is_the_last_lines_that_say_something() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("log");
        let lines: Vec<String> = (0..2000).map(|number| format!("line {number}\n\n")).collect();
        std::fs::write(&path, lines.concat()).expect("writable");
        let tail = tail(&path);
        assert_eq!(tail.lines().count(), LINES_MAX);
        assert!(tail.ends_with("  | line 1999"), "{tail}");
    }

    #[test]
    fn missing_log_has_an_empty_tail() {
        assert_eq!(tail(Path::new("/nonexistent/log")), "");
    }
}
