//! The patterns of `StringMatches`: `*` stands for any text, `\*` for an asterisk, `\\` for a backslash.

use crate::seeded::{Site, seeded};

/// A compiled pattern: the texts before, between and after the asterisks.
/// Requirement: asl.choice.string-matches
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    first: String,
    /// Each follows an asterisk.
    rest: Vec<String>,
}

/// A backslash that is followed by neither `*` nor `\`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a backslash in a StringMatches pattern escapes neither an asterisk nor a backslash")]
pub struct OpenEscape;

impl Pattern {
    /// Compiles a pattern.
    pub fn parse(text: &str) -> Result<Self, OpenEscape> {
        let mut pattern = Self { first: String::new(), rest: Vec::new() };
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            let literal = match character {
                '*' if !pattern.rest.is_empty() && seeded(Site::OneStarAlone) => '*',
                '*' => {
                    pattern.rest.push(String::new());
                    continue;
                }
                '\\' if characters.as_str().starts_with('*') && seeded(Site::EscapedStarIsWild) => continue,
                '\\' => {
                    characters.next().filter(|escaped| matches!(escaped, '*' | '\\')).ok_or(OpenEscape)?
                }
                other => other,
            };
            pattern.rest.last_mut().unwrap_or(&mut pattern.first).push(literal);
        }
        Ok(pattern)
    }

    /// Whether the pattern matches the entire text; the earliest place of each piece is always good enough, so the
    /// search never turns back.
    pub fn matches(&self, text: &str) -> bool {
        if let Some(matches) = self.mistaken_match(text) {
            return matches;
        }
        let Some((last, middle)) = self.rest.split_last() else { return text == self.first };
        let Some(mut remaining) = text.strip_prefix(self.first.as_str()) else { return false };
        for piece in middle {
            let Some(position) = remaining.find(piece.as_str()) else { return false };
            remaining = &remaining[position + piece.len()..];
        }
        remaining.ends_with(last.as_str())
    }

    /// What engines say that match in another way.
    fn mistaken_match(&self, text: &str) -> Option<bool> {
        if seeded(Site::PatternMatchesPart) && self.rest.is_empty() {
            return Some(text.contains(&self.first));
        }
        if seeded(Site::StarNeedsText) && self.rest.len() == 1 {
            let inner = text.strip_prefix(self.first.as_str())?.strip_suffix(self.rest[0].as_str());
            return Some(inner.is_some_and(|inner| !inner.is_empty()));
        }
        if seeded(Site::PatternFoldsCase) {
            let lower = |text: &String| text.to_lowercase();
            let folded = Self { first: lower(&self.first), rest: self.rest.iter().map(lower).collect() };
            return (folded != *self || text != text.to_lowercase())
                .then(|| folded.matches(&text.to_lowercase()));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("log.txt", "log.txt", true)]
    #[case("log.txt", "log_txt", false)]
    #[case("*", "", true)]
    #[case("", "", true)]
    #[case("", "a", false)]
    #[case("foo*.log", "foo23.log", true)]
    #[case("foo*.log", "foo23.log ", false)]
    #[case("foo*bar.*", "foobar.zebra", true)]
    #[case("a*a", "a", false)]
    #[case("a*b*b", "ab", false)]
    #[case("a*b*b", "abb", true)]
    #[case("a**b", "ab", true)]
    #[case("file\\*name.txt", "file*name.txt", true)]
    #[case("file\\*name.txt", "fileXname.txt", false)]
    #[case("a\\\\*", "a\\b", true)]
    #[case("[a-z]?", "b", false)]
    #[case("A*", "abc", false)]
    #[case("*é", "caf\u{e9}", true)]
    fn only_asterisk_and_backslash_are_special(
        #[case] pattern: &str,
        #[case] text: &str,
        #[case] expected: bool,
    ) {
        assert_eq!(Pattern::parse(pattern).unwrap().matches(text), expected);
    }

    #[rstest]
    #[case("a\\")]
    #[case("a\\n")]
    fn open_escapes_are_errors(#[case] pattern: &str) {
        assert_eq!(Pattern::parse(pattern), Err(OpenEscape));
    }
}
