//! What is a person's own.

use expect_test::{Expect, expect};

use super::sample::{body, desk, edition, lines, reader, text};
use crate::{Piece, fill};

#[test]
fn fields_stand_in_subject_preheader_text_and_links() {
    let text_of_edition = "---\nsubject: 'For {{ first_name | default: \"you\" }}, in {{city|default:\"your city\"}}'\n\
        preheader: 'Dear {{ first_name | default: \"<reader>\" }}'\n---\n\
        Hello **{{ first_name | default: \"reader\" }}**, \
        [your page](https://example.org/?m={{email}}) or [leave]({{unsubscribe_link}}), {{\nname | default: \"x\" }}.\n";
    let (mail, findings) = desk().mail(text_of_edition);
    assert_eq!(lines(&findings), "");
    assert_eq!(fill(&mail.subject, reader), "For [first_name], in [city]");
    assert_eq!(fill(&mail.preheader, |_| String::new()), "Dear <reader>");
    assert!(fill(&mail.html, |_| String::new()).contains("Dear &lt;reader&gt;&#847;"));
    expect![[r#"<p class="m-text">Hello <strong>[first_name]</strong>, <a class="m-link" href="https://example.org/?m=%5Bemail%5D">your page</a> or <a class="m-link" href="[unsubscribe_link]">leave</a>, [name].</p>"#]].assert_eq(&body(&mail));
    expect!["Hello *[first_name]*, your page [1] or leave [2], [name]."].assert_eq(&text(&mail));
}

#[test]
fn a_mail_is_the_same_for_everybody_but_for_its_fields() {
    let (mail, _) = desk().mail(&edition("Hello {{ first_name | default: \"reader\" }}."));
    let fields: Vec<&Piece> = mail.html.iter().filter(|piece| matches!(piece, Piece::Field { .. })).collect();
    expect![[r#"
        [
            Field {
                field: FirstName,
                fallback: Some(
                    "reader",
                ),
                escape: Html,
            },
            Field {
                field: UnsubscribeLink,
                fallback: None,
                escape: Html,
            },
            Field {
                field: PreferencesLink,
                fallback: None,
                escape: Html,
            },
        ]
    "#]]
    .assert_debug_eq(&fields);
}

#[test]
fn articles_cannot_use_fields() {
    let mut desk = desk();
    desk.issue.articles[0].front_matter.title.text = "{{ email }}".to_owned();
    let (mail, findings) = desk.mail(&edition("[[audit]]"));
    assert_eq!(lines(&findings), "");
    assert!(fill(&mail.html, reader).contains(">{{ email }}</a>"));
}

fn check(markdown: &str, expected: Expect) {
    let (_, findings) = desk().mail(&edition(markdown));
    expected.assert_eq(&lines(&findings));
}

#[test]
fn an_unknown_field_is_found_where_it_stands() {
    check(
        "Dear *ș* reader,\nhello {{ firstname | default: \"you\" }}",
        expect![[r#"
            error: subscribers have no field `firstname`
              at issues/2026-q4/editions/launch.md:6:7
              hint: did you mean `first_name`?"#]],
    );
}

#[test]
fn a_field_without_a_fallback_is_found() {
    check(
        "Dear {{ first_name }}, your address is {{ email }}",
        expect![[r#"
            error: some people have no `first_name`, and nothing is said instead
              at issues/2026-q4/editions/launch.md:5:6
              hint: write `{{ first_name | default: "…" }}`"#]],
    );
}

#[test]
fn a_field_that_never_ends_is_found() {
    check(
        "Dear {{ *first_name* }} and {{ name",
        expect![[r#"
            error: a field is opened with `{{` and not closed
              at issues/2026-q4/editions/launch.md:5:6
              hint: close it with `}}` in the same paragraph, without other marks in between
            error: a field is opened with `{{` and not closed
              at issues/2026-q4/editions/launch.md:5:29
              hint: close it with `}}` in the same paragraph, without other marks in between"#]],
    );
}

#[test]
fn a_fault_in_the_subject_is_found() {
    let (_, findings) = desk().mail("---\nsubject: 'Hello {{ nome }}'\n---\nHello.\n");
    expect![[r#"
        error: subscribers have no field `nome`
          at issues/2026-q4/editions/launch.md:2:17
          hint: did you mean `name`?
        note: the edition has no preheader
          at issues/2026-q4/editions/launch.md:1:1 (`preheader`)
          hint: mail programs then show the first words of the mail after the subject"#]]
    .assert_eq(&lines(&findings));
}
