//! What a copy weighs on the wire, against what mail servers take.

use magazine::{Code, Finding, Place};
use mailing::{Letter, Person, Recipient};

/// What Gmail, Yahoo and Outlook.com take, pictures and files encoded; nobody in their mailboxes would get more.
const TAKEN: usize = 25_000_000;
/// What many companies' servers take.
const TAKEN_BY_MOST: usize = 10_000_000;

/// A mail that mail servers would send back for its size.
pub(crate) fn too_large(letter: &Letter, file: &str, now: jiff::Timestamp) -> Option<Finding> {
    let files: usize = letter.attachments.iter().map(|file| file.bytes.len()).sum();
    let pictures: usize = letter.pictures.iter().map(|picture| picture.bytes.len()).sum();
    // Anything smaller need not be written out to be known for small: base64 makes four bytes of three.
    if (files + pictures) * 3 / 2 < TAKEN_BY_MOST / 2 {
        return None;
    }
    let bytes = mailing::render(letter, &Recipient::sample(Person::new(letter.from.clone())), now).len();
    let megabytes = bytes as f64 / 1e6;
    let (finding, limit): (fn(Code, String) -> Finding, _) = match bytes {
        bytes if bytes > TAKEN => (Finding::error, "Gmail, Yahoo and Outlook take 25"),
        bytes if bytes > TAKEN_BY_MOST => (Finding::warning, "many companies' servers take 10"),
        _ => return None,
    };
    let finding = finding(Code::MailRequirement, format!("each copy has {megabytes:.1} MB, and {limit}"));
    let (field, hint) = if files > pictures {
        ("pdf", "write `pdf: link`: the reader opens the PDF from the web edition")
    } else {
        ("pictures", "write `pictures: link`, or show fewer of them")
    };
    Some(finding.at(Place::file(file).field(field)).hint(hint))
}

#[cfg(test)]
mod tests {
    use mailing::{Address, Attachment, InlinePicture};

    use super::*;

    /// What is said of a letter with a file and a picture of so many bytes.
    fn said(file: usize, picture: usize) -> String {
        let from = Address::parse("desk@example.org").unwrap();
        let words = serde_json::json!([]);
        let letter = serde_json::json!({ "from_name": "Desk", "from": from, "list_id": "l", "list_name": "L",
            "unsubscribe": from, "organisation": "O", "subject": words, "html": words, "text": words });
        let letter: Letter = serde_json::from_value(letter).unwrap();
        let media_type = "application/octet-stream".to_owned();
        let attachments = vec![Attachment {
            file_name: "2026-q4-screen.pdf".to_owned(),
            media_type: media_type.clone(),
            label: None,
            bytes: vec![1; file],
        }];
        let pictures = vec![InlinePicture {
            cid: "a".to_owned(),
            media_type,
            file_name: "a.jpg".to_owned(),
            bytes: vec![1; picture],
        }];
        let letter = Letter { attachments, pictures, ..letter };
        let now = "2026-11-22T09:00:00Z".parse().unwrap();
        too_large(&letter, "launch.md", now).map(|finding| finding.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_copy_that_mail_servers_would_send_back_is_found_with_the_field_that_helps() {
        assert_eq!(said(7_000_000, 100), "");
        let warned = said(8_000_000, 100);
        assert!(warned.starts_with("warning: each copy has 10.9 MB, and many companies' servers take 10"), "{warned}");
        let refused = said(19_000_000, 100);
        assert!(refused.starts_with("error: each copy has 26.0 MB, and Gmail, Yahoo and Outlook take 25"), "{refused}");
        assert!(refused.contains("launch.md (`pdf`)") && refused.contains("write `pdf: link`"), "{refused}");
        let pictures = said(0, 19_000_000);
        assert!(
            pictures.contains("launch.md (`pictures`)") && pictures.contains("write `pictures: link`"),
            "{pictures}"
        );
    }
}
