//! The record of one run: append-only JSON lines, readable up to the last whole line at any moment.
//!
//! The first line says what is run on what, then comes one line a finished case, and the last line counts. A run that
//! was killed has no last line; a line that was cut or garbled is reported and the rest is read.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use asl_cases::{
    Case, CaseId, Divergence, Facet, Feature, Observation, Oracle, Permit, Phase, Policy, Profile, Signature,
    Verdict,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Redactor;

/// The version of the log format that this crate reads and writes.
pub const LOG_FORMAT: u32 = 2;

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum LogLine {
    /// The first line.
    Started(Box<RunHeader>),
    /// One finished case.
    Case(Box<CaseRecord>),
    /// A smaller case that differs in the same way; replaces the record that it was shrunk from.
    Shrunk(Box<CaseRecord>),
    /// What was taken for a bug of its own is another one of this run; holds for all records with that signature.
    SameBug(Box<SameBug>),
    /// The last line of a run that came to its end, planned or not.
    Finished(RunFooter),
}

/// What is run, on what, and how it is judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunHeader {
    /// The version of the log format, [`LOG_FORMAT`].
    pub format: u32,
    /// The version of the suite.
    pub suite_version: String,
    /// Name and version of the engine, for instance `ministack 1.5.33`.
    pub engine: String,
    /// How the engine was named on the command line.
    pub engine_spec: String,
    /// Where it listened; none for an engine inside the process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Who said what is right, in words.
    pub oracle: String,
    /// The seed that the generated cases were drawn from.
    pub seed: u64,
    /// What the engine claims to support.
    pub profile: Profile,
    /// How many cases the run was to have.
    pub cases_planned: u64,
    /// How each facet was compared.
    pub policy: Policy,
    /// When the run was started, as RFC 3339.
    pub started_at: String,
}

/// What happened to one case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseRecord {
    /// The content hash of the case.
    pub id: CaseId,
    /// The name of the case.
    pub name: String,
    /// The area that the case counts for.
    pub area: String,
    /// The part of the run that the case belongs to; not in logs of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// The metamorphic relation by which the case was run in two forms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// The engine that it ran on, as in [`RunHeader::engine`].
    pub engine: String,
    /// What was concluded.
    pub verdict: Verdict,
    /// The facets that differ.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub divergences: Vec<Divergence>,
    /// The facets that differ where AWS itself may answer in more than one way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<AllowedDifference>,
    /// What the case needs and the engine does not claim: it was not sent.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub missing: BTreeSet<Feature>,
    /// Why there is no judgement: what the engine lacks, or what it said instead of an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How long the case took, all attempts together.
    pub elapsed_ms: u64,
    /// How often it was run.
    pub attempts: u32,
    /// The drawn case that this one was shrunk from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shrunk_from: Option<CaseId>,
    /// What shrinking found out about this case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shrinking: Option<ShrinkNotes>,
    /// Where the two histories part, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_difference: Option<String>,
    /// The case itself, unless it agreed or was not sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<Case>,
    /// The other form of the case by that relation, when the two forms differ: then the right side is what the engine did
    /// with the case, and the engine's side what it did with this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin: Option<Case>,
    /// What is right, when the two sides differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Observation>,
    /// What the engine did, when the two sides differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<Observation>,
    /// Whether it differs in another way than the bug does of which a later line of the log says that it comes.
    #[serde(skip)]
    pub shows_otherwise: bool,
}

/// How the reason of a case begins that an engine was not sent any more.
pub const NOT_SENT: &str = "not sent: ";

impl CaseRecord {
    /// Whether the engine was given up before the case could be sent.
    pub fn is_left_over(&self) -> bool {
        self.reason.as_ref().is_some_and(|reason| reason.starts_with(NOT_SENT))
    }

    /// The record of a case with this verdict, run once, about which nothing else is known.
    pub fn new(case: &Case, engine: &str, verdict: Verdict) -> Self {
        Self {
            id: case.id(),
            name: case.name.clone(),
            area: case.area().to_owned(),
            phase: Some(Phase::of_name(&case.name)),
            relation: None,
            engine: engine.to_owned(),
            verdict,
            divergences: Vec::new(),
            allowed: Vec::new(),
            missing: BTreeSet::new(),
            reason: None,
            elapsed_ms: 0,
            attempts: 1,
            shrunk_from: None,
            shrinking: None,
            first_difference: None,
            case: None,
            twin: None,
            expected: None,
            actual: None,
            shows_otherwise: false,
        }
    }

    /// The differences that are bugs by themselves. A broken relation beside a difference that the oracle or a rule names
    /// is further evidence of that one.
    pub fn differences(&self) -> impl Iterator<Item = &Divergence> {
        let only_relations = self.divergences.iter().all(is_of_relation);
        self.divergences.iter().filter(move |divergence| only_relations || !is_of_relation(divergence))
    }

    /// Puts the differences that are new in front of those that are known. A case is known if each of its differences is.
    pub fn settle_known(&mut self) {
        let only_relations = self.divergences.iter().all(is_of_relation);
        let is_evidence = |divergence: &Divergence| !only_relations && is_of_relation(divergence);
        self.divergences.sort_by_key(|divergence| (is_evidence(divergence), divergence.known.is_some()));
        let is_known = self.differences().all(|divergence| divergence.known.is_some());
        let reason = self.divergences.first().and_then(|first| first.known.clone());
        if is_known && reason.is_some() && self.verdict == Verdict::Diverge {
            self.verdict = Verdict::Known;
            self.reason = reason;
        }
    }
}

fn is_of_relation(divergence: &Divergence) -> bool {
    matches!(divergence.oracle, Oracle::Metamorphic { .. })
}

/// What shrinking found out about a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShrinkNotes {
    /// How many executions it took on the engine.
    pub calls: u32,
    /// The JSON pointers (from `input`, `definition`, `stubs`) of the values that do not matter: with another value in
    /// their place the case still shows the bug.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub immaterial: Vec<String>,
}

/// Two signatures that are one bug: shrinking led from the one to the other, or a smaller case shows all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SameBug {
    /// The signature that records have so far.
    pub signature: Signature,
    /// The one of the smallest case, which they get.
    pub root: Signature,
    /// Why this bug is listed as known, if it is: then the records are no new divergences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<String>,
}

/// A facet that differs where AWS itself is not deterministic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllowedDifference {
    /// The facet.
    pub facet: Facet,
    /// Why it may differ.
    pub permit: Permit,
}

impl From<(Facet, Permit)> for AllowedDifference {
    fn from((facet, permit): (Facet, Permit)) -> Self {
        Self { facet, permit }
    }
}

/// How the run ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunFooter {
    /// How many cases ended with each verdict.
    pub counts: BTreeMap<Verdict, u64>,
    /// How long the run took.
    pub elapsed_ms: u64,
    /// Why the run ended before all cases were run, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_early: Option<String>,
}

/// A log that was read back.
#[derive(Clone, Debug, PartialEq)]
pub struct RunLog {
    /// What was run.
    pub header: RunHeader,
    /// The finished cases, in the order in which they finished.
    pub records: Vec<CaseRecord>,
    /// The signatures of which the run found out that they are of another bug's, with that one.
    pub united: BTreeMap<Signature, Signature>,
    /// How the run ended; `None` when it was killed.
    pub footer: Option<RunFooter>,
    /// The lines that could not be read.
    pub damaged: Vec<DamagedLine>,
}

impl RunLog {
    /// A log of these records, of a run that is not over.
    pub fn of(header: RunHeader, records: Vec<CaseRecord>) -> Self {
        Self { header, records, united: BTreeMap::new(), footer: None, damaged: Vec::new() }
    }

    /// Puts a shrunk case in the place of the one that it was shrunk from.
    fn replace(&mut self, shrunk: CaseRecord) {
        let is_original = |record: &&mut CaseRecord| {
            shrunk.shrunk_from.as_ref() == Some(&record.id) && shrunk.relation == record.relation
        };
        let original = self.records.iter_mut().find(is_original);
        if let Some(original) = original {
            *original = shrunk;
        }
    }

    fn unite(&mut self, same: &SameBug) {
        self.united.values_mut().filter(|root| **root == same.signature).for_each(|root| {
            root.clone_from(&same.root);
        });
        self.united.insert(same.signature.clone(), same.root.clone());
        let is_other = !same.signature.is_rooted_in(&same.root);
        for record in &mut self.records {
            for divergence in record.divergences.iter_mut().filter(|one| one.signature == same.signature) {
                record.shows_otherwise |= is_other;
                divergence.signature = same.root.clone();
                divergence.known = divergence.known.take().or_else(|| same.known.clone());
            }
            record.settle_known();
        }
    }
}

/// A line that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DamagedLine {
    /// Its number, from 1.
    pub line: usize,
    /// Why it could not be read.
    pub why: String,
}

/// A text that is no run log at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunLogError {
    /// There is no header line, so nobody knows what was run.
    #[error("the log does not begin with a readable `started` line: {why}")]
    NoHeader {
        /// What is wrong with the first line.
        why: String,
    },
    /// The log was written in another version of the format.
    #[error("log format {found} is not supported; this program reads format {LOG_FORMAT}")]
    Format {
        /// The version in the file.
        found: u64,
    },
}

/// Writes a log line by line; each line is written whole and flushed before the call returns.
#[derive(Debug)]
pub struct RunLogWriter<W: Write> {
    out: W,
    /// A write failed, so that the last line may be cut: the next one starts on a line of its own.
    after_failure: bool,
}

impl<W: Write> RunLogWriter<W> {
    /// Begins a log.
    ///
    /// # Errors
    /// If the header cannot be written.
    pub fn begin(out: W, header: RunHeader) -> io::Result<Self> {
        let mut writer = Self { out, after_failure: false };
        writer.write(&LogLine::Started(Box::new(header)))?;
        Ok(writer)
    }

    /// Records a finished case.
    ///
    /// # Errors
    /// If the line cannot be written, for instance because the disk is full. Later lines may still be written.
    pub fn record(&mut self, record: CaseRecord) -> io::Result<()> {
        self.write(&LogLine::Case(Box::new(record)))
    }

    /// Records that two signatures are one bug.
    ///
    /// # Errors
    /// As [`RunLogWriter::record`].
    pub fn same_bug(&mut self, same: SameBug) -> io::Result<()> {
        self.write(&LogLine::SameBug(Box::new(same)))
    }

    /// Records that a diverging case was shrunk; [`CaseRecord::shrunk_from`] says which.
    ///
    /// # Errors
    /// If the line cannot be written.
    pub fn shrunk(&mut self, record: CaseRecord) -> io::Result<()> {
        self.write(&LogLine::Shrunk(Box::new(record)))
    }

    /// Ends the log and gives the output back.
    ///
    /// # Errors
    /// If the line cannot be written.
    pub fn finish(mut self, footer: RunFooter) -> io::Result<W> {
        self.write(&LogLine::Finished(footer))?;
        Ok(self.out)
    }

    fn write(&mut self, line: &LogLine) -> io::Result<()> {
        let mut bytes = if self.after_failure { vec![b'\n'] } else { Vec::new() };
        serde_json::to_writer(&mut bytes, line)?;
        bytes.push(b'\n');
        let written = self.out.write_all(&bytes).and_then(|()| self.out.flush());
        self.after_failure = written.is_err();
        written
    }
}

/// Reads a log, whole or not. Bytes that are no UTF-8 are best replaced (`String::from_utf8_lossy`) before.
///
/// # Errors
/// If the first line is no header, or one of another format version. Anything else that is wrong is in
/// [`RunLog::damaged`].
pub fn read_run_log(text: &str) -> Result<RunLog, RunLogError> {
    read_lines(text, Cow::Borrowed)
}

/// As [`read_run_log`], without secrets: each line is looked at before it is read, so that a damaged one that is
/// quoted tells none either.
///
/// # Errors
/// As [`read_run_log`].
pub fn read_redacted_log(text: &str, redactor: &mut Redactor) -> Result<RunLog, RunLogError> {
    read_lines(text, |line| redactor.line(line))
}

fn read_lines<'a>(
    text: &'a str,
    mut prepare: impl FnMut(&'a str) -> Cow<'a, str>,
) -> Result<RunLog, RunLogError> {
    let mut lines = text.split_inclusive('\n').enumerate().filter(|(_, line)| !line.trim().is_empty());
    let header = read_header(&prepare(lines.next().map_or("", |(_, line)| line)))?;
    let mut log = RunLog::of(header, Vec::new());
    for (index, line) in lines {
        let damage = match serde_json::from_str(&prepare(line)) {
            Ok(LogLine::Case(record)) => {
                log.records.push(*record);
                continue;
            }
            Ok(LogLine::Shrunk(record)) => {
                log.replace(*record);
                continue;
            }
            Ok(LogLine::SameBug(same)) => {
                log.unite(&same);
                continue;
            }
            Ok(LogLine::Finished(footer)) => {
                log.footer = Some(footer);
                continue;
            }
            Ok(LogLine::Started(_)) => "a second header".to_owned(),
            Err(error) if error.is_eof() && !line.ends_with('\n') => {
                format!("the line is cut off after {} bytes", line.len())
            }
            // To this error every line is the first.
            Err(error) => error.to_string().replace(" at line 1 column ", " at column "),
        };
        log.damaged.push(DamagedLine { line: index + 1, why: damage });
    }
    Ok(log)
}

fn read_header(line: &str) -> Result<RunHeader, RunLogError> {
    if line.is_empty() {
        return Err(RunLogError::NoHeader { why: "the log is empty".to_owned() });
    }
    let value: serde_json::Value =
        serde_json::from_str(line).map_err(|error| RunLogError::NoHeader { why: error.to_string() })?;
    if let Some(found) = value.pointer("/started/format").and_then(serde_json::Value::as_u64)
        && found != u64::from(LOG_FORMAT)
    {
        return Err(RunLogError::Format { found });
    }
    match serde_json::from_value(value) {
        Ok(LogLine::Started(header)) => Ok(*header),
        Ok(_) => Err(RunLogError::NoHeader { why: "it begins with another kind of line".to_owned() }),
        Err(error) => Err(RunLogError::NoHeader { why: error.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use rstest::rstest;

    #[test]
    fn log_reads_back_as_it_was_written() {
        let log = sample::log();
        assert_eq!(read_run_log(&sample::text(&log)), Ok(log));
    }

    #[test]
    fn log_cut_at_any_byte_reads_up_to_the_last_whole_line() {
        let log = sample::log();
        let text = sample::text(&log);
        let header_length = text.find('\n').expect("a header line");
        for cut in (header_length..text.len()).filter(|cut| text.is_char_boundary(*cut)) {
            let read = read_run_log(&text[..cut]).expect("the header is whole");
            let whole_lines = text[..cut].matches('\n').count();
            assert!(read.records.len() + 1 >= whole_lines, "cut at {cut}");
            assert_eq!(read.records[..], log.records[..read.records.len()]);
            assert!(read.damaged.len() <= 1, "{:?}", read.damaged);
        }
    }

    #[test]
    fn shrunk_case_takes_the_place_of_its_original() {
        let log = sample::log();
        let mut shrunk = log.records[0].clone();
        shrunk.shrunk_from = Some(shrunk.id.clone());
        shrunk.reason = Some("smaller".to_owned());
        let mut writer = RunLogWriter::begin(Vec::new(), log.header.clone()).expect("memory");
        writer.record(log.records[0].clone()).expect("memory");
        writer.shrunk(shrunk.clone()).expect("memory");
        let bytes = writer.finish(RunFooter::default()).expect("memory");
        let read = read_run_log(&String::from_utf8(bytes).expect("UTF-8")).expect("a log");
        assert_eq!(read.records, [shrunk]);
    }

    fn differs(actual: &str) -> Divergence {
        Divergence {
            signature: Signature { actual: actual.to_owned(), ..Signature::of_facet(Facet::Output) },
            ..sample::log()
                .records
                .iter()
                .find_map(|record| record.divergences.first().cloned())
                .expect("one")
        }
    }

    #[rstest]
    #[case::one_that_is_known(&["a"], &["a"], Verdict::Known)]
    #[case::the_second_is_new(&["a", "b"], &["a"], Verdict::Diverge)]
    #[case::the_first_is_new(&["b", "a"], &["a"], Verdict::Diverge)]
    #[case::both_are_known(&["a", "b"], &["a", "b"], Verdict::Known)]
    fn case_is_known_if_all_its_differences_are(
        #[case] differences: &[&str],
        #[case] known: &[&str],
        #[case] verdict: Verdict,
    ) {
        let mut log = sample::log();
        log.records.truncate(1);
        log.records[0].verdict = Verdict::Diverge;
        log.records[0].divergences = differences.iter().map(|actual| differs(actual)).collect();
        for actual in known {
            let signature = differs(actual).signature;
            log.unite(&SameBug { root: signature.clone(), signature, known: Some("why".to_owned()) });
        }
        assert_eq!(log.records[0].verdict, verdict);
        let is_new = |divergence: &Divergence| divergence.known.is_none();
        assert_eq!(
            is_new(&log.records[0].divergences[0]),
            verdict == Verdict::Diverge,
            "new ones come first"
        );
    }

    #[rstest]
    #[case::of_a_case_with_more_in_play(&["Retry"], &[], "a", false)]
    #[case::of_a_reason_that_looks_otherwise(&[], &[], "b", true)]
    fn case_shows_a_bug_otherwise_where_it_only_comes_of_it(
        #[case] own: &[&str],
        #[case] root: &[&str],
        #[case] root_actual: &str,
        #[case] otherwise: bool,
    ) {
        let of = |actual: &str, constructs: &[&str]| {
            let constructs = [&["States.Hash"], constructs].concat().into_iter().map(str::to_owned).collect();
            Signature { constructs, ..differs(actual).signature }
        };
        let mut log = sample::log();
        log.records.truncate(1);
        log.records[0].divergences = vec![Divergence { signature: of("a", own), ..differs("a") }];
        log.unite(&SameBug { signature: of("a", own), root: of(root_actual, root), known: None });
        assert_eq!(log.records[0].divergences[0].signature, of(root_actual, root));
        assert_eq!(log.records[0].shows_otherwise, otherwise);
    }

    #[test]
    fn log_knows_the_last_bug_of_a_signature_that_went_from_one_to_the_next() {
        let of = |actual: &str| differs(actual).signature;
        let mut log = sample::log();
        for (signature, root) in [("a", "b"), ("b", "c")] {
            log.unite(&SameBug { signature: of(signature), root: of(root), known: None });
        }
        let united = [("a", "c"), ("b", "c")].map(|(signature, root)| (of(signature), of(root)));
        assert_eq!(log.united, BTreeMap::from(united));
    }

    #[test]
    fn broken_relation_beside_a_known_bug_is_no_new_bug() {
        let oracle = Oracle::Metamorphic { relation: "twin".to_owned(), statement: String::new() };
        let mut record = sample::log().records.remove(0);
        record.verdict = Verdict::Diverge;
        let known = Divergence { known: Some("why".to_owned()), ..differs("a") };
        record.divergences = vec![Divergence { oracle, ..differs("b") }, known.clone()];
        record.settle_known();
        assert_eq!((record.verdict, &record.divergences[0]), (Verdict::Known, &known));
        assert_eq!(record.differences().collect::<Vec<_>>(), [&known]);
    }

    #[test]
    fn cut_last_line_is_reported() {
        let text = sample::text(&sample::log());
        let read = read_run_log(&text[..text.len() - 5]).expect("the header is whole");
        assert_eq!(read.footer, None);
        assert_eq!(read.records.len(), sample::log().records.len());
        assert!(read.damaged[0].why.starts_with("the line is cut off after"), "{:?}", read.damaged);
    }

    #[rstest]
    #[case::no_json("\u{0}\u{0}garbage")]
    #[case::unknown_field(r#"{"case": {"nmae": 1}}"#)]
    #[case::unknown_kind(r#"{"noise": 1}"#)]
    fn garbled_line_is_reported_and_the_rest_is_read(#[case] garbage: &str) {
        let log = sample::log();
        let text = sample::text(&log);
        let mut lines: Vec<&str> = text.lines().collect();
        lines.insert(2, garbage);
        let read = read_run_log(&(lines.join("\n") + "\n")).expect("the header is whole");
        assert_eq!(read.damaged.iter().map(|damage| damage.line).collect::<Vec<_>>(), [3]);
        assert_eq!((read.records, read.footer), (log.records, log.footer));
    }

    #[rstest]
    #[case("", "the log is empty")]
    #[case("{\"finished\":{\"counts\":{},\"elapsed_ms\":1}}\n", "it begins with another kind of line")]
    fn log_without_a_header_is_refused(#[case] text: &str, #[case] why: &str) {
        assert_eq!(read_run_log(text), Err(RunLogError::NoHeader { why: why.to_owned() }));
    }

    #[test]
    fn other_format_version_is_refused() {
        let text = sample::text(&sample::log()).replacen("\"format\":2", "\"format\":9", 1);
        assert_eq!(read_run_log(&text), Err(RunLogError::Format { found: 9 }));
    }

    /// An output that fails once, in the middle of a line.
    struct FailsOnce {
        bytes: Vec<u8>,
        fails_at: usize,
        writes: usize,
    }

    impl Write for FailsOnce {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.writes += 1;
            if self.writes == self.fails_at {
                self.bytes.extend_from_slice(&bytes[..bytes.len() / 2]);
                return Err(io::Error::other("no space left on device"));
            }
            self.bytes.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn line_after_a_failed_write_is_not_lost() {
        let log = sample::log();
        let out = FailsOnce { bytes: Vec::new(), fails_at: 2, writes: 0 };
        let mut writer = RunLogWriter::begin(out, log.header.clone()).expect("first write");
        assert!(writer.record(log.records[0].clone()).is_err());
        writer.record(log.records[1].clone()).expect("third write");
        let out = writer.finish(RunFooter::default()).expect("fourth write");
        let read = read_run_log(&String::from_utf8(out.bytes).expect("ASCII")).expect("a log");
        assert_eq!(read.records, [log.records[1].clone()]);
        assert_eq!(read.damaged.len(), 1);
    }
}
