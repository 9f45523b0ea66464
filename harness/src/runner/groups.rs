//! Which bugs a run has shown, and the smallest case of each: what is worth shrinking, and what is one bug.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use asl_cases::{
    Case, Divergence, EXPRESSION, FAILS, FAILS_AS_INSIDE, FAILS_SOMEHOW, Facet, Outcome, RIGHT_WAY,
    Signature, Verdict,
};
use asl_reports::{CaseRecord, SameBug};

use super::agreements::Agreements;
use crate::judge::bears;

/// Diverging cases by the signature of their first difference. Holds one case a signature, so memory stays flat.
#[derive(Default)]
pub(super) struct Groups {
    by_signature: BTreeMap<Signature, Group>,
    agreements: Agreements,
}

/// The smallest case with one signature.
pub(super) struct Group {
    pub(super) record: CaseRecord,
    /// Whether an authored case shows it: written by hand, it is small already.
    pub(super) is_authored: bool,
    /// Whether it was put off once.
    pub(super) has_waited: bool,
}

impl Groups {
    /// A case that was run, and what came of it.
    pub(super) fn add(&mut self, record: &CaseRecord, case: &Case) {
        if record.verdict == Verdict::Agree {
            self.agreements.add(case);
        }
        if let Some(failure) = right_failure(record) {
            self.agreements.add_failure(case, failure);
        }
        let (Verdict::Diverge, Some(case), Some(first)) =
            (record.verdict, &record.case, record.divergences.first())
        else {
            return;
        };
        let group =
            Group { record: record.clone(), is_authored: case.expectation.is_some(), has_waited: false };
        let rank = |group: &Group| (!group.is_authored, size(&group.record));
        match self.by_signature.get(&first.signature) {
            Some(other) if rank(other) <= rank(&group) => {}
            _ => drop(self.by_signature.insert(first.signature.clone(), group)),
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.by_signature.len()
    }

    /// What speaks against a bug of any state.
    pub(super) fn roots(&self) -> Roots {
        let wrong = self.by_signature.keys().cloned().collect();
        Roots { found: Vec::new(), agreements: Arc::new(self.agreements.clone()), wrong: Arc::new(wrong) }
    }

    /// The groups: silent wrong answers first, then those with the fewest constructs in play, of which others are cases.
    pub(super) fn in_order(self) -> VecDeque<Group> {
        let mut groups: Vec<_> = self.by_signature.into_values().collect();
        groups.sort_by_cached_key(|group| {
            let severity = asl_cases::Severity::of(&group.record.divergences);
            (severity, constructs(&group.record), size(&group.record))
        });
        groups.into()
    }
}

impl Group {
    /// What is wrong first.
    pub(super) fn signature(&self) -> Option<&Signature> {
        self.record.divergences.first().map(|first| &first.signature)
    }

    /// An authored case is small already, but what is in play in it may be more than the bug, and what is inside of a state
    /// may be the reason for what that does; nor is a failure told that happens inside.
    pub(super) fn is_minimal(&self) -> bool {
        let is_hidden = |signature: &Signature| {
            signature.expected == FAILS_AS_INSIDE || signature.actual == FAILS_SOMEHOW
        };
        self.is_authored && constructs(&self.record) <= 1 && !self.signature().is_some_and(is_hidden)
    }
}

/// The roots that were found.
#[derive(Default)]
pub(super) struct Roots {
    found: Vec<Root>,
    /// What the engine does rightly.
    agreements: Arc<Agreements>,
    /// The signatures of all cases that diverge.
    wrong: Arc<BTreeSet<Signature>>,
}

/// The signature of the smallest case that was found.
#[derive(Clone)]
struct Root {
    signature: Signature,
    end: SearchEnd,
    /// The smallest case; none of what is said of more than one.
    case: Option<Arc<Case>>,
}

/// How the search for a smaller case ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SearchEnd {
    /// Nothing can be taken away any more.
    Smallest,
    /// The budget was used up.
    CutShort,
}

impl Roots {
    /// A new root, and what it says together with others.
    pub(super) fn add(&mut self, signature: Signature, end: SearchEnd, smallest: Option<&Case>) {
        let together: Vec<_> = self.signatures().filter_map(|other| signature.of_both(other)).collect();
        self.found.push(Root { signature, end, case: smallest.cloned().map(Arc::new) });
        for signature in together {
            let is_new = self.signatures().all(|root| *root != signature);
            if is_new && !self.agreements.refute(&signature, &self.wrong) {
                self.found.push(Root { signature, end: SearchEnd::CutShort, case: None });
            }
        }
    }

    /// Those of which this case can be one: it has what they are about.
    pub(super) fn borne_by(&self, case: &Case) -> Self {
        let found = self.found.iter().filter(|root| bears(case, &root.signature)).cloned().collect();
        Self { found, agreements: Arc::clone(&self.agreements), wrong: Arc::clone(&self.wrong) }
    }

    /// Whether none was found yet.
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Whether this signature is a root.
    pub(super) fn is_root(&self, signature: &Signature) -> bool {
        self.signatures().any(|root| root == signature)
    }

    /// The most particular root that this signature has; `None` if it is one itself.
    pub(super) fn likely(&self, signature: &Signature) -> Option<SameBug> {
        self.other(signature).filter(|_| !self.is_root(signature))
    }

    /// Whether this signature is a root or has one, and nothing else in play there can be the reason.
    pub(super) fn has(&self, signature: &Signature) -> bool {
        let is_clear = |same: SameBug| self.beside(signature, &same.root).next().is_none();
        self.is_root(signature) || self.likely(signature).is_some_and(is_clear)
    }

    /// The root that the signature at the end of a search is or has: the most particular one, unless nothing can be taken away
    /// any more and a kind of operand that is wrong is still there.
    pub(super) fn root_of(&self, found: &Signature, end: SearchEnd) -> Option<Signature> {
        let roots = self.signatures().filter(|root| self.is_rooted(found, root));
        let rank = |root: &&Signature| (root.constructs.len(), *root == found, root.is_of_operand());
        let Some(root) = roots.max_by_key(rank) else {
            return self.needed_by(found, end).cloned();
        };
        // The context object can be left out of no path, whatever is wrong.
        let is_needed = |operand: &&Signature| {
            operand.is_of_operand() && !operand.reads_context() && self.is_needed(found, operand)
        };
        let operands =
            self.beside(found, root).filter(|operand| end == SearchEnd::Smallest && is_needed(operand));
        let operand = operands.min_by_key(|operand| fails_instead(found, operand));
        Some(operand.filter(|_| root != found).unwrap_or(root).clone())
    }

    /// Other roots that may be the reason for what differs there: they are in play there, and not in this root.
    fn beside(&self, signature: &Signature, root: &Signature) -> impl Iterator<Item = &Signature> {
        let (signature, root) = (signature.clone(), root.clone());
        self.signatures().filter(move |other| {
            let is_reason = other.is_of_operand()
                || self.is_rooted(&signature, other)
                || self.is_needed(&signature, other);
            is_reason && signature.has_all_of(other) && !root.has_all_of(other)
        })
    }

    /// The roots that are cases of others, found later.
    pub(super) fn united(&self) -> Vec<SameBug> {
        let same = |root: &Root| {
            let borne = root.case.as_ref().map(|case| self.borne_by(case));
            let roots = borne.as_ref().unwrap_or(self);
            roots.other(&root.signature).or_else(|| {
                // Where each of two needs the other, the simpler one is the root.
                let needed = roots.needed_by(&root.signature, root.end)?;
                let is_simpler = simplicity(needed) < simplicity(&root.signature);
                is_simpler.then_some(())?;
                Some(SameBug { signature: root.signature.clone(), root: needed.clone(), known: None })
            })
        };
        self.found.iter().filter_map(same).collect()
    }

    /// Whether a signature can have this root, by all that the engine does.
    fn is_rooted(&self, signature: &Signature, root: &Signature) -> bool {
        signature.is_rooted_in(root) && !self.agreements.clear(signature, root)
    }

    /// Whether a smallest case still has what this root is about, and may show it by all that the engine does.
    fn is_needed(&self, smallest: &Signature, root: &Signature) -> bool {
        smallest.needs(root) && !self.agreements.clear(smallest, root)
    }

    fn signatures(&self) -> impl Iterator<Item = &Signature> {
        self.found.iter().map(|root| &root.signature)
    }

    fn other(&self, signature: &Signature) -> Option<SameBug> {
        let roots = self.signatures().filter(|root| *root != signature && self.is_rooted(signature, root));
        let root = roots.max_by_key(|root| (root.constructs.len(), root.is_of_operand()))?;
        Some(SameBug { signature: signature.clone(), root: root.clone(), known: None })
    }

    /// The simplest root about something wrong by itself that is still in play in a smallest case.
    fn needed_by(&self, smallest: &Signature, end: SearchEnd) -> Option<&Signature> {
        let roots =
            self.signatures().filter(|root| end == SearchEnd::Smallest && self.is_needed(smallest, root));
        roots.min_by_key(|root| (fails_instead(smallest, root), simplicity(root)))
    }
}

/// Whether the engine fails in this root, and does not in a Choice that goes another way: it may be the reason all the same,
/// where nothing else is.
fn fails_instead(smallest: &Signature, root: &Signature) -> bool {
    smallest.expected == RIGHT_WAY && root.actual.starts_with(FAILS)
}

/// Fewer constructs first, then what is wrong with an expression, wherever it stands, and of those what functions are given
/// before what they make of it.
fn simplicity(signature: &Signature) -> (usize, bool, bool, &Signature) {
    (signature.constructs.len(), signature.place != EXPRESSION, !signature.is_of_operand(), signature)
}

/// How an execution ends that fails as it should, but for what the engine says of it.
fn right_failure(record: &CaseRecord) -> Option<&Outcome> {
    let is_told = |divergence: &Divergence| matches!(divergence.facet, Facet::Cause | Facet::Trace);
    let expected = record.expected.as_ref().map(|expected| &expected.outcome);
    let is_right = record.verdict == Verdict::Diverge && record.divergences.iter().all(is_told);
    expected.filter(|outcome| is_right && matches!(outcome, Outcome::Failed { .. }))
}

fn constructs(record: &CaseRecord) -> usize {
    record.divergences.first().map_or(0, |first| first.signature.constructs.len())
}

fn size(record: &CaseRecord) -> usize {
    let text = |case: &Case| case.main().definition_text().len();
    record.case.as_ref().map_or(usize::MAX, text)
}

#[cfg(test)]
mod tests {
    use asl_cases::{CONTEXT_PATH, Evidence, EvidenceKind, Expectation, ExpectedOutcome, Machine, Oracle};
    use asl_reference::reference::{self, Settings};
    use serde_json::json;

    use super::*;

    fn signature(actual: &str, constructs: &[&str]) -> Signature {
        let constructs = constructs.iter().map(|construct| (*construct).to_owned()).collect();
        Signature { actual: actual.to_owned(), constructs, ..Signature::of_facet(Facet::Output) }
    }

    fn rule(constructs: &[&str]) -> Signature {
        Signature { place: "Choice".to_owned(), facet: Facet::Status, ..signature("another way", constructs) }
    }

    fn diverging(name: &str, signature: Signature) -> CaseRecord {
        let mut case = Case::new(Machine::new(json!({"Comment": name})), json!({}));
        case.name = name.to_owned();
        let mut record = CaseRecord::new(&case, "test", Verdict::Diverge);
        record.divergences = vec![Divergence {
            facet: Facet::Output,
            sentence: String::new(),
            signature,
            expected: json!(1),
            actual: json!(2),
            oracle: Oracle::Reference,
            known: None,
        }];
        record.case = Some(case);
        record
    }

    fn authored(mut record: CaseRecord) -> CaseRecord {
        let evidence = Evidence { kind: EvidenceKind::Recorded, source: String::new() };
        let expectation = Expectation { outcome: ExpectedOutcome::TimedOut, trace: None, evidence };
        if let Some(case) = &mut record.case {
            case.expectation = Some(expectation);
        }
        record
    }

    fn of_records<const N: usize>(records: [CaseRecord; N]) -> Groups {
        let mut groups = Groups::default();
        for record in records {
            let case = record.case.clone().expect("a case");
            groups.add(&record, &case);
        }
        groups
    }

    fn names(groups: Groups) -> Vec<(String, bool)> {
        groups.in_order().into_iter().map(|group| (group.record.name, group.is_authored)).collect()
    }

    #[test]
    fn smallest_case_of_each_signature_is_kept_and_fewer_constructs_come_first() {
        let groups = of_records([
            diverging("random/a/long", signature("null", &["a", "b"])),
            diverging("random/a", signature("null", &["a", "b"])),
            diverging("random/longest", signature("null", &["a"])),
            diverging("random/other", signature("text", &["a"])),
        ]);
        let wanted = ["random/other", "random/longest", "random/a"].map(|name| (name.to_owned(), false));
        assert_eq!(names(groups), wanted);
    }

    #[test]
    fn authored_case_stands_for_its_signature() {
        let groups = of_records([
            authored(diverging("pass/with-a-long-name", signature("null", &[]))),
            diverging("random/a", signature("null", &[])),
        ]);
        assert_eq!(names(groups), [("pass/with-a-long-name".to_owned(), true)]);
    }

    #[test]
    fn signature_goes_to_its_most_particular_root() {
        let mut roots = Roots::default();
        roots.add(signature("null", &["a"]), SearchEnd::Smallest, None);
        roots.add(signature("null", &["a", "b"]), SearchEnd::Smallest, None);
        let root = |constructs: &[&str]| roots.likely(&signature("null", constructs)).map(|same| same.root);
        assert_eq!(root(&["a", "b", "c"]), Some(signature("null", &["a", "b"])));
        assert_eq!(root(&["a", "c"]), Some(signature("null", &["a"])));
        assert_eq!(root(&["a"]), None, "it is a root itself");
        assert_eq!(root(&["c"]), None);
    }

    #[test]
    fn kind_of_path_that_is_wrong_is_the_root_of_a_rule_that_cannot_do_without_it() {
        let index = Signature { place: EXPRESSION.to_owned(), ..signature("array", &["index"]) };
        let mut roots = Roots::default();
        roots.add(rule(&["IsNull"]), SearchEnd::Smallest, None);
        let both = rule(&["IsNull", "index"]);
        assert_eq!(roots.likely(&both).map(|same| same.root), Some(rule(&["IsNull"])));
        roots.add(index.clone(), SearchEnd::Smallest, None);
        assert!(!roots.has(&both), "it may be the rule or the path");
        assert_eq!(roots.root_of(&both, SearchEnd::CutShort), Some(rule(&["IsNull"])));
        assert_eq!(roots.root_of(&both, SearchEnd::Smallest), Some(index));
    }

    #[test]
    fn path_that_makes_an_engine_fail_is_no_reason_for_another_way_where_one_gives_another_value() {
        let of_path = |actual: &str| Signature {
            place: EXPRESSION.to_owned(),
            constructs: BTreeSet::from(["index".to_owned()]),
            ..signature(actual, &[])
        };
        let goes_wrong = Signature { expected: RIGHT_WAY.to_owned(), ..rule(&["IsNull", "index"]) };
        let mut roots = Roots::default();
        roots.add(of_path(FAILS), SearchEnd::Smallest, None);
        assert_eq!(roots.root_of(&goes_wrong, SearchEnd::Smallest), Some(of_path(FAILS)));
        roots.add(of_path("list"), SearchEnd::Smallest, None);
        assert_eq!(roots.root_of(&goes_wrong, SearchEnd::Smallest), Some(of_path("list")));
        roots.add(rule(&["IsNull"]), SearchEnd::Smallest, None);
        assert_eq!(roots.root_of(&goes_wrong, SearchEnd::Smallest), Some(of_path("list")));
    }

    #[test]
    fn path_into_the_context_object_is_no_root_of_a_rule_that_is_wrong() {
        let path = Signature { place: EXPRESSION.to_owned(), ..signature("null", &[CONTEXT_PATH]) };
        let mut roots = Roots::default();
        roots.add(rule(&["IsNull"]), SearchEnd::Smallest, None);
        roots.add(path, SearchEnd::Smallest, None);
        let both = rule(&["IsNull", CONTEXT_PATH]);
        assert_eq!(roots.root_of(&both, SearchEnd::Smallest), Some(rule(&["IsNull"])));
    }

    #[test]
    fn authored_case_about_what_is_inside_of_a_state_is_searched() {
        let group = |signature| Group {
            record: authored(diverging("parallel/a", signature)),
            is_authored: true,
            has_waited: false,
        };
        let inside = Signature { expected: FAILS_AS_INSIDE.to_owned(), ..signature("goes on", &[]) };
        assert!(group(signature("null", &["a"])).is_minimal() && !group(inside).is_minimal());
        assert!(!group(signature(FAILS_SOMEHOW, &["a"])).is_minimal());
    }

    #[test]
    fn root_is_no_case_of_another_one_whose_fields_its_case_does_not_have() {
        let of_parallel = |constructs: &[&str]| Signature {
            place: "Parallel".to_owned(),
            ..signature("another document", constructs)
        };
        let case = |parallel: serde_json::Value| {
            let states = json!({"A": parallel, "B": {"Type": "Task", "Output": 1, "End": true}});
            Case::new(Machine::new(json!({"QueryLanguage": "JSONata", "States": states})), json!({}))
        };
        let united = |smallest: &Case| {
            let mut roots = Roots::default();
            roots.add(of_parallel(&["Output"]), SearchEnd::Smallest, None);
            roots.add(of_parallel(&["Catch", "Output"]), SearchEnd::Smallest, Some(smallest));
            roots.united().len()
        };
        assert_eq!(united(&case(json!({"Type": "Parallel", "Output": 2, "Catch": []}))), 1);
        assert_eq!(united(&case(json!({"Type": "Parallel", "Catch": []}))), 0);
    }

    #[test]
    fn kind_of_operand_comes_before_the_function_that_is_given_it() {
        let of =
            |construct: &str| Signature { place: EXPRESSION.to_owned(), ..signature("null", &[construct]) };
        let mut roots = Roots::default();
        roots.add(of("States.JsonToString"), SearchEnd::Smallest, None);
        roots.add(of("negative index"), SearchEnd::Smallest, None);
        let both = Signature {
            place: EXPRESSION.to_owned(),
            ..signature("null", &["States.JsonToString", "negative index"])
        };
        assert_eq!(roots.root_of(&both, SearchEnd::CutShort), Some(of("negative index")));
    }

    #[test]
    fn signature_with_two_roots_has_none_until_one_is_left() {
        let mut roots = Roots::default();
        roots.add(signature("null", &["a"]), SearchEnd::Smallest, None);
        let both = signature("null", &["a", "b", "c"]);
        assert!(roots.has(&both));
        roots.add(signature("null", &["b"]), SearchEnd::Smallest, None);
        assert!(!roots.has(&both) && roots.likely(&both).is_some());
        assert!(roots.has(&signature("null", &["a", "c"])));
    }

    #[test]
    fn signature_has_no_root_where_something_else_in_play_is_wrong_by_itself() {
        let field =
            |constructs: &[&str]| Signature { place: "Map".to_owned(), ..signature("null", constructs) };
        let mut roots = Roots::default();
        roots.add(field(&["ItemSelector"]), SearchEnd::Smallest, None);
        let function = Signature { place: EXPRESSION.to_owned(), ..signature("text", &["States.Format"]) };
        roots.add(function, SearchEnd::Smallest, None);
        assert!(!roots.has(&field(&["ItemSelector", "States.Format"])));
        assert!(roots.has(&field(&["ItemSelector", "States.Array"])));
    }

    #[test]
    fn root_that_is_a_case_of_another_one_is_united_with_it() {
        let mut roots = Roots::default();
        roots.add(signature("null", &["a", "b"]), SearchEnd::Smallest, None);
        roots.add(signature("null", &["a"]), SearchEnd::Smallest, None);
        let united: Vec<_> = roots.united().into_iter().map(|same| (same.signature, same.root)).collect();
        assert_eq!(united, [(signature("null", &["a", "b"]), signature("null", &["a"]))]);
    }

    #[test]
    fn roots_of_one_bug_in_two_states_are_united_into_what_they_say_together() {
        let of_field = |place: &str| {
            Signature { place: place.to_owned(), ..signature("null", &["ResultSelector"]) }.settled()
        };
        let mut roots = Roots::default();
        for place in ["Map", "Task"] {
            roots.add(of_field(place), SearchEnd::Smallest, None);
        }
        let any = of_field("any state");
        assert_eq!(roots.root_of(&of_field("Parallel"), SearchEnd::Smallest), Some(any.clone()));
        let united: Vec<_> = roots.united().into_iter().map(|same| (same.signature, same.root)).collect();
        assert_eq!(united, [(of_field("Map"), any.clone()), (of_field("Task"), any)]);
    }

    #[test]
    fn roots_of_two_states_are_two_where_the_same_works_in_a_third_one() {
        let mut groups = Groups::default();
        let of_field = |place: &str| Signature { place: place.to_owned(), ..signature("null", &["Output"]) };
        for n in 0..4 {
            let pass = json!({"Type": "Pass", "Output": n, "End": true});
            let case = Case::new(Machine::new(json!({"StartAt": "A", "States": {"A": pass}})), json!({}));
            groups.add(&CaseRecord::new(&case, "test", Verdict::Agree), &case);
        }
        let mut roots = groups.roots();
        for place in ["Parallel", "Succeed"] {
            roots.add(of_field(place), SearchEnd::Smallest, None);
        }
        assert!(roots.united().is_empty() && roots.likely(&of_field("Choice")).is_none());
    }

    #[test]
    fn failure_that_does_not_come_is_no_case_of_a_field_that_fails_elsewhere_as_it_should() {
        let of = |place: &str, facet: Facet, constructs: &[&str]| Signature {
            place: place.to_owned(),
            facet,
            expected: "fails".to_owned(),
            ..signature(asl_cases::GOES_ON, constructs)
        };
        let fails = json!({"A": {"Type": "Pass", "Assign": {"a": "{% $error('x') %}"}, "End": true}});
        let failing = || {
            let states = json!({"StartAt": "A", "QueryLanguage": "JSONata", "States": fails});
            let case = Case::new(Machine::new(states), json!({}));
            let mut record = diverging("pass/a", Signature::of_facet(Facet::Cause));
            record.divergences[0].facet = Facet::Cause;
            let expected = reference::observe(&case, Settings::default()).expect("modelled");
            record.expected = Some(expected);
            (record, case)
        };
        let root = of("any state", Facet::Output, &["Assign"]);
        let goes_on = of("Pass", Facet::Status, &["Assign", "JSONata"]);
        for n_failing in [0, 2] {
            let mut groups = Groups::default();
            (0..n_failing).map(|_| failing()).for_each(|(record, case)| groups.add(&record, &case));
            let mut roots = groups.roots();
            roots.add(root.clone(), SearchEnd::Smallest, None);
            let found = roots.root_of(&goes_on, SearchEnd::Smallest);
            assert_eq!(found.is_some(), n_failing == 0, "{n_failing} of them fail rightly");
        }
    }

    #[test]
    fn roots_that_need_each_other_are_united_into_the_simpler_one() {
        let of_rules =
            [rule(&["And", "IsNull"]), rule(&["And", "IsString"]), rule(&["And", "IsNull", "index"])];
        let mut roots = Roots::default();
        of_rules.iter().rev().for_each(|root| roots.add(root.clone(), SearchEnd::Smallest, None));
        let united: Vec<_> = roots.united().into_iter().map(|same| (same.signature, same.root)).collect();
        assert_eq!(
            united,
            [(of_rules[2].clone(), of_rules[0].clone()), (of_rules[1].clone(), of_rules[0].clone())]
        );
    }

    #[test]
    fn wrong_expression_is_the_root_of_what_was_shrunk_to_the_end_and_still_has_it() {
        let expression =
            Signature { place: asl_cases::EXPRESSION.to_owned(), ..signature("array", &["index"]) };
        let rule = rule(&["IsNull", "index"]);
        let mut roots = Roots::default();
        roots.add(expression.clone(), SearchEnd::Smallest, None);
        assert_eq!(roots.root_of(&rule, SearchEnd::Smallest), Some(expression));
        assert_eq!(roots.root_of(&rule, SearchEnd::CutShort), None, "something else may be wrong in it");
    }
}
