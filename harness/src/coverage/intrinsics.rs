//! The intrinsic functions, each with success and with every failure that is documented or recorded for it.

use asl_reference::sighting::{
    CallEnd::{
        self, MissingArgument, NotJson, OverLimit, Success, UnclosedBrace, UnopenedBrace, WrongCount,
        WrongType, WrongValue,
    },
    Sighting,
};

use super::case_view::CaseView;

/// How calls of each function can fail. Recorded: `States.Array` takes any number of anything, `States.UUID` ignores
/// its arguments, and nobody has seen whether it looks for one that is missing.
const FAILURES: [(&str, &[CallEnd]); 18] = [
    ("States.Array", &[MissingArgument]),
    ("States.ArrayContains", &[MissingArgument, WrongCount, WrongType]),
    ("States.ArrayGetItem", &[MissingArgument, WrongCount, WrongType, WrongValue]),
    ("States.ArrayLength", &[MissingArgument, WrongCount, WrongType]),
    ("States.ArrayPartition", &[MissingArgument, WrongCount, WrongType, WrongValue]),
    ("States.ArrayRange", &[MissingArgument, WrongCount, WrongType, WrongValue, OverLimit]),
    ("States.ArrayUnique", &[MissingArgument, WrongCount, WrongType]),
    ("States.Base64Decode", &[MissingArgument, WrongCount, WrongType, OverLimit]),
    ("States.Base64Encode", &[MissingArgument, WrongCount, WrongType, OverLimit]),
    ("States.Format", &[MissingArgument, WrongCount, WrongType, UnclosedBrace, UnopenedBrace]),
    ("States.Hash", &[MissingArgument, WrongCount, WrongType, WrongValue, OverLimit]),
    ("States.JsonMerge", &[MissingArgument, WrongCount, WrongType, WrongValue]),
    ("States.JsonToString", &[MissingArgument, WrongCount]),
    ("States.MathAdd", &[MissingArgument, WrongCount, WrongType, WrongValue]),
    ("States.MathRandom", &[MissingArgument, WrongCount, WrongType, WrongValue]),
    ("States.StringSplit", &[MissingArgument, WrongCount, WrongType]),
    ("States.StringToJson", &[MissingArgument, WrongCount, WrongType, NotJson]),
    ("States.UUID", &[]),
];

pub(super) fn universe() -> Vec<String> {
    let ends = |(function, failures): &(&str, &[CallEnd])| {
        let ends = std::iter::once(Success).chain(failures.iter().copied());
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
        OverLimit => "over a limit",
        UnclosedBrace => "brace not closed",
        UnopenedBrace => "brace not opened",
        NotJson => "no JSON",
    };
    format!("{function}: {end}")
}
