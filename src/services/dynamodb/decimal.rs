//! The numbers of DynamoDB: up to 38 significant decimal digits, from 1E-130 to below 1E126, exact in what they do.
//! The rules are those of the developer guide's "Supported data types", Number; the refusals are the service's words.

use std::{cmp::Ordering, fmt};

/// How many significant digits a number may have.
const DIGITS: u32 = 38;
/// The power of ten of the first digit of the largest and of the smallest number.
const LARGEST: i32 = 125;
const SMALLEST: i32 = -130;

/// A number: `digits` times ten to the power of `exponent`. `digits` does not end in a zero, so that equal numbers
/// have equal parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    is_negative: bool,
    digits: u128,
    exponent: i32,
}

const ZERO: Decimal = Decimal { is_negative: false, digits: 0, exponent: 0 };

impl Decimal {
    pub fn parse(text: &str) -> Result<Self, String> {
        let no_number = || format!("The parameter cannot be converted to a numeric value: {text}");
        let (is_negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, written) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let unsigned = written.strip_prefix(['-', '+']).unwrap_or(written);
        let is_number = is_digits(whole) && is_digits(fraction) && whole.len() + fraction.len() > 0;
        if !is_number || unsigned.is_empty() || !is_digits(unsigned) {
            return Err(no_number());
        }
        // What is beyond nine digits is beyond every number's range, on one side or the other.
        let exponent = written.parse::<i64>().ok().filter(|exponent| exponent.abs() < 1_000_000_000);
        let exponent = exponent.unwrap_or(if written.starts_with('-') { -1_000_000_000 } else { 1_000_000_000 });
        let mut digits: u128 = 0;
        // Zeros count only when a digit follows them.
        let (mut zeros, mut dropped) = (0_u32, 0_i64);
        for byte in whole.bytes().chain(fraction.bytes()) {
            if byte == b'0' {
                zeros = zeros.saturating_add(u32::from(digits != 0));
                dropped += i64::from(digits != 0);
                continue;
            }
            let shifted = 10_u128.checked_pow(zeros + 1).and_then(|power| digits.checked_mul(power));
            digits = shifted.and_then(|digits| digits.checked_add(u128::from(byte - b'0'))).ok_or_else(too_many)?;
            (zeros, dropped) = (0, 0);
        }
        Self::new(is_negative, digits, exponent - fraction.len() as i64 + dropped)
    }

    /// Brings a number into its one form, if it is in range.
    fn new(is_negative: bool, mut digits: u128, mut exponent: i64) -> Result<Self, String> {
        if digits == 0 {
            return Ok(ZERO);
        }
        while digits.is_multiple_of(10) {
            digits /= 10;
            exponent += 1;
        }
        if digits.ilog10() >= DIGITS {
            return Err(too_many());
        }
        let first = exponent + i64::from(digits.ilog10());
        let beyond = |which: &str, than: &str| {
            format!("Number {which}. Attempting to store a number with magnitude {than} than supported range")
        };
        match i32::try_from(exponent) {
            _ if first > i64::from(LARGEST) => Err(beyond("overflow", "larger")),
            Ok(exponent) if first >= i64::from(SMALLEST) => Ok(Self { is_negative, digits, exponent }),
            _ => Err(beyond("underflow", "smaller")),
        }
    }

    pub fn negated(self) -> Self {
        Self { is_negative: !self.is_negative && self.digits != 0, ..self }
    }

    /// The exact sum; refused where that has more digits than a number may have.
    pub fn plus(self, other: Self) -> Result<Self, String> {
        if self.digits == 0 || other.digits == 0 {
            return Ok(if self.digits == 0 { other } else { self });
        }
        let exponent = self.exponent.min(other.exponent);
        let scaled = |number: Self| {
            let power = 10_u128.checked_pow((number.exponent - exponent).unsigned_abs());
            // Half the range, so that two of them can be added.
            power.and_then(|power| number.digits.checked_mul(power)).filter(|digits| *digits < u128::MAX / 2)
        };
        let (Some(a), Some(b)) = (scaled(self), scaled(other)) else { return Err(too_many()) };
        let (is_negative, digits) = match self.is_negative == other.is_negative {
            true => (self.is_negative, a + b),
            false if a >= b => (self.is_negative, a - b),
            false => (other.is_negative, b - a),
        };
        Self::new(is_negative, digits, i64::from(exponent))
    }

    fn compare_magnitude(&self, other: &Self) -> Ordering {
        if self.digits == 0 || other.digits == 0 {
            return self.digits.cmp(&other.digits);
        }
        let length = |number: &Self| number.digits.ilog10();
        let first = |number: &Self| number.exponent + length(number) as i32;
        // With the first digit at the same place, both are compared at the full length.
        let full = |number: &Self| number.digits * 10_u128.pow(DIGITS - 1 - length(number));
        first(self).cmp(&first(other)).then_with(|| full(self).cmp(&full(other)))
    }
}

fn too_many() -> String {
    "Attempting to store more than 38 significant digits in a Number".to_owned()
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.is_negative, other.is_negative) {
            (false, false) => self.compare_magnitude(other),
            (true, true) => other.compare_magnitude(self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// In full, without an exponent: the form in which the service gives numbers back.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits.to_string();
        let sign = if self.is_negative { "-" } else { "" };
        match usize::try_from(self.exponent) {
            Ok(zeros) => write!(f, "{sign}{digits}{}", "0".repeat(zeros)),
            Err(_) => {
                let places = self.exponent.unsigned_abs() as usize;
                let digits = format!("{digits:0>width$}", width = places + 1);
                let (whole, fraction) = digits.split_at(digits.len() - places);
                write!(f, "{sign}{whole}.{fraction}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn a_number_has_one_form_however_it_is_written() {
        let cases = [
            ("10.50", "10.5"),
            ("0010", "10"),
            ("-0.0", "0"),
            ("+.5", "0.5"),
            ("5.", "5"),
            ("1E3", "1000"),
            ("1200e-4", "0.12"),
            ("0.000100", "0.0001"),
            ("99999999999999999999999999999999999999", "99999999999999999999999999999999999999"),
            ("100000000000000000000000000000000000000000", "100000000000000000000000000000000000000000"),
            ("0e99999999999999999999", "0"),
        ];
        for (text, form) in cases {
            assert_eq!(number(text).to_string(), form, "{text}");
        }
        assert_eq!(number("1E-130").to_string().len(), 132);
    }

    #[test]
    fn what_is_no_number_or_out_of_range_is_refused() {
        let cases = [
            ("", "numeric value"),
            ("-", "numeric value"),
            (".", "numeric value"),
            ("1e", "numeric value"),
            ("1e+", "numeric value"),
            ("0x1", "numeric value"),
            ("1 ", "numeric value"),
            ("NaN", "numeric value"),
            ("100000000000000000000000000000000000001.5", "38 significant"),
            ("999999999999999999999999999999999999999", "38 significant"),
            ("1E126", "overflow"),
            ("-1E126", "overflow"),
            ("1E99999999999999999999", "overflow"),
            ("1E-131", "underflow"),
            ("1E-99999999999999999999", "underflow"),
        ];
        for (text, words) in cases {
            let error = Decimal::parse(text).expect_err(text);
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn numbers_are_ordered_by_value() {
        let ascending = ["-1E125", "-10.5", "-10", "-0.1", "0", "1E-130", "0.1", "9", "10", "10.05", "10.5", "1E125"];
        for (at, a) in ascending.iter().enumerate() {
            for (beside, b) in ascending.iter().enumerate() {
                assert_eq!(number(a).cmp(&number(b)), at.cmp(&beside), "{a} {b}");
            }
        }
    }

    #[test]
    fn sums_are_exact_or_refused() {
        let cases = [
            ("0.1", "0.2", "0.3"),
            ("5", "-7.5", "-2.5"),
            ("1", "-1", "0"),
            ("1E38", "-1", "99999999999999999999999999999999999999"),
            ("0", "1E-130", "1E-130"),
        ];
        for (a, b, sum) in cases {
            assert_eq!(number(a).plus(number(b)), Ok(number(sum)), "{a} + {b}");
            assert_eq!(number(b).plus(number(a)), Ok(number(sum)), "{b} + {a}");
        }
        assert!(number("1E38").plus(number("1")).is_err());
        assert!(number("1E100").plus(number("-1E-100")).is_err());
        assert!(number("9E125").plus(number("1E125")).is_err());
    }
}
