//! Teasers of articles, and the ways to the magazine.

use expect_test::{Expect, expect};

use super::sample::{body, desk, edition, lines, reader, text};
use crate::fill;

#[test]
fn the_first_teaser_is_large_and_the_next_has_its_picture_beside() {
    let mut desk = desk();
    desk.pages.insert("audit".to_owned(), 12);
    let (mail, findings) = desk.mail(&edition("[[audit]]\n\n[[oras]]\n\n[[letter]]"));
    expect![[r#"
        <table>
        <tr>
        <td class="m-line">
        <table>
        <tr>
        <td>
        <a href="https://magazine.example.org/2026-q4/audit/">
        <img src="cid:audit-2@2026-q4.masthead" alt="A city at night">
        </a>
        </td>
        </tr>
        </table>
        <p class="m-kicker">Feature</p>
        <h2 class="m-text m-title">
        <a class="m-text" href="https://magazine.example.org/2026-q4/audit/">Know the city before you &lt;wire&gt; it</a>
        </h2>
        <p class="m-link">An audit pays for the rest.</p>
        <p>
        <a class="m-kicker" href="https://magazine.example.org/2026-q4/2026-q4-screen.pdf#page=12">Read on, page 12 →</a>
        </p>
        </td>
        </tr>
        </table>
        <table>
        <tr>
        <td class="m-line">
        <table>
        <tr>
        <td class="m-stack m-beside">
        <a href="https://magazine.example.org/2026-q4/oras/">
        <img src="cid:oras-3@2026-q4.masthead" alt="">
        </a>
        </td>
        <td class="m-stack">
        <div lang="ro" dir="ltr">
        <p class="m-kicker">Eseu</p>
        <h2 class="m-text m-title">
        <a class="m-text" href="https://magazine.example.org/2026-q4/oras/">Orașul, citit din nou</a>
        </h2>
        <p class="m-text">Pe strada mare.</p>
        </div>
        </td>
        </tr>
        </table>
        </td>
        </tr>
        </table>
        <table>
        <tr>
        <td class="m-line">
        <h2 class="m-text m-title">
        <a class="m-text" href="https://magazine.example.org/2026-q4/letter/">From the editors</a>
        </h2>
        </td>
        </tr>
        </table>"#]].assert_eq(&body(&mail));
    expect![[r#"
        FEATURE
        Know the city before you <wire> it [1]
        --------------------------------------
        An audit pays for the rest.
        Read on, page 12 [2]

        ESEU
        Orașul, citit din nou [3]
        -------------------------
        Pe strada mare.

        From the editors [4]
        --------------------"#]]
    .assert_eq(&text(&mail));
    assert_eq!(lines(&findings), "");
    let widths: Vec<_> = mail.pictures.iter().map(|it| (it.file.as_str(), it.width_px, it.cid.as_str())).collect();
    assert_eq!(
        widths,
        [
            ("media/mail-head.svg", 600, "mail-head-1@2026-q4.masthead"),
            ("media/audit.svg", 536, "audit-2@2026-q4.masthead"),
            ("media/oras.jpg", 440, "oras-3@2026-q4.masthead"),
        ]
    );
}

fn check_ways(front: &str, expected: Expect) {
    let (mail, _) = desk().mail(&format!("---\nsubject: x\n{front}\n---\nHello.\n"));
    let text = fill(&mail.text, reader);
    let html = fill(&mail.html, reader);
    let ways = &text[text.find("Hello.").unwrap()..];
    let links = html.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    expected.assert_eq(&format!("{}\n{ways}", links.collect::<Vec<_>>().join("\n")));
}

#[test]
fn the_pdf_is_a_button() {
    check_ways(
        "pdf: link",
        expect![[r#"
            https://magazine.example.org/2026-q4/
            https://magazine.example.org/2026-q4/2026-q4-screen.pdf
            [unsubscribe_link]
            [preferences_link]
            https://magazine.example.org/2026-q4/mail/launch/
            Hello.

            The whole issue on the web:
            https://magazine.example.org/2026-q4/

            Open the magazine (PDF):
            https://magazine.example.org/2026-q4/2026-q4-screen.pdf

            Read this mail in your browser:
            https://magazine.example.org/2026-q4/mail/launch/

            -- 
            Published by The Organization
            1 Long Street
            Sibiu <RO>

            You receive this because you are on the mailing list of Smart City
            Magazine.

            Unsubscribe: [unsubscribe_link]
            Change what you receive: [preferences_link]
        "#]],
    );
}

#[test]
fn the_pdf_is_attached_and_the_mail_speaks_romanian() {
    check_ways(
        "pdf: attach\nlanguage: ro",
        expect![[r#"
            https://magazine.example.org/2026-q4/
            [unsubscribe_link]
            [preferences_link]
            https://magazine.example.org/2026-q4/mail/launch/
            Hello.

            Revista este atașată acestui mesaj, în format PDF.

            Tot numărul, pe web:
            https://magazine.example.org/2026-q4/

            Citiți acest mesaj în browser:
            https://magazine.example.org/2026-q4/mail/launch/

            -- 
            Publicație editată de The Organization
            1 Long Street
            Sibiu <RO>

            Primiți acest mesaj pentru că sunteți pe lista de corespondență a
            publicației Smart City Magazine.

            Dezabonare: [unsubscribe_link]
            Alegeți ce primiți: [preferences_link]
        "#]],
    );
}

#[test]
fn without_a_web_address_nothing_leads_nowhere() {
    let mut desk = desk();
    desk.issue.publication.web = String::new();
    desk.pages.insert("audit".to_owned(), 12);
    let (mail, findings) = desk.mail(&edition("[[audit]]"));
    let html = fill(&mail.html, reader);
    assert_eq!(html.matches(" href=").count(), 2, "only the links to leave and to choose are left");
    expect![[r#"
        error: the link to the PDF leads nowhere, because the publication has no web address
          at assets/publication.toml (`web`)
          hint: enter an address with https://, or write `pdf: attach` or `pdf: none`"#]]
    .assert_eq(&lines(&findings));
}

#[test]
fn language_and_direction_are_said() {
    for (language, said) in
        [("ro", "lang=\"ro\" dir=\"ltr\""), ("he", "lang=\"he\" dir=\"rtl\""), ("\"><xx", "dir=\"ltr\"")]
    {
        let (mail, _) = desk().mail(&format!("---\nsubject: x\nlanguage: '{language}'\n---\nHello.\n"));
        let html = fill(&mail.html, reader);
        assert!(html.contains(said), "{language}");
        assert!(!html.contains("<xx"), "{language}");
    }
}
