//! The coverage of a set of cases as a JSON document.

use serde_json::{Map, Value, json};

use super::{Coverage, Group};

/// The version of the format.
const FORMAT: u32 = 1;

impl Coverage {
    /// Every cell with its count, the shares of the cases, the pairs, and both sides of the census.
    pub fn document(&self, seed: u64) -> Value {
        let cells = |group: Group| {
            let of_group = self.matrix.counts().filter(move |(cell, _)| cell.group == group);
            of_group.map(|(cell, count)| (cell.name.clone(), count.into())).collect::<Map<_, _>>()
        };
        let groups = Group::ALL.map(
            |group| json!({"group": group, "has_to_be_reached": group.is_target(), "cells": cells(group)}),
        );
        let (met, all) = self.pairs.reached();
        json!({
            "format": FORMAT,
            "seed": seed,
            "stream": asl_generators::stream_version(),
            "cases": self.n_cases,
            "not_run_to_an_end": self.n_unknown,
            "groups": groups,
            "pairs": {"met": met, "all": all},
            "health": self.health.shares(),
            "census": self.tally.rows(),
        })
    }
}
