//! Texts that want to be more than text.

use super::sample::{body, desk, edition, reader};
use crate::{Piece, fill};

fn html(markdown: &str) -> String {
    fill(&desk().mail(&edition(markdown)).0.html, reader)
}

#[test]
fn no_markup_of_a_text_reaches_the_mail() {
    let text = "a <script>alert(1)</script> b\n\n<script>alert(2)</script>\n\n`<script>`\n\n```\n<script>\n```\n\n\
        ![<script>](media/tram.png \"<script>\"){credit=\"<script>\"}\n\n> [!note] <script>\n> x\n\n\
        | <script> |\n| --- |\n| \\<script> |";
    let html = html(text);
    assert!(!html.contains("<script"), "{html}");
    assert!(html.contains("&lt;script&gt;"));
}

#[test]
fn no_link_runs_anything() {
    for target in [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "vbscript:x",
        "<java script:x>",
        "\\javascript:x",
        "//evil.example",
    ] {
        let html = html(&format!("[words]({target}) and [{target}][ref]\n\n[ref]: {target}"));
        let links: Vec<&str> = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(links.iter().all(|link| link.starts_with("https://") || link.starts_with('[')), "{links:?}");
        assert!(html.contains("words"));
    }
}

#[test]
fn quotes_stay_within_their_attribute() {
    let html = html("![a\" onerror=\"x](media/tram.png)\n\n[x](<https://example.org/\" onclick=\"x>)");
    assert!(html.contains("alt=\"a&quot; onerror=&quot;x\""));
    assert!(html.contains("href=\"https://example.org/%22%20onclick=%22x\""));
}

#[test]
fn what_an_issue_says_of_itself_is_text_too() {
    let mut desk = desk();
    let hostile = "\"><script>{{unsubscribe}}</script>\r\n".to_owned();
    let publication = &mut desk.issue.publication;
    publication.name.clone_from(&hostile);
    publication.masthead.clone_from(&hostile);
    publication.publisher.clone_from(&hostile);
    publication.postal_address.push(hostile.clone());
    publication.web = format!("https://example.org/{hostile}");
    publication.colour.ink = "red}</style><script>".to_owned();
    desk.issue.settings.season.clone_from(&hostile);
    let (mail, _) = desk.mail(&edition("[[audit]]"));
    let html = fill(&mail.html, reader);
    assert!(!html.contains("<script"), "{html}");
    assert!(html.contains("{{unsubscribe}}"), "a slot in a text is text");
    assert!(!fill(&mail.text, reader).contains('\r'));
}

#[test]
fn a_subject_is_one_line() {
    let (mail, _) = desk().mail("---\nsubject: \"One\\r\\nBcc: all@example.org\\u2028two\\0\"\n---\nHello.\n");
    assert_eq!(fill(&mail.subject, reader), "One Bcc: all@example.org two");
}

#[test]
fn no_character_can_pose_as_a_field() {
    let odd: String =
        ('\u{e000}'..='\u{e0ff}').chain(['\u{0}', '\u{1}', '\u{fffe}', '\u{feff}', '\u{10ffff}']).collect();
    let (mail, _) = desk().mail(&edition(&format!("a {odd} b `{{{{ email }}}}` \\{{\\{{ email }}}}")));
    let fields = mail.html.iter().filter(|piece| matches!(piece, Piece::Field { .. })).count();
    assert_eq!(fields, 3, "the links to leave and to choose, and the braces that Markdown unescaped into a field");
    assert!(body(&mail).contains("{{ email }}"), "code is as it stands");
}
