//! Findings as the window shows them.

use magazine::{Finding, IssueId, Severity};

use crate::rpc::FindingView;

/// The findings of an issue, the gravest first, each with the article it leads to.
pub(crate) fn views(findings: &[Finding], issue: IssueId) -> Vec<FindingView> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    sorted.into_iter().map(|finding| view(finding, issue)).collect()
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
    }
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
