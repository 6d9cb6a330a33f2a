//! The looks of the body's parts, as inline styles.

use crate::palette::Palette;

pub(super) const SERIF: &str = "font-family:'Source Serif 4',Georgia,serif";
pub(super) const SANS: &str = "font-family:'Source Sans 3',Helvetica,Arial,sans-serif";
const MONO: &str = "font-family:Consolas,Menlo,monospace";

/// The styles of a mail in its publication's colours.
pub(super) struct Styles {
    pub(super) paragraph: String,
    /// Running text of notes, cells and boxes.
    pub(super) small: String,
    pub(super) headings: [String; 3],
    pub(super) kicker: String,
    pub(super) title: String,
    pub(super) title_small: String,
    pub(super) lead: String,
    pub(super) quoted: String,
    pub(super) list: String,
    pub(super) list_small: String,
    pub(super) list_inner: &'static str,
    pub(super) list_tasks: &'static str,
    pub(super) item: &'static str,
    pub(super) quote: String,
    pub(super) pull_quote: String,
    pub(super) facts: String,
    pub(super) sidebar: String,
    pub(super) note: String,
    pub(super) box_title: String,
    pub(super) code: String,
    /// The box of what is no running text: code, and the words for a picture that is not there.
    pub(super) panel: String,
    pub(super) code_block: String,
    pub(super) caption: String,
    pub(super) link: String,
    pub(super) title_link: String,
    pub(super) read_on: String,
    pub(super) head_cell: String,
    pub(super) cell: String,
    pub(super) rule: String,
    pub(super) hairline_above: String,
    pub(super) hairline_below: String,
    pub(super) alternative: String,
}

impl Styles {
    pub(super) fn of(palette: &Palette) -> Self {
        let Palette { ink, sand, fog, vermilion, kicker, link, soft, line, .. } = palette;
        let heading = |size: u32, pitch: u32, above: u32| {
            format!(
                "margin:{above}px 0 10px;{SERIF};font-size:{size}px;line-height:{pitch}px;font-weight:600;letter-spacing:-0.2px;color:{ink}"
            )
        };
        Self {
            paragraph: format!("margin:0 0 18px;{SERIF};font-size:18px;line-height:28px;color:{ink}"),
            small: format!("margin:0 0 10px;{SERIF};font-size:16px;line-height:24px;color:{ink}"),
            headings: [heading(26, 32, 36), heading(21, 27, 30), heading(18, 26, 24)],
            kicker: format!(
                "margin:0 0 8px;{SANS};font-size:12px;line-height:16px;font-weight:700;letter-spacing:1.8px;text-transform:uppercase;color:{kicker}"
            ),
            title: format!(
                "margin:0 0 10px;{SERIF};font-size:32px;line-height:37px;font-weight:600;letter-spacing:-0.6px;color:{ink}"
            ),
            title_small: format!(
                "margin:0 0 6px;{SERIF};font-size:22px;line-height:27px;font-weight:600;letter-spacing:-0.3px;color:{ink}"
            ),
            lead: format!("margin:0 0 12px;{SERIF};font-size:19px;line-height:28px;font-style:italic;color:{link}"),
            list: format!("margin:0 0 18px;padding:0 0 0 24px;{SERIF};font-size:18px;line-height:28px;color:{ink}"),
            list_small: format!(
                "margin:0 0 10px;padding:0 0 0 22px;{SERIF};font-size:16px;line-height:24px;color:{ink}"
            ),
            list_inner: "margin:6px 0 0;padding:0 0 0 24px",
            list_tasks: "list-style-type:none;padding:0",
            item: "margin:0 0 6px",
            quoted: format!("margin:0 0 10px;{SERIF};font-size:18px;line-height:28px;color:{ink}"),
            quote: format!("padding:8px 0 1px 20px;border-left:3px solid {line}"),
            pull_quote: format!(
                "padding:22px 0 4px;border-top:3px solid {vermilion};{SERIF};font-size:26px;line-height:34px;font-style:italic;letter-spacing:-0.2px;color:{ink}"
            ),
            facts: format!("padding:22px 24px 14px;background-color:{sand}"),
            sidebar: format!("padding:22px 24px 14px;background-color:{fog}"),
            note: format!("padding:10px 0 2px 20px;border-left:3px solid {vermilion}"),
            box_title: format!("margin:0 0 8px;{SANS};font-size:16px;line-height:22px;font-weight:700;color:{ink}"),
            code: format!("{MONO};font-size:0.88em;background-color:{fog};padding:1px 4px"),
            panel: format!("padding:16px 18px;background-color:{fog}"),
            code_block: format!(
                "margin:0;{MONO};font-size:14px;line-height:21px;white-space:pre-wrap;word-break:break-word;color:{ink}"
            ),
            caption: format!("margin:8px 0 0;{SANS};font-size:14px;line-height:20px;color:{soft}"),
            link: format!("color:{link};text-decoration:underline"),
            title_link: format!("color:{ink};text-decoration:none"),
            read_on: format!(
                "color:{kicker};text-decoration:none;{SANS};font-size:15px;line-height:20px;font-weight:700"
            ),
            head_cell: format!(
                "padding:6px 0;border-bottom:2px solid {ink};{SANS};font-size:14px;line-height:20px;font-weight:700;vertical-align:bottom;color:{ink}"
            ),
            cell: format!(
                "padding:7px 0;border-bottom:1px solid {line};{SANS};font-size:15px;line-height:21px;vertical-align:top;color:{ink}"
            ),
            rule: format!("width:64px;height:3px;line-height:3px;font-size:0;background-color:{vermilion}"),
            hairline_above: format!("border-top:1px solid {line}"),
            hairline_below: format!("border-bottom:1px solid {line}"),
            alternative: format!("margin:0;{SANS};font-size:15px;line-height:21px;color:{soft}"),
        }
    }
}
