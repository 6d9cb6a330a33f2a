//! Base64 without line breaks: the common form for commands, keys and signatures (RFC 4648 4), and the one for web
//! addresses (RFC 4648 5), which is not padded. Reading is strict: one text for one row of bytes.

const COMMON: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const WEB: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Bytes as text.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = written(bytes, COMMON);
    text.extend(std::iter::repeat_n('=', (4 - text.len() % 4) % 4));
    text
}

/// Text as bytes; nothing when it is no base64.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let bytes = read(text.trim_end_matches('='), COMMON)?;
    (encode(&bytes) == text).then_some(bytes)
}

/// Bytes as a part of a web address.
pub(crate) fn encode_web(bytes: &[u8]) -> String {
    written(bytes, WEB)
}

/// A part of a web address as bytes; nothing where a letter is foreign, the length cannot be, or bits beyond the last
/// byte are set.
pub(crate) fn decode_web(text: &str) -> Option<Vec<u8>> {
    let bytes = read(text, WEB)?;
    (encode_web(&bytes) == text).then_some(bytes)
}

fn written(bytes: &[u8], letters: &[u8; 64]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0, |group: u32, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            text.push(char::from(letters[(group >> (18 - 6 * place) & 63) as usize]));
        }
    }
    text
}

fn read(text: &str, letters: &[u8; 64]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    for chunk in text.as_bytes().chunks(4) {
        let mut group: u32 = 0;
        for letter in chunk {
            group = group << 6 | u32::try_from(letters.iter().position(|known| known == letter)?).ok()?;
        }
        group <<= 6 * (4 - chunk.len());
        bytes.extend_from_slice(&group.to_be_bytes()[1..chunk.len()]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_examples_of_the_standard_hold() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
            assert_eq!(encode_web(bytes.as_bytes()), text.trim_end_matches('='));
            assert_eq!(decode_web(text.trim_end_matches('=')).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!((encode(&[0xfb, 0xff]).as_str(), encode_web(&[0xfb, 0xff]).as_str()), ("+/8=", "-_8"));
    }

    #[test]
    fn a_second_way_to_write_the_same_bytes_is_refused() {
        for text in ["Zh", "Zg==", "Zm9", "Z", "Zm+v", "Zm 8", "Zg\n"] {
            assert_eq!(decode_web(text), None, "{text}");
        }
        for text in ["Zh==", "Zg", "Zg=", "Zg===", "Z", "Zm-v", "Zm 8", "Zg==\n", "Z=g="] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(bytes: Vec<u8>) {
            prop_assert_eq!(decode_web(&encode_web(&bytes)), Some(bytes.clone()));
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }
    }
}
