//! The walk through a text, token by token, in Jackson's order of checks, up to the first problem.

use super::{
    characters::{unexpected, unit},
    source_at,
};

/// What every unexpected token is told.
pub(super) const VALUES: &str = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

const LINE_FEED: u16 = unit('\n');
const CARRIAGE_RETURN: u16 = unit('\r');

/// A reader's place in the text.
pub(super) struct Scanner<'a> {
    pub(super) text: &'a str,
    pub(super) units: &'a [u16],
    /// The units before this one were read.
    pub(super) next: usize,
    line: usize,
    line_start: usize,
}

/// The message of the first problem, which is where the scanner stopped.
pub(super) type Scanned<T> = Result<T, String>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Root,
    Array,
    Object,
}

/// An array or object that is open, or the text itself.
struct Scope {
    kind: Kind,
    /// Where it began.
    line: usize,
    column: usize,
    is_empty: bool,
}

impl Scope {
    /// Jackson's `typeDesc`.
    fn name(&self) -> &'static str {
        match self.kind {
            Kind::Root => "root",
            Kind::Array => "Array",
            Kind::Object => "Object",
        }
    }
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str, units: &'a [u16]) -> Self {
        Self { text, units, next: 0, line: 1, line_start: 0 }
    }

    pub(super) fn n_units_read(&self) -> usize {
        self.next
    }

    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// The column behind what was read.
    pub(super) fn column(&self) -> usize {
        self.next - self.line_start + 1
    }

    /// Reads one value.
    pub(super) fn scan(&mut self) -> Scanned<()> {
        let mut scopes = vec![Scope { kind: Kind::Root, line: 1, column: 0, is_empty: true }];
        while let Some(scope) = scopes.last_mut() {
            let Some(first) = self.skip_space()? else { return self.end(scope) };
            if first == unit(']') || first == unit('}') {
                self.close(first, scope)?;
                scopes.pop();
            } else {
                let first = if scope.is_empty { first } else { self.comma(first, scope)? };
                scope.is_empty = false;
                let opened = self.element(first, scope)?;
                scopes.extend(opened);
            }
            if let [root] = scopes.as_slice()
                && !root.is_empty
            {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Reads a member or an element; gives the scope that it opens, if it does.
    fn element(&mut self, first: u16, scope: &Scope) -> Scanned<Option<Scope>> {
        if scope.kind != Kind::Object {
            // Jackson looks for a closing brace here and not behind a colon.
            return match first {
                _ if first == unit('}') => Err(unexpected(first, "expected a value")),
                _ => self.value(first, scope),
            };
        }
        if first != unit('"') {
            return Err(unexpected(first, "was expecting double-quote to start field name"));
        }
        self.field_name()?;
        let first = self.colon(scope)?;
        self.value(first, scope)
    }

    fn value(&mut self, first: u16, scope: &Scope) -> Scanned<Option<Scope>> {
        let kind = match char::from_u32(u32::from(first)) {
            Some('{') => Kind::Object,
            Some('[') => Kind::Array,
            Some('"') => return self.string_value().map(|()| None),
            Some('-' | '0'..='9') => return self.number(first, scope.kind == Kind::Root).map(|()| None),
            _ => return self.word(first).map(|()| None),
        };
        Ok(Some(Scope { kind, line: self.line, column: self.next - self.line_start, is_empty: true }))
    }

    fn close(&self, bracket: u16, scope: &Scope) -> Scanned<()> {
        let (closed, expected) = if bracket == unit(']') { (Kind::Array, '}') } else { (Kind::Object, ']') };
        if scope.kind == closed {
            return Ok(());
        }
        let actual = String::from_utf16_lossy(&[bracket]);
        let start = source_at(self.text, scope.line, scope.column);
        let name = scope.name();
        Err(format!(
            "Unexpected close marker '{actual}': expected '{expected}' (for {name} starting at {start})"
        ))
    }

    fn end(&self, scope: &Scope) -> Scanned<()> {
        if scope.kind == Kind::Root {
            return Ok(());
        }
        let start = source_at(self.text, scope.line, scope.column);
        let name = scope.name();
        Err(format!("Unexpected end-of-input: expected close marker for {name} (start marker at {start})"))
    }

    fn comma(&mut self, first: u16, scope: &Scope) -> Scanned<u16> {
        if first != unit(',') {
            return Err(unexpected(
                first,
                &format!("was expecting comma to separate {} entries", scope.name()),
            ));
        }
        self.within(scope)
    }

    fn colon(&mut self, scope: &Scope) -> Scanned<u16> {
        let colon = self.within(scope)?;
        if colon != unit(':') {
            return Err(unexpected(colon, "was expecting a colon to separate field name and value"));
        }
        self.within(scope)
    }

    /// The next character that is no space, which must be there.
    fn within(&mut self, scope: &Scope) -> Scanned<u16> {
        let next = self.skip_space()?;
        next.ok_or_else(|| format!("Unexpected end-of-input within/between {} entries", scope.name()))
    }

    /// Reads the next character that is no space.
    fn skip_space(&mut self) -> Scanned<Option<u16>> {
        while let Some(next) = self.read() {
            match next {
                LINE_FEED => self.begin_line(),
                CARRIAGE_RETURN => {
                    self.next += usize::from(self.peek() == Some(LINE_FEED));
                    self.begin_line();
                }
                0x20 | 0x09 => {}
                0..0x20 => {
                    let message = unexpected(
                        next,
                        "only regular white space (\\r, \\n, \\t) is allowed between tokens",
                    );
                    return Err(message.replacen("Unexpected", "Illegal", 1));
                }
                _ if next == unit('/') => {
                    return Err(unexpected(
                        next,
                        "maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' \
                         not enabled for parser)",
                    ));
                }
                _ => return Ok(Some(next)),
            }
        }
        Ok(None)
    }

    fn begin_line(&mut self) {
        self.line += 1;
        self.line_start = self.next;
    }

    pub(super) fn peek(&self) -> Option<u16> {
        self.units.get(self.next).copied()
    }

    pub(super) fn read(&mut self) -> Option<u16> {
        let unit = self.peek()?;
        self.next += 1;
        Some(unit)
    }
}
