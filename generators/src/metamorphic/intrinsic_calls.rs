//! Calls of intrinsic functions as they are written: parsed, and told in JSONata.

use super::jsonata_paths::{definite, listed};

/// A call of an intrinsic function.
pub(super) struct Call {
    pub(super) function: String,
    pub(super) arguments: Vec<Argument>,
}

/// What stands between the parentheses of a call.
pub(super) enum Argument {
    Text(String),
    Number(String),
    /// `true`, `false` or `null`.
    Word(&'static str),
    Path(String),
    Call(Call),
}

/// A value in JSONata, and what has to hold so that it is the same in both languages.
pub(super) struct Told {
    pub(super) holds: Vec<String>,
    pub(super) value: String,
}

impl Call {
    /// The call that a text is; `None` for any other text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (call, rest) = parse_call(text.trim())?;
        rest.is_empty().then_some(call)
    }

    /// The same in JSONata. Documented: which expression takes the place of which function.
    pub(super) fn told(&self, document: &str) -> Option<Told> {
        let arguments: Vec<Told> =
            self.arguments.iter().map(|argument| argument.told(document)).collect::<Option<_>>()?;
        let mut holds: Vec<String> = arguments.iter().flat_map(|told| told.holds.clone()).collect();
        let values: Vec<&str> = arguments.iter().map(|told| told.value.as_str()).collect();
        let (conditions, value) = self.formula(&values)?;
        holds.extend(conditions);
        Some(Told { holds, value })
    }

    fn formula(&self, values: &[&str]) -> Option<(Vec<String>, String)> {
        let is = |value: &str, kind: &str| format!("$type({value}) = '{kind}'");
        let told = match (self.function.as_str(), values) {
            ("Format", [_, rest @ ..]) => return self.format(rest),
            ("StringToJson", [text]) => {
                (vec![is(text, "string"), format!("$trim({text}) != ''")], format!("$parse({text})"))
            }
            ("JsonToString", [value]) => (
                // Numbers have a text form of their own in either language, members an order of their own.
                vec![is(value, "array"), format!("$not($contains($string({value}), /[0-9{{]/))")],
                format!("$string({value})"),
            ),
            ("Array", items) => {
                let join = |list: String, item: &&str| format!("$append({list}, {})", listed(item));
                (Vec::new(), items.iter().fold("[]".to_owned(), join))
            }
            ("ArrayPartition", [array, size]) => {
                self.number(1).filter(|size| *size > 0)?;
                (
                    vec![format!("$count({array}) > 0"), format!("$count({array}[$type($) = 'array']) = 0")],
                    format!("$partition({array}, {size})"),
                )
            }
            ("ArrayContains", [array, value]) => {
                let is_text = |value: &str| format!("$type({value}) in ['string', 'number']");
                (
                    vec![is_text(value), format!("$count({array}[$not({})]) = 0", is_text("$"))],
                    format!("$count({array}[$string($) = $string({value})]) > 0"),
                )
            }
            ("ArrayRange", [first, last, step]) => {
                self.number(0).zip(self.number(1)).zip(self.number(2))?;
                (Vec::new(), format!("[$range({first}, {last}, {step})]"))
            }
            ("ArrayGetItem", [array, _]) => {
                let index = self.number(1)?;
                (vec![format!("$count({array}) > {index}")], format!("{array}[{index}]"))
            }
            ("ArrayLength", [array]) => (Vec::new(), format!("$count({array})")),
            ("Base64Encode", [text]) => {
                (vec![is(text, "string"), is_ascii(text)], format!("$base64encode({text})"))
            }
            ("Base64Decode", [text]) => (
                vec![
                    is(text, "string"),
                    format!(
                        "$contains({text}, /^([A-Za-z0-9+\\/]{{4}})*([A-Za-z0-9+\\/]{{2}}==|[A-Za-z0-9+\\/]{{3}}=)?$/)"
                    ),
                    is_ascii(&format!("$base64decode({text})")),
                ],
                format!("$base64decode({text})"),
            ),
            ("Hash", [text, algorithm]) => (vec![is(text, "string")], format!("$hash({text}, {algorithm})")),
            ("JsonMerge", [left, right, "false"]) => (Vec::new(), format!("$merge([{left}, {right}])")),
            // Recorded: each number is rounded by itself, a half upwards.
            ("MathAdd", [left, right]) => {
                (Vec::new(), format!("$floor({left} + 0.5) + $floor({right} + 0.5)"))
            }
            ("StringSplit", [text, _]) => {
                let class = self.delimiters()?;
                (
                    vec![is(text, "string")],
                    format!("[$filter($split({text}, /[{class}]/), function($part) {{ $part != '' }})]"),
                )
            }
            _ => return None,
        };
        Some(told)
    }

    fn format(&self, values: &[&str]) -> Option<(Vec<String>, String)> {
        let Some(Argument::Text(template)) = self.arguments.first() else { return None };
        let parts = parts_of(template)?;
        if parts.len() != values.len() + 1 {
            return None;
        }
        // Recorded: objects and arrays print as Java maps and lists.
        let holds =
            values.iter().map(|value| format!("$not($type({value}) in ['array', 'object'])")).collect();
        let mut texts = vec![quoted(&parts[0])];
        for (value, part) in values.iter().zip(&parts[1..]) {
            texts.push(format!("$string({value})"));
            texts.push(quoted(part));
        }
        Some((holds, format!("({})", texts.join(" & "))))
    }

    fn number(&self, place: usize) -> Option<i64> {
        match self.arguments.get(place)? {
            Argument::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    fn delimiters(&self) -> Option<String> {
        let Some(Argument::Text(text)) = self.arguments.get(1) else { return None };
        let is_harmless = |letter: char| letter.is_alphanumeric() || ",;:| _=+#&.".contains(letter);
        (!text.is_empty() && text.chars().all(is_harmless)).then(|| text.clone())
    }
}

impl Argument {
    fn told(&self, document: &str) -> Option<Told> {
        let value = match self {
            Self::Text(text) => quoted(text),
            Self::Number(text) => text.clone(),
            Self::Word(word) => (*word).to_owned(),
            Self::Path(path) => definite(path, document)?,
            Self::Call(call) => return call.told(document),
        };
        Some(Told { holds: Vec::new(), value })
    }
}

fn is_ascii(text: &str) -> String {
    format!("$contains({text}, /^[ -~]*$/)")
}

/// A text in JSONata.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// What stands between the placeholders of a template, without its escapes.
fn parts_of(template: &str) -> Option<Vec<String>> {
    let mut parts = vec![String::new()];
    let mut letters = template.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => parts.last_mut()?.push(letters.next()?),
            '{' => {
                letters.next().filter(|next| *next == '}')?;
                parts.push(String::new());
            }
            '}' => return None,
            _ => parts.last_mut()?.push(letter),
        }
    }
    Some(parts)
}

fn parse_call(text: &str) -> Option<(Call, &str)> {
    let (function, mut rest) = text.strip_prefix("States.")?.split_once('(')?;
    if !function.chars().all(char::is_alphanumeric) {
        return None;
    }
    let mut arguments = Vec::new();
    rest = rest.trim_start();
    while !rest.starts_with(')') {
        let (argument, after) = parse_argument(rest, function == "Format" && arguments.is_empty())?;
        arguments.push(argument);
        rest = after.trim_start();
        match rest.strip_prefix(',') {
            Some(after) => rest = after.trim_start(),
            None => break,
        }
    }
    Some((Call { function: function.to_owned(), arguments }, rest.strip_prefix(')')?))
}

fn parse_argument(text: &str, keeps_escapes: bool) -> Option<(Argument, &str)> {
    if let Some(rest) = text.strip_prefix('\'') {
        return parse_text(rest, keeps_escapes);
    }
    if text.starts_with("States.") {
        let (call, rest) = parse_call(text)?;
        return Some((Argument::Call(call), rest));
    }
    let end = text.find([',', ')'])?;
    let (word, rest) = (text[..end].trim_end(), &text[end..]);
    let argument = match word {
        "true" => Argument::Word("true"),
        "false" => Argument::Word("false"),
        "null" => Argument::Word("null"),
        _ if word.starts_with('$') => Argument::Path(word.to_owned()),
        _ if word.parse::<f64>().is_ok() => Argument::Number(word.to_owned()),
        _ => return None,
    };
    Some((argument, rest))
}

fn parse_text(rest: &str, keeps_escapes: bool) -> Option<(Argument, &str)> {
    let mut text = String::new();
    let mut letters = rest.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\'' => return Some((Argument::Text(text), &rest[at + 1..])),
            '\\' => {
                let (_, escaped) = letters.next()?;
                if keeps_escapes {
                    text.push('\\');
                }
                text.push(escaped);
            }
            _ => text.push(letter),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("States.ArrayLength($.a)", "$count($states.input.`a`)")]
    #[case("States.Format('it\\'s {}', $.a)", r#"("it's " & $string($states.input.`a`) & "")"#)]
    #[case("States.MathAdd( 1.5 , $.n )", "$floor(1.5 + 0.5) + $floor($states.input.`n` + 0.5)")]
    #[case("States.Hash('a,b)', 'MD5')", r#"$hash("a,b)", "MD5")"#)]
    fn call_is_told_in_jsonata(#[case] call: &str, #[case] expected: &str) {
        let told = Call::parse(call).expect("a call").told("$states.input").expect("it has an equivalent");
        assert_eq!(told.value, expected);
    }

    #[rstest]
    #[case("States.UUID()")]
    #[case("States.ArrayRange($.first, 9, 1)")]
    #[case("States.StringSplit($.text, ']')")]
    fn call_without_a_certain_equivalent_is_not_told(#[case] call: &str) {
        assert!(Call::parse(call).expect("a call").told("$states.input").is_none());
    }

    #[rstest]
    #[case("$.a")]
    #[case("States.Array($.a) + 1")]
    #[case("States.Array('open")]
    fn other_text_is_no_call(#[case] text: &str) {
        assert!(Call::parse(text).is_none());
    }
}
