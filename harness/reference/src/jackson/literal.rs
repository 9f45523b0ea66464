//! Strings, numbers and the three words of JSON.

use super::{
    characters::{continues_identifier, described, starts_identifier, unexpected, unit},
    scanner::{Scanned, Scanner, VALUES},
};

/// Jackson shows so much of a word that it does not know.
const TOKEN_CHARACTERS_MAX: usize = 256;
const WORDS: [&str; 3] = ["true", "false", "null"];
/// Words that only a lenient Jackson reads.
const NON_STANDARD: [&str; 2] = ["NaN", "Infinity"];

impl Scanner<'_> {
    pub(super) fn field_name(&mut self) -> Scanned<()> {
        self.quoted_text(" in field name", "name")
    }

    pub(super) fn string_value(&mut self) -> Scanned<()> {
        self.quoted_text(": was expecting closing quote for a string value", "string value")
    }

    /// Reads up to the closing quote.
    fn quoted_text(&mut self, end_of_input: &str, what: &str) -> Scanned<()> {
        loop {
            let Some(next) = self.read() else {
                return Err(format!("Unexpected end-of-input{end_of_input}"));
            };
            if next == unit('"') {
                return Ok(());
            }
            if next == unit('\\') {
                self.escape()?;
            } else if next < 0x20 {
                return Err(format!(
                    "Illegal unquoted character ({}): has to be escaped using backslash to be included in {what}",
                    described(next)
                ));
            }
        }
    }

    fn escape(&mut self) -> Scanned<()> {
        const END_OF_INPUT: &str = "Unexpected end-of-input in character escape sequence";
        let escaped = self.read().ok_or(END_OF_INPUT)?;
        match char::from_u32(u32::from(escaped)) {
            Some('b' | 't' | 'n' | 'f' | 'r' | '"' | '/' | '\\') => Ok(()),
            Some('u') => (0..4).try_for_each(|_| {
                let digit = self.read().ok_or(END_OF_INPUT)?;
                let is_digit = u8::try_from(digit).is_ok_and(|digit| digit.is_ascii_hexdigit());
                let message = || unexpected(digit, "expected a hex-digit for character escape sequence");
                if is_digit { Ok(()) } else { Err(message()) }
            }),
            _ => Err(format!("Unrecognized character escape {}", described(escaped))),
        }
    }

    /// Reads a number whose first character was read.
    pub(super) fn number(&mut self, first: u16, is_root: bool) -> Scanned<()> {
        let mut digit = first;
        if first == unit('-') {
            let next = self.read().ok_or("Unexpected end-of-input in a Number value")?;
            if !is_digit(next) {
                const EXPECTED: &str = "expected digit (0-9) to follow minus sign, for valid numeric value";
                return Err(in_number(next, EXPECTED));
            }
            digit = next;
        }
        if digit == unit('0') && self.peek().is_some_and(is_digit) {
            self.next += 1;
            return Err("Invalid numeric value: Leading zeroes not allowed".to_owned());
        }
        self.digits();
        if self.peek() == Some(unit('.')) {
            self.next += 1;
            self.some_digits("Decimal point not followed by a digit")?;
        }
        if self.peek().is_some_and(|next| next == unit('e') || next == unit('E')) {
            self.next += 1;
            let has_sign = self.peek().is_some_and(|next| next == unit('+') || next == unit('-'));
            self.next += usize::from(has_sign);
            self.some_digits("Exponent indicator not followed by a digit")?;
        }
        match self.peek() {
            Some(next) if is_root && !matches!(next, 0x09 | 0x0a | 0x0d | 0x20) => {
                self.next += 1;
                Err(unexpected(next, "Expected space separating root-level values"))
            }
            _ => Ok(()),
        }
    }

    fn some_digits(&mut self, problem: &str) -> Scanned<()> {
        match self.peek() {
            Some(next) if is_digit(next) => {
                self.digits();
                Ok(())
            }
            Some(next) => {
                self.next += 1;
                Err(in_number(next, problem))
            }
            None => Err("Unexpected end-of-input in a Number value".to_owned()),
        }
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(is_digit) {
            self.next += 1;
        }
    }

    /// Reads what can only be a word.
    pub(super) fn word(&mut self, first: u16) -> Scanned<()> {
        let begins = |word: &&str| word.encode_utf16().next() == Some(first);
        if let Some(word) = WORDS.into_iter().find(begins) {
            return self.rest_of_word(word);
        }
        if let Some(word) = NON_STANDARD.into_iter().find(begins) {
            self.rest_of_word(word)?;
            return Err(format!(
                "Non-standard token '{word}': enable JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS to allow"
            ));
        }
        match self.peek() {
            Some(next) if first == unit('+') => {
                self.next += 1;
                Err(in_number(next, "expected digit (0-9) to follow minus sign, for valid numeric value"))
            }
            _ if starts_identifier(first) => Err(self.unrecognised(vec![first])),
            _ => Err(unexpected(first, &format!("expected a valid value {VALUES}"))),
        }
    }

    fn rest_of_word(&mut self, word: &str) -> Scanned<()> {
        let units: Vec<u16> = word.encode_utf16().collect();
        for (index, expected) in units.iter().enumerate().skip(1) {
            if self.peek() != Some(*expected) {
                return Err(self.unrecognised(units[..index].to_vec()));
            }
            self.next += 1;
        }
        match self.peek() {
            Some(next) if continues_identifier(next) => Err(self.unrecognised(units)),
            _ => Ok(()),
        }
    }

    /// The message about a word of which the beginning was read; reads its rest.
    fn unrecognised(&mut self, mut token: Vec<u16>) -> String {
        while let Some(next) = self.peek().filter(|next| continues_identifier(*next)) {
            self.next += 1;
            token.push(next);
            if token.len() >= TOKEN_CHARACTERS_MAX {
                token.extend("...".encode_utf16());
                break;
            }
        }
        format!("Unrecognized token '{}': was expecting {VALUES}", String::from_utf16_lossy(&token))
    }
}

fn in_number(unit: u16, comment: &str) -> String {
    unexpected(unit, comment).replacen("):", ") in numeric value:", 1)
}

fn is_digit(next: u16) -> bool {
    (unit('0')..=unit('9')).contains(&next)
}
