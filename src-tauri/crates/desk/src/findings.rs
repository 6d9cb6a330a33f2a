//! Findings as the window shows them.

use magazine::{Finding, Fix, IssueId, Severity};

use crate::rpc::{FindingView, FixView};

/// The findings of an issue, the gravest first, each with the article it leads to.
pub(crate) fn views(findings: &[Finding], issue: IssueId) -> Vec<FindingView> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    sorted.into_iter().map(|finding| view(finding, issue)).collect()
}

/// Findings by file and place, each once: the reader of the files and the page engine may find the same.
pub(crate) fn in_order(mut findings: Vec<Finding>) -> Vec<Finding> {
    let key = |finding: &Finding| {
        let place = finding.place.as_ref();
        let bytes = place.and_then(|place| place.range.as_ref()).map(|range| range.start);
        (place.map(|place| place.file.clone()), bytes, std::cmp::Reverse(finding.severity), finding.code)
    };
    // What carries its correction comes first, so that it is the one that stays.
    findings.sort_by_cached_key(|finding| (key(finding), finding.message.clone(), finding.fix.is_none()));
    findings.dedup_by(|later, first| key(later) == key(first) && later.message == first.message);
    findings
}

fn view(finding: &Finding, issue: IssueId) -> FindingView {
    let place = finding.place.as_ref();
    let range = place.and_then(|place| place.range.as_ref());
    FindingView {
        code: finding.code.name(),
        severity: severity(finding.severity).to_owned(),
        message: finding.message.clone(),
        hint: finding.hint.clone(),
        place: place.map(ToString::to_string),
        slug: place.and_then(|place| slug(&place.file, issue)),
        byte: range.and_then(|range| u32::try_from(range.start).ok()),
        end: range.and_then(|range| u32::try_from(range.end).ok()),
        fix: finding.fix.as_ref().and_then(|found| fix(found, issue)),
    }
}

fn fix(fix: &Fix, issue: IssueId) -> Option<FixView> {
    Some(FixView {
        label: fix.label.clone(),
        file: fix.file.clone(),
        slug: slug(&fix.file, issue),
        start: u32::try_from(fix.range.start).ok()?,
        end: u32::try_from(fix.range.end).ok()?,
        replacement: fix.replacement.clone(),
    })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn slug(file: &str, issue: IssueId) -> Option<String> {
    let name = file.strip_prefix(&format!("issues/{issue}/articles/"))?;
    name.strip_suffix(".md").map(ToOwned::to_owned)
}
