//! `ItemBatcher`: several items become the input of one child execution.

use std::sync::Arc;

use serde_json::{Value, json};

use super::whole_number;
use crate::{
    definition::{ItemBatcher, Number},
    execution::{data_flow::Fields, state_error::StateError},
    java::json_text,
    seeded::{Site, seeded},
};

/// The limits of a batch, and what every batch carries besides its items.
#[derive(Debug)]
pub(super) struct Batching {
    max_items: Option<usize>,
    max_bytes: Option<usize>,
    batch_input: Option<Arc<Value>>,
}

/// The input of one child, and how many items are in it.
#[derive(Clone, Debug)]
pub(super) struct ChildInput {
    pub(super) input: Arc<Value>,
    pub(super) n_items: usize,
}

impl Batching {
    pub(super) fn of(
        fields: &mut Fields<'_>,
        batcher: &ItemBatcher,
        effective: &Arc<Value>,
    ) -> Result<Self, StateError> {
        let max_items = limit(fields, batcher.max_items.as_ref(), "ItemBatcher/MaxItemsPerBatch", effective)?;
        let max_bytes =
            limit(fields, batcher.max_bytes.as_ref(), "ItemBatcher/MaxInputBytesPerBatch", effective)?;
        let batch_input = match &batcher.batch_input {
            None => None,
            Some(payload) => Some(fields.payload(payload, "ItemBatcher/BatchInput", effective)?),
        };
        Ok(Self { max_items, max_bytes, batch_input })
    }

    /// Fills one batch after the other, in the order of the items. An item that is larger than the limit alone stands
    /// alone; what AWS does with it is not recorded.
    /// Requirement: asl.map.batches
    pub(super) fn batches(&self, items: Vec<Arc<Value>>) -> Vec<ChildInput> {
        let empty_bytes = json_text(&self.input(&[])).len();
        let mut batches = Vec::new();
        let mut batch: Vec<Value> = Vec::new();
        let mut bytes = empty_bytes;
        for item in items {
            let item = Arc::unwrap_or_clone(item);
            let item_bytes = self.max_bytes.map_or(0, |_| json_text(&item).len() + 1);
            let is_full = self
                .max_items
                .is_some_and(|max| batch.len() >= max + usize::from(seeded(Site::BatchesOneLarger)))
                || self.max_bytes.is_some_and(|max| bytes + item_bytes > max + 1);
            if is_full && !batch.is_empty() {
                batches.push(self.child_input(&std::mem::take(&mut batch)));
                bytes = empty_bytes;
            }
            bytes += item_bytes;
            batch.push(item);
        }
        if !batch.is_empty() {
            batches.push(self.child_input(&batch));
        }
        batches
    }

    fn child_input(&self, items: &[Value]) -> ChildInput {
        ChildInput { n_items: items.len(), input: Arc::new(self.input(items)) }
    }

    /// Recorded: `BatchInput` is there only when it is in the definition.
    fn input(&self, items: &[Value]) -> Value {
        if seeded(Site::BatchesAreArrays) {
            return items.into();
        }
        match &self.batch_input {
            None => json!({"Items": items}),
            Some(batch_input) => json!({"BatchInput": &**batch_input, "Items": items}),
        }
    }
}

fn limit(
    fields: &mut Fields<'_>,
    number: Option<&Number>,
    name: &str,
    effective: &Value,
) -> Result<Option<usize>, StateError> {
    number.map(|number| whole_number(fields, name, number, effective)).transpose()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::by_count(Some(2), None, json!([[1, 2], [3]]))]
    #[case::by_bytes(None, Some(r#"{"Items":[1,2]}"#.len()), json!([[1, 2], [3]]))]
    #[case::one_byte_less(None, Some(r#"{"Items":[1,2]}"#.len() - 1), json!([[1], [2], [3]]))]
    #[case::too_small_for_any(None, Some(1), json!([[1], [2], [3]]))]
    fn batches_are_filled_up_to_the_limits(
        #[case] max_items: Option<usize>,
        #[case] max_bytes: Option<usize>,
        #[case] expected: Value,
    ) {
        let batching = Batching { max_items, max_bytes, batch_input: None };
        let items = [1, 2, 3].map(|item| Arc::new(json!(item))).to_vec();
        let batches: Vec<_> =
            batching.batches(items).iter().map(|batch| batch.input["Items"].clone()).collect();
        assert_eq!(Value::from(batches), expected);
    }
}
