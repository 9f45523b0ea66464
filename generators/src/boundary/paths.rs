//! Each kind of path on lists in which it finds nothing, one thing, and more.

use serde_json::json;

use super::{Bound, one_state};

const PATHS: &[(&str, &str)] = &[
    ("wildcard", "$.list[*]"),
    ("member-of-all", "$.list[*].x"),
    ("descent", "$.list..x"),
    ("filter", "$.list[?(@.x == 1)]"),
    ("slice", "$.list[0:2]"),
    ("list-of-indexes", "$.list[0,1]"),
    ("index", "$.list[0]"),
    ("negative-index", "$.list[-1]"),
];

pub(super) fn cases() -> Vec<Bound> {
    let lists =
        [("none", json!([])), ("one", json!([{"x": 1}])), ("more", json!([{"x": 1}, {"x": 1}, {"x": 2}]))];
    let mut cases = Vec::new();
    for (kind, path) in PATHS {
        for (count, list) in &lists {
            let read = json!({"Type": "Pass", "Parameters": {"found.$": path}});
            let name = format!("path-{kind}-of-{count}");
            let input = json!({"list": list});
            cases.push(Bound::new(
                ("data-flow", &name),
                "asl.data-flow.parameters",
                one_state("Read", read),
                input,
            ));
        }
    }
    cases.extend([("into-a-list", json!([1])), ("into-a-text", json!("a"))].map(|(name, input)| {
        let processor = one_state("Keep", json!({"Type": "Pass"}));
        let map = json!({"Type": "Map", "ItemsPath": "$.missing", "ItemProcessor": processor});
        let name = format!("ItemsPath-{name}");
        Bound::new(("map", &name), "asl.map.items-path", one_state("Each", map), input)
    }));
    cases
}
