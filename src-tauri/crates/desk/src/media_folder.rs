//! The pictures that lie in an issue's `media/`, for whoever chooses one of them.

use std::collections::BTreeSet;
use std::path::Path;

use magazine::{IssueId, Slot};

use crate::rpc::MediaFile;
use crate::{Desk, Failure};

/// What pages can show, by the endings of its names.
const PICTURES: [&str; 6] = ["png", "jpg", "jpeg", "webp", "gif", "svg"];
/// What an advertisement may be besides.
const PDF: &str = "pdf";

impl Desk {
    /// Every file of the issue's `media/` that its pages could show.
    pub(crate) fn media_folder(&self, id: IssueId) -> Result<Vec<MediaFile>, Failure> {
        let (publication, issue, _) = self.issue(id)?;
        let order = &issue.settings.running_order;
        let sold: BTreeSet<&str> = order
            .iter()
            .filter_map(|slot| if let Slot::Ad(ad) = slot { Some(ad.picture.file.as_str()) } else { None })
            .collect();
        let files = publication.media_folder(id)?.into_iter();
        Ok(files
            .filter_map(|file| {
                let ending = Path::new(&file).extension()?.to_str()?.to_ascii_lowercase();
                let is_picture = PICTURES.contains(&ending.as_str());
                let for_articles = is_picture && !sold.contains(file.as_str());
                (is_picture || ending == PDF).then_some(MediaFile { file, for_articles })
            })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::flatplan::reorder::tests::publication;

    #[test]
    fn what_lies_in_the_folder_can_be_chosen_named_or_not() {
        let order = "title = \"T\"\nrunning-order = [{ ad = \"media/sold.svg\", alt = \"A\", advertiser = \"B\" }]\n";
        let (_folder, desk, file) = publication(order);
        let media = file.with_file_name("media");
        fs::create_dir_all(media.join("from-ana")).unwrap();
        for name in ["sold.svg", "from-ana/Tram.JPG", "half page.pdf", "notes.txt", ".hidden.png"] {
            fs::write(media.join(name), "").unwrap();
        }
        let found = desk.media_folder("2026-q4".parse().unwrap()).unwrap();
        let found: Vec<_> =
            found.iter().map(|MediaFile { file, for_articles }| (file.as_str(), *for_articles)).collect();
        assert_eq!(
            found,
            [("media/from-ana/Tram.JPG", true), ("media/half page.pdf", false), ("media/sold.svg", false)]
        );
    }
}
