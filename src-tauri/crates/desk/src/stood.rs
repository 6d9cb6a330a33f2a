//! Where the window stood on the screen when it was last open.
//!
//! Kept in the data folder in CSS pixels. A screen may be gone since, or smaller, and the file may hold anything: what
//! makes no sense any more is healed, so that no window opens where nobody can reach it.

use std::fs;
use std::path::{Path, PathBuf};

use magazine::write_durably;
use serde::{Deserialize, Serialize};

/// What a window is at first, and the least it can be worked in.
const FIRST: [f64; 2] = [1440.0, 900.0];
const LEAST: [f64; 2] = [480.0, 360.0];
/// So much of the window's upper edge must lie on a screen, for a hand to take hold of it.
const HOLD: [f64; 2] = [120.0, 32.0];

/// Size and place of the window while it was not maximised, and whether it was.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Stood {
    /// CSS pixels.
    pub width: f64,
    /// CSS pixels.
    pub height: f64,
    /// Its left and upper edge; nothing where the system finds a place.
    pub at: Option<[f64; 2]>,
    /// Whether it filled its screen.
    pub maximised: bool,
}

/// A screen, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Screen {
    /// Its left and upper edge.
    pub at: [f64; 2],
    /// Its width and height.
    pub size: [f64; 2],
}

impl Default for Stood {
    fn default() -> Self {
        Self { width: FIRST[0], height: FIRST[1], at: None, maximised: false }
    }
}

impl Stood {
    /// Reads where the window stood. A file that cannot be read as one is set aside beside it.
    #[must_use]
    pub fn read(data: &Path) -> Self {
        let file = file(data);
        let Ok(bytes) = fs::read(&file) else { return Self::default() };
        serde_json::from_slice(&bytes).unwrap_or_else(|_| {
            // Where even that is refused there is nothing to lose: the next size is written over it.
            let _ = fs::rename(&file, file.with_extension("json.broken"));
            Self::default()
        })
    }

    /// Keeps where the window stands.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn keep(&self, data: &Path) -> std::io::Result<()> {
        fs::create_dir_all(data)?;
        write_durably(&file(data), &serde_json::to_vec(self)?)
    }

    /// The same on the screens that there are now; with none known, only its size is healed.
    #[must_use]
    pub fn on(self, screens: &[Screen]) -> Self {
        let most = |side: usize| screens.iter().map(|screen| screen.size[side]).reduce(f64::max);
        let [width, height] = [self.width, self.height].map(f64::round);
        let sound = [width, height].iter().zip(LEAST).all(|(length, least)| length.is_finite() && *length >= least);
        let [width, height] = if sound { [width, height] } else { FIRST };
        let (width, height) = (width.min(most(0).unwrap_or(width)), height.min(most(1).unwrap_or(height)));
        let reachable = |at: &[f64; 2]| screens.iter().any(|screen| screen.holds(*at, width));
        Self { width, height, at: self.at.filter(reachable), maximised: self.maximised }
    }
}

impl Screen {
    /// Whether enough of a window's upper edge lies on this screen.
    fn holds(&self, [x, y]: [f64; 2], width: f64) -> bool {
        let [left, top] = self.at;
        let [right, bottom] = [left + self.size[0], top + self.size[1]];
        // What is no number is nowhere: each comparison with it is false.
        (x + width).min(right) - x.max(left) >= HOLD[0] && y >= top && y + HOLD[1] <= bottom
    }
}

fn file(data: &Path) -> PathBuf {
    data.join("window.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAPTOP: Screen = Screen { at: [0.0, 0.0], size: [1280.0, 800.0] };
    const BESIDE: Screen = Screen { at: [1280.0, 0.0], size: [1920.0, 1080.0] };

    fn stood(width: f64, height: f64, at: [f64; 2]) -> Stood {
        Stood { width, height, at: Some(at), maximised: false }
    }

    #[test]
    fn a_window_opens_where_it_stood() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let there = Stood { maximised: true, ..stood(1100.0, 700.0, [1400.0, 40.0]) };
        there.keep(&data).unwrap();
        assert_eq!(Stood::read(&data).on(&[LAPTOP, BESIDE]), there);
    }

    #[test]
    fn a_window_whose_screen_was_unplugged_comes_back_to_one_that_is_there() {
        let there = stood(1100.0, 700.0, [1400.0, 40.0]);
        assert_eq!(there.on(&[LAPTOP]), Stood { at: None, ..there });
        let large = stood(1900.0, 1060.0, [1290.0, 0.0]);
        assert_eq!(large.on(&[LAPTOP]), Stood { width: 1280.0, height: 800.0, at: None, maximised: false });
    }

    #[test]
    fn nonsense_becomes_a_window_that_can_be_worked_in() {
        let far = [1e300, -1e300];
        for wrong in [stood(0.0, 0.0, far), stood(f64::NAN, 900.0, [f64::NAN; 2]), stood(-5.0, 1e9, far)] {
            let healed = wrong.on(&[BESIDE]);
            assert_eq!(healed, Stood { width: 1440.0, height: 900.0, at: None, maximised: false }, "{wrong:?}");
        }
        assert_eq!(stood(1e9, 1e9, [1290.0, 0.0]).on(&[BESIDE]), stood(1920.0, 1080.0, [1290.0, 0.0]));
        assert_eq!(stood(0.0, 0.0, [5.0, 5.0]).on(&[]), Stood::default(), "no screen is known");
    }

    #[test]
    fn the_upper_edge_can_be_taken_hold_of() {
        for (at, reachable) in [
            ([-980.0, 10.0], true),
            ([-1000.0, 10.0], false),
            ([1170.0, 10.0], false),
            ([100.0, -1.0], false),
            ([100.0, 770.0], false),
            ([0.0, 0.0], true),
        ] {
            assert_eq!(stood(1100.0, 700.0, at).on(&[LAPTOP]).at.is_some(), reachable, "{at:?}");
        }
    }

    #[test]
    fn a_broken_file_is_set_aside_and_the_window_is_as_at_first() {
        let folder = tempfile::tempdir().unwrap();
        for broken in ["", "{", "[true]", "{\"width\": \"wide\"}"] {
            fs::write(file(folder.path()), broken).unwrap();
            assert_eq!(Stood::read(folder.path()), Stood::default(), "{broken}");
            assert_eq!(fs::read_to_string(folder.path().join("window.json.broken")).unwrap(), broken);
            assert!(!file(folder.path()).exists());
        }
    }
}
