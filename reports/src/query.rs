//! A small language that chooses cases: `engine(moto) & area(choice) & verdict(diverge) & !known`.
//!
//! A test names a fact and a pattern, `*` in which stands for any characters. `&` binds tighter than `|`, `!` tightest;
//! parentheses group. A bare verdict is short for `verdict(…)`, and `all` is every case.
//!
//! A log does not hold the cases that agreed or were not sent. The requirements of such a case are looked up among the
//! authored ones; those of one that was drawn are known only before the run.

use std::{collections::BTreeMap, fmt, sync::LazyLock};

use asl_cases::{Case, Phase, RequirementId, Verdict, corpus::corpus};

use crate::{CaseRecord, signature_of, wording};

/// A choice of cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    expression: Expression,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Expression {
    All,
    Not(Box<Expression>),
    Both(Box<Expression>, Box<Expression>),
    Either(Box<Expression>, Box<Expression>),
    Is(Fact, String),
}

/// A case of a run that is to come.
#[derive(Clone, Copy, Debug)]
pub struct Planned<'a> {
    /// The case.
    pub case: &'a Case,
    /// The part of the run.
    pub phase: Phase,
    /// The metamorphic relation by which it is run in two forms.
    pub relation: Option<&'a str>,
    /// The engine, as in [`crate::RunHeader::engine`].
    pub engine: &'a str,
}

/// What a test asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fact {
    Engine,
    Area,
    Phase,
    Relation,
    Name,
    Id,
    Requirement,
    Verdict,
    Facet,
    Signature,
    Evidence,
}

impl Fact {
    const ALL: [(&str, Self); 11] = [
        ("engine", Self::Engine),
        ("area", Self::Area),
        ("phase", Self::Phase),
        ("relation", Self::Relation),
        ("name", Self::Name),
        ("id", Self::Id),
        ("requirement", Self::Requirement),
        ("verdict", Self::Verdict),
        ("facet", Self::Facet),
        ("signature", Self::Signature),
        ("evidence", Self::Evidence),
    ];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, fact)| *fact == self).map_or("?", |(name, _)| name)
    }

    /// Whether the fact is there only when the case was run.
    fn comes_with_the_verdict(self) -> bool {
        matches!(self, Self::Verdict | Self::Facet | Self::Signature | Self::Evidence)
    }
}

/// A text that is no query.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}\n  {query}\n  {caret:>width$}", caret = '^', width = .at + 1)]
pub struct QueryError {
    what: String,
    query: String,
    at: usize,
}

impl std::str::FromStr for Query {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parser = Parser { text, at: 0 };
        let expression = parser.either()?;
        parser.skip_space();
        if parser.at < text.len() {
            return Err(parser.error("here `&`, `|` or the end is expected"));
        }
        Ok(Self { expression })
    }
}

impl Query {
    /// Whether the query chooses this record.
    pub fn matches(&self, record: &CaseRecord) -> bool {
        self.expression.holds(&|fact, pattern| record_is(record, fact, pattern))
    }

    /// Whether the query chooses what is planned, before it is run. See [`Query::needs_a_verdict`].
    pub fn matches_planned(&self, planned: &Planned<'_>) -> bool {
        self.expression.holds(&|fact, pattern| plan_is(planned, fact, pattern))
    }

    /// The first fact of the query that is known only after a run, if there is one.
    pub fn needs_a_verdict(&self) -> Option<&'static str> {
        self.expression.first_fact_of_a_run().map(Fact::name)
    }
}

impl Expression {
    fn holds(&self, is: &impl Fn(Fact, &str) -> bool) -> bool {
        match self {
            Self::All => true,
            Self::Not(inner) => !inner.holds(is),
            Self::Both(left, right) => left.holds(is) && right.holds(is),
            Self::Either(left, right) => left.holds(is) || right.holds(is),
            Self::Is(fact, pattern) => is(*fact, pattern),
        }
    }

    fn first_fact_of_a_run(&self) -> Option<Fact> {
        match self {
            Self::All => None,
            Self::Not(inner) => inner.first_fact_of_a_run(),
            Self::Both(left, right) | Self::Either(left, right) => {
                left.first_fact_of_a_run().or_else(|| right.first_fact_of_a_run())
            }
            Self::Is(fact, _) => fact.comes_with_the_verdict().then_some(*fact),
        }
    }
}

fn record_is(record: &CaseRecord, fact: Fact, pattern: &str) -> bool {
    match fact {
        Fact::Engine => engine_is(&record.engine, pattern),
        Fact::Area => is_like(pattern, &record.area),
        Fact::Phase => record.phase.is_some_and(|phase| is_like(pattern, phase.as_str())),
        Fact::Relation => record.relation.as_ref().is_some_and(|relation| is_like(pattern, relation)),
        Fact::Name => is_like(pattern, &record.name),
        Fact::Id => is_like(pattern, record.id.as_str()),
        Fact::Requirement => requirements(record).iter().any(|id| is_like(pattern, &id.0)),
        Fact::Verdict => is_like(&pattern.replace(['_', '-'], " "), record.verdict.as_str()),
        Fact::Facet => {
            record.divergences.iter().any(|divergence| is_like(pattern, divergence.facet.as_str()))
        }
        Fact::Signature => signature_of(record).is_some_and(|signature| {
            is_like(pattern, signature.id().as_str()) || is_like(pattern, &signature.to_string())
        }),
        Fact::Evidence => record
            .divergences
            .iter()
            .any(|divergence| is_like(pattern, wording::evidence(&divergence.oracle))),
    }
}

/// The requirements of the case, or of the authored case of that name if the log does not hold it.
fn requirements(record: &CaseRecord) -> &[RequirementId] {
    static AUTHORED: LazyLock<BTreeMap<String, Vec<RequirementId>>> =
        LazyLock::new(|| corpus().into_iter().map(|case| (case.name, case.requirements)).collect());
    match &record.case {
        Some(case) => &case.requirements,
        None => AUTHORED.get(&record.name).map_or(&[], Vec::as_slice),
    }
}

fn plan_is(planned: &Planned<'_>, fact: Fact, pattern: &str) -> bool {
    let Planned { case, phase, relation, engine } = planned;
    match fact {
        Fact::Engine => engine_is(engine, pattern),
        Fact::Area => is_like(pattern, case.area()),
        Fact::Phase => is_like(pattern, phase.as_str()),
        Fact::Relation => relation.is_some_and(|relation| is_like(pattern, relation)),
        Fact::Name => is_like(pattern, &case.name),
        Fact::Id => is_like(pattern, case.id().as_str()),
        Fact::Requirement => case.requirements.iter().any(|id| is_like(pattern, &id.0)),
        Fact::Verdict | Fact::Facet | Fact::Signature | Fact::Evidence => false,
    }
}

/// By its name alone, or with its version.
fn engine_is(engine: &str, pattern: &str) -> bool {
    let name = engine.split(' ').next().unwrap_or(engine);
    is_like(pattern, engine) || is_like(pattern, name) || is_like(&pattern.replacen('@', " ", 1), engine)
}

/// Whether a text is like a pattern, in which `*` stands for any characters.
fn is_like(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<_> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        let Some(place) = rest.find(part) else {
            return false;
        };
        rest = &rest[place + part.len()..];
    }
    rest.ends_with(last)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn either(&mut self) -> Result<Expression, QueryError> {
        let mut left = self.both()?;
        while self.takes('|') {
            left = Expression::Either(Box::new(left), Box::new(self.both()?));
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Expression, QueryError> {
        let mut left = self.one()?;
        while self.takes('&') {
            left = Expression::Both(Box::new(left), Box::new(self.one()?));
        }
        Ok(left)
    }

    fn one(&mut self) -> Result<Expression, QueryError> {
        if self.takes('!') {
            return Ok(Expression::Not(Box::new(self.one()?)));
        }
        if self.takes('(') {
            let inner = self.either()?;
            return if self.takes(')') { Ok(inner) } else { Err(self.error("a `)` is missing here")) };
        }
        self.test()
    }

    fn test(&mut self) -> Result<Expression, QueryError> {
        self.skip_space();
        let start = self.at;
        let rest = &self.text[start..];
        let length =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c))).unwrap_or(rest.len());
        let word = &rest[..length];
        self.at += length;
        if word == "all" {
            return Ok(Expression::All);
        }
        if let Some((_, fact)) = Fact::ALL.iter().find(|(name, _)| *name == word) {
            return Ok(Expression::Is(*fact, self.pattern()?));
        }
        if Verdict::ALL.iter().any(|verdict| verdict.as_str() == word.replace(['_', '-'], " ")) {
            return Ok(Expression::Is(Fact::Verdict, word.to_owned()));
        }
        self.at = start;
        let facts: Vec<_> = Fact::ALL.iter().map(|(name, _)| *name).collect();
        Err(self.error(&format!("here a test is expected: {}(…), a verdict, or `all`", facts.join("(…), "))))
    }

    fn pattern(&mut self) -> Result<String, QueryError> {
        if !self.takes('(') {
            return Err(self.error("here `(` and a pattern are expected, as in `area(choice)`"));
        }
        let rest = &self.text[self.at..];
        let Some(length) = rest.find(')') else {
            return Err(self.error("the `)` of this pattern is missing"));
        };
        self.at += length + 1;
        Ok(rest[..length].trim().to_owned())
    }

    fn takes(&mut self, sign: char) -> bool {
        self.skip_space();
        let takes = self.text[self.at..].starts_with(sign);
        self.at += if takes { sign.len_utf8() } else { 0 };
        takes
    }

    fn skip_space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn error(&self, what: &str) -> QueryError {
        let at = self.text[..self.at].chars().count();
        QueryError { what: what.to_owned(), query: self.text.to_owned(), at }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.expression)
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => formatter.write_str("all"),
            Self::Not(inner) => write!(formatter, "!{inner}"),
            Self::Both(left, right) => write!(formatter, "({left} & {right})"),
            Self::Either(left, right) => write!(formatter, "({left} | {right})"),
            Self::Is(fact, pattern) => write!(formatter, "{}({pattern})", fact.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use asl_cases::Oracle;
    use rstest::rstest;

    #[rstest]
    #[case("all", 9)]
    #[case("diverge", 3)]
    #[case("verdict(diverge) & area(choice)", 2)]
    #[case("area(choice) | area(map) & !flaky", 4)]
    #[case("(area(choice) | area(map)) & !(flaky|engine-error)", 3)]
    #[case("engine(ministack) & name(map/*)", 3)]
    #[case("engine(ministack@1.4.7) & facet(trace)", 1)]
    #[case("engine(moto)", 0)]
    #[case("phase(corpus)", 9)]
    #[case("phase(random) | relation(*)", 0)]
    #[case("name(*s*-*of*)", 1)]
    #[case("evidence(recorded)", 2)]
    #[case("evidence(rec)", 0)]
    #[case("evidence(*)", 3)]
    #[case("evidence(*) & !evidence(modelled)", 2)]
    #[case("requirement(asl.pass.*)", 3)]
    #[case("!known", 9)]
    fn query_chooses_records(#[case] query: &str, #[case] count: usize) {
        let query: Query = query.parse().expect("a query");
        assert_eq!(sample::log().records.iter().filter(|record| query.matches(record)).count(), count);
        assert_eq!(query.to_string().parse(), Ok(query));
    }

    #[rstest]
    #[case("evidence(metamorphic)", true)]
    #[case("evidence(comments)", false)]
    fn evidence_is_the_word_of_the_page(#[case] query: &str, #[case] is_chosen: bool) {
        let mut record = sample::log().records.remove(3);
        record.divergences[0].oracle =
            Oracle::Metamorphic { relation: "comments".to_owned(), statement: String::new() };
        assert_eq!(query.parse::<Query>().expect("a query").matches(&record), is_chosen);
    }

    #[test]
    fn requirement_chooses_the_same_authored_cases_before_a_run_and_after_it() {
        let query: Query = "requirement(asl.choice.*)".parse().expect("a query");
        let (phase, relation, engine) = (Phase::Corpus, None, "moto 5");
        let mut count = 0;
        for case in &corpus() {
            let planned = query.matches_planned(&Planned { case, phase, relation, engine });
            let record = CaseRecord::new(case, engine, Verdict::Agree);
            assert_eq!(query.matches(&record), planned, "{}", case.name);
            count += u32::from(planned);
        }
        assert!(count > 10, "{count} authored cases");
    }

    #[rstest]
    #[case("", 0)]
    #[case("area", 4)]
    #[case("area(choice", 5)]
    #[case("(diverge", 8)]
    #[case("diverge known", 8)]
    #[case("diverge & colour(red)", 10)]
    fn text_that_is_no_query_is_refused_with_the_place(#[case] text: &str, #[case] at: usize) {
        let error = text.parse::<Query>().expect_err("no query");
        assert_eq!(error.at, at, "{error}");
    }

    #[test]
    fn facts_of_a_run_are_named() {
        let query = |text: &str| text.parse::<Query>().expect("a query").needs_a_verdict();
        assert_eq!(query("area(map) & !known"), Some("verdict"));
        assert_eq!(query("area(map) | engine(moto)"), None);
    }
}
