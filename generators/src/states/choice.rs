//! Choice states, and the bounded loops that are made of one.

use serde_json::{Value, json};

use crate::{
    builder::{Builder, Env, state_of_type},
    scope::{Site, States},
    shape::Shape,
};

impl Builder {
    /// A Choice of one to four rules, mostly with a Default.
    pub(crate) fn choice_state(&mut self, states: &mut States, site: Site<'_>, raw: &Shape) -> Shape {
        let mut state = state_of_type("Choice");
        let data = self.input_path(&mut state, site.scope, raw, 4);
        let env = Env::new(&data, site.scope, site.name);
        let count = self.draw.weighted(&[(62, 1), (25, 2), (9, 3), (4, 4)]);
        let mut rules: Vec<_> = (0..count).map(|_| self.choice_rule(&env)).collect();
        let out = self.output_path(&mut state, site.scope, data, 4);
        let has_default = !site.scope.may_fail || self.draw.chance(95);
        let ways = rules.len() + usize::from(has_default);
        let straight_on = self.draw.below(ways);
        let mut meeting = None;
        let mut targets = Vec::new();
        for way in 0..ways {
            targets.push(self.way_out(states, site, &out, way == straight_on, &mut meeting));
        }
        let default = if has_default { targets.pop() } else { None };
        for (rule, target) in rules.iter_mut().zip(targets) {
            rule.insert("Next".to_owned(), target.into());
        }
        state.insert("Choices".to_owned(), rules.into_iter().map(Value::Object).collect());
        if let Some(target) = default {
            state.insert("Default".to_owned(), target.into());
        }
        states.insert(site.name.to_owned(), Value::Object(state));
        meeting.unwrap_or(out)
    }

    /// Where one way out of a Choice leads; `meeting` gathers what holds on all ways that come to the next state.
    fn way_out(
        &mut self,
        states: &mut States,
        site: Site<'_>,
        out: &Shape,
        is_straight_on: bool,
        meeting: &mut Option<Shape>,
    ) -> String {
        let (target, shape) = match site.next {
            Some(next) if is_straight_on || self.draw.chance(25) => (next.to_owned(), Some(out.clone())),
            _ => self.side_way(states, site, out),
        };
        if let Some(shape) = shape {
            *meeting = Some(meeting.take().map_or_else(|| shape.clone(), |before| before.common(&shape)));
        }
        target
    }

    /// A loop that counts to a small bound: set the counter, add one, look at it.
    pub(crate) fn loop_states(&mut self, states: &mut States, site: Site<'_>, raw: &Shape) -> Shape {
        if !matches!(raw, Shape::Object(_)) {
            return self.pass_state(states, site, raw);
        }
        let [step, check, done] = [(); 3].map(|()| self.names.fresh(&mut self.draw));
        let bound = self.draw.between(1, 4);
        let start = json!({"Type": "Pass", "Result": {"n": 0}, "ResultPath": "$.loop", "Next": step});
        let add = json!({"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.loop.n, 1)"}, "ResultPath": "$.loop",
            "Next": check});
        let rule = json!({"Variable": "$.loop.n", "NumericLessThan": bound, "Next": step});
        let target = site.next.unwrap_or(&done);
        states.insert(site.name.to_owned(), start);
        states.insert(step.clone(), add);
        states.insert(check.clone(), json!({"Type": "Choice", "Choices": [rule], "Default": target}));
        if site.next.is_none() {
            states.insert(done.clone(), json!({"Type": "Succeed"}));
        }
        let mut out = raw.clone();
        out.set("loop", Shape::of(&json!({"n": bound})));
        out
    }
}
