//! Expressions over `$states` and the variables: paths to a wanted kind of value, operators and functions around them.

use serde_json::Value;

use crate::{
    builder::{Builder, Scope},
    path::{Found, Want, find_jsonata_path},
    shape::Shape,
    values::{TIMESTAMPS, WORDS, draw_text},
};

/// An expression without its delimiters, and the shape of its value.
pub(crate) type Expression = (String, Shape);

/// What the expressions of a field can see.
#[derive(Clone, Copy)]
pub(crate) struct Sight<'a> {
    /// `$states.input`.
    pub(crate) input: &'a Shape,
    /// `$states.result`, in Output and Assign of a state that has one.
    pub(crate) result: Option<&'a Shape>,
    /// `$states.errorOutput`, in Output and Assign of a catcher.
    pub(crate) error: Option<&'a Shape>,
    /// The item of the enclosing Map, in `$states.context`.
    pub(crate) item: Option<&'a Shape>,
    /// The state whose field it is.
    pub(crate) state_name: &'a str,
    /// Whether a failure is allowed here.
    pub(crate) may_fail: bool,
}

impl<'a> Sight<'a> {
    /// What the fields of a state see that are evaluated before its work.
    pub(crate) fn before(input: &'a Shape, scope: &'a Scope, state_name: &'a str) -> Self {
        Self {
            input,
            result: None,
            error: None,
            item: scope.item.as_ref(),
            state_name,
            may_fail: scope.may_fail,
        }
    }
}

/// How deep calls are nested.
const DEPTH_MAX: usize = 2;

impl Builder {
    /// An expression between its delimiters.
    pub(crate) fn delimited(&mut self, expression: &str) -> String {
        match self.draw.below(8) {
            0 => format!("{{%{expression}%}}"),
            _ => format!("{{% {expression} %}}"),
        }
    }

    /// An expression of the wanted kind.
    pub(crate) fn expression(&mut self, sight: &Sight<'_>, want: Want) -> Expression {
        self.expression_at(sight, want, 0)
    }

    fn expression_at(&mut self, sight: &Sight<'_>, want: Want, depth: usize) -> Expression {
        let is_leaf = depth >= DEPTH_MAX || self.draw.chance(45);
        if is_leaf && let Some(found) = self.seen(sight, want) {
            return (found.path, found.shape);
        }
        match want {
            Want::Text | Want::Scalar => self.text_expression(sight, depth),
            Want::Number => self.number_expression(sight, depth),
            Want::Boolean => self.boolean_expression(sight, depth),
            Want::Array | Want::Filled => self.array_expression(sight, depth),
            Want::Object => self.object_expression(sight, depth),
            Want::SmallInt | Want::Positive | Want::Seconds | Want::Bytes => {
                let number = self.draw.between(1, 3);
                (number.to_string(), Shape::Known(number.into()))
            }
            Want::Timestamp => {
                let time = self.draw.pick(TIMESTAMPS);
                (format!("'{time}'"), Shape::Known(time.into()))
            }
            Want::Null => ("null".to_owned(), Shape::Known(Value::Null)),
            Want::Any | Want::Stable => {
                let kinds = [Want::Text, Want::Number, Want::Boolean, Want::Array, Want::Object];
                let kind = self.draw.pick(&kinds);
                self.expression_at(sight, kind, depth)
            }
        }
    }

    /// A path to something of the wanted kind among what the field sees.
    fn seen(&mut self, sight: &Sight<'_>, want: Want) -> Option<Found> {
        if let Some(result) = sight.result
            && self.draw.chance(60)
            && let Some(found) = find_jsonata_path(&mut self.draw, result, "$states.result", want)
        {
            return Some(found);
        }
        if let Some(error) = sight.error
            && self.draw.chance(60)
            && let Some(found) = find_jsonata_path(&mut self.draw, error, "$states.errorOutput", want)
        {
            return Some(found);
        }
        if self.draw.chance(35)
            && let Some((name, shape)) = self.any_variable()
            && let Some(found) = find_jsonata_path(&mut self.draw, &shape, &format!("${name}"), want)
        {
            return Some(found);
        }
        if self.draw.chance(12)
            && let Some(found) = self.seen_in_context(sight, want)
        {
            return Some(found);
        }
        find_jsonata_path(&mut self.draw, sight.input, "$states.input", want)
    }

    fn seen_in_context(&mut self, sight: &Sight<'_>, want: Want) -> Option<Found> {
        if let Some(item) = sight.item
            && self.draw.chance(60)
        {
            return find_jsonata_path(&mut self.draw, item, "$states.context.Map.Item.Value", want);
        }
        if want == Want::Text {
            let path = "$states.context.State.Name".to_owned();
            return Some(Found { path, shape: Shape::Known(sight.state_name.into()) });
        }
        let input = self.input.clone();
        find_jsonata_path(&mut self.draw, &input, "$states.context.Execution.Input", want)
    }

    fn text_literal_expression(&mut self) -> Expression {
        let text = draw_text(&mut self.draw);
        (Value::from(text).to_string(), Shape::Known(text.into()))
    }

    fn text_expression(&mut self, sight: &Sight<'_>, depth: usize) -> Expression {
        if depth >= DEPTH_MAX {
            return self.text_literal_expression();
        }
        let (text, _) = self.expression_at(sight, Want::Text, depth + 1);
        let call = match self.draw.below(15) {
            0 | 1 => {
                let (other, _) = self.expression_at(sight, Want::Scalar, depth + 1);
                format!("{text} & {other}")
            }
            2 => format!("'id-' & {text}"),
            3 => format!("$uppercase({text})"),
            4 => format!("$lowercase({text})"),
            5 => format!("$substring({text}, {}, {})", self.draw.below(2), self.draw.between(1, 4)),
            6 => format!(
                "$hash({text}, '{}')",
                self.draw.pick(&["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"])
            ),
            7 => format!("$base64encode({text})"),
            8 => format!("$base64decode('{}')", self.draw.pick(&["aGVsbG8=", "YQ==", "YWJj"])),
            9 => format!("$string({})", self.expression_at(sight, Want::Number, depth + 1).0),
            10 => format!("$trim({text})"),
            11 => format!("$replace({text}, 'a', '{}')", self.draw.pick(&["b", "", "aa"])),
            12 => format!("$join($split({text}, '{}'), '+')", self.draw.pick(&["-", " ", "a"])),
            13 => format!("$pad({text}, {}, '#')", self.draw.between(-12, 12)),
            _ => {
                let (condition, _) = self.expression_at(sight, Want::Boolean, depth + 1);
                let (other, _) = self.text_literal_expression();
                format!("({condition} ? {text} : {other})")
            }
        };
        (call, Shape::Text)
    }

    fn number_expression(&mut self, sight: &Sight<'_>, depth: usize) -> Expression {
        let literal = self.draw.between(-5, 60);
        if depth >= DEPTH_MAX {
            return (literal.to_string(), Shape::Known(literal.into()));
        }
        let call = match self.draw.below(13) {
            0..=2 => {
                let (left, _) = self.expression_at(sight, Want::Number, depth + 1);
                format!("{left} {} {literal}", self.draw.pick(&["+", "-", "*"]))
            }
            3 => format!("{} / 4", self.expression_at(sight, Want::Number, depth + 1).0),
            4 | 5 => format!("$count({})", self.expression_at(sight, Want::Array, depth + 1).0),
            6 => format!("$length({})", self.expression_at(sight, Want::Text, depth + 1).0),
            7 => format!("$sum([{literal}, 2, {}])", self.expression_at(sight, Want::Number, depth + 1).0),
            8 => format!("$max([{literal}, 7])"),
            9 => format!("$abs({})", self.expression_at(sight, Want::Number, depth + 1).0),
            10 => format!("$floor({} / 3)", self.expression_at(sight, Want::Number, depth + 1).0),
            11 => format!("$number('{literal}')"),
            _ => format!("$random({})", self.draw.between(0, 99)),
        };
        (call, Shape::Number)
    }

    /// A condition whose answer is not fixed by its form.
    pub(crate) fn boolean_expression(&mut self, sight: &Sight<'_>, depth: usize) -> Expression {
        let inner = |builder: &mut Self, want| builder.expression_at(sight, want, DEPTH_MAX).0;
        let call = match self.draw.below(12) {
            0 | 1 => {
                let left = inner(self, Want::Number);
                format!(
                    "{left} {} {}",
                    self.draw.pick(&["<", "<=", ">", ">=", "=", "!="]),
                    self.draw.between(0, 60)
                )
            }
            2 | 3 => {
                let left = inner(self, Want::Text);
                format!("{left} {} '{}'", self.draw.pick(&["=", "!=", "<", ">"]), self.draw.pick(WORDS))
            }
            4 => format!("$exists({})", self.present_or_missing(sight)),
            5 => format!("{} in {}", inner(self, Want::Text), inner(self, Want::Array)),
            6 => format!("$not({})", inner(self, Want::Boolean)),
            7 if depth < DEPTH_MAX => {
                let (left, _) = self.boolean_expression(sight, depth + 1);
                let (right, _) = self.boolean_expression(sight, depth + 1);
                format!("({left}) {} ({right})", self.draw.pick(&["and", "or"]))
            }
            8 => format!("$contains({}, '{}')", inner(self, Want::Text), self.draw.pick(&["a", "-", "e"])),
            9 => format!("$boolean({})", inner(self, Want::Any)),
            10 => format!(
                "$type({}) = '{}'",
                inner(self, Want::Any),
                self.draw.pick(&["string", "number", "object"])
            ),
            _ => return (self.draw.pick(&["true", "false"]).to_owned(), Shape::Boolean),
        };
        (call, Shape::Boolean)
    }

    fn present_or_missing(&mut self, sight: &Sight<'_>) -> String {
        if self.draw.chance(50) {
            return "$states.input.missing".to_owned();
        }
        self.seen(sight, Want::Any).map_or_else(|| "$states.input".to_owned(), |found| found.path)
    }

    fn array_expression(&mut self, sight: &Sight<'_>, depth: usize) -> Expression {
        let some = Shape::ArrayOf(Box::new(Shape::Anything));
        if depth >= DEPTH_MAX {
            let (first, second) = (self.draw.pick(WORDS), self.draw.between(0, 9));
            let shape = Shape::Array(vec![Shape::Known(first.into()), Shape::Known(second.into())]);
            return (format!("['{first}', {second}]"), shape);
        }
        let (array, shape) = self.expression_at(sight, Want::Array, depth + 1);
        let element = Shape::ArrayOf(Box::new(Shape::common_of(shape.elements())));
        match self.draw.below(13) {
            0 => {
                let (left, left_shape) = self.expression_at(sight, Want::Any, depth + 1);
                let (right, right_shape) = self.expression_at(sight, Want::Scalar, depth + 1);
                (format!("[{left}, {right}]"), spread(left_shape, right_shape))
            }
            1 => (format!("$append({array}, ['end'])"), some),
            2 => (format!("$reverse({array})"), element),
            3 => (format!("$distinct({array})"), element),
            4 => (format!("$partition({array}, {})", self.draw.between(1, 3)), some),
            5 | 6 => {
                let (from, step) = (self.draw.between(-2, 3), self.draw.between(1, 3));
                (
                    format!("$range({from}, {}, {step})", from + step * 3),
                    Shape::ArrayOf(Box::new(Shape::Number)),
                )
            }
            7 => (
                format!("[{}..{}]", self.draw.between(0, 2), self.draw.between(3, 6)),
                Shape::ArrayOf(Box::new(Shape::Number)),
            ),
            8 => (
                format!("$map([1, 2, 3], function($v, $i) {{ $v * {} + $i }})", self.draw.between(1, 9)),
                Shape::Array(vec![Shape::Number; 3]),
            ),
            9 => (
                format!("$filter([1, 2, 3, 4], function($v) {{ $v > {} }})", self.draw.between(0, 2)),
                Shape::ArrayOf(Box::new(Shape::Number)),
            ),
            10 => (
                "$sort([3, 1, 2], function($l, $r) { $l > $r })".to_owned(),
                Shape::Array([1, 2, 3].map(|number| Shape::Known(number.into())).into()),
            ),
            11 => (
                format!("$split({}, '-')", self.expression_at(sight, Want::Text, depth + 1).0),
                Shape::ArrayOf(Box::new(Shape::Text)),
            ),
            _ => (format!("[{array}[[0..1]]]"), element),
        }
    }

    fn object_expression(&mut self, sight: &Sight<'_>, depth: usize) -> Expression {
        let (value, shape) = if depth >= DEPTH_MAX {
            self.text_literal_expression()
        } else {
            self.expression_at(sight, Want::Any, depth + 1)
        };
        let key = self.draw.pick(&["id", "value", "x", "a key", "größe"]);
        let made = Shape::Object(vec![(key.to_owned(), shape)]);
        if depth >= DEPTH_MAX {
            return (format!("{{\"{key}\": {value}}}"), made);
        }
        match self.draw.below(6) {
            0..=2 => {
                let (object, object_shape) = self.expression_at(sight, Want::Object, depth + 1);
                let mut merged = object_shape;
                if let Shape::Object(members) = made {
                    for (key, shape) in members {
                        merged.set(&key, shape);
                    }
                }
                (format!("$merge([{object}, {{\"{key}\": {value}}}])"), merged)
            }
            3 => (
                "$parse('{\"a\": 1, \"b\": [true, null]}')".to_owned(),
                Shape::of(&serde_json::json!({"a": 1, "b": [true, null]})),
            ),
            4 => (format!("($local := {value}; {{\"{key}\": $local}})"), made),
            _ => (format!("{{\"{key}\": {value}}}"), made),
        }
    }
}

/// The elements of an array constructor: an array among its parts stays one element.
fn spread(left: Shape, right: Shape) -> Shape {
    match left {
        Shape::Array(_) | Shape::ArrayOf(_) | Shape::Anything => Shape::ArrayOf(Box::new(Shape::Anything)),
        _ => Shape::Array(vec![left, right]),
    }
}
