//! Words that the terminal and the Markdown summary share.

use asl_cases::{Feature, Oracle, RequirementId, Verdict};

use crate::{CaseRecord, Counts, RunLog, Summary};

/// The engine specification of a run that named no engine.
const EMBEDDED: &str = "serve";

/// The command that runs the case again.
pub(crate) fn replay_command(log: &RunLog, record: &CaseRecord) -> String {
    let relation =
        record.relation.as_ref().map(|relation| format!(" --relation {relation}")).unwrap_or_default();
    format!("asl-conformance replay {} --engine {}{relation}", record.id, log.header.engine_spec)
}

/// The most specific requirement of the case: its id and its title.
pub(crate) fn requirement(record: &CaseRecord) -> Option<(&RequirementId, Option<&'static str>)> {
    let id = record.case.as_ref()?.requirements.first()?;
    Some((id, id.entry().map(|entry| entry.title.as_str())))
}

/// Who spoke for the divergences of the case, each once.
pub(crate) fn oracles(record: &CaseRecord) -> Vec<String> {
    let mut oracles: Vec<String> = Vec::new();
    for divergence in &record.divergences {
        let oracle = divergence.oracle.to_string();
        if !oracles.contains(&oracle) {
            oracles.push(oracle);
        }
    }
    oracles
}

/// How strong the knowledge behind a difference is, in one word.
pub(crate) fn evidence(oracle: &Oracle) -> &'static str {
    match oracle {
        Oracle::Expectation { evidence, .. } => evidence.as_str(),
        Oracle::Reference => "modelled",
        Oracle::Metamorphic { .. } => "metamorphic",
        Oracle::Invariant { .. } => "invariant",
    }
}

/// Whose answer the engine was held to, as a heading: not every oracle speaks for AWS.
fn expected_side(record: &CaseRecord) -> &'static str {
    match record.divergences.first().map(|divergence| &divergence.oracle) {
        Some(Oracle::Metamorphic { .. }) => "its own answer to another form",
        Some(Oracle::Invariant { .. }) => "what holds for every engine",
        Some(Oracle::Expectation { .. } | Oracle::Reference) | None => "AWS",
    }
}

/// The part of the run that the case belongs to, and the relation between its two forms if it has two.
pub(crate) fn phase(record: &CaseRecord) -> Option<String> {
    let phase = record.phase?;
    let relation = record.relation.as_ref().map(|relation| format!(", relation {relation}"));
    Some(format!("{phase}{}", relation.unwrap_or_default()))
}

/// What the two sides of a record are: what is right and what the engine did, or what it did with two forms of a machine.
pub(crate) fn sides(record: &CaseRecord, engine: &str) -> (String, String) {
    match record.relation.as_ref().filter(|_| record.twin.is_some()) {
        None => (format!("Expected: {}", expected_side(record)), format!("Actual: {engine}")),
        Some(relation) => {
            (format!("{engine}, the machine as it is"), format!("{engine}, written another way ({relation})"))
        }
    }
}

/// What the engine does not claim, with the cases that were therefore not sent; drawn cases do without it from the start.
pub(crate) fn left_out(log: &RunLog) -> Option<String> {
    let lacking: Vec<_> =
        Feature::ALL.into_iter().filter(|feature| !log.header.profile.has(*feature)).collect();
    let named = lacking.iter().map(|feature| {
        let count = log.records.iter().filter(|record| record.missing.contains(feature)).count();
        if count == 0 { feature.to_string() } else { format!("{feature} ({})", cases(count as u64)) }
    });
    let not_sent = log.records.iter().filter(|record| !record.missing.is_empty()).count();
    (!lacking.is_empty()).then(|| {
        format!(
            "Left out, because the engine does not claim it: {}. {} not sent; drawn cases do without.",
            named.collect::<Vec<_>>().join(", "),
            match not_sent {
                1 => "1 case was".to_owned(),
                count => format!("{count} cases were"),
            }
        )
    })
}

/// The run in one line: "620 cases in 12.3 s: 600 agree, 12 diverge in 3 ways, 8 unsupported".
pub(crate) fn totals(log: &RunLog, summary: &Summary<'_>) -> String {
    let time =
        log.footer.as_ref().map_or_else(String::new, |footer| format!(" in {}", duration(footer.elapsed_ms)));
    let counts: Vec<_> = summary
        .total
        .occurred()
        .map(|(verdict, count)| match (verdict, summary.groups.len()) {
            (Verdict::Diverge, ways @ 2..) => format!("{count} diverge in {ways} ways"),
            _ => format!("{count} {verdict}"),
        })
        .collect();
    let has_run = log.footer.as_ref().is_some_and(|footer| footer.counts.values().any(|count| *count > 0));
    let counts = match counts.as_slice() {
        [] if has_run => "none of its cases was chosen".to_owned(),
        [] => "nothing was run".to_owned(),
        counts => counts.join(", "),
    };
    format!("{}{time}: {counts}", cases(summary.total.total()))
}

/// What a reader should know before believing the numbers: cut off, stopped early, damaged lines.
pub(crate) fn warnings(log: &RunLog) -> Vec<String> {
    let mut warnings = Vec::new();
    let (done, planned) = (log.records.len(), log.header.cases_planned);
    match &log.footer {
        None => warnings.push(format!("This run was cut off: its log ends after {done} of {planned} cases.")),
        Some(footer) => {
            if let Some(why) = &footer.stopped_early {
                warnings.push(stopped_early(log, why));
            }
        }
    }
    for damage in &log.damaged {
        warnings.push(format!("Line {} of the log could not be read ({}).", damage.line, damage.why));
    }
    warnings
}

/// The cases that an engine was not sent any more have their records: then it is the engine that stopped.
fn stopped_early(log: &RunLog, why: &str) -> String {
    let (planned, recorded) = (log.header.cases_planned, log.records.len());
    if planned == 0 {
        return format!("No case was run: {why}.");
    }
    let done = log.records.iter().filter(|record| !record.is_left_over()).count();
    if done < recorded {
        return format!("The engine was given up after {done} of {planned} cases: {why}.");
    }
    format!("This run stopped early, after {done} of {planned} cases: {why}.")
}

/// What to do next, as sentences and the commands they speak of.
pub(crate) fn next_steps(log: &RunLog, counts: &Counts) -> Vec<String> {
    let is_answered =
        [Verdict::EngineError, Verdict::HarnessError].iter().all(|verdict| counts.of(*verdict) == 0);
    if log.header.engine_spec == EMBEDDED && is_answered && counts.of(Verdict::Agree) > 0 {
        return vec![
            "This was the reference behind its own API, through the AWS SDK: it shows that the suite works, not how an engine does.".to_owned(),
            "Try a real engine: `cargo run --release -- run --engine ministack` (also moto, localstack).".to_owned(),
        ];
    }
    let mut steps = Vec::new();
    if counts.of(Verdict::HarnessError) > 0 {
        steps.push(
            "Harness errors are faults of the suite, not of the engine: please report them.".to_owned(),
        );
    }
    if counts.of(Verdict::EngineError) > 0 {
        steps.push(format!(
            "Some cases got no answer; see what works: `asl-conformance doctor --engine {}`.",
            log.header.engine_spec
        ));
    }
    if counts.of(Verdict::Diverge) > 0 {
        steps.push("Run one again with its replay command; its folder in the run holds a `repro.sh` for the AWS CLI.".to_owned());
    } else if counts.of(Verdict::Agree) == 0 {
        steps.push("No case agreed and none diverged: this run says nothing about the engine.".to_owned());
    } else if counts.of(Verdict::EngineError) > 0 {
        steps.push("Nothing diverged among the cases that got an answer.".to_owned());
    } else {
        steps.push(
            "Nothing diverged. More cases look further: `--cases 2000`, or another `--seed`.".to_owned(),
        );
    }
    steps
}

/// "1 case", "2 cases".
pub(crate) fn cases(count: u64) -> String {
    if count == 1 { "1 case".to_owned() } else { format!("{count} cases") }
}

/// "2026-01-02 03:04 UTC" of an RFC 3339 time in UTC; another text as it is.
pub(crate) fn moment(time: &str) -> String {
    match (time.get(..10), time.get(10..11), time.get(11..16), time.ends_with('Z')) {
        (Some(day), Some("T"), Some(minute), true) => format!("{day} {minute} UTC"),
        _ => time.to_owned(),
    }
}

/// "12.3 s", "4 min 5 s".
pub(crate) fn duration(milliseconds: u64) -> String {
    let tenths = milliseconds.div_ceil(100);
    let seconds = tenths / 10;
    match seconds {
        0..60 => format!("{seconds}.{} s", tenths % 10),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("2026-01-02T03:04:05.678Z", "2026-01-02 03:04 UTC")]
    #[case("2026-01-02T03:04:05+01:00", "2026-01-02T03:04:05+01:00")]
    #[case("yesterday", "yesterday")]
    fn moments_read_as_people_say_them(#[case] time: &str, #[case] text: &str) {
        assert_eq!(moment(time), text);
    }

    #[rstest]
    #[case(0, "0.0 s")]
    #[case(12_300, "12.3 s")]
    #[case(61_000, "1 min 1 s")]
    fn durations_read_as_people_say_them(#[case] milliseconds: u64, #[case] text: &str) {
        assert_eq!(duration(milliseconds), text);
    }
}
