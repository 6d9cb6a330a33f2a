//! The certificate of a send, to read and to print.
//!
//! Both forms say the same; the HTML one needs nothing but itself, so that it can be filed and printed anywhere.

use mailing::{Certificate, MailingState};

/// What stands in it, line by line: what it is called and what it is.
fn lines(certificate: &Certificate) -> Vec<(&'static str, String)> {
    let time = |at: Option<jiff::Timestamp>| at.map_or_else(|| "none".to_owned(), |at| at.to_string());
    let mut lines = vec![
        ("Edition", certificate.occasion.edition.clone()),
        ("Stands", state(&certificate.state)),
        ("Audience frozen", certificate.frozen_at.to_string()),
        ("First attempt", time(certificate.first_attempt)),
        ("Last attempt", time(certificate.last_attempt)),
        ("Candidates", certificate.candidates.to_string()),
    ];
    let counts = certificate.counts.iter().map(|(state, people)| (state.word(), people.to_string()));
    lines.extend(counts);
    lines.extend([
        ("Equation", certificate.equation()),
        ("Attempts", certificate.attempts.to_string()),
        ("Copies without an answer", format!("{} to {} people", certificate.doubts, certificate.in_doubt)),
        ("Letter (BLAKE3)", certificate.letter.clone()),
        ("Deliveries (BLAKE3)", certificate.fingerprint.clone()),
        ("Counted", certificate.issued_at.to_string()),
    ]);
    let excluded = certificate.excluded.iter().map(|(reason, people)| ("Excluded", format!("{people} {reason}")));
    lines.extend(excluded);
    lines
}

fn state(state: &MailingState) -> String {
    match state {
        MailingState::Running => "under way".to_owned(),
        MailingState::Paused { reason } => format!("paused: {reason}"),
        MailingState::Finished => "finished".to_owned(),
        MailingState::Cancelled => "cancelled".to_owned(),
    }
}

fn title(certificate: &Certificate) -> &'static str {
    if certificate.occasion.rehearsal { "Certificate of a rehearsal" } else { "Certificate of a send" }
}

/// `accepted` says what it means, and no more: the sentence that every certificate ends with.
const MEANING: &str = "“Accepted” means that a mail server answered 250 for the copy and took it over. Whether it \
                       reached the mailbox is not known from that. “Uncertain” means that a copy may have gone out and \
                       that no answer was recorded.";

/// The certificate as plain text.
#[must_use]
pub fn certificate_text(certificate: &Certificate) -> String {
    let lines = lines(certificate);
    let rows = lines.iter().map(|(name, value)| format!("  {name:<26}{value}\n"));
    format!("{}\n\n{}\n{MEANING}", title(certificate), rows.collect::<String>())
}

/// The certificate as one HTML page for the printer.
#[must_use]
pub fn certificate_html(certificate: &Certificate) -> String {
    let rows: String = lines(certificate)
        .iter()
        .map(|(name, value)| format!("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", escaped(name), escaped(value)))
        .collect();
    let title = title(certificate);
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\n<style>{STYLE}</style></head>\n\
         <body><h1>{title}</h1>\n<table>\n{rows}</table>\n<p>{MEANING}</p></body></html>\n"
    )
}

const STYLE: &str = "@page{size:A4;margin:22mm}body{font:11pt/1.5 Georgia,serif;max-width:42em;margin:3em auto;color:#12263a}\
                     h1{font-weight:normal}table{border-collapse:collapse;width:100%}\
                     th{text-align:left;font-weight:normal;color:#555;white-space:nowrap;padding-right:2em;vertical-align:top}\
                     td{font-variant-numeric:tabular-nums;overflow-wrap:anywhere}tr{border-bottom:1px solid #ddd}p{color:#555}";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use mailing::{DeliveryState, Occasion};

    use super::*;

    fn certificate() -> Certificate {
        let now: jiff::Timestamp = "2026-12-01T10:00:00Z".parse().unwrap();
        Certificate {
            occasion: Occasion::edition("2026-q4/<launch>"),
            state: MailingState::Finished,
            issued_at: now,
            frozen_at: now,
            first_attempt: Some(now),
            last_attempt: None,
            candidates: 12,
            counts: BTreeMap::from([(DeliveryState::Accepted, 11), (DeliveryState::Uncertain, 1)]),
            excluded: BTreeMap::new(),
            adds_up: true,
            attempts: 12,
            doubts: 1,
            in_doubt: 1,
            letter: "aa".into(),
            fingerprint: "bb".into(),
        }
    }

    #[test]
    fn both_forms_say_the_same_and_never_that_anything_was_delivered() {
        let (text, html) = (certificate_text(&certificate()), certificate_html(&certificate()));
        for words in ["12 candidates = 11 accepted + 1 uncertain", "1 to 1 people", "finished"] {
            assert!(text.contains(words) && html.contains(words), "{words}\n{text}\n{html}");
        }
        assert!(!text.to_lowercase().contains("delivered") && !html.to_lowercase().contains("delivered"));
        assert!(html.contains("2026-q4/&lt;launch&gt;") && !html.contains("<launch>"));
    }
}
