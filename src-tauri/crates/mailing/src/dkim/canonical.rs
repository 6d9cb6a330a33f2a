//! The `relaxed` canonical form of headers and bodies (RFC 6376 3.4.2 and 3.4.4): what a relay may change on the way
//! (spaces, folding, the case of header names, empty lines at the end) changes nothing here.

use std::borrow::Cow;

/// One header as it stands in a message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header<'a> {
    pub(super) name: &'a str,
    /// With its folding, without the last line end.
    pub(super) value: &'a [u8],
}

/// A message cut into its headers and its body.
pub(super) fn cut(message: &[u8]) -> (Vec<Header<'_>>, &[u8]) {
    let mut headers = Vec::with_capacity(24);
    let mut rest = message;
    while !rest.is_empty() {
        if let Some(body) = rest.strip_prefix(b"\r\n") {
            return (headers, body);
        }
        let end = header_end(rest);
        if let Some(colon) = rest[..end].iter().position(|byte| *byte == b':')
            && let Ok(name) = std::str::from_utf8(&rest[..colon])
        {
            headers.push(Header { name: name.trim_end(), value: &rest[colon + 1..end] });
        }
        rest = rest.get(end + 2..).unwrap_or_default();
    }
    (headers, b"")
}

/// Where a header ends: at the first line end that no folded line follows.
fn header_end(text: &[u8]) -> usize {
    let mut from = 0;
    while let Some(place) = text[from..].windows(2).position(|pair| pair == b"\r\n") {
        let end = from + place;
        match text.get(end + 2) {
            Some(b' ' | b'\t') => from = end + 2,
            _ => return end,
        }
    }
    text.len()
}

/// A header in its canonical form, without a line end.
pub(super) fn header(header: Header<'_>, out: &mut Vec<u8>) {
    out.extend(header.name.bytes().map(|byte| byte.to_ascii_lowercase()));
    out.push(b':');
    let start = out.len();
    let mut gap = false;
    for byte in header.value {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => gap = true,
            byte => {
                if gap && out.len() > start {
                    out.push(b' ');
                }
                gap = false;
                out.push(*byte);
            }
        }
    }
}

/// A body in its canonical form. Nearly every mail's is there already, up to its last line ends, and is hashed as it
/// lies: at 50 kB, copying it piece by piece takes longer than the hash.
pub(super) fn body(body: &[u8]) -> Cow<'_, [u8]> {
    match plain(body) {
        Some(canonical) => Cow::Borrowed(canonical),
        None => Cow::Owned(rewritten(body)),
    }
}

/// The part of a body that is its canonical form; nothing when a byte of it would have to change.
fn plain(body: &[u8]) -> Option<&[u8]> {
    let first = *body.first()?;
    // Without a way out in the middle, so that the compiler takes many bytes at once.
    let wrong = body.windows(2).fold(first == b'\t' || first == b'\n', |wrong, pair| {
        let [before, byte] = [pair[0], pair[1]];
        let loose = (before == b' ') & ((byte == b' ') | (byte == b'\r') | (byte == b'\n'));
        wrong | loose | (byte == b'\t') | ((byte == b'\n') & (before != b'\r'))
    });
    let mut end = body.len();
    while body[..end].ends_with(b"\r\n\r\n") {
        end -= 2;
    }
    let canonical = &body[..end];
    (!wrong && canonical.ends_with(b"\r\n") && canonical != b"\r\n").then_some(canonical)
}

fn rewritten(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 2);
    let mut empty = 0;
    for line in body.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.iter().all(|byte| is_space(*byte)) {
            empty += 1;
            continue;
        }
        for _ in 0..empty {
            out.extend_from_slice(b"\r\n");
        }
        empty = 0;
        squeeze(line, &mut out);
        out.extend_from_slice(b"\r\n");
    }
    out
}

fn is_space(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// Runs of spaces become one, those at the end go.
fn squeeze(line: &[u8], out: &mut Vec<u8>) {
    let mut rest = line;
    while let Some(place) = rest.iter().position(|byte| is_space(*byte)) {
        out.extend_from_slice(&rest[..place]);
        let run = rest[place..].iter().take_while(|byte| is_space(**byte)).count();
        rest = &rest[place + run..];
        if rest.is_empty() {
            return;
        }
        out.push(b' ');
    }
    out.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_body(input: &str, expected: &str) {
        assert_eq!(String::from_utf8(body(input.as_bytes()).into_owned()).unwrap(), expected, "{input:?}");
    }

    #[test]
    fn a_body_keeps_its_words_and_loses_its_loose_spaces() {
        check_body("", "");
        check_body("\r\n\r\n", "");
        check_body(" C \r\nD \t E\r\n\r\n\r\n", " C\r\nD E\r\n");
        check_body("a", "a\r\n");
        check_body("a\r\n\r\nb", "a\r\n\r\nb\r\n");
        check_body("\r\na\r\n", "\r\na\r\n");
        check_body("a  \r\n \t\r\n b", "a\r\n\r\n b\r\n");
    }

    #[test]
    fn a_body_that_is_canonical_already_is_hashed_as_it_lies() {
        assert!(matches!(body(b"Dear reader,\r\n\r\n the news.\r\n\r\n\r\n"), Cow::Borrowed(_)));
        assert!(matches!(body(b"Dear  reader\r\n"), Cow::Owned(_)));
    }

    proptest::proptest! {
        #[test]
        fn both_ways_to_the_canonical_form_agree(text in "[a \t\r\n]{0,24}") {
            if let Some(canonical) = plain(text.as_bytes()) {
                proptest::prop_assert_eq!(canonical, rewritten(text.as_bytes()));
            }
        }

        #[test]
        fn lines_without_loose_spaces_need_no_copy(lines in proptest::collection::vec("( ?[ab])*", 1..6)) {
            let text = format!("{}a\r\n", lines.join("\r\n"));
            let rewritten = rewritten(text.as_bytes());
            proptest::prop_assert_eq!(plain(text.as_bytes()), Some(rewritten.as_slice()));
        }
    }

    #[test]
    fn a_header_is_unfolded_and_its_name_is_small() {
        let (headers, rest) = cut(b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\nbody\r\n");
        let mut out = Vec::new();
        for one in &headers {
            header(*one, &mut out);
            out.push(b'|');
        }
        assert_eq!((String::from_utf8(out).unwrap().as_str(), rest), ("a:X|b:Y Z|", &b"body\r\n"[..]));
    }
}
