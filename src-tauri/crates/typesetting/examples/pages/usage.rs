//! What a process has used, as Linux tells it; nothing where there is no `/proc`.

use std::fs;

/// Ticks of the processor's clock a second, on every Linux there is (`getconf CLK_TCK`).
const TICKS: f64 = 100.0;

/// Seconds of processor time of a process and of its children that have ended.
pub(crate) fn cpu(process: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name in brackets may hold spaces; the fields after it are numbered from 3.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |field: usize| fields.get(field - 3).and_then(|value| value.parse::<f64>().ok()).unwrap_or(0.0);
    (14..=17).map(ticks).sum::<f64>() / TICKS
}

/// A line of a process's status in megabytes: `VmHWM` is the most memory it ever had, `VmRSS` what it has.
pub(crate) fn megabytes(process: u32, name: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let kilobytes = line.and_then(|value| value.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1024.0
}
