//! A catcher of several names as one for each of them.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{
    Domain, Relation, Twin,
    handlers::{names_of, rewrite_handlers},
};
use crate::draw::Draw;

pub(super) const RELATION: Relation = Relation {
    id: "catcher-split",
    statement: "Specified: a catcher matches if any of its names does, as one of several catchers with the same way on does.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    rewrite_handlers(case, &["Catch"], |_, catchers| {
        // The place of a catcher in its list is told where its own fields fail.
        let is_plain =
            catchers.iter().all(|catcher| catcher.get("Output").is_none() && catcher.get("Assign").is_none());
        let has_several = catchers.iter().any(|catcher| names_of(catcher).len() > 1);
        (is_plain && has_several).then(|| catchers.iter().flat_map(split).collect())
    })
}

fn split(catcher: &Value) -> Vec<Value> {
    let with = |name: &str| {
        let mut other = catcher.clone();
        other["ErrorEquals"] = json!([name]);
        other
    };
    names_of(catcher).into_iter().map(with).collect()
}
