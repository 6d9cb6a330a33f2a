//! The International Standard Serial Number: eight characters, the last of which checks the others.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A serial number whose check character agrees, as `2049-3630`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Issn(String);

/// What was written is no serial number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssnError {
    /// Not eight characters with a hyphen in the middle.
    #[error("`{0}` is no ISSN; one looks like `2049-3630`")]
    Form(String),
    /// A digit was mistyped.
    #[error("the ISSN `{written}` is mistyped somewhere: with these seven digits it would end in `{expected}`")]
    Check {
        /// As written.
        written: String,
        /// The check character of its first seven digits.
        expected: char,
    },
}

impl FromStr for Issn {
    type Err = IssnError;

    fn from_str(written: &str) -> Result<Self, IssnError> {
        let form = || IssnError::Form(written.to_owned());
        let (head, tail) = written.trim().split_once('-').ok_or_else(form)?;
        let (middle, check) = tail.split_at_checked(3).ok_or_else(form)?;
        let digits: Vec<u32> = head.chars().chain(middle.chars()).filter_map(|letter| letter.to_digit(10)).collect();
        if head.len() != 4 || digits.len() != 7 || check.chars().count() != 1 {
            return Err(form());
        }
        let expected = check_character(&digits);
        if !check.eq_ignore_ascii_case(&expected.to_string()) {
            return Err(IssnError::Check { written: written.to_owned(), expected });
        }
        Ok(Self(format!("{head}-{middle}{expected}")))
    }
}

/// ISO 3297: weights 8 to 2, modulo 11, ten is written `X`.
fn check_character(digits: &[u32]) -> char {
    let sum: u32 = digits.iter().zip((2..=8).rev()).map(|(digit, weight)| digit * weight).sum();
    char::from_digit((11 - sum % 11) % 11, 10).unwrap_or('X')
}

impl TryFrom<String> for Issn {
    type Error = IssnError;

    fn try_from(written: String) -> Result<Self, IssnError> {
        written.parse()
    }
}

impl From<Issn> for String {
    fn from(issn: Issn) -> Self {
        issn.0
    }
}

impl fmt::Display for Issn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_digit_is_told_by_the_check_character() {
        assert_eq!("2049-3630".parse::<Issn>().unwrap().to_string(), "2049-3630");
        assert_eq!("2434-561x".parse::<Issn>().unwrap().to_string(), "2434-561X");
        assert_eq!(
            "2049-3631".parse::<Issn>(),
            Err(IssnError::Check { written: "2049-3631".to_owned(), expected: '0' })
        );
        for wrong in ["", "20493630", "2049-363", "2049-36300", "ABCD-3630", "2049-3ț0"] {
            assert_eq!(wrong.parse::<Issn>(), Err(IssnError::Form(wrong.to_owned())));
        }
    }
}
