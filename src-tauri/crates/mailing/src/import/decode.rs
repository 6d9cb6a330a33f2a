//! From a file's bytes to text, and which character separates its columns.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};

/// A file as text, with the name of the encoding it was in.
pub(super) struct Decoded<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) encoding: &'static str,
}

/// Decodes by byte order mark, else as UTF-8 if it is valid, else as the detector's guess.
pub(super) fn decode(bytes: &[u8]) -> Decoded<'_> {
    let encoding = Encoding::for_bom(bytes).map_or_else(|| guess(bytes), |(encoding, _)| encoding);
    // Bytes that mean nothing in it become U+FFFD, which the rows report.
    let (text, encoding, _) = encoding.decode(bytes);
    Decoded { text, encoding: encoding.name() }
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    if let Some(encoding) = utf_16_without_mark(bytes) {
        return encoding;
    }
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    // Not UTF-8 for certain, so the choice is among the old code pages, and the country of the addresses tells.
    detector.guess(country(bytes), Utf8Detection::Deny)
}

/// The country that most addresses of the list's beginning end in: the `ro` of `ana@example.ro`.
fn country(bytes: &[u8]) -> Option<&[u8]> {
    let head = &bytes[..bytes.len().min(64 * 1024)];
    let words = head
        .split(|byte| !byte.is_ascii_alphanumeric() && !b".-_@+".contains(byte))
        .filter(|word| word.contains(&b'@'));
    let tops = words.filter_map(|word| word.rsplit(|byte| *byte == b'.').next());
    let mut counts = BTreeMap::new();
    tops.filter(|top| top.len() == 2 && top.iter().all(u8::is_ascii_lowercase))
        .for_each(|top| *counts.entry(top).or_insert(0) += 1);
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(top, _)| top)
}

// ASCII text in UTF-16 has a zero in every second byte.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(512)];
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let most = head.len() / 2 * 7 / 10;
    match (zeros(0), zeros(1)) {
        (even, 0) if even > most && even > 4 => Some(encoding_rs::UTF_16BE),
        (0, odd) if odd > most && odd > 4 => Some(encoding_rs::UTF_16LE),
        _ => None,
    }
}

/// The separator that stands oftenest in the header, outside quotes; a comma when none does.
pub(super) fn separator(text: &str) -> char {
    let mut quoted = false;
    let mut counts = [(',', 0), (';', 0), ('\t', 0), ('|', 0)];
    for c in text.trim_start().chars() {
        match c {
            '"' => quoted = !quoted,
            '\n' | '\r' if !quoted => break,
            c if !quoted => counts.iter_mut().filter(|(sign, _)| *sign == c).for_each(|(_, count)| *count += 1),
            _ => {}
        }
    }
    // The first of the best, so that a comma wins a draw.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(',', |(sign, _)| *sign)
}
