//! Pages for a printing press: laid out in inks, with bleed, in the style of PDF/X-4.
//!
//! The template paints in ink by itself; drawings, and PDFs that advertisers sent, come in light and are rewritten
//! here, operator by operator. Pictures keep their bytes and their profile: the press converts them. What Typst
//! cannot write is added to its PDF: the box of the bleed, the press it is meant for, and what the file says it is.
//! No free program can certify PDF/X, so neither does this one.

mod document;
mod inks;
mod stream;

use typst::layout::{Frame, FrameItem};
use typst::visualize::{Color, Paint, ProcessColor};

pub(crate) use document::finished;
pub(crate) use inks::Inks;

/// Smaller letters than this, in points, are set in black alone: four plates never meet so well that a thin stroke stays sharp.
const LARGE_TEXT: f64 = 18.0;

/// Sets text in the palette's ink in black, unless it is large.
pub(crate) fn set_text_in_black(frame: &mut Frame, inks: &Inks) {
    let Some(ink) = inks.named("ink") else { return };
    frame.retain(|item| {
        match item {
            FrameItem::Group(group) => set_text_in_black(&mut group.frame, inks),
            FrameItem::Text(text) if text.size.to_pt() < LARGE_TEXT && is_of(&text.fill, ink) => {
                text.fill = Paint::Solid(Color::BLACK);
            }
            FrameItem::Text(_)
            | FrameItem::Shape(..)
            | FrameItem::Image(..)
            | FrameItem::Link(..)
            | FrameItem::Tag(_) => {}
        }
        true
    });
}

fn is_of(paint: &Paint, ink: inks::Cmyk) -> bool {
    // Typst keeps the parts of a mix in steps of 1/255.
    let near = |one: f32, other: f64| (f64::from(one) - other).abs() <= 0.5 / 255.0 + 1e-4;
    match paint {
        Paint::Solid(Color::Process(ProcessColor::Cmyk(mix))) => {
            [mix.c, mix.m, mix.y, mix.k].into_iter().zip(ink).all(|(one, other)| near(one, other))
        }
        _ => false,
    }
}
