//! What the demo came to: a table to read and `report.json` with the same figures.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use serde::{Serialize, Serializer};

use crate::masthead::Masthead;

/// The demo's figures, each as the command line gave it or as it lies on disk.
#[derive(Serialize)]
pub(crate) struct Report {
    /// The PDF.
    pub(crate) pdf: PathBuf,
    pub(crate) pages: u64,
    /// The PDF's size.
    pub(crate) bytes: u64,
    /// Messages a server took.
    pub(crate) accepted: u64,
    pub(crate) uncertain: u64,
    pub(crate) failed: u64,
    /// How many readers were left out, by reason.
    pub(crate) excluded: BTreeMap<String, u64>,
    /// One of the mails, as caught.
    pub(crate) eml: PathBuf,
    /// All of them.
    pub(crate) mail: PathBuf,
    /// The folder with the subscribers and the ledger.
    pub(crate) data: PathBuf,
    /// What was driven, for looking further.
    #[serde(skip)]
    pub(crate) masthead: Masthead,
    /// Each step and how long it took, in the order they ran.
    #[serde(serialize_with = "in_order")]
    pub(crate) seconds: Vec<(&'static str, f64)>,
}

fn in_order<S: Serializer>(seconds: &[(&'static str, f64)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(seconds.iter().map(|(step, seconds)| (step, seconds)))
}

/// Seconds with three places, as many as mean anything.
pub(crate) fn seconds(took: Duration) -> f64 {
    (took.as_secs_f64() * 1000.0).round() / 1000.0
}

impl Report {
    /// Writes `report.json`.
    pub(crate) fn save(&self, file: PathBuf) -> Result<()> {
        fs::write(file, serde_json::to_string_pretty(self)? + "\n")?;
        Ok(())
    }

    fn excluded_and_why(&self) -> String {
        let reasons: Vec<String> = self.excluded.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
        if reasons.is_empty() { "nobody".to_owned() } else { reasons.join(", ") }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut row = |name: &str, value: String| writeln!(f, "  {name:<20} {value}");
        row("pages", self.pages.to_string())?;
        row("PDF size", format!("{:.2} MB", self.bytes as f64 / 1e6))?;
        row("accepted", grouped(self.accepted))?;
        row("excluded", self.excluded_and_why())?;
        for (state, count) in [("uncertain", self.uncertain), ("failed", self.failed)] {
            if count > 0 {
                row(state, grouped(count))?;
            }
        }
        for (step, seconds) in &self.seconds {
            row(step, format!("{seconds:.2} s"))?;
        }
        row("PDF", self.pdf.display().to_string())?;
        row("one mail", self.eml.display().to_string())?;
        row("ledger", self.data.display().to_string())
    }
}

/// `12,345`
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let comma = |(place, digit): (usize, char)| {
        let before = place > 0 && (digits.len() - place).is_multiple_of(3);
        before.then_some(',').into_iter().chain([digit])
    };
    digits.chars().enumerate().flat_map(comma).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(
            ["0", "999", "1,000", "1,234,567"],
            [0, 999, 1000, 1_234_567].map(grouped).each_ref().map(String::as_str)
        );
    }
}
