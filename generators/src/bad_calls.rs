//! Calls of intrinsic functions that fail at run time, by function and by what is wrong with them, so that each way to
//! fail is drawn as often as any other. All of them pass the check of the definition.
//!
//! Not here: `States.UUID`, which was recorded to ignore its arguments.

use crate::{
    builder::{Builder, Env},
    path::missing_path,
};

/// Stands for a path that leads nowhere.
const NOWHERE: char = '@';

/// 11,001 letters, more than `States.Hash` and the functions of Base64 take.
macro_rules! long_text {
    () => {
        "States.JsonToString(States.ArrayRange(1000000000, 1000000999, 1))"
    };
}

/// One row for each way of each function, in several spellings.
const BAD_CALLS: &[&[&str]] = &[
    // The path of an argument leads nowhere.
    &["States.Array(@)", "States.Array(1, @)"],
    &["States.ArrayContains(@, 1)", "States.ArrayContains(States.Array(1, 2), @)"],
    &["States.ArrayGetItem(@, 0)", "States.ArrayGetItem(States.Array(1, 2), @)"],
    &["States.ArrayLength(@)"],
    &["States.ArrayPartition(@, 2)", "States.ArrayPartition(States.Array(1, 2), @)"],
    &["States.ArrayRange(@, 9, 1)", "States.ArrayRange(1, @, 1)", "States.ArrayRange(1, 9, @)"],
    &["States.ArrayUnique(@)"],
    &["States.Base64Decode(@)"],
    &["States.Base64Encode(@)"],
    &["States.Format('{}', @)", "States.Format('{} and {}', 1, @)", "States.Format(@, 1)"],
    &["States.Hash(@, 'MD5')", "States.Hash('text', @)"],
    &[
        "States.JsonMerge(@, States.StringToJson('{}'), false)",
        "States.JsonMerge(States.StringToJson('{}'), @, false)",
    ],
    &["States.JsonToString(@)"],
    &["States.MathAdd(@, 1)", "States.MathAdd(1, @)"],
    &["States.MathRandom(@, 9, 1)", "States.MathRandom(1, 9, @)"],
    &["States.StringSplit(@, ',')", "States.StringSplit('a,b', @)"],
    &["States.StringToJson(@)"],
    // Too few or too many arguments.
    &["States.ArrayContains(States.Array(1, 2))", "States.ArrayContains(States.Array(1, 2), 1, 2)"],
    &["States.ArrayGetItem(States.Array(1, 2))", "States.ArrayGetItem(States.Array(1, 2), 0, 1)"],
    &["States.ArrayLength()", "States.ArrayLength(States.Array(1, 2), 1)"],
    &["States.ArrayPartition(States.Array(1, 2))", "States.ArrayPartition(States.Array(1, 2), 1, 2)"],
    &["States.ArrayRange(1, 9)", "States.ArrayRange(1, 9, 1, 1)"],
    &["States.ArrayUnique()", "States.ArrayUnique(States.Array(1, 2), 1)"],
    &["States.Base64Decode()", "States.Base64Decode('YQ==', 'YQ==')"],
    &["States.Base64Encode()", "States.Base64Encode('a', 'b')"],
    &["States.Format('{} and {}', 1)", "States.Format('{}', 1, 2)", "States.Format('plain', 1)"],
    &["States.Hash('text')", "States.Hash('text', 'MD5', 'MD5')"],
    &["States.JsonMerge(States.StringToJson('{}'), States.StringToJson('{}'))"],
    &["States.JsonToString()", "States.JsonToString(1, 2)"],
    &["States.MathAdd(1)", "States.MathAdd(1, 2, 3)"],
    &["States.MathRandom(1)", "States.MathRandom(1, 2, 3, 4)"],
    &["States.StringSplit('a,b')", "States.StringSplit('a,b', ',', 1)"],
    &["States.StringToJson()", "States.StringToJson('1', '2')"],
    // An argument of another type.
    &["States.ArrayContains('text', 'e')", "States.ArrayContains(null, null)"],
    &["States.ArrayGetItem(States.Array(1, 2), 'one')", "States.ArrayGetItem('text', 0)"],
    &["States.ArrayLength('text')", "States.ArrayLength(null)"],
    &["States.ArrayPartition(States.Array(1, 2), 'two')", "States.ArrayPartition('text', 2)"],
    &["States.ArrayRange('1', 9, 1)", "States.ArrayRange(1, null, 1)", "States.ArrayRange(1, 9, true)"],
    &["States.ArrayUnique(3)", "States.ArrayUnique('text')"],
    &["States.Base64Decode(null)", "States.Base64Decode(5)"],
    &["States.Base64Encode(5)", "States.Base64Encode(null)"],
    &["States.Format(5, 1)", "States.Format(null, 1)"],
    &["States.Hash('text', 5)", "States.Hash('text', null)"],
    &[
        "States.JsonMerge('text', States.StringToJson('{}'), false)",
        "States.JsonMerge(States.StringToJson('{}'), null, false)",
    ],
    &["States.MathAdd('1', 2)", "States.MathAdd(1, true)", "States.MathAdd(null, 2)"],
    &["States.MathRandom(1, 9, 'seed')", "States.MathRandom('1', 9)", "States.MathRandom(1, 9, null)"],
    &["States.StringSplit(5, ',')", "States.StringSplit(null, ',')", "States.StringSplit('a,b', true)"],
    &["States.StringToJson(5)", "States.StringToJson(null)"],
    // An argument out of range, or one that is not known.
    &["States.ArrayGetItem(States.Array(1, 2), 2)", "States.ArrayGetItem(States.Array(1, 2), -1)"],
    &["States.ArrayPartition(States.Array(1, 2), 0)", "States.ArrayPartition(States.Array(1, 2), 0.6)"],
    &["States.ArrayRange(1, 9, 0)", "States.ArrayRange(1, 9, 0.49)"],
    &["States.Hash('text', 'SHA256')", "States.Hash('text', 'sha-256')", "States.Hash('text', '')"],
    &["States.JsonMerge(States.StringToJson('{}'), States.StringToJson('{}'), true)"],
    &["States.MathAdd(2147483647, 1)", "States.MathAdd(-2147483648, -1)", "States.MathAdd(2147483648, 0)"],
    &["States.MathRandom(5, 5, 1)", "States.MathRandom(9, 1, 1)", "States.MathRandom(1.4, 1.6, 1)"],
    // Over a limit.
    &["States.ArrayRange(1, 1001, 1)", "States.ArrayRange(1, -1000, -1)"],
    &[concat!("States.Base64Decode(", long_text!(), ")")],
    &[concat!("States.Base64Encode(", long_text!(), ")")],
    &[concat!("States.Hash(", long_text!(), ", 'MD5')")],
    // A text that cannot be read.
    &["States.Format('open { brace')", "States.Format('{} and {', 1)"],
    &["States.Format('close } brace')", "States.Format('{} and }', 1)"],
    &["States.StringToJson('{bad')", "States.StringToJson('{\"a\": ')", "States.StringToJson('undefined')"],
];

/// Every call that fails, in all spellings; a path that leads nowhere is `$.missing`.
pub(crate) fn bad_calls() -> impl Iterator<Item = String> {
    BAD_CALLS.iter().flat_map(|spellings| spellings.iter()).map(|call| call.replace(NOWHERE, "$.missing"))
}

impl Builder {
    /// A call that fails; now and then as an argument of one that would not.
    pub(crate) fn bad_call(&mut self, env: &Env<'_>) -> String {
        let spellings = self.draw.pick(BAD_CALLS);
        let mut call = self.draw.pick(spellings).to_owned();
        if call.contains(NOWHERE) {
            let path = missing_path(&mut self.draw, env.root, "$");
            call = call.replace(NOWHERE, &path);
        }
        match self.draw.below(20) {
            0 => format!("States.Array({call})"),
            1 => format!("States.Array('before', {call}, 'after')"),
            2 => format!("States.JsonToString({call})"),
            _ => call,
        }
    }
}
