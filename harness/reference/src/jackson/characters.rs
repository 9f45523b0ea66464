//! How Jackson and Java name and sort characters: UTF-16 units, as a Java `String` holds them.

/// `Unexpected character ('x' (code 120)): COMMENT`.
pub(super) fn unexpected(unit: u16, comment: &str) -> String {
    format!("Unexpected character ({}): {comment}", described(unit))
}

/// `'x' (code 120)`; control characters are not shown.
pub(super) fn described(unit: u16) -> String {
    if is_control(unit) {
        return format!("(CTRL-CHAR, code {unit})");
    }
    let shown = String::from_utf16_lossy(&[unit]);
    if unit > 255 {
        format!("'{shown}' (code {unit} / 0x{unit:x})")
    } else {
        format!("'{shown}' (code {unit})")
    }
}

/// `Character.isJavaIdentifierStart`, as far as JSON texts that somebody typed go.
pub(super) fn starts_identifier(unit: u16) -> bool {
    as_character(unit).is_some_and(|character| character.is_alphabetic() || is_joiner(character))
}

/// `Character.isJavaIdentifierPart`.
pub(super) fn continues_identifier(unit: u16) -> bool {
    let is_ignorable = matches!(unit, 0..=8 | 0x0e..=0x1b | 0x7f..=0x9f);
    is_ignorable
        || as_character(unit).is_some_and(|character| character.is_alphanumeric() || is_joiner(character))
}

fn is_joiner(character: char) -> bool {
    matches!(character, '_' | '$' | '¢'..='¥' | '€' | '‿' | '⁀')
}

fn is_control(unit: u16) -> bool {
    as_character(unit).is_some_and(char::is_control)
}

fn as_character(unit: u16) -> Option<char> {
    char::from_u32(u32::from(unit))
}

/// The unit of an ASCII character.
pub(super) const fn unit(character: char) -> u16 {
    character as u16
}
