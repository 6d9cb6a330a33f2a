//! The finishing of a print PDF: colours, boxes, the press it is meant for.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Document, Object, ObjectId, SaveOptions, Stream, StringFormat, dictionary};

use super::inks::{Inks, Paint};
use super::stream::{Space, recoloured, spot_name};
use crate::process::protocol::PressSheet;

/// Resources lie in pages, pages in their tree: deeper than this nothing is looked for.
const DEEPEST: usize = 16;

/// The PDF that Typst wrote, with nothing painted in light, and with what a press is told.
pub(crate) fn finished(pdf: &[u8], inks: &Inks, sheet: &PressSheet) -> Result<Vec<u8>, lopdf::Error> {
    let mut document = Document::load_mem(pdf)?;
    let spots = recolour_streams(&mut document, inks);
    let spots = spot_spaces(&mut document, inks, &spots);
    let known = Known::of(&document);
    for object in document.objects.values_mut() {
        in_ink(object, &known, inks, &spots, 0);
    }
    let pages: Vec<ObjectId> = document.page_iter().collect();
    for page in pages {
        show_the_bleed(document.get_dictionary_mut(page)?);
    }
    name_the_press(&mut document, sheet)?;
    document.prune_objects();
    document.version = "1.6".to_owned();
    let mut bytes = Vec::with_capacity(pdf.len());
    let options = SaveOptions::builder().use_object_streams(true).use_xref_streams(true).build();
    document.save_with_options(&mut bytes, options)?;
    Ok(bytes)
}

/// What objects are, so that one can be changed while others are looked at.
struct Known {
    spaces: BTreeMap<ObjectId, Space>,
    /// The functions that are dictionaries: the ends of gradients and their rows.
    functions: BTreeMap<ObjectId, Dictionary>,
}

impl Known {
    fn of(document: &Document) -> Self {
        let spaces = document.objects.iter().map(|(id, object)| (*id, space(document, object)));
        let functions = document.objects.iter().filter_map(|(id, object)| Some((*id, object.as_dict().ok()?)));
        Self {
            spaces: spaces.filter(|(_, space)| *space != Space::Other).collect(),
            functions: functions
                .filter(|(_, dict)| dict.has(b"FunctionType"))
                .map(|(id, dict)| (id, dict.clone()))
                .collect(),
        }
    }

    /// A gradient's function with the functions that it is made of in it.
    fn whole(&self, function: &Object, depth: usize) -> Option<Dictionary> {
        let mut dict = match function {
            Object::Reference(id) => self.functions.get(id)?.clone(),
            other => other.as_dict().ok()?.clone(),
        };
        if let Ok(Object::Array(parts)) = dict.get_mut(b"Functions") {
            for part in parts.iter_mut().filter(|_| depth < DEEPEST) {
                *part = Object::Dictionary(self.whole(part, depth + 1)?);
            }
        }
        Some(dict)
    }

    fn space(&self, object: &Object) -> Space {
        match object {
            Object::Reference(id) => self.spaces.get(id).copied().unwrap_or(Space::Other),
            Object::Array(parts) => match parts.as_slice() {
                [Object::Name(name), Object::Reference(id)] if name == b"ICCBased" => {
                    self.spaces.get(id).copied().unwrap_or(Space::Other)
                }
                parts => plain_space(parts.first()),
            },
            other => plain_space(Some(other)),
        }
    }
}

/// What a colour space, or the profile that one is based on, counts in.
fn space(document: &Document, object: &Object) -> Space {
    match object {
        Object::Stream(stream) => match stream.dict.get(b"N").and_then(Object::as_i64) {
            Ok(3) if !stream.dict.has(b"Type") => Space::Rgb,
            Ok(1) if !stream.dict.has(b"Type") => Space::Grey,
            _ => Space::Other,
        },
        Object::Array(parts) => match parts.as_slice() {
            [Object::Name(name), profile] if name == b"ICCBased" => match document.dereference(profile) {
                Ok((_, profile @ Object::Stream(_))) => space(document, profile),
                _ => Space::Other,
            },
            parts => plain_space(parts.first()),
        },
        Object::Reference(_) => match document.dereference(object) {
            Ok((_, object)) => space(document, object),
            Err(_) => Space::Other,
        },
        other => plain_space(Some(other)),
    }
}

fn plain_space(name: Option<&Object>) -> Space {
    match name.and_then(|name| name.as_name().ok()) {
        Some(b"DeviceRGB" | b"CalRGB" | b"RGB") => Space::Rgb,
        Some(b"DeviceGray" | b"CalGray" | b"G") => Space::Grey,
        _ => Space::Other,
    }
}

/// Rewrites every stream that paints; gives the inks of their own that are used.
fn recolour_streams(document: &mut Document, inks: &Inks) -> BTreeSet<String> {
    let mut spots = BTreeSet::new();
    for (id, resources) in painting(document) {
        let named = |name: &[u8]| {
            let found = resources.as_ref().and_then(|spaces| spaces.get(name).ok());
            found.map_or_else(|| plain_space(Some(&Object::Name(name.to_vec()))), |found| space(document, found))
        };
        let Ok(content) = document.get_object(id).and_then(Object::as_stream).and_then(Stream::get_plain_content)
        else {
            continue;
        };
        let done = recoloured(&content, inks, resources.is_some(), named);
        spots.extend(done.spots);
        if let Ok(Object::Stream(stream)) = document.get_object_mut(id) {
            stream.set_plain_content(done.content);
            // A stream that does not get smaller stays as it is.
            drop(stream.compress());
        }
    }
    spots
}

/// The streams that paint, each with the colour spaces that it calls by name.
fn painting(document: &Document) -> BTreeMap<ObjectId, Option<Dictionary>> {
    let mut streams = BTreeMap::new();
    for (id, object) in &document.objects {
        match object {
            Object::Stream(stream) if is_form(&stream.dict) => {
                streams.insert(*id, colour_spaces(document, &stream.dict));
            }
            Object::Dictionary(dict) if dict.has_type(b"Page") => {
                let spaces = colour_spaces(document, dict);
                streams.extend(document.get_page_contents(*id).into_iter().map(|id| (id, spaces.clone())));
            }
            Object::Dictionary(dict) if dict.has(b"CharProcs") => {
                let spaces = colour_spaces(document, dict);
                let letters = dict.get_deref(b"CharProcs", document).and_then(Object::as_dict);
                let ids = letters.iter().flat_map(|letters| letters.iter());
                streams.extend(ids.filter_map(|(_, id)| Some((id.as_reference().ok()?, spaces.clone()))));
            }
            _ => {}
        }
    }
    streams
}

fn is_form(dict: &Dictionary) -> bool {
    let is_pattern = dict.get(b"PatternType").and_then(Object::as_i64).is_ok_and(|kind| kind == 1);
    is_pattern || dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Form")
}

fn colour_spaces(document: &Document, dict: &Dictionary) -> Option<Dictionary> {
    let resources = dict.get_deref(b"Resources", document).and_then(Object::as_dict).ok()?;
    resources.get_deref(b"ColorSpace", document).and_then(Object::as_dict).ok().cloned()
}

/// A colour space for each ink of its own, by the name that streams use.
fn spot_spaces(document: &mut Document, inks: &Inks, used: &BTreeSet<String>) -> Vec<(String, ObjectId)> {
    let mut spaces = Vec::new();
    for (ink, stand_in) in inks.spots().filter(|(ink, _)| used.contains(*ink)) {
        let tint = dictionary! {
            "FunctionType" => 2, "N" => 1, "Domain" => numbers(&[0.0, 1.0]),
            "C0" => numbers(&[0.0; 4]), "C1" => numbers(&stand_in),
        };
        let space = vec![
            Object::Name(b"Separation".to_vec()),
            Object::Name(ink.as_bytes().to_vec()),
            Object::Name(b"DeviceCMYK".to_vec()),
            Object::Dictionary(tint),
        ];
        spaces.push((spot_name(ink), document.add_object(space)));
    }
    spaces
}

fn numbers(numbers: &[f64]) -> Object {
    numbers.iter().map(|number| Object::Real(*number as f32)).collect::<Vec<_>>().into()
}

/// Everything around the streams that speaks of light: names of colour spaces, the spaces that planes are blended
/// in, and gradients.
fn in_ink(object: &mut Object, known: &Known, inks: &Inks, spots: &[(String, ObjectId)], depth: usize) {
    if depth > DEEPEST {
        return;
    }
    let dict = match object {
        Object::Dictionary(dict) => dict,
        Object::Stream(stream) => &mut stream.dict,
        Object::Array(parts) => {
            parts.iter_mut().for_each(|part| in_ink(part, known, inks, spots, depth + 1));
            return;
        }
        _ => return,
    };
    if let Ok(Object::Dictionary(named)) = dict.get_mut(b"ColorSpace") {
        let of_light: Vec<Vec<u8>> = named
            .iter()
            .filter(|(_, space)| known.space(space) != Space::Other)
            .map(|(name, _)| name.clone())
            .collect();
        of_light.iter().for_each(|name| drop(named.remove(name)));
        spots.iter().for_each(|(name, space)| named.set(name.as_str(), *space));
    }
    let is_blended = dict.get(b"S").and_then(Object::as_name).is_ok_and(|name| name == b"Transparency");
    if is_blended && dict.get(b"CS").is_ok_and(|space| known.space(space) == Space::Rgb) {
        dict.set("CS", "DeviceCMYK");
    }
    if dict.has(b"ShadingType") {
        shade(dict, known, inks);
    }
    dict.iter_mut().for_each(|(_, value)| in_ink(value, known, inks, spots, depth + 1));
}

/// A gradient from point to point or from circle to circle, whose ends are written in the dictionary. Gradients made
/// of samples or programs stay as they are; Typst writes none for drawings.
fn shade(dict: &mut Dictionary, known: &Known, inks: &Inks) {
    let is_of_light = dict.get(b"ColorSpace").is_ok_and(|space| known.space(space) == Space::Rgb);
    let function = dict.get(b"Function").ok().and_then(|function| known.whole(function, 0));
    if let Some(mut function) = function.filter(|_| is_of_light).map(Object::Dictionary)
        && ends(&mut function, inks)
    {
        dict.set("Function", function);
        dict.set("ColorSpace", "DeviceCMYK");
    }
}

/// Rewrites the ends of a gradient's function; whether all of it could be.
fn ends(function: &mut Object, inks: &Inks) -> bool {
    let Ok(dict) = function.as_dict_mut() else { return false };
    match dict.get(b"FunctionType").and_then(Object::as_i64) {
        Ok(2) => ["C0", "C1"].into_iter().all(|end| {
            let colour = dict.get(end.as_bytes()).and_then(Object::as_array).ok().and_then(|parts| rgb(parts));
            let Some(colour) = colour else { return false };
            let (Paint::Process(cmyk) | Paint::Spot(_, cmyk)) = inks.paint(colour);
            dict.set(end, numbers(&cmyk));
            dict.remove(b"Range");
            true
        }),
        Ok(3) => match dict.get_mut(b"Functions") {
            Ok(Object::Array(parts)) => parts.iter_mut().all(|part| ends(part, inks)),
            _ => false,
        },
        _ => false,
    }
}

fn rgb(parts: &[Object]) -> Option<[f64; 3]> {
    let parts: Option<Vec<f64>> = parts.iter().map(|part| part.as_float().ok().map(f64::from)).collect();
    parts?.try_into().ok()
}

/// The bleed reaches to the end of the sheet.
fn show_the_bleed(page: &mut Dictionary) {
    if let Ok(sheet) = page.get(b"MediaBox") {
        let sheet = sheet.clone();
        page.set("BleedBox", sheet);
    }
}

/// The printing condition, and, when its profile is in the file, that the file is made like PDF/X-4.
fn name_the_press(document: &mut Document, sheet: &PressSheet) -> Result<(), lopdf::Error> {
    let is_described = sheet.profile.is_some() || !sheet.settings.condition.is_empty();
    if is_described {
        let intent = intent(document, sheet);
        document.catalog_mut()?.set("OutputIntents", vec![Object::Dictionary(intent)]);
    }
    let version = sheet.profile.is_some().then_some("PDF/X-4");
    if let Ok(id) = document.trailer.get(b"Info").and_then(Object::as_reference) {
        let info = document.get_dictionary_mut(id)?;
        info.set("Trapped", "False");
        if let Some(version) = version {
            info.set("GTS_PDFXVersion", text(version));
        }
    }
    let metadata = document.catalog()?.get(b"Metadata").and_then(Object::as_reference)?;
    if let Object::Stream(stream) = document.get_object_mut(metadata)? {
        let packet = String::from_utf8_lossy(&stream.get_plain_content()?).replace("</rdf:RDF>", &claims(version));
        stream.set_plain_content(packet.into_bytes());
    }
    Ok(())
}

fn intent(document: &mut Document, sheet: &PressSheet) -> Dictionary {
    let condition = if sheet.settings.condition.is_empty() { "Custom" } else { &sheet.settings.condition };
    let mut intent = dictionary! {
        "Type" => "OutputIntent", "S" => "GTS_PDFX",
        "OutputConditionIdentifier" => text(condition), "Info" => text(condition),
        "RegistryName" => text("http://www.color.org"),
    };
    if let Some(profile) = &sheet.profile {
        let mut stream = Stream::new(dictionary! { "N" => 4 }, profile.0.clone());
        drop(stream.compress());
        intent.set("DestOutputProfile", document.add_object(stream));
    }
    intent
}

fn text(text: &str) -> Object {
    Object::String(text.as_bytes().to_vec(), StringFormat::Literal)
}

fn claims(version: Option<&str>) -> String {
    let version = version
        .map(|version| {
            format!(
                "<rdf:Description rdf:about=\"\" xmlns:pdfxid=\"http://www.npes.org/pdfx/ns/id/\">\
                 <pdfxid:GTS_PDFXVersion>{version}</pdfxid:GTS_PDFXVersion></rdf:Description>"
            )
        })
        .unwrap_or_default();
    format!(
        "<rdf:Description rdf:about=\"\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\"><pdf:Trapped>False</pdf:Trapped>\
         </rdf:Description>{version}</rdf:RDF>"
    )
}
