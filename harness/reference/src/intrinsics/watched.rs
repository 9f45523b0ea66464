//! Why a function refused its arguments, for an onlooker: AWS says "Invalid arguments" whatever is wrong with them.

use serde_json::Value;

use super::arguments::Argument;
use super::encoding;
use super::failure::Refusal;
use super::function::Function;
use crate::java::display_text;
use crate::sighting::CallEnd;

/// How a call ended, by its arguments and the refusal, if there was one.
pub(super) fn end_of_call(
    function: Function,
    arguments: &[Argument<'_>],
    refusal: Option<&Refusal>,
) -> CallEnd {
    match refusal {
        None => CallEnd::Success,
        Some(Refusal::SingleArgument) => CallEnd::WrongCount,
        Some(Refusal::UnclosedBrace) => CallEnd::UnclosedBrace,
        Some(Refusal::UnopenedBrace) => CallEnd::UnopenedBrace,
        Some(Refusal::NotJson(_)) => CallEnd::NotJson,
        Some(Refusal::Arguments) => end_of_refused(function, arguments),
    }
}

fn end_of_refused(function: Function, arguments: &[Argument<'_>]) -> CallEnd {
    let (kinds, n_optional) = signature(function);
    let n_required = kinds.len() - n_optional;
    if !(n_required..=kinds.len()).contains(&arguments.len()) && function != Function::Format {
        return CallEnd::WrongCount;
    }
    if arguments.iter().zip(kinds).any(|(argument, kind)| !kind.takes(&argument.value)) {
        return CallEnd::WrongType;
    }
    match function {
        // A template whose braces are well fails for the number of its values alone.
        Function::Format => CallEnd::WrongCount,
        _ if is_over_limit(function, arguments) => CallEnd::OverLimit,
        _ => CallEnd::WrongValue,
    }
}

/// Whether arguments of the right types were refused for a length.
fn is_over_limit(function: Function, arguments: &[Argument<'_>]) -> bool {
    match (function, arguments) {
        (Function::Base64Decode | Function::Base64Encode, _) => true,
        (Function::ArrayRange, [.., step]) => step.as_truncated().is_ok_and(|step| step != 0),
        (Function::Hash, [data, _]) => encoding::is_too_long(&display_text(&data.value)),
        _ => false,
    }
}

/// The type of an argument.
#[derive(Clone, Copy)]
enum Kind {
    Any,
    Array,
    Number,
    Object,
    Text,
}

impl Kind {
    fn takes(self, value: &Value) -> bool {
        match self {
            Self::Any => true,
            Self::Array => value.is_array(),
            Self::Number => value.is_number(),
            Self::Object => value.is_object(),
            Self::Text => value.is_string(),
        }
    }
}

/// The types of the arguments, and how many of the last ones may be absent.
fn signature(function: Function) -> (&'static [Kind], usize) {
    use Kind::{Any, Array, Number, Object, Text};
    match function {
        Function::Array | Function::Uuid => (&[], 0),
        Function::ArrayContains => (&[Array, Any], 0),
        Function::ArrayGetItem | Function::ArrayPartition => (&[Array, Number], 0),
        Function::ArrayLength | Function::ArrayUnique => (&[Array], 0),
        Function::ArrayRange => (&[Number, Number, Number], 0),
        Function::Base64Decode | Function::Base64Encode | Function::StringToJson | Function::Format => {
            (&[Text], 0)
        }
        Function::Hash => (&[Any, Text], 0),
        Function::JsonMerge => (&[Object, Object, Any], 0),
        Function::JsonToString => (&[Any], 0),
        Function::MathAdd => (&[Number, Number], 0),
        Function::MathRandom => (&[Number, Number, Number], 1),
        Function::StringSplit => (&[Text, Text], 0),
    }
}
