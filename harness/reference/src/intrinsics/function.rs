//! The eighteen functions: their names, and which code answers for each.

use serde_json::Value;

use super::arguments::Argument;
use super::failure::Refusal;
use super::{arrays, encoding, format, json, math, strings};
use crate::scope::Randomness;
use crate::seeded::{Site, seeded};

/// An intrinsic function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Array,
    ArrayContains,
    ArrayGetItem,
    ArrayLength,
    ArrayPartition,
    ArrayRange,
    ArrayUnique,
    Base64Decode,
    Base64Encode,
    Format,
    Hash,
    JsonMerge,
    JsonToString,
    MathAdd,
    MathRandom,
    StringSplit,
    StringToJson,
    Uuid,
}

const NAMES: [(&str, Function); 18] = [
    ("States.Array", Function::Array),
    ("States.ArrayContains", Function::ArrayContains),
    ("States.ArrayGetItem", Function::ArrayGetItem),
    ("States.ArrayLength", Function::ArrayLength),
    ("States.ArrayPartition", Function::ArrayPartition),
    ("States.ArrayRange", Function::ArrayRange),
    ("States.ArrayUnique", Function::ArrayUnique),
    ("States.Base64Decode", Function::Base64Decode),
    ("States.Base64Encode", Function::Base64Encode),
    ("States.Format", Function::Format),
    ("States.Hash", Function::Hash),
    ("States.JsonMerge", Function::JsonMerge),
    ("States.JsonToString", Function::JsonToString),
    ("States.MathAdd", Function::MathAdd),
    ("States.MathRandom", Function::MathRandom),
    ("States.StringSplit", Function::StringSplit),
    ("States.StringToJson", Function::StringToJson),
    ("States.UUID", Function::Uuid),
];

impl Function {
    /// The function with this name.
    pub(super) fn parse(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, function)| *function)
    }

    /// The name, `States.` included.
    pub(super) fn name(self) -> &'static str {
        NAMES.iter().find(|(_, function)| *function == self).map_or("", |(name, _)| name)
    }

    /// Applies the function to evaluated arguments.
    pub(super) fn apply(
        self,
        arguments: &[Argument<'_>],
        random: &mut dyn Randomness,
    ) -> Result<Value, Refusal> {
        match self {
            Self::Array => Ok(arrays::array(arguments)),
            Self::ArrayContains => arrays::contains(arguments),
            Self::ArrayGetItem => arrays::get_item(arguments),
            Self::ArrayLength => arrays::length(arguments),
            Self::ArrayPartition => arrays::partition(arguments),
            Self::ArrayRange => arrays::range(arguments),
            Self::ArrayUnique => arrays::unique(arguments),
            Self::Base64Decode => encoding::base64_decode(arguments),
            Self::Base64Encode => encoding::base64_encode(arguments),
            Self::Format => format::format(arguments),
            Self::Hash => encoding::hash(arguments),
            Self::JsonMerge => json::merge(arguments),
            Self::JsonToString => json::json_to_string(arguments),
            Self::MathAdd => math::add(arguments),
            Self::MathRandom => math::random(arguments, random),
            Self::StringSplit => strings::split(arguments, random),
            Self::StringToJson => json::string_to_json(arguments, random),
            // Recorded: whatever the arguments are, they are ignored.
            Self::Uuid if !arguments.is_empty() && seeded(Site::UuidRefusesArguments) => {
                Err(Refusal::Arguments)
            }
            Self::Uuid => Ok(random.uuid().into()),
        }
    }
}
