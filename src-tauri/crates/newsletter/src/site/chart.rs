//! Charts as drawings in the page, each with its words for those who do not see it and its figures as a table; and the
//! same drawings by themselves, for mails, which show pictures alone.

use magazine::{Chart, ChartKind, Series};

use super::Voice;
use super::markup::Markup;
use crate::palette::{Hour, Palette};
use crate::words::say;

const WIDTH: f64 = 320.0;
const COLOURS: usize = 4;
const FILLS: [&str; COLOURS] = [" class=\"s1\"", " class=\"s2\"", " class=\"s3\"", " class=\"s4\""];
const LINES: [&str; COLOURS] = [" class=\"line l1\"", " class=\"line l2\"", " class=\"line l3\"", " class=\"line l4\""];
const DOTS: [&str; COLOURS] = [" class=\"dot l1\"", " class=\"dot l2\"", " class=\"dot l3\"", " class=\"dot l4\""];

/// A chart with everything that belongs to it.
pub(super) fn chart(out: &mut Markup, chart: &Chart, voice: &Voice) {
    out.raw("<figure class=\"chart\">");
    if !chart.title.is_empty() {
        out.raw("<h2>").text(&chart.title).raw("</h2>");
    }
    let label = [chart.title.as_str(), chart.alt.as_str()].into_iter().find(|text| !text.is_empty());
    let label = Some(chart.alt.as_str()).filter(|alt| !alt.is_empty()).or(label).unwrap_or(voice.site.figures);
    draw(out, chart, &Drawing { label, voice, looks: None });
    table(out, chart, voice);
    if !chart.source.is_empty() {
        out.raw("<figcaption>").text(&say(voice.site.source, &chart.source)).raw("</figcaption>");
    }
    out.raw("</figure>");
}

/// A chart as a file of its own, in the publication's colours, on paper or on the ground of the night.
pub(crate) fn picture(chart: &Chart, language: &str, palette: &Palette, hour: Hour) -> String {
    let mut out = Markup::default();
    draw(&mut out, chart, &Drawing { label: "", voice: &Voice::of(language), looks: Some(looks(palette, hour)) });
    out.finish()
}

/// How a drawing is looked at.
struct Drawing<'a> {
    label: &'a str,
    voice: &'a Voice,
    /// The style sheet of a drawing that is no part of a page.
    looks: Option<String>,
}

/// What `style.css` says of charts. Nothing in it needs to be escaped.
fn looks(palette: &Palette, hour: Hour) -> String {
    let Palette { paper, ink, soft, line, link, vermilion, .. } = palette;
    let Palette { night, night_text, night_soft, night_line, night_link, .. } = palette;
    let (ground, words, quiet, axis, first) = match hour {
        Hour::Day => (paper, ink, soft, line, link),
        Hour::Night => (night, night_text, night_soft, night_line, night_link),
    };
    let series = [first, vermilion, words, quiet];
    let series: String = (1..).zip(series).map(|(n, c)| format!(".s{n}{{fill:{c}}}.l{n}{{stroke:{c}}}")).collect();
    format!(
        ".ground{{fill:{ground}}}text{{font-family:sans-serif;font-weight:500;font-size:12px;\
         fill:{words}}}.quiet{{fill:{quiet}}}.axis{{stroke:{axis}}}{series}\
         .line{{fill:none;stroke-width:3;stroke-linejoin:round}}.area{{opacity:0.18}}.dot{{fill:{ground};stroke-width:2.5}}"
    )
}

fn draw(out: &mut Markup, chart: &Chart, drawing: &Drawing<'_>) {
    match chart.kind {
        ChartKind::Bar | ChartKind::Pie => bars(out, chart, drawing),
        ChartKind::Line | ChartKind::Area => lines(out, chart, drawing),
    }
}

fn open(out: &mut Markup, height: f64, drawing: &Drawing<'_>) {
    match &drawing.looks {
        None => {
            out.raw("<svg role=\"img\" viewBox=\"0 0 320 ").number(height).raw("\"");
            out.attribute("aria-label", drawing.label).raw(">");
        }
        // Room around it, where a page lets something hang over and a picture would cut it off; the ground goes on beyond
        // it, or a last row of half pixels would be white at night.
        Some(looks) => {
            out.raw("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 -4 328 ").number(height + 8.0);
            out.raw("\"><style>").text(looks).raw("</style><rect class=\"ground\" x=\"-8\" y=\"-12\" width=\"352\"");
            number(out, " height", height + 24.0);
            out.raw("/>");
        }
    }
}

fn number(out: &mut Markup, name: &'static str, value: f64) {
    out.raw(name).raw("=\"").number(value).raw("\"");
}

fn words_at(out: &mut Markup, x: f64, y: f64, style: &'static str, text: &str) {
    out.raw("<text");
    number(out, " x", x);
    number(out, " y", y);
    out.raw(style).raw(">").text(text).raw("</text>");
}

fn legend(out: &mut Markup, series: &[Series]) -> f64 {
    if series.len() < 2 {
        return 0.0;
    }
    for (place, one) in series.iter().enumerate() {
        let y = 14.0 + 18.0 * place as f64;
        out.raw("<rect width=\"10\" height=\"10\" rx=\"5\"");
        number(out, " y", y - 9.0);
        out.raw(FILLS[place % COLOURS]).raw("/>");
        words_at(out, 16.0, y, "", &one.name);
    }
    18.0 * series.len() as f64 + 8.0
}

fn figure(value: f64, unit: &str, voice: &Voice) -> String {
    let figure = voice.mail.figure(value);
    if unit.is_empty() { figure } else { format!("{figure}\u{a0}{unit}") }
}

fn value(series: &Series, row: usize) -> f64 {
    series.values.get(row).copied().filter(|value| value.is_finite()).unwrap_or(0.0)
}

fn largest(chart: &Chart) -> f64 {
    let values = chart.series.iter().flat_map(|series| &series.values).copied().filter(|value| value.is_finite());
    values.fold(0.0, f64::max).max(f64::MIN_POSITIVE)
}

/// Each label in a line of its own above its bars, so that it reads on a telephone too.
fn bars(out: &mut Markup, chart: &Chart, drawing: &Drawing<'_>) {
    let many = chart.series.len() as f64;
    let (row, head) = (22.0 + 20.0 * many, if many > 1.0 { 18.0 * many + 8.0 } else { 0.0 });
    open(out, head + row * chart.labels.len() as f64, drawing);
    legend(out, &chart.series);
    let most = largest(chart);
    for (place, name) in chart.labels.iter().enumerate() {
        let top = head + row * place as f64;
        words_at(out, 0.0, top + 14.0, "", name);
        for (index, series) in chart.series.iter().enumerate() {
            let y = top + 20.0 + 20.0 * index as f64;
            let width = (value(series, place) / most * (WIDTH - 72.0)).max(1.0);
            out.raw("<rect height=\"14\" rx=\"2\"");
            number(out, " y", y);
            number(out, " width", width);
            out.raw(FILLS[index % COLOURS]).raw("/>");
            words_at(out, width + 6.0, y + 11.5, "", &figure(value(series, place), &chart.unit, drawing.voice));
        }
    }
    out.raw("</svg>");
}

fn lines(out: &mut Markup, chart: &Chart, drawing: &Drawing<'_>) {
    let many = chart.series.len();
    let head = if many > 1 { 18.0 * many as f64 + 8.0 } else { 0.0 } + 18.0;
    let (left, height) = (6.0, 150.0);
    open(out, head + height + 26.0, drawing);
    legend(out, &chart.series);
    let (most, rows) = (largest(chart), chart.labels.len());
    let x = |row: usize| left + (WIDTH - 2.0 * left) * row as f64 / (rows.max(2) - 1) as f64;
    let y = |value: f64| head + height * (1.0 - (value / most).clamp(0.0, 1.0));
    for level in [0.0, most / 2.0, most] {
        out.raw("<line class=\"axis\" x1=\"0\" x2=\"320\"");
        number(out, " y1", y(level));
        number(out, " y2", y(level));
        out.raw("/>");
        // At the foot the first points stand, and everybody knows that a scale begins at nothing.
        if level > 0.0 {
            words_at(out, 0.0, y(level) - 4.0, " class=\"quiet\"", &figure(level, &chart.unit, drawing.voice));
        }
    }
    for (index, series) in chart.series.iter().enumerate() {
        let places: Vec<(f64, f64)> = (0..rows).map(|row| (x(row), y(value(series, row)))).collect();
        if chart.kind == ChartKind::Area {
            out.raw("<g class=\"area\"><polygon").raw(FILLS[index % COLOURS]).raw(" points=\"");
            points(out, &[&[(x(0), y(0.0))], places.as_slice(), &[(x(rows.max(1) - 1), y(0.0))]].concat());
            out.raw("\"/></g>");
        }
        out.raw("<polyline").raw(LINES[index % COLOURS]).raw(" points=\"");
        points(out, &places);
        out.raw("\"/>");
        for (cx, cy) in places {
            out.raw("<circle r=\"3.5\"").raw(DOTS[index % COLOURS]);
            number(out, " cx", cx);
            number(out, " cy", cy);
            out.raw("/>");
        }
    }
    let ends = [(0, " class=\"quiet\""), (rows.saturating_sub(1), " class=\"quiet\" text-anchor=\"end\"")];
    for (row, style) in ends {
        words_at(out, x(row), head + height + 18.0, style, chart.labels.get(row).map_or("", String::as_str));
    }
    out.raw("</svg>");
}

fn points(out: &mut Markup, places: &[(f64, f64)]) {
    for (x, y) in places {
        out.number(*x).raw(",").number(*y).raw(" ");
    }
}

fn table(out: &mut Markup, chart: &Chart, voice: &Voice) {
    out.raw("<details><summary>").text(voice.site.figures).raw("</summary><table><thead><tr><th scope=\"col\">");
    out.text(if chart.unit.is_empty() { voice.site.figures } else { &chart.unit }).raw("</th>");
    for series in &chart.series {
        let name = if series.name.is_empty() { &chart.title } else { &series.name };
        out.raw("<th scope=\"col\" class=\"end\">").text(if name.is_empty() { "·" } else { name }).raw("</th>");
    }
    out.raw("</tr></thead><tbody>");
    for (row, label) in chart.labels.iter().enumerate() {
        out.raw("<tr><th scope=\"row\">").text(label).raw("</th>");
        for series in &chart.series {
            let value = series.values.get(row).map(|value| voice.mail.figure(*value)).unwrap_or_default();
            out.raw("<td class=\"end\">").text(&value).raw("</td>");
        }
        out.raw("</tr>");
    }
    out.raw("</tbody></table></details>");
}
