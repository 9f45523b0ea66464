//! Calls of the 18 intrinsic functions: arguments from the data or written out, nested, and bad ones on purpose.
//!
//! Random functions are drawn only where the result does not depend on the random source.

use serde_json::Value;

use crate::{
    builder::{Builder, Env},
    path::{Want, find_path, gathering_path},
    shape::Shape,
    swarm::Mix,
    values::WORDS,
};

/// A call as it is written, and the shape of its result.
type Call = (String, Shape);

/// An intrinsic function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Function {
    Format,
    StringToJson,
    JsonToString,
    Array,
    ArrayPartition,
    ArrayContains,
    ArrayRange,
    ArrayGetItem,
    ArrayLength,
    ArrayUnique,
    Base64Encode,
    Base64Decode,
    Hash,
    JsonMerge,
    MathRandom,
    MathAdd,
    StringSplit,
    Uuid,
}

/// Half the census, half uniform, so that the rare ones are not starved.
const FUNCTIONS: &[(usize, Function)] = &[
    (20, Function::Format),
    (9, Function::StringToJson),
    (9, Function::JsonToString),
    (10, Function::Array),
    (5, Function::ArrayPartition),
    (5, Function::ArrayContains),
    (5, Function::ArrayRange),
    (8, Function::ArrayGetItem),
    (7, Function::ArrayLength),
    (5, Function::ArrayUnique),
    (5, Function::Base64Encode),
    (5, Function::Base64Decode),
    (5, Function::Hash),
    (5, Function::JsonMerge),
    (5, Function::MathRandom),
    (7, Function::MathAdd),
    (8, Function::StringSplit),
    (2, Function::Uuid),
];

const JSON_TEXTS: &[&str] =
    &[r#"{"a": 1, "b": [true, null]}"#, "[1, 2, 3]", "42", "true", "null", "-1.5", r#""text""#, "{}"];
const TEXT_LITERALS: &[&str] = &[
    "hello",
    "",
    "a,b;c",
    "Ünïcödé",
    "it\\'s",
    "日本語",
    "x y z",
    "1",
    "back\\\\slash",
    "\"dq\"",
    "f(x, y)",
    "$.total",
    "[1, 2]",
];
/// Texts with what separates their parts: characters that mean more than themselves in a regular expression, or to the
/// parser of calls.
const SEPARATED: &[(&str, &str)] = &[
    ("1.2..3", "."),
    ("x|y||z", "|"),
    ("a*b+c", "*+"),
    ("^start^end", "^"),
    ("a[0].b", "[]."),
    ("f(x, y)", "(),"),
    ("a^b-c", "^-"),
    ("back\\\\slash", "\\\\"),
    ("it\\'s", "\\'"),
    ("$.total$", "$"),
];
const BASE64_TEXTS: &[&str] = &["aGVsbG8=", "YQ==", "eyJhIjoxfQ==", "w7xiZXI=", "YWJj"];
const ALGORITHMS: &[&str] = &["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"];
/// Documented: up to ten functions in one field. Real definitions seldom nest more than once.
const MAX_NESTING: usize = 3;

impl Builder {
    /// A whole call.
    pub(crate) fn intrinsic(&mut self, env: &Env<'_>) -> Call {
        if self.fault(env.may_fail) {
            return (self.bad_call(env), Shape::Anything);
        }
        self.call(env, 0)
    }

    fn call(&mut self, env: &Env<'_>, nesting: usize) -> Call {
        let function = match self.swarm.mix {
            Mix::Realistic => self.draw.weighted(FUNCTIONS),
            Mix::Uniform => self.draw.pick(FUNCTIONS).1,
        };
        match function {
            Function::Format => self.format_call(env, nesting),
            Function::StringToJson => self.string_to_json_call(),
            Function::JsonToString => self.json_to_string_call(env, nesting),
            Function::Array => self.array_call(env, nesting),
            Function::ArrayPartition => self.array_partition_call(env),
            Function::ArrayContains => self.array_contains_call(env),
            Function::ArrayRange => self.array_range_call(),
            Function::ArrayGetItem => self.array_get_item_call(env),
            Function::ArrayLength => self.array_length_call(env),
            Function::ArrayUnique => self.array_unique_call(env),
            Function::Base64Encode => self.base64_encode_call(env),
            Function::Base64Decode => self.base64_decode_call(env),
            Function::Hash => self.hash_call(env),
            Function::JsonMerge => self.json_merge_call(env),
            Function::MathRandom => self.math_random_call(),
            Function::MathAdd => self.math_add_call(env),
            Function::StringSplit => self.string_split_call(env),
            Function::Uuid => self.uuid_call(),
        }
    }

    fn format_call(&mut self, env: &Env<'_>, nesting: usize) -> Call {
        let count = self.draw.below(4);
        let mut template =
            self.draw.pick(&["", "id-", "Hello ", "größe: ", "\\{x\\} ", "it\\'s "]).to_owned();
        let mut arguments = Vec::new();
        let mut is_stable = true;
        for index in 0..count {
            template.push_str(if index == 0 { "{}" } else { self.draw.pick(&["{}", ", {}", "/{}"]) });
            let (argument, shape) = self.scalar_argument(env, nesting);
            is_stable &= shape.is_stable();
            arguments.push(argument);
        }
        arguments.insert(0, format!("'{template}'"));
        (
            format!("States.Format({})", arguments.join(", ")),
            if is_stable { Shape::Text } else { Shape::Volatile },
        )
    }

    fn scalar_argument(&mut self, env: &Env<'_>, nesting: usize) -> Call {
        match self.draw.below(10) {
            0 => self.scalar_literal(),
            1 if nesting < MAX_NESTING => self.format_call(env, nesting + 1),
            2 => ("$$.State.Name".to_owned(), Shape::Known(env.state_name.into())),
            _ => self.path_argument(env, Want::Scalar).unwrap_or_else(|| self.scalar_literal()),
        }
    }

    fn scalar_literal(&mut self) -> Call {
        match self.draw.below(5) {
            0 => {
                let number = self.draw.between(-5, 50);
                (number.to_string(), Shape::Known(number.into()))
            }
            1 => ("true".to_owned(), Shape::Known(true.into())),
            2 => ("null".to_owned(), Shape::Known(Value::Null)),
            _ => self.text_literal(),
        }
    }

    fn text_literal(&mut self) -> Call {
        let literal =
            if self.draw.chance(50) { self.draw.pick(WORDS) } else { self.draw.pick(TEXT_LITERALS) };
        (format!("'{literal}'"), Shape::Text)
    }

    fn path_argument(&mut self, env: &Env<'_>, want: Want) -> Option<Call> {
        let found = match env.item {
            Some(item) if self.draw.chance(15) => find_path(&mut self.draw, item, "$$.Map.Item.Value", want),
            _ => self.variable_path(want, 18),
        };
        let found = found.or_else(|| find_path(&mut self.draw, env.root, "$", want))?;
        Some((found.path, found.shape))
    }

    fn text_argument(&mut self, env: &Env<'_>) -> Call {
        if self.draw.chance(75)
            && let Some(call) = self.path_argument(env, Want::Text)
        {
            return call;
        }
        self.text_literal()
    }

    fn array_argument(&mut self, env: &Env<'_>, want: Want) -> Call {
        if want == Want::Array
            && self.draw.chance(10)
            && let Some(found) = gathering_path(&mut self.draw, env.root, "$")
            && found.shape.is_stable()
        {
            return (found.path, found.shape);
        }
        if self.draw.chance(75)
            && let Some(call) = self.path_argument(env, want).filter(|(_, shape)| shape.is_stable())
        {
            return call;
        }
        if self.draw.chance(40) {
            return self.array_range_call();
        }
        let items: Vec<&str> = (0..self.draw.between(1, 4)).map(|_| self.draw.pick(WORDS)).collect();
        let shape = Shape::Array(items.iter().map(|word| Shape::Known((*word).into())).collect());
        (format!("States.Array('{}')", items.join("', '")), shape)
    }

    fn string_to_json_call(&mut self) -> Call {
        let text = self.draw.pick(JSON_TEXTS);
        let value: Value = serde_json::from_str(text).expect("the table holds JSON texts");
        (format!("States.StringToJson('{text}')"), Shape::of(&value))
    }

    fn json_to_string_call(&mut self, env: &Env<'_>, nesting: usize) -> Call {
        let found = self.path_argument(env, Want::Stable).filter(|(_, shape)| self.knows_key_order(shape));
        let argument = match found {
            Some((path, _)) if nesting >= MAX_NESTING || self.draw.chance(85) => path,
            _ => self.array_range_call().0,
        };
        (format!("States.JsonToString({argument})"), Shape::Text)
    }

    /// Whether the text form of a value is certain. Recorded: the members of an object that a template made come in an
    /// order of their own.
    fn knows_key_order(&self, shape: &Shape) -> bool {
        !shape.holds_object() || self.input.contains(shape)
    }

    fn array_call(&mut self, env: &Env<'_>, nesting: usize) -> Call {
        let (mut arguments, mut shapes) = (Vec::new(), Vec::new());
        for _ in 0..self.draw.below(4) {
            let (argument, shape) = match self.draw.below(10) {
                0 if nesting < MAX_NESTING => self.call(env, nesting + 1),
                1..=3 => self.path_argument(env, Want::Any).unwrap_or_else(|| self.scalar_literal()),
                _ => self.scalar_argument(env, nesting),
            };
            arguments.push(argument);
            shapes.push(shape);
        }
        (format!("States.Array({})", arguments.join(", ")), Shape::Array(shapes))
    }

    fn array_partition_call(&mut self, env: &Env<'_>) -> Call {
        let (array, shape) = self.array_argument(env, Want::Array);
        let size = self.draw.between(1, 4);
        let chunk = Shape::ArrayOf(Box::new(Shape::common_of(shape.elements())));
        (format!("States.ArrayPartition({array}, {size})"), Shape::ArrayOf(Box::new(chunk)))
    }

    fn array_contains_call(&mut self, env: &Env<'_>) -> Call {
        let (array, shape) = self.array_argument(env, Want::Array);
        let present = shape.elements().find_map(Shape::known_int).filter(|_| self.draw.chance(50));
        let needle = present.map_or_else(|| self.scalar_literal().0, |number| number.to_string());
        (format!("States.ArrayContains({array}, {needle})"), Shape::Boolean)
    }

    fn array_range_call(&mut self) -> Call {
        let (first, last) = (self.draw.between(-3, 5), self.draw.between(-3, 9));
        let step = self.draw.pick(&[1, 1, 2, 3, -1, -2]);
        let numbers = std::iter::successors(Some(first), |number| Some(number + step))
            .take_while(|number| if step > 0 { *number <= last } else { *number >= last });
        let shape = Shape::Array(numbers.map(|number| Shape::Known(number.into())).collect());
        (format!("States.ArrayRange({first}, {last}, {step})"), shape)
    }

    fn array_get_item_call(&mut self, env: &Env<'_>) -> Call {
        let (array, shape) = self.array_argument(env, Want::Filled);
        let Shape::Array(items) = &shape else { return self.array_length_call(env) };
        if items.is_empty() {
            return (format!("States.ArrayGetItem({array}, 0)"), Shape::Known(Value::Null));
        }
        let index = self.draw.below(items.len());
        (format!("States.ArrayGetItem({array}, {index})"), items[index].clone())
    }

    fn array_length_call(&mut self, env: &Env<'_>) -> Call {
        let (array, shape) = self.array_argument(env, Want::Array);
        let length = match &shape {
            Shape::Array(items) => Shape::Known(items.len().into()),
            _ => Shape::Number,
        };
        (format!("States.ArrayLength({array})"), length)
    }

    fn array_unique_call(&mut self, env: &Env<'_>) -> Call {
        let (array, shape) = self.array_argument(env, Want::Array);
        (format!("States.ArrayUnique({array})"), Shape::ArrayOf(Box::new(Shape::common_of(shape.elements()))))
    }

    fn base64_encode_call(&mut self, env: &Env<'_>) -> Call {
        let (text, _) = self.text_argument(env);
        (format!("States.Base64Encode({text})"), Shape::Text)
    }

    fn base64_decode_call(&mut self, env: &Env<'_>) -> Call {
        if self.draw.chance(40) {
            let (encoded, _) = self.base64_encode_call(env);
            return (format!("States.Base64Decode({encoded})"), Shape::Text);
        }
        (format!("States.Base64Decode('{}')", self.draw.pick(BASE64_TEXTS)), Shape::Text)
    }

    fn hash_call(&mut self, env: &Env<'_>) -> Call {
        let (text, _) = self.text_argument(env);
        (format!("States.Hash({text}, '{}')", self.draw.pick(ALGORITHMS)), Shape::Text)
    }

    fn json_merge_call(&mut self, env: &Env<'_>) -> Call {
        let (left, left_shape) = self.object_argument(env);
        let (right, right_shape) = self.object_argument(env);
        let mut merged = left_shape;
        if let Shape::Object(members) = right_shape {
            for (key, shape) in members {
                merged.set(&key, shape);
            }
        }
        (format!("States.JsonMerge({left}, {right}, false)"), merged)
    }

    fn object_argument(&mut self, env: &Env<'_>) -> Call {
        if self.draw.chance(80)
            && let Some(call) = self.path_argument(env, Want::Object)
        {
            return call;
        }
        let (text, value) = (r#"{"a": 7, "extra": true}"#, serde_json::json!({"a": 7, "extra": true}));
        (format!("States.StringToJson('{text}')"), Shape::of(&value))
    }

    fn math_random_call(&mut self) -> Call {
        let low = self.draw.between(-10, 10);
        if self.draw.chance(12) {
            // Without a seed only one answer is possible: the upper bound is exclusive.
            return (format!("States.MathRandom({low}, {})", low + 1), Shape::Known(low.into()));
        }
        let (high, seed) = (low + self.draw.between(1, 1000), self.draw.between(-20, 1000));
        (format!("States.MathRandom({low}, {high}, {seed})"), Shape::Number)
    }

    fn math_add_call(&mut self, env: &Env<'_>) -> Call {
        let (left, left_shape) =
            self.path_argument(env, Want::SmallInt).unwrap_or_else(|| ("1.5".to_owned(), Shape::Number));
        let right = self.draw.between(-10, 100);
        let sum =
            left_shape.known_int().map_or(Shape::Number, |number| Shape::Known((number + right).into()));
        if self.draw.chance(20) {
            return (format!("States.MathAdd({right},{left})"), sum);
        }
        (format!("States.MathAdd({left}, {right})"), sum)
    }

    fn string_split_call(&mut self, env: &Env<'_>) -> Call {
        let parts = Shape::ArrayOf(Box::new(Shape::Text));
        if self.draw.chance(20) {
            let (text, delimiters) = self.draw.pick(SEPARATED);
            return (format!("States.StringSplit('{text}', '{delimiters}')"), parts);
        }
        let (text, _) = self.text_argument(env);
        let delimiters = self.draw.pick(&[",", "-", " ", ",;", "a", "é"]);
        (format!("States.StringSplit({text}, '{delimiters}')"), parts)
    }

    /// A UUID is measured, never shown: its five groups.
    fn uuid_call(&mut self) -> Call {
        if self.draw.chance(50) {
            return (
                "States.ArrayLength(States.StringSplit(States.UUID(), '-'))".to_owned(),
                Shape::Known(5.into()),
            );
        }
        ("States.ArrayLength(States.Array(States.UUID()))".to_owned(), Shape::Known(1.into()))
    }
}
