//! Why a text is not a path.

use thiserror::Error;

use super::cursor::Cursor;

/// A text that is not a path, with the place where it stops being one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{problem} (at byte {position})")]
pub struct PathSyntaxError {
    position: usize,
    problem: &'static str,
}

impl PathSyntaxError {
    pub(crate) fn at(cursor: &Cursor<'_>, problem: &'static str) -> Self {
        Self { position: cursor.position(), problem }
    }

    /// The offset in bytes of the first character that does not fit.
    pub fn position(&self) -> usize {
        self.position
    }
}
