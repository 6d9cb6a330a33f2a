//! The mail's frame: head, button and foot around the body, written by a designer in MJML.
//!
//! A slot is a name in double braces: `{{masthead}}`. `{{#pdf}} … {{/pdf}}` stands only when the mail has what it is
//! named after. MJML is rendered with the slots still empty and the words are put in afterwards, in one go, so
//! neither MJML nor the slots ever see a word of the manuscript.

mod slot;
mod template;

use std::collections::BTreeSet;

use magazine::{Code, Finding, Place};

use crate::clients::{self, Loss};
use crate::name::nearest;

pub(crate) use slot::{SECTIONS, Slots};
pub(crate) use template::{Part, fill};

/// The frame that stands in when the publication's own cannot be used, and the one a new publication begins with.
pub const HOUSE_FRAME: &str = include_str!("../../../../assets/newsletter/frame.mjml");

/// A frame that can be rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    mjml: String,
}

impl Frame {
    /// The house's own frame.
    #[must_use]
    pub fn house() -> Self {
        Self { mjml: HOUSE_FRAME.to_owned() }
    }

    /// Reads a frame from the text of its file; one that cannot be rendered is replaced by the house's own.
    #[must_use]
    pub fn read(file: &str, mjml: &str) -> (Self, Vec<Finding>) {
        let mut findings = unknown_slots(file, mjml);
        findings.extend(missing_slots(file, mjml));
        match check(mjml) {
            Ok(warnings) => {
                findings.extend(lost(file, mjml));
                findings.extend(warnings.into_iter().map(|fault| fault.finding(file, mjml, Finding::warning)));
                (Self { mjml: mjml.to_owned() }, findings)
            }
            Err(fault) => {
                let finding = fault.finding(file, mjml, Finding::error);
                (Self::house(), vec![finding.hint("until this is put right, the house's own frame is used")])
            }
        }
    }

    /// The frame by itself, to be looked at or compared.
    #[must_use]
    pub fn whole(&self) -> WholeFrame {
        let mjml = template::cut(&self.mjml, |_| true);
        let html = render(&mjml).unwrap_or_default();
        WholeFrame { mjml, html }
    }

    /// The frame as HTML with the slots still in it; sections that the mail has nothing for are gone.
    pub(crate) fn render(&self, sections: &BTreeSet<&'static str>) -> Vec<Part> {
        let cut = |mjml: &str| render(&template::cut(mjml, |name| sections.contains(name)));
        // `read` has tried each section alone; should a pair of them fail together, the mail still goes out whole.
        let html = cut(&self.mjml).or_else(|_| cut(HOUSE_FRAME));
        template::parts(&html.expect("a test renders the house's frame with every set of sections"))
    }
}

/// A frame with every section standing and its slots still empty, before and after it is made HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholeFrame {
    /// What the designer wrote.
    pub mjml: String,
    /// What mail programs get.
    pub html: String,
}

/// What is wrong with a frame, and where.
struct Fault {
    message: String,
    at: Option<usize>,
}

impl Fault {
    fn finding(self, file: &str, mjml: &str, weight: fn(Code, String) -> Finding) -> Finding {
        let place = self.at.map_or_else(|| Place::file(file), |at| Place::of(file, mjml, at..at));
        weight(Code::TemplateError, self.message).at(place)
    }
}

/// Renders the frame whole, without any section, and without each of them.
fn check(mjml: &str) -> Result<Vec<Fault>, Fault> {
    let whole = template::cut(mjml, |_| true);
    let parsed = mrml::parse(&whole).map_err(|error| parse_fault(&error))?;
    let render = |mjml: &str| render(mjml).map_err(|message| Fault { message, at: None });
    render(&whole)?;
    render(&template::cut(mjml, |_| false))?;
    for section in SECTIONS {
        render(&template::cut(mjml, |name| name != section))?;
    }
    let warnings = parsed.warnings.iter();
    Ok(warnings.map(|it| Fault { message: format!("the frame has an {}", it.kind), at: Some(it.span.start) }).collect())
}

/// What some mail program would not show of the frame, at the first place that says so.
fn lost(file: &str, mjml: &str) -> Vec<Finding> {
    let html = Frame { mjml: mjml.to_owned() }.whole().html;
    let finding = |loss: Loss| {
        let at = mjml.find(&loss.what).or_else(|| mjml.find(loss.what.trim_end_matches('>')));
        let place = at.map_or_else(|| Place::file(file), |at| Place::of(file, mjml, at..at + loss.what.len()));
        let message = format!("`{}` {}", loss.what, loss.consequence);
        Finding::warning(Code::LostInMail, message).at(place).hint(loss.hint)
    };
    let unsaid = |loss: Loss| {
        let message = format!("a mail without `{}` {}", loss.what, loss.consequence);
        Finding::warning(Code::LostInMail, message).at(Place::file(file)).hint(loss.hint)
    };
    clients::losses(&html).into_iter().map(finding).chain(clients::unsaid(&html).into_iter().map(unsaid)).collect()
}

fn render(mjml: &str) -> Result<String, String> {
    // No fonts from elsewhere: a mail that fetches anything tells its sender that it was read.
    let options = mrml::prelude::render::RenderOptions {
        disable_comments: true,
        fonts: std::iter::empty().collect(),
        ..Default::default()
    };
    let parsed = mrml::parse(mjml).map_err(|error| parse_fault(&error).message)?;
    parsed.element.render(&options).map_err(|error| format!("the frame cannot be rendered: {error}"))
}

fn parse_fault(error: &mrml::prelude::parser::Error) -> Fault {
    use mrml::prelude::parser::Error;
    let (message, at) = match error {
        Error::UnexpectedElement { position, .. } => ("an element stands where it cannot", Some(position.start)),
        Error::UnexpectedToken { position, .. } => ("something stands where it cannot", Some(position.start)),
        Error::InvalidAttribute { position, .. } => ("an attribute cannot be read", Some(position.start)),
        Error::InvalidFormat { position, .. } => ("a value cannot be read", Some(position.start)),
        Error::MissingAttribute { position, .. } => ("an attribute is missing", Some(position.start)),
        Error::IncludeLoaderError { position, .. } => ("a frame cannot include files", Some(position.start)),
        Error::EndOfStream { .. } => ("an element is not closed", None),
        Error::NoRootNode => ("there is no `mjml` element", None),
        Error::SizeLimit { .. } | Error::ParserError { .. } => ("it is not MJML", None),
    };
    Fault { message: format!("the frame cannot be used: {message}"), at }
}

fn unknown_slots(file: &str, mjml: &str) -> Vec<Finding> {
    let unknown = |name: &str, range: std::ops::Range<usize>| {
        let finding = Finding::error(Code::TemplateError, format!("a frame has no slot `{name}`"))
            .at(Place::of(file, mjml, range));
        match nearest(name, slot::names()) {
            Some(near) => finding.hint(format!("did you mean `{near}`?")),
            None => finding,
        }
    };
    let names = template::names(mjml).into_iter();
    names.filter(|(name, _)| !slot::is_known(name)).map(|(name, range)| unknown(&name, range)).collect()
}

/// What no mail may go out without.
const REQUIRED: [(&str, &str); 3] =
    [("body", "the edition itself"), ("unsubscribe", "the link to unsubscribe"), ("address", "the postal address")];

fn missing_slots(file: &str, mjml: &str) -> Vec<Finding> {
    let found = template::names(mjml);
    let missing = REQUIRED.iter().filter(|(name, _)| !found.iter().any(|(found, _)| found == name));
    let finding = |(name, what): &(&str, &str)| {
        Finding::error(Code::MailRequirement, format!("the frame does not show {what}"))
            .at(Place::file(file))
            .hint(format!("put the slot `{{{{{name}}}}}` where it belongs"))
    };
    missing.map(finding).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check_frame(mjml: &str, expected: Expect) {
        let (_, findings) = Frame::read("assets/newsletter/frame.mjml", mjml);
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        expected.assert_eq(&lines.join("\n"));
    }

    #[test]
    fn the_house_frame_has_nothing_to_complain_about() {
        check_frame(HOUSE_FRAME, expect![""]);
    }

    #[test]
    fn the_house_frame_can_be_rendered_with_every_set_of_sections() {
        for set in 0..1_u32 << SECTIONS.len() {
            let sections = SECTIONS.into_iter().enumerate().filter(|(at, _)| set >> at & 1 == 1);
            let sections: BTreeSet<_> = sections.map(|(_, name)| name).collect();
            assert!(render(&template::cut(HOUSE_FRAME, |name| sections.contains(name))).is_ok(), "{sections:?}");
        }
    }

    #[test]
    fn a_frame_that_cannot_be_read_is_replaced() {
        let (frame, findings) = Frame::read("frame.mjml", "<mjml>\n<mj-body><mj-text></mj-body></mjml>");
        assert_eq!(frame, Frame::house());
        assert_eq!(findings[0].code, Code::TemplateError);
    }

    #[test]
    fn what_a_mail_program_would_drop_is_found_where_it_stands() {
        check_frame(
            "<mjml><mj-body><mj-section><mj-column><mj-text>{{body}} {{address}} {{unsubscribe}}\n\
             <p style=\"display:flex\">x</p></mj-text></mj-column></mj-section></mj-body></mjml>",
            expect![[r#"
                warning: `display:flex` puts everything below one another in Outlook
                  at assets/newsletter/frame.mjml:2:11
                  hint: arrange with `mj-column`, which makes tables
                warning: a mail without `<meta name="color-scheme">` lets Apple Mail and Outlook turn its colours around by themselves at night
                  at assets/newsletter/frame.mjml
                  hint: put `<meta name="color-scheme" content="light dark" />` into `mj-raw`
                warning: a mail without `<meta name="format-detection">` lets Apple Mail make blue links of its dates and numbers
                  at assets/newsletter/frame.mjml
                  hint: put `<meta name="format-detection" content="telephone=no, date=no, address=no, email=no" />` into `mj-raw`"#]],
        );
    }

    #[test]
    fn an_unknown_slot_and_a_missing_one_are_named() {
        check_frame(
            "<mjml><mj-body><mj-section><mj-column><mj-text>\n{{bodi}} {{address}}</mj-text></mj-column></mj-section></mj-body></mjml>",
            expect![[r#"
                error: a frame has no slot `bodi`
                  at assets/newsletter/frame.mjml:2:1
                  hint: did you mean `body`?
                error: the frame does not show the edition itself
                  at assets/newsletter/frame.mjml
                  hint: put the slot `{{body}}` where it belongs
                error: the frame does not show the link to unsubscribe
                  at assets/newsletter/frame.mjml
                  hint: put the slot `{{unsubscribe}}` where it belongs
                warning: a mail without `<meta name="color-scheme">` lets Apple Mail and Outlook turn its colours around by themselves at night
                  at assets/newsletter/frame.mjml
                  hint: put `<meta name="color-scheme" content="light dark" />` into `mj-raw`
                warning: a mail without `<meta name="format-detection">` lets Apple Mail make blue links of its dates and numbers
                  at assets/newsletter/frame.mjml
                  hint: put `<meta name="format-detection" content="telephone=no, date=no, address=no, email=no" />` into `mj-raw`"#]],
        );
    }
}
