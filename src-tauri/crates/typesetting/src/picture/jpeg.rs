//! JPEG in strips of sixteen lines, each of which stands for itself: the coder begins anew after every row of blocks.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// Lines of a strip: two blocks, because colour has half the resolution.
pub(super) const LINES: u32 = 16;
const QUALITY: u8 = 90;

/// Everything before the first strip. The same for all pictures of a width but for their height.
#[derive(Clone)]
pub(super) struct Head {
    bytes: Vec<u8>,
    /// Where the height stands.
    height_at: usize,
}

/// Encodes so many whole strips, the last of which may be lower.
pub(super) fn encode(rgba: &[u8], width: u32, height: u32) -> Option<(Head, Vec<Vec<u8>>)> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, QUALITY);
    // Colour at half the resolution is written in less than half the time, and a key is waiting for it.
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_restart_interval(u16::try_from(width.div_ceil(LINES)).ok()?);
    encoder.encode(rgba, u16::try_from(width).ok()?, u16::try_from(height).ok()?, ColorType::Rgba).ok()?;
    let (head, scan) = parted(bytes)?;
    let strips = scan_strips(&scan);
    (strips.len() == height.div_ceil(LINES) as usize).then_some((head, strips))
}

/// The picture of all its strips.
pub(super) fn joined(head: &Head, height: u32, strips: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(head.bytes.len() + strips.iter().map(|strip| strip.len() + 2).sum::<usize>());
    bytes.extend(&head.bytes);
    let height = u16::try_from(height).unwrap_or(u16::MAX).to_be_bytes();
    bytes[head.height_at..head.height_at + 2].copy_from_slice(&height);
    for (number, strip) in strips.iter().enumerate() {
        bytes.extend(strip);
        // Marks between strips count from 0 to 7 and again.
        let mark = if number + 1 == strips.len() { 0xD9 } else { 0xD0 + (number % 8) as u8 };
        bytes.extend([0xFF, mark]);
    }
    bytes
}

/// Head and scan of a JPEG that has one scan.
fn parted(mut bytes: Vec<u8>) -> Option<(Head, Vec<u8>)> {
    let mut at = 2;
    let mut height_at = None;
    while let [0xFF, kind, high, low] = *bytes.get(at..at + 4)? {
        let next = at + 2 + usize::from(u16::from_be_bytes([high, low]));
        match kind {
            0xC0 => height_at = Some(at + 5),
            0xDA => {
                let scan = bytes.split_off(next);
                return Some((Head { bytes, height_at: height_at? }, scan));
            }
            _ => {}
        }
        at = next;
    }
    None
}

/// What stands between the marks of a scan. In it, every 0xFF is followed by 0.
fn scan_strips(scan: &[u8]) -> Vec<Vec<u8>> {
    let mut strips = Vec::new();
    let mut start = 0;
    for at in 0..scan.len().saturating_sub(1) {
        if scan[at] == 0xFF && matches!(scan[at + 1], 0xD0..=0xD7 | 0xD9) {
            strips.push(scan[start..at].to_vec());
            start = at + 2;
        }
    }
    strips
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixels(width: u32, height: u32) -> Vec<u8> {
        (0..width * height)
            .flat_map(|at| [(at % width) as u8, (at / width) as u8, (at / width * 2) as u8, 255])
            .collect()
    }

    #[test]
    fn strips_encoded_apart_are_the_picture_encoded_at_once() {
        let (width, height) = (100, 90);
        let rgba = pixels(width, height);
        let (head, whole) = encode(&rgba, width, height).unwrap();
        let row = width as usize * 4;
        let upper = encode(&rgba[..row * 32], width, 32).unwrap().1;
        let (lower_head, lower) = encode(&rgba[row * 32..], width, height - 32).unwrap();
        let parts: Vec<_> = upper.into_iter().chain(lower).collect();
        assert_eq!(joined(&lower_head, height, &parts), joined(&head, height, &whole));
        let read = image::load_from_memory(&joined(&head, height, &parts)).unwrap();
        assert_eq!((read.width(), read.height()), (width, height));
        let off = read.into_rgb8().pixels().zip(rgba.chunks(4)).map(|(one, other)| one[2].abs_diff(other[2])).max();
        assert!(off.unwrap() < 16, "rows stand where they stood: {off:?}");
    }
}
