//! The sample publication is what a visitor sees first, so nothing may be wrong in it.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::path::Path;

use magazine::{EditionId, Publication};

#[test]
fn the_sample_publication_has_no_findings() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let publication = Publication::open(&folder).unwrap();
    let mut findings = publication.findings().to_vec();
    for id in publication.issues().unwrap() {
        let (issue, found) = publication.read_issue(id).unwrap();
        findings.extend(found);
        findings.extend(publication.media(&issue).1);
        for EditionId { issue, name } in publication.editions(id).unwrap() {
            findings.extend(publication.read_edition(&EditionId { issue, name }).unwrap().1);
        }
    }
    let shown: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}
