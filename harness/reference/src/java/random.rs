//! `java.util.Random`, the generator behind `States.MathRandom` with a seed and `$random(seed)` of JSONata.

const MULTIPLIER: u64 = 0x5_DEEC_E66D;
const INCREMENT: u64 = 0xB;
const MASK: u64 = (1 << 48) - 1;

/// The linear congruential generator that the Java platform specifies.
#[derive(Debug, Clone)]
pub struct JavaRandom {
    state: u64,
}

impl JavaRandom {
    /// `new Random(seed)`.
    pub fn new(seed: i64) -> Self {
        Self { state: (seed.cast_unsigned() ^ MULTIPLIER) & MASK }
    }

    /// `nextInt(bound)`: a number from 0 to `bound - 1`. A bound below 1 gives 0.
    pub fn next_int(&mut self, bound: i32) -> i32 {
        let Some(largest) = bound.checked_sub(1).filter(|largest| *largest >= 0) else { return 0 };
        let mut drawn = self.next_bits::<31>();
        if bound & largest == 0 {
            return low_32_bits((i64::from(bound) * i64::from(drawn)) >> 31);
        }
        // Java rejects draws of the incomplete last range, which it notices by overflow.
        while drawn.wrapping_sub(drawn % bound).wrapping_add(largest) < 0 {
            drawn = self.next_bits::<31>();
        }
        drawn % bound
    }

    /// `nextDouble()`: a number from 0 (included) to 1 (excluded).
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit a double exactly")]
    pub fn next_double(&mut self) -> f64 {
        let high = i64::from(self.next_bits::<26>());
        let low = i64::from(self.next_bits::<27>());
        ((high << 27) + low) as f64 / (1_i64 << 53) as f64
    }

    fn next_bits<const BITS: u32>(&mut self) -> i32 {
        self.state = self.state.wrapping_mul(MULTIPLIER).wrapping_add(INCREMENT) & MASK;
        low_32_bits((self.state >> (48 - BITS)).cast_signed())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "Java's `(int)` keeps the low bits")]
fn low_32_bits(long: i64) -> i32 {
    long as i32
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(42, 99, 62)]
    #[case(1, 999, 105)]
    #[case(2, 999, 805)]
    #[case(0, 9, 6)]
    #[case(5, 1 << 30, 784_389_743)]
    #[case(-7, 2_000_000_000, 577_934_662)]
    #[case(123_456_789_012, 1_500_000_001, 29_712_462)]
    fn seeded_integers_are_those_of_java(#[case] seed: i64, #[case] bound: i32, #[case] expected: i32) {
        assert_eq!(JavaRandom::new(seed).next_int(bound), expected);
    }

    #[rstest]
    #[case(77, 0.724_070_020_719_196_6)]
    #[case(42, 0.727_563_680_032_868_1)]
    #[case(0, 0.730_967_787_376_657)]
    fn seeded_doubles_are_those_of_java(#[case] seed: i64, #[case] expected: f64) {
        assert_eq!(JavaRandom::new(seed).next_double().to_string(), expected.to_string());
    }

    #[test]
    fn powers_of_two_take_the_high_bits() {
        // `new Random(42).nextInt(16)` in Java.
        assert_eq!(JavaRandom::new(42).next_int(16), 11);
    }
}
