//! What the engine has to say, told to the editor where it was written.

use std::ops::Range;

use magazine::{Code, Finding, Place};

use super::laid::{Laid, StandIn, whole};
use super::worker::Shared;
use super::{Engine, Held, error, seen};
use crate::chain::Link;
use crate::process::protocol::Diagnostic;
use crate::refusal;

/// Adds line and column to findings that know only bytes, a field or a name. `text` gives the current text of a file by its path from
/// the publication's folder; it is asked for nothing else.
#[must_use]
pub fn with_lines(findings: Vec<Finding>, mut text: impl FnMut(&str) -> Option<String>) -> Vec<Finding> {
    let mut lined = |finding: Finding| {
        let place = finding.place.as_ref().filter(|place| place.line.is_none());
        match place.and_then(|place| text(&place.file)) {
            Some(content) => finding.in_text(&content),
            None => finding,
        }
    };
    findings.into_iter().map(&mut lined).collect()
}

/// The findings of a layout, in the running order, each once.
pub(super) fn findings(held: &Held, links: &[Link]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let told = links.iter().filter_map(|link| held.laid.get(&link.path)?.told.as_ref());
    for finding in told.flat_map(|told| &told.findings) {
        // One note says for all its places what a picture is made of.
        let is_of_the_file = |known: &Finding| known.code == Code::RgbPicture && known.message == finding.message;
        if !findings.iter().any(|known| known == finding || is_of_the_file(known)) {
            findings.push(finding.clone());
        }
    }
    // A template that fails everywhere is told once, not with each page that needs it.
    let fails = |link: &Link| held.laid.get(&link.path).is_none_or(|laid| laid.stand_in.is_some());
    if links.iter().all(fails) && findings.iter().any(|finding| finding.code == Code::TemplateError) {
        findings.retain(|finding| finding.code == Code::TemplateError);
    }
    findings
}

/// The findings of one document, as it was laid out.
pub(super) fn of_document(held: &Held, shared: &Shared, link: &Link, laid: &Laid) -> Vec<Finding> {
    let mut findings = laid.wanted.findings.clone();
    let pictures = laid.wanted.pictures.iter();
    findings.extend(pictures.filter_map(|used| held.media.finding(&used.file, used.named_in.clone())));
    if let Some(StandIn::Placeholder(reason)) = laid.stand_in {
        let fault = laid.diagnostics.iter().find(|fault| fault.is_error);
        let place = fault.and_then(|fault| place_of(fault, laid)).unwrap_or_else(|| whole(held, link));
        let message = format!("`{}` is a placeholder: {reason}", error::name(&link.name));
        findings.push(Finding::error(Code::TypesettingError, message).at(place));
    }
    let is_restless = laid.diagnostics.iter().any(is_about_rest);
    let faults = laid.diagnostics.iter().filter(|fault| !(is_restless && is_about_what_moved(fault)));
    findings.extend(faults.map(|fault| finding(fault, laid, || whole(held, link), shared)));
    findings.extend(is_restless.then(|| unsettled(held, link)));
    findings.extend(seen::findings(held, link, laid));
    findings
}

/// What a fault of the template does to the pages.
const UNTIL_MENDED: &str = "until it is mended, the pages that use it are shown as they last were, or left blank";

/// Where a template begins.
const VOCABULARY: &str = "assets/magazine/vocabulary.typ";

/// Whether a document cannot be laid out for a fault of the template, whatever its words are.
pub(super) fn is_of_template(laid: &Laid, shared: &Shared) -> bool {
    let mut errors = laid.diagnostics.iter().filter(|fault| fault.is_error);
    errors.any(|fault| finding(fault, laid, || Place::file(VOCABULARY), shared).code == Code::TemplateError)
}

/// A fault inside the template names the template's file; any other the words that led to it.
fn finding(fault: &Diagnostic, laid: &Laid, whole: impl Fn() -> Place, shared: &Shared) -> Finding {
    if let Some(finding) = not_in_the_template(fault, laid) {
        return finding;
    }
    // Typst's own words, of "this export mode", would not tell an editor what to do.
    if refusal::kind(&fault.message) == refusal::Fault::EmbeddedPdf {
        let named = |own: &Range<usize>| laid.wanted.pictures.iter().find(|used| used.at == own.start);
        let used = fault.own.as_ref().and_then(named);
        let place = used.map(|used| used.named_in.clone()).or_else(|| place_of(fault, laid)).unwrap_or_else(whole);
        let name = used.map_or("a picture", |used| &used.file);
        let message = format!("`{name}` is a PDF, which the accessible edition cannot hold");
        let finding = Finding::error(Code::BadMedia, message);
        return finding.at(place).hint("supply it as SVG or PNG");
    }
    let template = fault.elsewhere.as_ref().filter(|_| !is_about_depth(fault)).and_then(|(path, range)| {
        let file = path.strip_prefix("/magazine/").map(|name| format!("assets/magazine/{name}"))?;
        let text = shared.file(path).map(String::from_utf8_lossy)?;
        Some(Place::of(file, &text, range.clone()))
    });
    let (code, place) = match template {
        Some(place) => (Code::TemplateError, place),
        None => (Code::TypesettingError, place_of(fault, laid).unwrap_or_else(whole)),
    };
    let finding = if fault.is_error {
        Finding::error(code, fault.message.clone())
    } else {
        Finding::warning(code, fault.message.clone())
    };
    let finding = finding.at(place);
    match fault.hints.as_slice() {
        [] if code == Code::TemplateError && fault.is_error => finding.hint(UNTIL_MENDED),
        [] => finding,
        hints => finding.hint(hints.join("; ")),
    }
}

/// Whether the engine says that it gave up before two layouts agreed.
fn is_about_rest(fault: &Diagnostic) -> bool {
    !fault.is_error && fault.message == "document did not converge within five attempts"
}

/// With that it says of each question of the template how it was answered, layout by layout: nothing that an editor
/// could act on.
fn is_about_what_moved(fault: &Diagnostic) -> bool {
    let ends = |end| fault.message.ends_with(end);
    is_about_rest(fault) || (!fault.is_error && (ends(" did not stabilize") || ends(" did not converge")))
}

/// Pages on which something asks where something else stands, and moves it by the answer.
fn unsettled(held: &Held, link: &Link) -> Finding {
    let name = error::name(&link.name);
    let message = format!("the pages of `{name}` still moved after five layouts: a box or picture may stand wrongly");
    let finding = Finding::warning(Code::Unsettled, message).at(whole(held, link));
    finding.hint("look at its pages; moving or taking out one of its boxes, tables or large pictures lets them rest")
}

/// A template function wraps each level of a manuscript in several of its own, and the limit is met in one of those:
/// the nesting is the manuscript's all the same.
fn is_about_depth(fault: &Diagnostic) -> bool {
    fault.message.starts_with("maximum ") && fault.message.contains(" depth exceeded")
}

/// The generated words are sound, so a function they call in vain is one that the template lacks, or has with other
/// arguments.
fn not_in_the_template(fault: &Diagnostic, laid: &Laid) -> Option<Finding> {
    let own = fault.own.as_ref().filter(|_| fault.is_error && fault.elsewhere.is_none())?;
    let template = |message| Finding::error(Code::TemplateError, message).at(Place::file(VOCABULARY));
    if let Some(name) = fault.message.strip_prefix("unknown variable: ") {
        let finding = template(format!("the template has no function `{name}`"));
        return Some(finding.hint(format!("`{VOCABULARY}` has to define or import every word of the vocabulary")));
    }
    let about_arguments =
        ["unexpected argument", "missing argument"].iter().any(|start| fault.message.starts_with(start));
    let called = about_arguments.then(|| called_at(&laid.wanted.text, own.start)).flatten()?;
    Some(template(format!("the template's `{called}` does not take what the pages give it: {}", fault.message)))
}

/// The function whose call a byte of a generated file lies in.
fn called_at(text: &str, byte: usize) -> Option<&str> {
    let before = text.get(..byte)?;
    let start = if before.ends_with('#') { before.len() } else { before.rfind('#')? + 1 };
    let name = &text[start..];
    let length = name.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-').unwrap_or(name.len());
    match &name[..length] {
        "show" => Some("article"),
        name => (!name.is_empty()).then_some(name),
    }
}

fn place_of(fault: &Diagnostic, laid: &Laid) -> Option<Place> {
    let written = laid.wanted.map.written_for(fault.own.as_ref()?)?;
    Some(Place { range: Some(written.range), ..Place::file(written.file) })
}

impl Engine {
    /// Why a PDF was not written, each fault where it was written.
    pub(super) fn refused(&self, faults: &[(String, Diagnostic)]) -> Vec<Finding> {
        let Some(held) = &self.held else { return Vec::new() };
        let told = faults.iter().map(|(path, fault)| match held.laid.get(path) {
            Some(laid) => finding(fault, laid, || Place::file(held.issue_file.clone()), &self.shared),
            None => {
                Finding::error(Code::TypesettingError, fault.message.clone()).at(Place::file(held.issue_file.clone()))
            }
        });
        told.collect()
    }
}
