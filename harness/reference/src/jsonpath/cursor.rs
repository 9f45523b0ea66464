//! A position in a text, for the hand-written parsers.

/// Reads a text one character at a time.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'t> {
    text: &'t str,
    position: usize,
}

impl<'t> Cursor<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, position: 0 }
    }

    /// The offset in bytes.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// Everything that is still to be read.
    pub(crate) fn rest(&self) -> &'t str {
        &self.text[self.position..]
    }

    /// What was read since an earlier position.
    pub(crate) fn since(&self, start: usize) -> &'t str {
        &self.text[start..self.position]
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(crate) fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.position += character.len_utf8();
        Some(character)
    }

    pub(crate) fn skip_if(&mut self, expected: char) -> bool {
        let matches = self.peek() == Some(expected);
        if matches {
            self.position += expected.len_utf8();
        }
        matches
    }

    pub(crate) fn skip_text(&mut self, expected: &str) -> bool {
        let matches = self.rest().starts_with(expected);
        if matches {
            self.position += expected.len();
        }
        matches
    }

    pub(crate) fn skip_blanks(&mut self) {
        self.take_while(|character| matches!(character, ' ' | '\t' | '\n' | '\r'));
    }

    pub(crate) fn take_while(&mut self, accepts: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|character| !accepts(character)).unwrap_or(rest.len());
        self.position += length;
        &rest[..length]
    }

    pub(crate) fn back_to(&mut self, position: usize) {
        self.position = position;
    }
}
