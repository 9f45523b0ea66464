//! Parallel states. At most one branch can fail, so that which one fails first is no race.

use serde_json::Value;

use super::ending::ERRORS;
use crate::{
    area::Area,
    builder::{Builder, Scope, link},
    handling::Failure,
    result::Odds,
    scope::{Plan, Site, States},
    shape::Shape,
};

const ODDS: Odds = Odds { selector: 10, output_path: 5, output: 40 };

impl Builder {
    /// A Parallel of one to four branches.
    pub(crate) fn parallel_state(
        &mut self,
        states: &mut States,
        site: Site<'_>,
        raw: &Shape,
        focus: Option<Area>,
    ) -> Shape {
        let mut state = self.state_of_type("Parallel");
        let data = self.request(&mut state, site, raw, (6, 15));
        let error = self.draw.pick(ERRORS);
        let is_bad = self.has_bad_field(site.scope);
        let is_doomed = !is_bad && self.is_doomed(site.scope, focus);
        let error_to_come = if is_bad { "States.QueryEvaluationError" } else { error };
        let failure = (is_doomed || is_bad).then_some(Failure::of(error_to_come));
        let (branches, outs) = self.branches(site.scope, &data, is_doomed.then_some(error));
        state.insert("Branches".to_owned(), branches);
        let handled = self.handle_failure(states, &mut state, site, raw, (failure, focus));
        let out = self.hand_on(&mut state, site, raw, &Shape::Array(outs), ODDS);
        if is_bad {
            self.fail_evaluation(&mut state, &["Arguments", "Output", "Assign"]);
        }
        link(&mut state, site.next);
        states.insert(site.name.to_owned(), Value::Object(state));
        handled.meet(&out)
    }

    /// Whether a region has to fail, for its own Retry and Catch to see.
    pub(crate) fn is_doomed(&mut self, scope: &Scope, focus: Option<Area>) -> bool {
        let percent = self.swarm.failures / if self.faults.is_early { 6 } else { 2 };
        scope.is_sequential && (focus.is_some() || self.draw.chance(percent))
    }

    /// Whether a JSONata field of a region has to fail, for its own Retry and Catch to see.
    pub(crate) fn has_bad_field(&mut self, scope: &Scope) -> bool {
        self.is_jsonata() && scope.is_sequential && self.draw.chance(9)
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
