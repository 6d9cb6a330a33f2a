//! The sample issue's illustrations: one isometric city, seen in many pictures, drawn by code and written as SVG.
//!
//! The same code gives the same bytes: no clock, no hash maps, a generator with fixed seeds. Colours and the one
//! vermilion line follow the publication's art direction; no picture carries text.

mod ads;
mod chance;
mod city;
mod covers;
mod features;
mod geometry;
mod green;
mod houses;
mod landmarks;
mod line;
mod mass;
mod openers;
mod palette;
mod picture;
mod spots;
mod stage;
mod strips;
mod water;
mod works;

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use picture::Picture;

/// Draws every picture of the sample issue into its media folder and answers their paths.
pub(crate) fn draw(media: &Path) -> anyhow::Result<Vec<PathBuf>> {
    std::fs::create_dir_all(media).with_context(|| format!("cannot make `{}`", media.display()))?;
    PICTURES.iter().map(|(name, scene)| write(media, name, scene())).collect()
}

/// Draws the pictures of the window itself into the folder of its welcome.
pub(crate) fn draw_window(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let drawn = [("city-day", palette::Hour::Day), ("city-night", palette::Hour::Night)];
    drawn.into_iter().map(|(name, hour)| write(folder, name, strips::welcome(hour))).collect()
}

fn write(media: &Path, name: &str, picture: Picture) -> anyhow::Result<PathBuf> {
    let path = media.join(name).with_extension("svg");
    std::fs::write(&path, picture.svg()).with_context(|| format!("cannot write `{}`", path.display()))?;
    Ok(path)
}

/// What draws a picture.
type Scene = fn() -> Picture;

const PICTURES: &[(&str, Scene)] = &[
    ("cover", covers::cover),
    ("back-cover", covers::back_cover),
    ("opener-audit", openers::audit),
    ("opener-standards", openers::standards),
    ("opener-financing", openers::financing),
    ("opener-oras", openers::oras),
    ("opener-community", openers::community),
    ("opener-partners", openers::partners),
    ("numbers", strips::numbers),
    ("contents", strips::contents),
    ("mail-head", strips::mail_head),
    ("letter", spots::letter),
    ("awards", features::awards),
    ("events", features::events),
    ("directory", features::directory),
    ("audit-walk", features::audit_walk),
    ("audit-layers", features::audit_layers),
    ("standards-shelf", features::standards_shelf),
    ("financing-steps", features::financing_steps),
    ("oras-strada", features::oras_strada),
    ("community-square", features::community_square),
    ("spot-meter", spots::meter),
    ("spot-bench", spots::a_bench),
    ("spot-tram", spots::tram),
    ("spot-library", spots::library),
    ("spot-bridge", spots::bridge),
    ("spot-tree", spots::tree),
    ("spot-lamp", spots::a_lamp),
    ("spot-school", spots::school),
    ("ad-buildmycity", ads::build_my_city),
    ("ad-courses", ads::courses),
    ("ad-audit", ads::audit),
];

#[cfg(test)]
mod tests {
    use super::PICTURES;

    #[test]
    fn every_picture_is_the_same_twice_and_light() {
        for (name, scene) in PICTURES {
            let svg = scene().svg();
            assert_eq!(svg, scene().svg(), "{name} differs when drawn again");
            assert!(svg.len() <= 700_000, "{name} weighs {} bytes", svg.len());
        }
    }
}
