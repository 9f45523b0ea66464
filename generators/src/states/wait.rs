//! Wait states that cost little or, in virtual time, nothing.

use serde_json::{Map, Value};

use crate::{
    builder::{Builder, Env, link, state_of_type},
    path::{Grammar, Want, find_reference, missing_reference},
    scope::{Site, States},
    shape::Shape,
    values::TIMESTAMPS,
};

impl Builder {
    /// A Wait by seconds or until a time that is past, as a constant or from the data.
    pub(crate) fn wait_state(&mut self, states: &mut States, site: Site<'_>, raw: &Shape) -> Shape {
        let mut state = state_of_type("Wait");
        let effective = self.input_path(&mut state, site.scope, raw, 6);
        match self.draw.weighted(&[(50, 0), (18, 1), (14, 2), (18, 3)]) {
            1 => self.seconds_path(&mut state, site, &effective),
            2 => insert_timestamp(&mut state, self.draw.pick(TIMESTAMPS)),
            3 => self.timestamp_path(&mut state, site, &effective),
            _ => self.seconds(&mut state, site),
        }
        let out = self.output_path(&mut state, site.scope, effective, 6);
        link(&mut state, site.next);
        states.insert(site.name.to_owned(), Value::Object(state));
        out
    }

    fn seconds(&mut self, state: &mut Map<String, Value>, site: Site<'_>) {
        let wish = if self.real_time { 1 } else { self.draw.pick(&[1, 5, 30, 60, 600, 3600]) };
        let waits = self.draw.chance(40) && self.spend_seconds(site.scope, wish);
        state.insert("Seconds".to_owned(), if waits { wish } else { 0 }.into());
    }

    fn seconds_path(&mut self, state: &mut Map<String, Value>, site: Site<'_>, effective: &Shape) {
        if self.fault(site.scope.may_fail) {
            let path = self.bad_seconds_path(effective);
            state.insert("SecondsPath".to_owned(), path.into());
            return;
        }
        let found = find_reference(&mut self.draw, effective, Want::Seconds);
        let affordable = found.filter(|found| {
            let seconds = found.shape.known_int().and_then(|seconds| u32::try_from(seconds).ok());
            seconds.is_some_and(|seconds| self.spend_seconds(site.scope, seconds))
        });
        match affordable {
            Some(found) => {
                state.insert("SecondsPath".to_owned(), found.path.into());
            }
            None => self.seconds(state, site),
        }
    }

    fn bad_seconds_path(&mut self, effective: &Shape) -> String {
        let wrong = find_reference(&mut self.draw, effective, Want::Object).filter(|_| self.draw.chance(40));
        wrong.map_or_else(|| missing_reference(&mut self.draw, effective), |found| found.path)
    }

    fn timestamp_path(&mut self, state: &mut Map<String, Value>, site: Site<'_>, effective: &Shape) {
        let env = Env::new(effective, site.scope, site.name);
        match self.value_path(&env, Grammar::Reference, Want::Timestamp) {
            Some(path) => {
                state.insert("TimestampPath".to_owned(), path.into());
            }
            None => insert_timestamp(state, self.draw.pick(TIMESTAMPS)),
        }
    }
}

fn insert_timestamp(state: &mut Map<String, Value>, timestamp: &str) {
    state.insert("Timestamp".to_owned(), timestamp.into());
}
