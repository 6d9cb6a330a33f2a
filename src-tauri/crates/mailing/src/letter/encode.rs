//! Quoted-printable and base64 as bodies need them.
//!
//! Quoted-printable of each piece begins a line and leaves no half one behind, so pieces encoded apart join by a soft
//! break into what the whole would decode to. That is what lets the fixed pieces of an edition be encoded once.

use std::fmt::Write;

use lettre::message::Body;
use lettre::message::header::ContentTransferEncoding;

// RFC 2045 6.7 allows 76 with the `=` of the soft break.
const LINE: usize = 75;

/// Text in quoted-printable, CRLF line ends; begins at the start of a line.
pub(super) fn quoted_printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 10);
    for (place, line) in text.split('\n').enumerate() {
        if place > 0 {
            out.push_str("\r\n");
        }
        encode_line(line.strip_suffix('\r').unwrap_or(line), &mut out);
    }
    out
}

fn encode_line(line: &str, out: &mut String) {
    let mut column = 0;
    for (place, byte) in line.bytes().enumerate() {
        let literal =
            matches!(byte, b'!'..=b'<' | b'>'..=b'~') || (byte == b' ' || byte == b'\t') && place + 1 < line.len();
        if column + if literal { 1 } else { 3 } > LINE {
            out.push_str("=\r\n");
            column = 0;
        }
        // A dot at the start of a line would be stuffed on the wire; encoded, it needs no care from anyone.
        let literal = literal && !(column == 0 && byte == b'.');
        let width = if literal { 1 } else { 3 };
        if literal {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "={byte:02X}");
        }
        column += width;
    }
}

/// Joins an encoded piece to what stands before it in a text that begins at `begin`, so that it begins a line.
pub(super) fn join(out: &mut Vec<u8>, begin: usize, encoded: &[u8]) {
    if encoded.is_empty() {
        return;
    }
    if out.len() > begin && !out.ends_with(b"\n") {
        out.extend_from_slice(b"=\r\n");
    }
    out.extend_from_slice(encoded);
}

/// Bytes in base64, in lines of 76.
pub(super) fn base64(bytes: &[u8]) -> Vec<u8> {
    match Body::new_with_encoding(bytes.to_vec(), ContentTransferEncoding::Base64) {
        Ok(body) => body.into_vec(),
        // Base64 takes any bytes; lettre's signature is shared with the encodings that do not.
        Err(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode(text: &[u8]) -> String {
        let text = String::from_utf8(text.to_vec()).unwrap().replace("=\r\n", "");
        let mut bytes = Vec::new();
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            if byte == b'=' {
                let hex = String::from_utf8(vec![rest.next().unwrap(), rest.next().unwrap()]).unwrap();
                bytes.push(u8::from_str_radix(&hex, 16).unwrap());
            } else {
                bytes.push(byte);
            }
        }
        String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
    }

    proptest! {
        #[test]
        fn pieces_encoded_apart_decode_to_the_whole(pieces in prop::collection::vec("[ -~ăș\t\n.=]{0,120}", 0..5)) {
            let mut out = Vec::new();
            for piece in &pieces {
                join(&mut out, 0, quoted_printable(piece).as_bytes());
            }
            prop_assert_eq!(decode(&out), pieces.concat());
            for line in String::from_utf8(out).unwrap().split("\r\n") {
                prop_assert!(line.len() <= 76 && !line.starts_with('.') && !line.ends_with([' ', '\t']), "{:?}", line);
            }
        }
    }
}
