//! The timestamps of ASL: RFC 3339 date-times as Step Functions accepts them, as instants with nanoseconds.
//!
//! A full date, an upper-case `T`, a full time, an optional fraction, then `Z` or a numeric offset. Recorded: fractions
//! of none, 2, 6 and 9 digits are accepted; a blank instead of `T`, a missing zone, month 13 and hour 25 are not.

use crate::seeded::{Site, seeded};
use std::fmt;

const NANOSECONDS_PER_SECOND: i128 = 1_000_000_000;
const NANOSECONDS_PER_MILLISECOND: i128 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;
const FRACTION_DIGITS_MAX: usize = 9;
/// The widest offset that `java.time` knows, in seconds.
const OFFSET_SECONDS_MAX: i64 = 18 * 3_600;

/// An instant; equal instants are equal whatever offset they were written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    epoch_nanoseconds: i128,
}

impl Timestamp {
    /// Reads a text, or `None` if Step Functions would not take it for a timestamp.
    pub fn parse(text: &str) -> Option<Self> {
        let mut cursor = Cursor { rest: text.as_bytes() };
        let date_seconds = cursor.date()?.checked_mul(SECONDS_PER_DAY)?;
        if cursor.rest.is_empty() && seeded(Site::TimestampMayBeDate) {
            let seconds = i128::from(date_seconds);
            return Some(Self { epoch_nanoseconds: seconds * NANOSECONDS_PER_SECOND });
        }
        match cursor.rest.first() {
            Some(b' ') if seeded(Site::TimestampMayHaveBlank) => cursor.expect(b' ')?,
            _ => cursor.expect(b'T')?,
        }
        let time_seconds = cursor.time()?;
        let mut fraction_nanoseconds = cursor.fraction()?;
        if seeded(Site::TimestampLosesFraction) {
            fraction_nanoseconds = 0;
        }
        let has_no_zone = cursor.rest.is_empty() && seeded(Site::TimestampNeedsNoZone);
        let mut offset_seconds = if has_no_zone { 0 } else { cursor.offset()? };
        if seeded(Site::TimestampLosesOffset) {
            offset_seconds = 0;
        }
        if !cursor.rest.is_empty() {
            return None;
        }
        let seconds = i128::from(date_seconds + time_seconds - offset_seconds);
        Some(Self { epoch_nanoseconds: seconds * NANOSECONDS_PER_SECOND + i128::from(fraction_nanoseconds) })
    }

    /// The instant that lies so many milliseconds after the epoch.
    pub fn from_epoch_milliseconds(milliseconds: i64) -> Self {
        Self { epoch_nanoseconds: i128::from(milliseconds) * NANOSECONDS_PER_MILLISECOND }
    }

    /// Nanoseconds since the epoch.
    pub fn epoch_nanoseconds(self) -> i128 {
        self.epoch_nanoseconds
    }

    /// Milliseconds since the epoch, rounded down.
    #[expect(clippy::missing_panics_doc, reason = "an instant is made from a range that fits")]
    pub fn epoch_milliseconds(self) -> i64 {
        let milliseconds = self.epoch_nanoseconds.div_euclid(NANOSECONDS_PER_MILLISECOND);
        i64::try_from(milliseconds).expect("made from milliseconds, or from a year of four digits")
    }
}

/// The text of the context object: UTC, milliseconds, trailing zeros trimmed (`2024-01-01T00:00:00.5Z`).
impl fmt::Display for Timestamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = self.epoch_milliseconds();
        let seconds = milliseconds.div_euclid(1_000);
        let (year, month, day) = civil_from_days(seconds.div_euclid(SECONDS_PER_DAY));
        let second_of_day = seconds.rem_euclid(SECONDS_PER_DAY);
        let (hour, minute, second) = (second_of_day / 3_600, second_of_day / 60 % 60, second_of_day % 60);
        write!(out, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        match milliseconds.rem_euclid(1_000) {
            0 => {}
            fraction => write!(out, ".{}", format!("{fraction:03}").trim_end_matches('0'))?,
        }
        out.write_str("Z")
    }
}

/// The milliseconds since the epoch of a text that Step Functions takes for a timestamp.
pub fn parse_ms(text: &str) -> Option<i64> {
    Timestamp::parse(text).map(Timestamp::epoch_milliseconds)
}

/// Whether a text that is no timestamp here may be one for AWS. Its words name a formatter of Java, which also takes
/// letters in lower case and a time without seconds; neither is recorded.
pub(crate) fn may_be_taken(text: &str) -> bool {
    const MINUTES_END: usize = "2026-01-01T00:00".len();
    let text = text.to_ascii_uppercase();
    let Some((minutes, rest)) = text.split_at_checked(MINUTES_END) else { return false };
    let seconds = if rest.starts_with(':') { "" } else { ":00" };
    Timestamp::parse(&format!("{minutes}{seconds}{rest}")).is_some()
}

/// The text of the context object for an instant.
pub fn to_text(epoch_milliseconds: i64) -> String {
    Timestamp::from_epoch_milliseconds(epoch_milliseconds).to_string()
}

struct Cursor<'a> {
    rest: &'a [u8],
}

impl Cursor<'_> {
    /// Days since the epoch.
    fn date(&mut self) -> Option<i64> {
        let year = self.number(4)?;
        self.expect(b'-')?;
        let month = self.number(2)?;
        self.expect(b'-')?;
        let day = self.number(2)?;
        let is_valid = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
        is_valid.then(|| days_from_civil(year, month, day))
    }

    /// Seconds since midnight.
    fn time(&mut self) -> Option<i64> {
        let hour = self.number(2)?;
        self.expect(b':')?;
        let minute = self.number(2)?;
        self.expect(b':')?;
        let second = self.number(2)?;
        (hour < 24 && minute < 60 && second < 60).then_some(hour * 3_600 + minute * 60 + second)
    }

    /// Nanoseconds.
    fn fraction(&mut self) -> Option<i64> {
        if self.rest.first() != Some(&b'.') {
            return Some(0);
        }
        self.rest = &self.rest[1..];
        let n_digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if n_digits == 0 || n_digits > FRACTION_DIGITS_MAX {
            return None;
        }
        let n_missing = u32::try_from(FRACTION_DIGITS_MAX - n_digits).expect("at most nine");
        Some(self.number(n_digits)? * 10_i64.pow(n_missing))
    }

    /// Seconds east of UTC.
    fn offset(&mut self) -> Option<i64> {
        let (sign, rest) = self.rest.split_first()?;
        self.rest = rest;
        let sign = match sign {
            b'Z' => return Some(0),
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let hours = self.number(2)?;
        self.expect(b':')?;
        let minutes = self.number(2)?;
        let seconds = hours * 3_600 + minutes * 60;
        (minutes < 60 && seconds <= OFFSET_SECONDS_MAX).then_some(sign * seconds)
    }

    fn number(&mut self, n_digits: usize) -> Option<i64> {
        let (digits, rest) = self.rest.split_at_checked(n_digits)?;
        self.rest = rest;
        digits
            .iter()
            .try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0')))
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.rest = self.rest.strip_prefix(&[byte])?;
        Some(())
    }
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let is_leap_year = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap_year => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since the epoch in the proleptic Gregorian calendar, counted in eras of 400 years that begin in March.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("1970-01-01T00:00:00Z", 0)]
    #[case("1969-12-31T23:59:59.5Z", -500_000_000)]
    #[case("1970-01-01T01:00:00+01:00", 0)]
    #[case("1970-01-01T00:00:00.000000001Z", 1)]
    #[case("2012-10-09T19:00:55Z", 1_349_809_255_000_000_000)]
    #[case("2000-02-29T12:00:00-05:30", 951_845_400_000_000_000)]
    fn accepted_texts_are_instants(#[case] text: &str, #[case] nanoseconds: i128) {
        assert_eq!(Timestamp::parse(text).map(Timestamp::epoch_nanoseconds), Some(nanoseconds));
    }

    #[rstest]
    #[case("2023-02-24")]
    #[case("2012-10-09T19:00:55")]
    #[case("2023-02-24 12:15:56.832957")]
    #[case("2023-02-24 12:15:56Z")]
    #[case("2023-13-24T12:15:56Z")]
    #[case("2023-02-29T12:15:56Z")]
    #[case("2023-02-24T25:15:56Z")]
    #[case("24-02-2023T12:15:56Z")]
    #[case("2023-02-24T12:15:56.Z")]
    #[case("2023-02-24T12:15:56Z ")]
    #[case("2023-02-24T12:15:56+0100")]
    #[case("2023-02-24T12:15:56+19:00")]
    #[case("２０２３-02-24T12:15:56Z")]
    #[case("")]
    fn other_texts_are_no_timestamps(#[case] text: &str) {
        assert_eq!(Timestamp::parse(text), None);
    }

    #[rstest]
    #[case(0, "1970-01-01T00:00:00Z")]
    #[case(1_704_067_200_123, "2024-01-01T00:00:00.123Z")]
    #[case(1_704_067_200_120, "2024-01-01T00:00:00.12Z")]
    #[case(1_704_067_200_100, "2024-01-01T00:00:00.1Z")]
    #[case(951_782_400_001, "2000-02-29T00:00:00.001Z")]
    #[case(-1, "1969-12-31T23:59:59.999Z")]
    fn text_trims_trailing_zeros_and_reads_back(#[case] milliseconds: i64, #[case] text: &str) {
        let timestamp = Timestamp::from_epoch_milliseconds(milliseconds);
        assert_eq!(timestamp.to_string(), text);
        assert_eq!(Timestamp::parse(text), Some(timestamp));
    }

    #[test]
    fn every_day_of_four_centuries_survives_the_calendar() {
        for days in -1_000..150_000 {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
        }
    }
}
