//! The functions about Base64 and hashes.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use md5::{Digest, Md5};
use serde_json::Value;
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

use super::arguments::{Argument, exactly};
use super::failure::Refusal;
use crate::java::{display_text, json_text};
use crate::seeded::{Site, seeded};

/// Documented and recorded: 10 000 characters pass, 10 001 fail.
const LENGTH_MAX: usize = 10_000;

/// `States.Base64Encode(text)`, without line breaks.
/// Requirement: asl.intrinsics.base64-encode
pub(super) fn base64_encode(arguments: &[Argument<'_>]) -> Result<Value, Refusal> {
    let [text] = exactly(arguments)?;
    let text = text.as_text()?;
    check_length(text)?;
    if seeded(Site::Base64IsUrlSafe) {
        return Ok(URL_SAFE.encode(text).into());
    }
    if seeded(Site::Base64WrapsLines) {
        let encoded = STANDARD.encode(text);
        let lines: Vec<_> = encoded.as_bytes().chunks(76).map(String::from_utf8_lossy).collect();
        return Ok(lines.join("\n").into());
    }
    Ok(STANDARD.encode(text).into())
}

/// `States.Base64Decode(text)`. Recorded: illegal characters are skipped and missing padding is no error.
/// Requirement: asl.intrinsics.base64-decode
pub(super) fn base64_decode(arguments: &[Argument<'_>]) -> Result<Value, Refusal> {
    let [text] = exactly(arguments)?;
    let text = text.as_text()?;
    check_length(text)?;
    if seeded(Site::Base64DecodesStrictly) && STANDARD.decode(text).is_err() {
        return Err(Refusal::Arguments);
    }
    Ok(String::from_utf8_lossy(&decode_leniently(text)).into())
}

/// `States.Hash(data, algorithm)`. Recorded: data that is not a string is hashed as its text.
/// Requirement: asl.intrinsics.hash
pub(super) fn hash(arguments: &[Argument<'_>]) -> Result<Value, Refusal> {
    let [data, algorithm] = exactly(arguments)?;
    let text = if seeded(Site::HashOfJson) { json_text(&data.value) } else { display_text(&data.value) };
    check_length(&text)?;
    let digest = match algorithm.as_text()? {
        "MD5" => hexadecimal(&Md5::digest(text)),
        "SHA-1" => hexadecimal(&Sha1::digest(text)),
        "SHA-256" => hexadecimal(&Sha256::digest(text)),
        "SHA-384" => hexadecimal(&Sha384::digest(text)),
        "SHA-512" => hexadecimal(&Sha512::digest(text)),
        other if seeded(Site::HashNamesAreLoose) && other.eq_ignore_ascii_case("SHA256") => {
            hexadecimal(&Sha256::digest(text))
        }
        _ => return Err(Refusal::Arguments),
    };
    if seeded(Site::HashInUpperCase) {
        return Ok(digest.to_uppercase().into());
    }
    Ok(digest.into())
}

fn check_length(text: &str) -> Result<(), Refusal> {
    if is_too_long(text) && !seeded(Site::TextsHaveNoLimit) { Err(Refusal::Arguments) } else { Ok(()) }
}

/// Whether a text is longer than these functions take. Java counts UTF-16 code units.
pub(super) fn is_too_long(text: &str) -> bool {
    text.encode_utf16().count() > LENGTH_MAX
}

/// Takes six bits from each letter of the alphabet, up to the first padding; bits that fill no byte are dropped.
fn decode_leniently(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let mut pending: u32 = 0;
    let mut pending_bits = 0;
    for digit in text.bytes().take_while(|byte| *byte != b'=').filter_map(base64_digit) {
        pending = (pending << 6) | u32::from(digit);
        pending_bits += 6;
        if pending_bits >= 8 {
            pending_bits -= 8;
            bytes.extend((pending >> pending_bits).to_le_bytes().first());
            pending &= (1 << pending_bits) - 1;
        }
    }
    bytes
}

fn base64_digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |nibble: u8| DIGITS[usize::from(nibble)];
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
