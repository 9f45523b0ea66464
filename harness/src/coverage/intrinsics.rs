//! The intrinsic functions, each with success and with every failure that is documented or recorded for it.

use asl_reference::sighting::{
    CallEnd::{
        self, MissingArgument, NotJson, Success, UnclosedBrace, UnopenedBrace, WrongCount, WrongType,
        WrongValue,
    },
    Sighting,
};

use super::case_view::CaseView;

/// How calls of each function can fail. Recorded: `States.Array` takes any number of anything, `States.UUID` ignores
/// its arguments.
const FAILURES: [(&str, &[CallEnd]); 18] = [
    ("States.Array", &[]),
    ("States.ArrayContains", &[WrongCount, WrongType]),
    ("States.ArrayGetItem", &[WrongCount, WrongType, WrongValue]),
    ("States.ArrayLength", &[WrongCount, WrongType]),
    ("States.ArrayPartition", &[WrongCount, WrongType, WrongValue]),
    ("States.ArrayRange", &[WrongCount, WrongType, WrongValue]),
    ("States.ArrayUnique", &[WrongCount, WrongType]),
    ("States.Base64Decode", &[WrongCount, WrongType, WrongValue]),
    ("States.Base64Encode", &[WrongCount, WrongType, WrongValue]),
    ("States.Format", &[WrongCount, WrongType, UnclosedBrace, UnopenedBrace]),
    ("States.Hash", &[WrongCount, WrongType, WrongValue]),
    ("States.JsonMerge", &[WrongCount, WrongType, WrongValue]),
    ("States.JsonToString", &[WrongCount]),
    ("States.MathAdd", &[WrongCount, WrongType, WrongValue]),
    ("States.MathRandom", &[WrongCount, WrongType, WrongValue]),
    ("States.StringSplit", &[WrongCount, WrongType]),
    ("States.StringToJson", &[WrongCount, WrongType, NotJson]),
    ("States.UUID", &[]),
];

pub(super) fn universe() -> Vec<String> {
    let ends = |(function, failures): &(&str, &[CallEnd])| {
        let ends = [Success, MissingArgument].into_iter().chain(failures.iter().copied());
        let function = (*function).to_owned();
        ends.map(move |end| name(&function, end)).collect::<Vec<_>>()
    };
    FAILURES.iter().flat_map(ends).collect()
}

pub(super) fn reached(view: &CaseView<'_>, found: &mut dyn FnMut(String)) {
    for sighting in view.sightings {
        if let Sighting::Called { function, end } = sighting {
            found(name(function, *end));
        }
    }
}

fn name(function: &str, end: CallEnd) -> String {
    let end = match end {
        Success => "success",
        MissingArgument => "argument missing",
        WrongCount => "wrong count of arguments",
        WrongType => "wrong type of argument",
        WrongValue => "argument out of range",
        UnclosedBrace => "brace not closed",
        UnopenedBrace => "brace not opened",
        NotJson => "no JSON",
    };
    format!("{function}: {end}")
}
