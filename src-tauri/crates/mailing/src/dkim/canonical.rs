//! The `relaxed` canonical form of headers and bodies (RFC 6376 3.4.2 and 3.4.4): what a relay may change on the way
//! (spaces, folding, the case of header names, empty lines at the end) changes nothing here.

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

/// A body in its canonical form.
pub(super) fn body(body: &[u8]) -> Vec<u8> {
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

/// Runs of spaces become one, those at the end go. Copied piece by piece: base64, most of a mail, has none at all.
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
        assert_eq!(String::from_utf8(body(input.as_bytes())).unwrap(), expected, "{input:?}");
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
