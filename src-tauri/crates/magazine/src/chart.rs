//! Charts and their figures.

use serde::{Deserialize, Serialize};

/// A chart and its figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// How the figures are drawn.
    pub kind: ChartKind,
    /// The words above it.
    pub title: String,
    /// What a reader who cannot see it is told.
    pub alt: String,
    /// What the figures are counted in, as `%`; may be empty.
    pub unit: String,
    /// Where the figures come from; may be empty.
    pub source: String,
    /// The label of each row.
    pub labels: Vec<String>,
    /// One column of figures each, as long as the labels.
    pub series: Vec<Series>,
}

/// How a chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChartKind {
    /// Bars side by side.
    Bar,
    /// A line through the figures.
    Line,
    /// A line with the area below it filled.
    Area,
    /// Parts of a whole.
    Pie,
}

/// One column of figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// The column's heading.
    pub name: String,
    /// The figures.
    pub values: Vec<f64>,
}
