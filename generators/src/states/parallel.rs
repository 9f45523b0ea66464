//! Parallel states. At most one branch can fail, so that which one fails first is no race.

use serde_json::Value;

use super::ending::ERRORS;
use crate::{
    area::Area,
    builder::{Builder, Env, Scope, link, state_of_type},
    handling::Failure,
    scope::{Plan, Site, States},
    shape::Shape,
};

impl Builder {
    /// A Parallel of one to four branches.
    pub(crate) fn parallel_state(
        &mut self,
        states: &mut States,
        site: Site<'_>,
        raw: &Shape,
        focus: Option<Area>,
    ) -> Shape {
        let mut state = state_of_type("Parallel");
        let effective = self.input_path(&mut state, site.scope, raw, 6);
        let env = Env::new(&effective, site.scope, site.name);
        let data = self.template_field(&mut state, "Parameters", &env, 12).unwrap_or(effective);
        let error = self.draw.pick(ERRORS);
        let is_doomed = self.is_doomed(site.scope, focus);
        let failure = is_doomed.then_some(Failure { error: Some(error), times: None });
        let (branches, outs) = self.branches(site.scope, &data, is_doomed.then_some(error));
        state.insert("Branches".to_owned(), branches);
        let handled = self.handle_failure(states, &mut state, site, raw, (failure, focus));
        let result = self.result_selector(&mut state, site, Shape::Array(outs), 10);
        let placed = self.result_path(&mut state, site.scope, raw, result);
        let percent = if handled.has_catch { 0 } else { 5 };
        let out = self.output_path(&mut state, site.scope, placed, percent);
        link(&mut state, site.next);
        states.insert(site.name.to_owned(), Value::Object(state));
        handled.meet(&out)
    }

    /// Whether a region has to fail, for its own Retry and Catch to see.
    pub(crate) fn is_doomed(&mut self, scope: &Scope, focus: Option<Area>) -> bool {
        scope.is_sequential && (focus.is_some() || self.draw.chance(8))
    }

    fn branches(&mut self, scope: &Scope, data: &Shape, doom: Option<&str>) -> (Value, Vec<Shape>) {
        let count = self.draw.weighted(&[(15, 1), (50, 2), (25, 3), (10, 4)]);
        let risky = if doom.is_some() || (scope.may_fail && self.draw.chance(30)) {
            Some(self.draw.below(count))
        } else {
            None
        };
        let (mut branches, mut outs) = (Vec::new(), Vec::new());
        for index in 0..count {
            let inner = self.branch_scope(scope, risky, index, doom.is_some());
            let doom = doom.filter(|_| risky == Some(index));
            let length = self.draw.weighted(&[(55, 1), (30, 2), (15, 3)]);
            let (branch, out) = self.scope(&inner, &Plan { length, focus: None, doom }, data.clone());
            branches.push(Value::Object(branch));
            outs.push(out);
        }
        (Value::Array(branches), outs)
    }

    fn branch_scope(&self, scope: &Scope, risky: Option<usize>, index: usize, is_doomed: bool) -> Scope {
        match risky {
            None => Scope { may_fail: false, ..scope.inner() },
            Some(chosen) if chosen != index => scope.inner().calm(),
            Some(_) if is_doomed => Scope { may_fail: false, may_wait: !self.real_time, ..scope.inner() },
            Some(_) => scope.inner(),
        }
    }
}
