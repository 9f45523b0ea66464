//! What only a Map in distributed mode has: children that are executions, readers, batches, tolerated failures, writers.

use asl_cases::MachineType;
use serde_json::{Map, Value, json};

use super::map::results_of;
use crate::{
    builder::{Builder, Env, Place, Scope},
    handling::Failure,
    jsonata::Sight,
    path::{Want, find_reference},
    scope::{Plan, Site},
    shape::Shape,
};

type State = Map<String, Value>;

/// The mode of a Map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Its iterations are part of the execution.
    Inline,
    /// Each of its items is an execution of this type.
    Distributed(MachineType),
}

impl Mode {
    pub(super) fn is_distributed(self) -> bool {
        self != Self::Inline
    }
}

/// The objects that readers read: the format as `ReaderConfig`, the key and the text.
const OBJECTS: &[(&str, &str, &str)] = &[
    (r#"{"InputType":"JSON"}"#, "list.json", r#"[{"id":1},{"id":2},{"id":3}]"#),
    (
        r#"{"InputType":"JSON","ItemsPointer":"/orders/open"}"#,
        "nested.json",
        r#"{"orders":{"open":[{"id":4},{"id":5}]}}"#,
    ),
    (r#"{"InputType":"JSONL"}"#, "lines.jsonl", "{\"id\":1}\n{\"id\":2}\n"),
    (r#"{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}"#, "rows.csv", "id,paid\n1,yes\n2,no\n"),
    (
        r#"{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["id","paid"],"CSVDelimiter":"PIPE"}"#,
        "given.csv",
        "1|yes\n2|no\n3|\n",
    ),
];

/// Readers that fail: the format, the key and the text.
const BAD_OBJECTS: &[(&str, &str, &str)] = &[
    (r#"{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}"#, "twice.csv", "id,id\n1,2\n"),
    (r#"{"InputType":"JSON"}"#, "scalar.json", "5"),
    (r#"{"InputType":"JSON"}"#, "not-there.json", ""),
];
const BUCKET: &str = "orders";

impl Builder {
    /// The mode of the next Map. Children of an Express kind are inside Standard machines only.
    pub(super) fn map_mode(&mut self, scope: &Scope) -> Mode {
        let is_possible =
            self.kind == MachineType::Standard && scope.place == Place::Top && self.swarm.distributed > 0;
        if !is_possible || !self.draw.chance(self.swarm.distributed) {
            return Mode::Inline;
        }
        Mode::Distributed(self.draw.pick(&[MachineType::Standard, MachineType::Express]))
    }

    /// Builds the processor. The children of a distributed Map have a context and variables of their own.
    pub(super) fn processor(
        &mut self,
        mode: Mode,
        scope: &Scope,
        plan: &Plan<'_>,
        item: Shape,
    ) -> (State, Shape) {
        let Mode::Distributed(kind) = mode else { return self.scope(scope, plan, item) };
        let input = std::mem::replace(&mut self.input, item.clone());
        let outer_kind = std::mem::replace(&mut self.kind, kind);
        // The level stays, and with it the names; what the outer scopes know is not to be seen.
        let empty = vec![Vec::new(); self.variables.len()];
        let variables = std::mem::replace(&mut self.variables, empty);
        let laid = self.laid.take();
        let built = self.scope(scope, plan, item);
        (self.input, self.kind, self.variables, self.laid) = (input, outer_kind, variables, laid);
        built
    }

    /// Adds Label, batches and tolerated failures; the input of a child.
    pub(super) fn distributed_fields(
        &mut self,
        state: &mut State,
        site: Site<'_>,
        raw: &Shape,
        item: Shape,
    ) -> Shape {
        if self.draw.chance(45) {
            self.n_labels += 1;
            state.insert("Label".to_owned(), format!("Label{}", self.n_labels).into());
        }
        self.tolerance(state, raw);
        if !self.draw.chance(32) {
            return item;
        }
        let mut batcher = Map::new();
        self.batch_limit(&mut batcher, raw);
        let mut input = Shape::empty_object();
        if self.draw.chance(40) {
            let (document, shape) = if self.is_jsonata() {
                self.jsonata_object(
                    &Sight { may_fail: false, ..Sight::before(raw, site.scope, site.name) },
                    0,
                )
            } else {
                self.template(&Env { may_fail: false, ..Env::new(raw, site.scope, site.name) })
            };
            batcher.insert("BatchInput".to_owned(), document);
            input.set("BatchInput", shape);
        }
        input.set("Items", Shape::ArrayOf(Box::new(item)));
        state.insert("ItemBatcher".to_owned(), Value::Object(batcher));
        input
    }

    fn batch_limit(&mut self, batcher: &mut State, raw: &Shape) {
        let (field, want, constant) = if self.draw.chance(55) {
            ("MaxItemsPerBatch", Want::Positive, self.draw.between(1, 3))
        } else {
            ("MaxInputBytesPerBatch", Want::Bytes, self.draw.pick(&[64, 300, 262_144]))
        };
        let path = find_reference(&mut self.draw, raw, want).filter(|_| !self.is_jsonata());
        match path.filter(|_| self.draw.chance(75)) {
            Some(found) => batcher.insert(format!("{field}Path"), found.path.into()),
            None => batcher.insert(field.to_owned(), constant.into()),
        };
    }

    fn tolerance(&mut self, state: &mut State, raw: &Shape) {
        match self.draw.below(10) {
            0 => {
                state.insert("ToleratedFailureCount".to_owned(), self.draw.between(0, 2).into());
            }
            1 => {
                state.insert("ToleratedFailurePercentage".to_owned(), self.draw.pick(&[0, 10, 50]).into());
            }
            2 | 3 if !self.is_jsonata() => {
                if let Some(found) = find_reference(&mut self.draw, raw, Want::Seconds) {
                    let field =
                        self.draw.pick(&["ToleratedFailureCountPath", "ToleratedFailurePercentagePath"]);
                    state.insert(field.to_owned(), found.path.into());
                }
            }
            2 => {
                let field = self.draw.pick(&["ToleratedFailureCount", "ToleratedFailurePercentage"]);
                state.insert(field.to_owned(), "{% 1 + 1 %}".into());
            }
            _ => {}
        }
    }

    /// How a Map fails whose iterations all fail; `None` where it tolerates that, or has nothing to fail.
    pub(super) fn doomed_map_failure<'a>(
        &mut self,
        state: &mut State,
        mode: Mode,
        items: &Shape,
        error: &'a str,
    ) -> Option<Failure<'a>> {
        if matches!(items, Shape::Array(items) if items.is_empty()) {
            return None;
        }
        if !mode.is_distributed() {
            return Some(Failure::of(error));
        }
        for field in ["Count", "CountPath", "Percentage", "PercentagePath"] {
            state.shift_remove(&format!("ToleratedFailure{field}"));
        }
        if self.draw.chance(25) {
            state.insert("ToleratedFailurePercentage".to_owned(), 100.into());
            return None;
        }
        Some(Failure::of("States.ExceedToleratedFailureThreshold"))
    }

    /// Perhaps lets a distributed Map read its items from S3; how that fails.
    pub(super) fn item_reader(
        &mut self,
        state: &mut State,
        mode: Mode,
        site: Site<'_>,
        raw: &Shape,
    ) -> Option<Failure<'static>> {
        if !mode.is_distributed() || !self.has_services || !self.draw.chance(48) {
            return None;
        }
        let is_bad = site.scope.is_sequential && site.scope.may_fail && self.draw.chance(30);
        let (config, key, text) = self.draw.pick(if is_bad { BAD_OBJECTS } else { OBJECTS });
        let mut config: Value = serde_json::from_str(config).expect("the table holds JSON");
        if !text.is_empty() {
            let bucket = self.resources.buckets.entry(BUCKET.to_owned()).or_default();
            bucket.insert(key.to_owned(), text.to_owned());
        }
        self.max_items(&mut config, raw);
        let is_listing = !is_bad && self.draw.chance(35);
        let (resource, parameters) = if is_listing {
            self.listing(&mut config, key)
        } else {
            ("arn:aws:states:::s3:getObject", json!({"Bucket": BUCKET, "Key": key}))
        };
        let field = if self.is_jsonata() { "Arguments" } else { "Parameters" };
        state.insert(
            "ItemReader".to_owned(),
            json!({"Resource": resource, "ReaderConfig": config, field: parameters}),
        );
        is_bad.then(|| Failure::of("States.ItemReaderFailed"))
    }

    fn max_items(&mut self, config: &mut Value, raw: &Shape) {
        if !self.draw.chance(35) {
            return;
        }
        let path = find_reference(&mut self.draw, raw, Want::Positive).filter(|_| !self.is_jsonata());
        match path.filter(|_| self.draw.chance(50)) {
            Some(found) => config["MaxItemsPath"] = found.path.into(),
            None => config["MaxItems"] = self.draw.between(1, 3).into(),
        }
    }

    /// The entries of a listing, or what is in the listed objects.
    fn listing(&mut self, config: &mut Value, key: &str) -> (&'static str, Value) {
        let parameters = json!({"Bucket": BUCKET, "Prefix": key});
        if self.draw.chance(50) {
            config["Transformation"] = "LOAD_AND_FLATTEN".into();
        } else {
            let limit = config.get("MaxItems").cloned();
            *config = json!({});
            if let Some(limit) = limit {
                config["MaxItems"] = limit;
            }
        }
        ("arn:aws:states:::s3:listObjectsV2", parameters)
    }

    /// Perhaps adds a writer; the result of the Map.
    pub(super) fn map_result(&mut self, state: &mut State, mode: Mode, items: &Shape, out: &Shape) -> Shape {
        if !mode.is_distributed() {
            return results_of(items, out);
        }
        let some = Shape::ArrayOf(Box::new(Shape::Anything));
        if !self.has_services || !self.draw.chance(20) {
            let is_plain = !["ItemReader", "ItemBatcher"].iter().any(|field| state.contains_key(*field));
            return if is_plain { results_of(items, out) } else { some };
        }
        if self.draw.chance(50) {
            let transformation = self.draw.pick(&["NONE", "COMPACT", "FLATTEN"]);
            let config = json!({"Transformation": transformation, "OutputType": "JSON"});
            state.insert("ResultWriter".to_owned(), json!({"WriterConfig": config}));
            return some;
        }
        let field = if self.is_jsonata() { "Arguments" } else { "Parameters" };
        state.insert(
            "ResultWriter".to_owned(),
            json!({"Resource": "arn:aws:states:::s3:putObject", field: {"Bucket": BUCKET, "Prefix": "results"}}),
        );
        Shape::Object(vec![
            ("MapRunArn".to_owned(), Shape::Volatile),
            ("ResultWriterDetails".to_owned(), Shape::Anything),
        ])
    }
}
