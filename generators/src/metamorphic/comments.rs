//! A Comment wherever one may stand.

use asl_cases::Case;

use super::{Domain, Relation, TraceMapping, Twin, for_each_state_mut};
use crate::{draw::Draw, shrink::with_definition};

pub(super) const RELATION: Relation = Relation {
    id: "comments",
    statement: "Documented: Comment is a human-readable remark, which is ignored.",
    domain: Domain::AnyEnd,
    rewrite,
};

const REMARK: &str = "{% $.not.read %} States.Format('{}')";

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    let twin = with_definition(case, |definition| {
        definition.as_object_mut()?.insert("Comment".to_owned(), REMARK.into());
        for_each_state_mut(definition, &mut |state| {
            state.insert("Comment".to_owned(), REMARK.into());
        });
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Same })
}
