//! Engine by area: the share of the judged cases that agree.

use std::collections::BTreeMap;

use asl_cases::Verdict;

use super::run_card::agreeing;
use crate::{Counts, RunLog, Summary};

/// A table of areas (rows) and runs (columns).
pub(super) struct HeatMap {
    pub(super) engines: Vec<String>,
    pub(super) rows: Vec<HeatRow>,
}

/// One area on every engine.
pub(super) struct HeatRow {
    pub(super) area: String,
    pub(super) cells: Vec<HeatCell>,
}

/// One area on one engine.
pub(super) struct HeatCell {
    pub(super) engine: String,
    /// From 0, nothing agrees, to 10, all does; none when nothing was judged.
    pub(super) level: Option<u64>,
    pub(super) share: String,
    pub(super) fraction: String,
    /// All verdicts in words.
    pub(super) words: String,
    /// Whether there is a difference to look at.
    pub(super) differs: bool,
}

impl HeatMap {
    pub(super) fn of(logs: &[RunLog], summaries: &[Summary<'_>]) -> Self {
        let mut rows: BTreeMap<String, Vec<Counts>> = BTreeMap::new();
        for (column, summary) in summaries.iter().enumerate() {
            for area in &summary.areas {
                let row =
                    rows.entry(area.area.clone()).or_insert_with(|| vec![Counts::default(); logs.len()]);
                row[column] = area.counts.clone();
            }
        }
        let engine = |column: usize| logs[column].header.engine.clone();
        let rows = rows.into_iter().map(|(area, counts)| {
            let cells =
                counts.iter().enumerate().map(|(column, counts)| HeatCell::of(engine(column), counts));
            HeatRow { area, cells: cells.collect() }
        });
        Self { engines: logs.iter().map(|log| log.header.engine.clone()).collect(), rows: rows.collect() }
    }
}

impl HeatCell {
    fn of(engine: String, counts: &Counts) -> Self {
        let (agree, judged) = (counts.of(Verdict::Agree), counts.judged());
        let words: Vec<_> = counts.occurred().map(|(verdict, count)| format!("{count} {verdict}")).collect();
        Self {
            engine,
            level: (judged > 0).then(|| agree * 10 / judged.max(1)),
            share: agreeing(agree, judged),
            fraction: if judged == 0 { String::new() } else { format!("{agree}/{judged}") },
            words: if words.is_empty() { "no case".to_owned() } else { words.join(", ") },
            differs: judged > agree,
        }
    }
}
