//! Wait states that cost little or, in virtual time, nothing.

use serde_json::{Map, Value};

use crate::{
    builder::{Builder, Env, link},
    jsonata::{Field, Sight, spoiled},
    path::{Grammar, Want, find_reference, missing_reference},
    scope::{Site, States},
    shape::Shape,
    values::TIMESTAMPS,
};

impl Builder {
    /// A Wait by seconds or until a time that is past, as a constant or from the data.
    pub(crate) fn wait_state(&mut self, states: &mut States, site: Site<'_>, raw: &Shape) -> Shape {
        let mut state = self.state_of_type("Wait");
        if self.is_jsonata() {
            return self.jsonata_wait(states, site, raw, state);
        }
        let effective = self.input_path(&mut state, site.scope, raw, 6);
        match self.draw.weighted(&[(50, 0), (18, 1), (14, 2), (18, 3)]) {
            1 => self.seconds_path(&mut state, site, &effective),
            2 => insert_timestamp(&mut state, self.draw.pick(TIMESTAMPS)),
            3 => self.timestamp_path(&mut state, site, &effective),
            _ => self.seconds(&mut state, site),
        }
        let env = Env::new(&effective, site.scope, site.name);
        let assigned = self.assign_by_path(&mut state, &env);
        let out = self.output_path(&mut state, site.scope, effective, 6);
        self.declare(assigned);
        link(&mut state, site.next);
        states.insert(site.name.to_owned(), Value::Object(state));
        out
    }

    fn jsonata_wait(
        &mut self,
        states: &mut States,
        site: Site<'_>,
        raw: &Shape,
        mut state: Map<String, Value>,
    ) -> Shape {
        // Constants cannot go wrong.
        let way = if self.faults.is_armed { self.draw.between(1, 2) } else { self.draw.between(0, 4) };
        match way {
            0 => insert_timestamp(&mut state, self.draw.pick(TIMESTAMPS)),
            1 => {
                let sight = Sight::before(raw, site.scope, site.name);
                let time = if self.fault(site.scope.may_fail) {
                    spoiled(self, Field::Timestamp)
                } else {
                    let expression = match self.moment_to_come(site) {
                        Some(moment) => moment,
                        None => self.expression(&sight, Want::Timestamp).0,
                    };
                    self.delimited(&expression)
                };
                insert_timestamp(&mut state, &time);
            }
            2 | 3 => self.jsonata_seconds(&mut state, site),
            _ => self.seconds(&mut state, site),
        }
        let out = self.hand_on_input(&mut state, site, raw, 30);
        link(&mut state, site.next);
        states.insert(site.name.to_owned(), Value::Object(state));
        out
    }

    /// A time so many seconds after the state is entered, if there is time for that.
    fn moment_to_come(&mut self, site: Site<'_>) -> Option<String> {
        let wish = if self.real_time { 1 } else { self.draw.pick(&[2, 30, 600]) };
        let is_chosen = self.draw.chance(30) && self.spend_seconds(site.scope, wish);
        let entered = "$toMillis($states.context.State.EnteredTime)";
        is_chosen.then(|| format!("$fromMillis({entered} + {wish}000)"))
    }

    fn jsonata_seconds(&mut self, state: &mut Map<String, Value>, site: Site<'_>) {
        if self.fault(site.scope.may_fail) {
            let wrong = spoiled(self, Field::Seconds);
            state.insert("Seconds".to_owned(), wrong.into());
            return;
        }
        self.seconds(state, site);
        let seconds = state.get("Seconds").and_then(Value::as_u64).unwrap_or_default();
        let expression = match self.draw.below(3) {
            0 => format!("$count([1..{seconds}])"),
            1 => format!("{seconds} + 0"),
            _ => seconds.to_string(),
        };
        let expression = if seconds == 0 { "0 * 1".to_owned() } else { expression };
        let delimited = self.delimited(&expression);
        state.insert("Seconds".to_owned(), delimited.into());
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
