//! What a failing trial prints: what differs in one sentence, the case, the diffs, the requirement, and how to replay it.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use asl_cases::{Case, Verdict};
use asl_reports::{CaseRecord, Colours, Counts, RunHeader, RunLog, render};
use serde_json::Value;

/// One failing case and what it was part of.
pub(crate) struct Failure<'a> {
    /// The run, for the words that name the engine.
    pub(crate) header: &'a RunHeader,
    /// The case; the shrunk one if it was shrunk.
    pub(crate) case: &'a Case,
    /// What came of it.
    pub(crate) record: &'a CaseRecord,
    /// What came of all cases of the trial.
    pub(crate) trial: &'a [CaseRecord],
}

impl Failure<'_> {
    /// The text for the list of failures.
    pub(crate) fn text(&self) -> String {
        let difference = self.difference();
        let mut lines = vec![self.sentence(&difference), self.which(), String::new()];
        // What was not sent, or could not be judged for a fault of ours, is not what to look at.
        if self.record.case.is_some() {
            show_case(self.case, &mut lines);
        }
        lines.extend(difference);
        lines.push(format!("   replay       {}", self.replay_command()));
        lines.join("\n")
    }

    /// The differences with their diffs, the requirement and the evidence, as every report of the suite shows them: the
    /// block of this one case, without its number and with a replay command that needs no run folder.
    fn difference(&self) -> Vec<String> {
        let mut record = self.record.clone();
        if record.verdict == Verdict::Flaky {
            // Reports show no block for what is flaky; here it is all there is to see.
            record.verdict = Verdict::Diverge;
        }
        let log = RunLog::of(self.header.clone(), vec![record]);
        let report = render(&log, Colours::Off);
        let block = report.lines().skip_while(|line| !line.starts_with("1. ")).skip(1);
        block.take_while(|line| !line.starts_with("   replay ")).map(str::to_owned).collect()
    }

    fn sentence(&self, difference: &[String]) -> String {
        let (engine, record) = (&self.header.engine, self.record);
        let reason = record.reason.as_deref().unwrap_or_default().replace(char::is_control, " ");
        let first = difference.first().map_or("", |line| line.trim_start());
        match record.verdict {
            Verdict::Flaky => format!(
                "{engine} is flaky here: it was run {} times and did not differ in the same way each time; the first time it differed in {first}",
                record.attempts,
            ),
            Verdict::EngineError => reason,
            Verdict::HarnessError => format!("This is a fault of the suite, please report it: {reason}"),
            _ => format!("{engine} differs in {first}"),
        }
    }

    /// Which case it is, and how the others of its block ended.
    fn which(&self) -> String {
        let (case, trial) = (self.case, self.trial);
        let which = match self.record.shrunk_from {
            Some(_) => format!("This is {}, shrunk.", case.name),
            None => format!("This is {}: {}.", case.name, case.title),
        };
        if trial.len() == 1 {
            return which;
        }
        let mut counts = Counts::default();
        for record in trial {
            counts.add(record.verdict);
        }
        let counts: Vec<_> = counts.occurred().map(|(verdict, count)| format!("{count} {verdict}")).collect();
        format!("{which} Of the {} cases of its block, {}.", trial.len(), counts.join(", "))
    }

    /// Authored cases are found by name; a random one is kept in a file.
    fn replay_command(&self) -> String {
        let spec = &self.header.engine_spec;
        let what = match self.case.expectation {
            Some(_) => Ok(self.case.name.clone()),
            None => keep(self.case, spec),
        };
        match what {
            Ok(what) => format!("cargo run --release -- replay {what} --engine {spec}"),
            Err(error) => format!("impossible, since the case could not be kept: {error}"),
        }
    }
}

fn show_case(case: &Case, lines: &mut Vec<String>) {
    for machine in &case.machines {
        let name = if case.machines.len() > 1 { format!(" of {}", machine.name) } else { String::new() };
        show(&format!("definition{name}"), &machine.definition, lines);
        if !machine.stubs.is_empty() {
            let stubs = serde_json::to_value(&machine.stubs).expect("stubs are JSON");
            show(&format!("answers to the tasks{name}"), &stubs, lines);
        }
    }
    show("input", &case.input, lines);
}

fn show(what: &str, value: &Value, lines: &mut Vec<String>) {
    lines.push(format!("   {what}:"));
    let text = value.as_str().map_or_else(|| format!("{value:#}"), str::to_owned);
    lines.extend(text.lines().map(|line| format!("     {line}")));
}

/// Writes the case below the target folder; returns the path, from the user's folder if it is below that.
fn keep(case: &Case, spec: &str) -> io::Result<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '.';
    let engine = spec.replace(|c| !is_plain(c), "-");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("asl-conformance").join(engine);
    let path = folder.join(format!("{}.json", case.name));
    fs::create_dir_all(path.parent().unwrap_or(&folder))?;
    fs::write(&path, format!("{:#}\n", serde_json::to_value(case)?))?;
    // Cargo runs tests in the folder of the package; the shell's own folder is where the command will be typed.
    let typed_in = env::var_os("PWD").map(PathBuf::from);
    let shown = typed_in.as_deref().and_then(|folder| path.strip_prefix(folder).ok()).unwrap_or(&path);
    Ok(shown.display().to_string())
}
