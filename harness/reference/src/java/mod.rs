//! The parts of the Java runtime that show through in AWS's answers: how numbers, maps and JSON are printed,
//! in which order a hash set is read, which numbers `java.util.Random` draws.
//!
//! Nothing here knows of states or paths.

mod hash;
mod number;
mod random;
mod text;

pub use hash::{distinct_in_hash_order, hash_code, in_hash_map_order, string_hash_code, values_equal};
pub(crate) use number::compare_numbers;
pub use number::{double_text, number_text, numbers_equal, round_half_up, truncate};
pub use random::JavaRandom;
pub use text::{display_text, json_text, to_string_text};
