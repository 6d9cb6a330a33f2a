//! The name of a quarterly issue: `2026-q4`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A year and a quarter; also the name of the issue's folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IssueId {
    year: u16,
    quarter: u8,
}

/// What was given is not the name of an issue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an issue: expected a year and a quarter, as in `2026-q4`")]
pub struct IssueIdError(String);

impl IssueId {
    /// The calendar year.
    #[must_use]
    pub fn year(self) -> u16 {
        self.year
    }

    /// The quarter, 1 to 4.
    #[must_use]
    pub fn quarter(self) -> u8 {
        self.quarter
    }

    /// The issue of the quarter after this one.
    #[must_use]
    pub fn next(self) -> IssueId {
        match self.quarter {
            4 => IssueId { year: self.year + 1, quarter: 1 },
            quarter => IssueId { year: self.year, quarter: quarter + 1 },
        }
    }

    /// The issue of a calendar month, counted from 1.
    #[must_use]
    pub fn of_month(year: u16, month: u8) -> IssueId {
        IssueId { year, quarter: month.clamp(1, 12).div_ceil(3) }
    }

    /// The issue's number when `first` was number 1, one issue a quarter; 0 for an issue before the first.
    #[must_use]
    pub fn number_since(self, first: IssueId) -> u32 {
        (self.quarters() + 1).saturating_sub(first.quarters())
    }

    fn quarters(self) -> u32 {
        u32::from(self.year) * 4 + u32::from(self.quarter) - 1
    }
}

impl FromStr for IssueId {
    type Err = IssueIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = text.split_once("-q").and_then(|(year, quarter)| {
            let plain = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
            let quarter = quarter.parse().ok().filter(|_| quarter.len() == 1)?;
            (plain && (1..=4).contains(&quarter)).then_some(IssueId { year: year.parse().ok()?, quarter })
        });
        parsed.ok_or_else(|| IssueIdError(text.to_owned()))
    }
}

impl fmt::Display for IssueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-q{}", self.year, self.quarter)
    }
}

impl TryFrom<String> for IssueId {
    type Error = IssueIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<IssueId> for String {
    fn from(id: IssueId) -> Self {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_issue_is_number_one_and_the_winter_of_2026_is_number_41() {
        let first: IssueId = "2016-q4".parse().unwrap();
        assert_eq!(first.number_since(first), 1);
        assert_eq!("2026-q4".parse::<IssueId>().unwrap().number_since(first), 41);
        assert_eq!("2016-q3".parse::<IssueId>().unwrap().number_since(first), 0);
    }

    #[test]
    fn only_a_year_and_a_quarter_name_an_issue() {
        for wrong in ["", "2026", "2026-q5", "2026-q0", "26-q4", "2026-Q4", "2026-q44", "../2026-q4", "+026-q1"] {
            assert!(wrong.parse::<IssueId>().is_err(), "{wrong} was taken for an issue");
        }
        assert_eq!("2026-q4".parse::<IssueId>().unwrap().to_string(), "2026-q4");
    }
}
