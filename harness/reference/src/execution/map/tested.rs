//! A Map that is tested alone: what is looked up before the iterations is looked up and shown, then a mock stands for
//! the iterations.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    batcher::Batching,
    distributed::{threshold_exceeded, unreadable},
    items, max_concurrency, reader,
    tolerance::Tolerance,
};
use crate::{
    definition::{Distributed, ItemReader, ItemSource, Map, ObjectFormat, State},
    execution::{Execution, ThreadId, context::MapItem, probe::Stage, state_error::StateError, thread::Step},
};

impl Execution {
    /// Recorded: a Map whose items cannot be found shows no `maxConcurrency`. Recorded: iterations that failed count
    /// only where the Map says how many may.
    /// Requirement: asl.test-state.failed-iterations
    pub(super) fn run_tested_map(
        &mut self,
        id: ThreadId,
        state: &State,
        map: &Map,
        effective: &Arc<Value>,
    ) -> Result<Step, StateError> {
        let items = self.tested_items(id, state, map, effective)?;
        let mut fields = self.fields(id, state);
        let concurrency = max_concurrency(&mut fields, map.max_concurrency.as_ref(), effective)?;
        fields.note(Stage::MaxConcurrency, &Arc::new(concurrency.into()));
        let n_items = items.len();
        let inputs = self.tested_inputs(id, state, map, effective, items)?;
        if let Some(distributed) = &map.distributed {
            let tolerance = self.tested_tolerance(id, state, map, effective)?;
            self.tested_batches(id, state, distributed, effective, inputs)?;
            let failed = self.probe().map_or(0, |probe| probe.n_failed_iterations);
            let n_failed = usize::try_from(failed).unwrap_or(usize::MAX);
            let has_mocked_result = self.probe().is_some_and(|probe| matches!(probe.work, Some(Ok(_))));
            if has_mocked_result && tolerance.is_given() && tolerance.is_exceeded(n_failed, n_items) {
                return Err(threshold_exceeded());
            }
        }
        self.deliver_mock(id, state)
    }

    fn tested_items(
        &mut self,
        id: ThreadId,
        state: &State,
        map: &Map,
        effective: &Arc<Value>,
    ) -> Result<Vec<Arc<Value>>, StateError> {
        let data = self.probe.as_mut().and_then(|probe| probe.reader_data.take());
        let mut fields = self.fields(id, state);
        fields.note_json_path(Stage::AfterInputPath, effective);
        if let Some(reader) = map.distributed.as_ref().and_then(|distributed| distributed.reader.as_ref()) {
            let items = data.map_or_else(|| Ok(Vec::new()), |data| read(reader, &data))?;
            if points_into_its_object(reader) {
                fields.note(Stage::AfterItemsPointer, &list(&items));
            }
            return Ok(items);
        }
        let items = items(&mut fields, map.items.as_ref(), effective)?;
        fields.note_json_path(Stage::AfterItemsPath, &list(&items));
        Ok(items)
    }

    fn tested_inputs(
        &mut self,
        id: ThreadId,
        state: &State,
        map: &Map,
        effective: &Arc<Value>,
        items: Vec<Arc<Value>>,
    ) -> Result<Vec<Arc<Value>>, StateError> {
        if map.item_selector.is_none() {
            return Ok(items);
        }
        let inputs: Result<Vec<_>, _> = items
            .into_iter()
            .enumerate()
            .map(|(index, value)| {
                let item = Arc::new(MapItem { index, value, source: None });
                self.item_input(id, state, map, effective, &item)
            })
            .collect();
        let inputs = inputs?;
        self.fields(id, state).note(Stage::AfterItemSelector, &list(&inputs));
        Ok(inputs)
    }

    fn tested_tolerance(
        &mut self,
        id: ThreadId,
        state: &State,
        map: &Map,
        effective: &Value,
    ) -> Result<Tolerance, StateError> {
        let mut fields = self.fields(id, state);
        let tolerance = Tolerance::of(&mut fields, &map.tolerated, effective)?;
        if let Some(count) = tolerance.count {
            fields.note(Stage::ToleratedFailureCount, &Arc::new(count.into()));
        }
        if let Some(percentage) = tolerance.percentage {
            fields.note(Stage::ToleratedFailurePercentage, &Arc::new(percentage.into()));
        }
        Ok(tolerance)
    }

    fn tested_batches(
        &mut self,
        id: ThreadId,
        state: &State,
        distributed: &Distributed,
        effective: &Arc<Value>,
        inputs: Vec<Arc<Value>>,
    ) -> Result<(), StateError> {
        let Some(batcher) = &distributed.batcher else { return Ok(()) };
        let mut fields = self.fields(id, state);
        let batching = Batching::of(&mut fields, batcher, effective)?;
        let inputs: Vec<_> = batching.batches(inputs).into_iter().map(|batch| batch.input).collect();
        fields.note(Stage::AfterItemBatcher, &list(&inputs));
        Ok(())
    }
}

/// The items in what the reader would read.
fn read(reader: &ItemReader, data: &str) -> Result<Vec<Arc<Value>>, StateError> {
    let format = match &reader.source {
        ItemSource::Object(format)
        | ItemSource::LoadedListing(format)
        | ItemSource::AthenaManifest(format) => format,
        ItemSource::Listing | ItemSource::Inventory => &ObjectFormat::Json { pointer: None },
    };
    let items = reader::items(format, data).map_err(|cause| unreadable(&cause))?;
    Ok(items.into_iter().map(Arc::new).collect())
}

fn points_into_its_object(reader: &ItemReader) -> bool {
    matches!(
        &reader.source,
        ItemSource::Object(ObjectFormat::Json { pointer: Some(_) })
            | ItemSource::LoadedListing(ObjectFormat::Json { pointer: Some(_) })
    )
}

fn list(items: &[Arc<Value>]) -> Arc<Value> {
    Arc::new(json!(items))
}
