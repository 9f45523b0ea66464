//! Choice states, and the bounded loops that are made of one.

use serde_json::{Map, Value, json};

use crate::{
    builder::{Builder, Env},
    jsonata::{Field, Sight, spoiled},
    scope::{Site, States},
    shape::Shape,
};

impl Builder {
    /// A Choice of one to four rules, mostly with a Default.
    pub(crate) fn choice_state(&mut self, states: &mut States, site: Site<'_>, raw: &Shape) -> Shape {
        let mut state = self.state_of_type("Choice");
        let is_jsonata = self.is_jsonata();
        let data = if is_jsonata { raw.clone() } else { self.input_path(&mut state, site.scope, raw, 6) };
        let env = Env::new(&data, site.scope, site.name);
        let sight = Sight::before(raw, site.scope, site.name);
        let count = self.draw.weighted(&[(62, 1), (25, 2), (9, 3), (4, 4)]);
        let mut rules: Vec<_> = (0..count).map(|_| self.any_rule(&env, &sight)).collect();
        let out =
            if is_jsonata { raw.clone() } else { self.output_path(&mut state, site.scope, data.clone(), 6) };
        let has_default = !site.scope.may_fail || self.draw.chance(95);
        let ways = rules.len() + usize::from(has_default);
        let straight_on = self.draw.below(ways);
        let mut meeting = None;
        let mut targets = Vec::new();
        for way in 0..ways {
            // What a rule says of Output and Assign takes the place of what the state says, which is for the Default.
            let entry = rules.get_mut(way).unwrap_or(&mut state);
            let handed_on =
                if is_jsonata { self.jsonata_output(entry, &sight, out.clone(), 18) } else { out.clone() };
            let assigned = self.assign(entry, &env, &sight);
            let before = self.remembered();
            self.declare(assigned);
            targets.push(self.way_out(states, site, &handed_on, way == straight_on, &mut meeting));
            self.come_back_to(before);
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

    fn any_rule(&mut self, env: &Env<'_>, sight: &Sight<'_>) -> Map<String, Value> {
        if !self.is_jsonata() {
            return self.choice_rule(env);
        }
        let condition: Value = if self.fault(sight.may_fail) {
            spoiled(self, Field::Condition).into()
        } else if self.draw.chance(6) {
            self.draw.chance(50).into()
        } else {
            let (expression, _) = self.boolean_expression(sight, 0);
            self.delimited(&expression).into()
        };
        Map::from_iter([("Condition".to_owned(), condition)])
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
        let target = site.next.unwrap_or(&done);
        if site.next.is_none() {
            let end = self.state_of_type("Succeed");
            states.insert(done.clone(), Value::Object(end));
        }
        let mut out = raw.clone();
        out.set("loop", Shape::of(&json!({"n": bound})));
        if self.is_jsonata() {
            self.jsonata_loop(states, [site.name, &step, &check, target], bound);
            return out;
        }
        let start = json!({"Type": "Pass", "Result": {"n": 0}, "ResultPath": "$.loop", "Next": step});
        let add = json!({"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.loop.n, 1)"}, "ResultPath": "$.loop",
            "Next": check});
        let rule = json!({"Variable": "$.loop.n", "NumericLessThan": bound, "Next": step});
        states.insert(site.name.to_owned(), start);
        states.insert(step.clone(), add);
        states.insert(check.clone(), json!({"Type": "Choice", "Choices": [rule], "Default": target}));
        out
    }

    fn jsonata_loop(&mut self, states: &mut States, [start, step, check, target]: [&str; 4], bound: i64) {
        let set = |value: &str| format!("{{% $merge([$states.input, {{'loop': {{'n': {value}}}}}]) %}}");
        let mut add = |builder: &mut Self, name: &str, value: &str, next: &str| {
            let mut state = builder.state_of_type("Pass");
            state.insert("Output".to_owned(), set(value).into());
            state.insert("Next".to_owned(), next.into());
            states.insert(name.to_owned(), Value::Object(state));
        };
        add(self, start, "0", step);
        add(self, step, "$states.input.loop.n + 1", check);
        let mut choice = self.state_of_type("Choice");
        let condition = format!("{{% $states.input.loop.n < {bound} %}}");
        choice.insert("Choices".to_owned(), json!([{"Condition": condition, "Next": step}]));
        choice.insert("Default".to_owned(), target.into());
        states.insert(check.to_owned(), Value::Object(choice));
    }
}
