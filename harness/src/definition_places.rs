//! Where in its text every value of a definition stands, by its place as the reference writes it:
//! `/States/A/Choices[0]/Next`.

use std::{collections::BTreeMap, ops::Range};

/// The places of a JSON text.
pub struct DefinitionPlaces(BTreeMap<String, Place>);

/// Where one value stands, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    /// The key with its quotes, for a member of an object.
    key: Option<Range<usize>>,
    value: Range<usize>,
    /// Whether the value is neither an object nor an array.
    is_scalar: bool,
}

/// What of a place is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The name of the field.
    Key,
    /// What the field holds; of an object or array, its name or its opening bracket stands for it.
    Value,
}

impl DefinitionPlaces {
    /// Reads the places of a text that is known to be JSON.
    pub fn of(text: &str) -> Self {
        let mut walk = Walk { text, next: 0, places: BTreeMap::new() };
        walk.value("", None);
        Self(walk.places)
    }

    /// The bytes to point at. A missing field has none: then it is the object that lacks it.
    pub fn bytes_at(&self, location: &str, part: Part) -> Range<usize> {
        let place = lookups(location).find_map(|location| self.0.get(&location));
        place.map_or(0..0, |place| place.bytes(part))
    }

    /// The bytes of the key of this name, at the location or below it.
    pub fn bytes_of_key(&self, name: &str, location: &str) -> Option<Range<usize>> {
        let location = location.trim_end_matches('/');
        let ending = format!("/{name}");
        let below = |found: &str| found.strip_prefix(location).is_some_and(|rest| rest.ends_with(&ending));
        self.0.iter().find(|(found, _)| below(found)).map(|(_, place)| place.bytes(Part::Key))
    }

    /// The names of the members of an object, without those that hold a slash.
    pub fn members_of<'a>(&'a self, location: &'a str) -> impl Iterator<Item = &'a str> {
        let members = self.0.keys().filter_map(move |found| found.strip_prefix(location)?.strip_prefix('/'));
        members.filter(|name| !name.contains(['/', '[']))
    }
}

impl Place {
    fn bytes(&self, part: Part) -> Range<usize> {
        match &self.key {
            Some(key) if part == Part::Key || !self.is_scalar => key.clone(),
            _ if self.is_scalar => self.value.clone(),
            _ => self.value.start..self.value.start + 1,
        }
    }
}

/// A location, its form with the ending of dynamic keys, and the locations that hold it.
fn lookups(location: &str) -> impl Iterator<Item = String> {
    let location = location.trim_end_matches('/');
    let parents = std::iter::successors(Some(location), |&location| {
        location.rfind(['/', '[']).map(|end| &location[..end])
    });
    parents.flat_map(|location| [location.to_owned(), format!("{location}.$")])
}

struct Walk<'a> {
    text: &'a str,
    next: usize,
    places: BTreeMap<String, Place>,
}

impl Walk<'_> {
    fn value(&mut self, location: &str, key: Option<Range<usize>>) {
        self.skip_space();
        let start = self.next;
        let first = self.rest().bytes().next();
        match first {
            Some(b'{') => self.members(location),
            Some(b'[') => self.items(location),
            Some(b'"') => drop(self.quoted_text()),
            _ => {
                let is_end =
                    |character: char| matches!(character, ',' | '}' | ']') || character.is_whitespace();
                self.skip(self.rest().find(is_end).unwrap_or(self.rest().len()));
            }
        }
        let is_scalar = !matches!(first, Some(b'{' | b'['));
        self.places.insert(location.to_owned(), Place { key, value: start..self.next, is_scalar });
    }

    fn members(&mut self, location: &str) {
        while self.enters_next(b'}') {
            let start = self.next;
            let name = self.quoted_text();
            let key = start..self.next;
            self.skip_space();
            self.skip(":".len());
            self.value(&format!("{location}/{name}"), Some(key));
        }
    }

    fn items(&mut self, location: &str) {
        let mut index = 0;
        while self.enters_next(b']') {
            self.value(&format!("{location}[{index}]"), None);
            index += 1;
        }
    }

    /// Passes an opening bracket or a comma, up to the next element; or the closing bracket.
    fn enters_next(&mut self, close: u8) -> bool {
        self.skip_space();
        if self.rest().is_empty() {
            return false;
        }
        let closed = self.rest().as_bytes()[0] == close;
        self.skip(1);
        if closed {
            return false;
        }
        self.skip_space();
        let is_empty = self.rest().as_bytes().first() == Some(&close);
        if is_empty {
            self.skip(1);
        }
        !is_empty
    }

    fn quoted_text(&mut self) -> String {
        let mut escaped = false;
        let end = self.rest().bytes().skip(1).position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        let length = end.map_or(self.rest().len(), |end| end + 2);
        let text = serde_json::from_str(&self.rest()[..length]).unwrap_or_default();
        self.skip(length);
        text
    }

    fn rest(&self) -> &str {
        &self.text[self.next..]
    }

    fn skip_space(&mut self) {
        self.skip(self.rest().len() - self.rest().trim_start().len());
    }

    fn skip(&mut self, length: usize) {
        self.next = (self.next + length).min(self.text.len());
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const TEXT: &str = "{\"a\": [1,\n {\"b/\\\"\": \"x\\\\\"},\n [], {}],\n\"c\": {\"d\":\nnull}, \"e\": -1.5e3\n, \"n.$\" :\"é\"}";

    #[rstest]
    #[case("/", Part::Value, "{")]
    #[case("/a", Part::Value, "\"a\"")]
    #[case("/a[0]", Part::Value, "1")]
    #[case("/a[1]", Part::Key, "{")]
    #[case("/a[1]/b/\"", Part::Key, "\"b/\\\"\"")]
    #[case("/a[1]/b/\"", Part::Value, "\"x\\\\\"")]
    #[case("/a[2]", Part::Value, "[")]
    #[case("/c/d", Part::Value, "null")]
    #[case("/c/d", Part::Key, "\"d\"")]
    #[case("/c/missing", Part::Value, "\"c\"")]
    #[case("/e", Part::Value, "-1.5e3")]
    #[case("/n", Part::Key, "\"n.$\"")]
    #[case("/missing[3]/x", Part::Value, "{")]
    fn every_value_has_its_bytes(#[case] location: &str, #[case] part: Part, #[case] expected: &str) {
        assert_eq!(&TEXT[DefinitionPlaces::of(TEXT).bytes_at(location, part)], expected);
    }

    #[rstest]
    #[case("d", "/c", Some("\"d\""))]
    #[case("d", "/", Some("\"d\""))]
    #[case("d", "/a", None)]
    fn a_key_is_found_below_a_place(
        #[case] name: &str,
        #[case] location: &str,
        #[case] expected: Option<&str>,
    ) {
        let found = DefinitionPlaces::of(TEXT).bytes_of_key(name, location);
        assert_eq!(found.map(|bytes| &TEXT[bytes]), expected);
    }
}
