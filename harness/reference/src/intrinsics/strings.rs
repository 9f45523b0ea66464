//! The function that splits strings.

use serde_json::Value;

use super::arguments::{Argument, exactly};
use super::failure::Refusal;
use crate::scope::Randomness;
use crate::seeded::{Site, seeded};

/// `States.StringSplit(text, delimiters)`. Recorded: every character of the second string delimits, and empty parts
/// are dropped. What it gives without any delimiter is not known.
/// Requirement: asl.intrinsics.string-split
pub(super) fn split(arguments: &[Argument<'_>], random: &mut dyn Randomness) -> Result<Value, Refusal> {
    let [text, delimiters] = exactly(arguments)?;
    let (text, delimiters) = (text.as_text()?, delimiters.as_text()?);
    if delimiters.is_empty() && !text.is_empty() {
        random.note_unknown();
    }
    if seeded(Site::SplitByWholeDelimiter) {
        return Ok(text.split(delimiters).filter(|part| !part.is_empty()).collect());
    }
    if seeded(Site::SplitKeepsEmptyParts) {
        return Ok(text.split(|character| delimiters.contains(character)).collect());
    }
    let parts = text.split(|character| delimiters.contains(character));
    Ok(parts.filter(|part| !part.is_empty()).collect())
}
