//! What a picture's pixels are mixed from, told by its header: light for a screen, inks for a press.

/// What pixels are mixed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inks {
    /// Black alone.
    Grey,
    /// Red, green and blue light.
    Rgb,
    /// The four inks of a press.
    Cmyk,
}

/// The inks of a picture made of pixels; `None` for a drawing, a PDF, or what cannot be told.
pub(crate) fn of(bytes: &[u8]) -> Option<Inks> {
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
    const PNG_COLOUR_TYPE: usize = 25;
    if bytes.starts_with(PNG) {
        return bytes.get(PNG_COLOUR_TYPE).map(|kind| if matches!(kind, 0 | 4) { Inks::Grey } else { Inks::Rgb });
    }
    if bytes.starts_with(b"\xff\xd8") {
        return jpeg(bytes);
    }
    let is_light_alone =
        bytes.starts_with(b"GIF8") || (bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"));
    is_light_alone.then_some(Inks::Rgb)
}

/// The number of components in a JPEG's frame header (ITU T.81 B.2.2).
fn jpeg(bytes: &[u8]) -> Option<Inks> {
    let mut at = 2;
    loop {
        let (&[0xff, marker], rest) = bytes.get(at..)?.split_first_chunk::<2>()? else { return None };
        match marker {
            0xff => at += 1,
            // Markers without a length: restarts and a beginning inside.
            0xd0..=0xd8 | 0x01 => at += 2,
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return match rest.get(7)? {
                    1 => Some(Inks::Grey),
                    3 => Some(Inks::Rgb),
                    4 => Some(Inks::Cmyk),
                    _ => None,
                };
            }
            _ => at += 2 + usize::from(u16::from_be_bytes(*rest.first_chunk::<2>()?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg_of(colours: jpeg_encoder::ColorType, components: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
        encoder.encode(&vec![90; 64 * components], 8, 8, colours).unwrap();
        bytes
    }

    #[test]
    fn a_picture_tells_its_inks_by_its_header() {
        assert_eq!(of(&jpeg_of(jpeg_encoder::ColorType::Luma, 1)), Some(Inks::Grey));
        assert_eq!(of(&jpeg_of(jpeg_encoder::ColorType::Rgb, 3)), Some(Inks::Rgb));
        assert_eq!(of(&jpeg_of(jpeg_encoder::ColorType::Cmyk, 4)), Some(Inks::Cmyk));
        let png = |kind| [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x08\x08", [kind].as_slice()].concat();
        assert_eq!(of(&png(0)), Some(Inks::Grey));
        assert_eq!(of(&png(2)), Some(Inks::Rgb));
        assert_eq!(of(b"<svg/>"), None);
        assert_eq!(of(b"\xff\xd8\xff\xe0"), None);
    }
}
