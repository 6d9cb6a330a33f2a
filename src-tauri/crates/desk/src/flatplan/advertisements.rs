//! Advertisements come into the running order and go out of it: of `issue.toml` only their entries are written, and never
//! over what another program wrote.

use magazine::{AdSize, IssueId, MediaError, NewAd, Slot, read_media};

use super::reorder::{Reordered, before_the_end};
use crate::rpc::{AdFields, PlaceInOrder, PlacedAdvertisement, TakenOutAdvertisement, whole};
use crate::{Class, Desk, Failure};

impl Desk {
    /// Gives an advertisement its place in the running order: at the one that is asked for, or before the pages that end
    /// the issue.
    ///
    /// # Errors
    /// When its picture is not in the issue or its words are missing, when the file was changed by another program since
    /// the place was seen or cannot be understood, or when the disk refuses. The file then is as it was.
    pub(crate) fn place_advertisement(
        &self,
        id: IssueId,
        fields: AdFields,
        place: Option<&PlaceInOrder>,
    ) -> Result<PlacedAdvertisement, Failure> {
        let ad = new_ad(fields)?;
        let folder = self.publication()?.issue_folder(id);
        read_media(&folder, &ad.picture).map_err(no_media)?;
        let mut stands = 0;
        let saved = self.change_order(id, place.map(|place| place.revision.as_str()), |issue, text| {
            stands = place.map_or_else(|| before_the_end(issue), |place| place.at as usize);
            Ok(magazine::with_advertisement(text, stands, &ad)?)
        })?;
        Ok(placed(stands, saved))
    }

    /// Takes an advertisement out of the running order; its picture stays.
    ///
    /// # Errors
    /// When no advertisement stands there, when the file was changed by another program since it was seen or cannot be
    /// understood, or when the disk refuses. The file then is as it was.
    pub(crate) fn take_out_advertisement(
        &self,
        id: IssueId,
        place: &PlaceInOrder,
    ) -> Result<TakenOutAdvertisement, Failure> {
        let at = place.at as usize;
        let mut before = String::new();
        let saved = self.change_order(id, Some(&place.revision), |issue, text| {
            if !matches!(issue.settings.running_order.get(at), Some(Slot::Ad(_))) {
                let message = format!("entry {} of the running order is no advertisement", at + 1);
                return Err(Failure::new(Class::Usage, "no-ad", message).hint("look at the flatplan as it is now"));
            }
            text.clone_into(&mut before);
            Ok(magazine::without_entry(text, at)?)
        })?;
        Ok(TakenOutAdvertisement { at: place.at, before, revision: saved.revision })
    }

    /// Puts an advertisement that was taken out back where it stood. Nothing of what was changed since is lost.
    ///
    /// # Errors
    /// When `issue.toml` cannot be understood, or when the disk refuses. The file then is as it was.
    pub(crate) fn put_advertisement_back(
        &self,
        id: IssueId,
        at: usize,
        before: &str,
    ) -> Result<PlacedAdvertisement, Failure> {
        let mut stands = at;
        let saved = self.change_order(id, None, |_, text| {
            let (back, place) = magazine::with_entry_back(text, before, at)?;
            stands = place;
            Ok(back)
        })?;
        Ok(placed(stands, saved))
    }
}

fn placed(at: usize, saved: Reordered) -> PlacedAdvertisement {
    PlacedAdvertisement { at: whole(at as u64), revision: saved.revision }
}

/// What was typed, as the running order is to say it.
fn new_ad(fields: AdFields) -> Result<NewAd, Failure> {
    let AdFields { picture, alt, advertiser, size } = fields;
    let size = AdSize::named(&size).ok_or_else(|| {
        Failure::new(Class::Usage, "bad-size", format!("advertisements have no size `{size}`"))
            .hint("`full`, `half`, `third` and `quarter` are sold")
    })?;
    let [alt, advertiser] = [alt, advertiser].map(|words| words.split_whitespace().collect::<Vec<_>>().join(" "));
    if alt.is_empty() || advertiser.is_empty() {
        return Err(Failure::new(
            Class::Usage,
            "no-ad-words",
            "the advertisement does not say who pays or what it shows",
        )
        .hint("write both"));
    }
    Ok(NewAd { picture, alt, advertiser, size })
}

fn no_media(error: MediaError) -> Failure {
    let message = error.to_string();
    let work = |code, hint: &str| Failure::new(Class::Work, code, &message).hint(hint);
    match error {
        MediaError::Missing { differs_in_case: Some(name), .. } => {
            work("missing-media", &format!("`{name}` exists; the names differ in case"))
        }
        MediaError::Missing { .. } => {
            work("missing-media", "put it into the issue's `media` folder, or choose it from a file")
        }
        MediaError::Outside { .. } => work("outside", "copy the file into the folder of the issue"),
        MediaError::TooLarge { .. } => work("too-large", "scale it down first"),
        MediaError::Disk { .. } => Failure::new(Class::Environment, "disk", message),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use magazine::Revision;

    use super::super::reorder::tests::publication;
    use super::*;

    const ISSUE: &str = "title = \"T\" # t\nrunning-order = [\n  { page = \"cover\" },\n\n  # paid\n  { ad = \
                         \"media/old.svg\", alt = \"A\", advertiser = \"Old\" }, # until May\n  { page = \"colophon\" },\n]\n";
    const LINE: &str =
        "  { ad = \"media/ad-x.svg\", alt = \"A \\\"lamp\\\"\", advertiser = \"Lamp & Co\", size = \"half\" },\n";

    fn with_picture() -> (tempfile::TempDir, Desk, std::path::PathBuf) {
        let (folder, desk, file) = publication(ISSUE);
        fs::create_dir_all(file.with_file_name("media")).unwrap();
        fs::write(file.with_file_name("media").join("ad-x.svg"), "<svg/>").unwrap();
        (folder, desk, file)
    }

    fn fields() -> AdFields {
        let [picture, alt, advertiser, size] =
            ["media/ad-x.svg", "A \"lamp\"", " Lamp &\nCo ", "half"].map(ToOwned::to_owned);
        AdFields { picture, alt, advertiser, size }
    }

    fn at(at: u32, text: &str) -> PlaceInOrder {
        PlaceInOrder { at, revision: Revision::of(text.as_bytes()).name().to_owned() }
    }

    #[test]
    fn an_advertisement_gets_the_place_that_is_asked_for_or_one_before_the_end() {
        let id = "2026-q4".parse().unwrap();
        for (place, stands, before) in [
            (Some(at(2, ISSUE)), 2, "  { page = \"colophon\" }"),
            (None, 2, "  { page = \"colophon\" }"),
            (Some(at(0, ISSUE)), 0, "  { page = \"cover\" }"),
        ] {
            let (_folder, desk, file) = with_picture();
            let placed = desk.place_advertisement(id, fields(), place.as_ref()).unwrap();
            let text = fs::read_to_string(file).unwrap();
            assert_eq!(text, ISSUE.replace(before, &format!("{LINE}{before}")));
            assert_eq!((placed.at, placed.revision), (stands, at(0, &text).revision));
        }
    }

    #[test]
    fn an_advertisement_that_is_taken_out_is_put_back_to_the_byte() {
        let (_folder, desk, file) = with_picture();
        let id = "2026-q4".parse().unwrap();
        let taken = desk.take_out_advertisement(id, &at(1, ISSUE)).unwrap();
        let without = fs::read_to_string(&file).unwrap();
        assert!(!without.contains("media/old.svg"), "{without}");
        assert_eq!(taken.revision, at(0, &without).revision);
        let back = desk.put_advertisement_back(id, 1, &taken.before).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), ISSUE);
        assert_eq!((back.at, back.revision), (1, at(0, ISSUE).revision));
    }

    #[test]
    fn what_was_changed_since_stays_when_an_advertisement_is_put_back() {
        let (_folder, desk, file) = with_picture();
        let id = "2026-q4".parse().unwrap();
        let taken = desk.take_out_advertisement(id, &at(1, ISSUE)).unwrap();
        let theirs = fs::read_to_string(&file).unwrap().replace("\"T\"", "\"Theirs\"");
        fs::write(&file, &theirs).unwrap();
        desk.put_advertisement_back(id, 1, &taken.before).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("title = \"Theirs\"") && text.contains("advertiser = \"Old\" },\n"), "{text}");
    }

    #[test]
    fn a_file_that_was_changed_outside_is_not_written_over() {
        let (_folder, desk, file) = with_picture();
        let id = "2026-q4".parse().unwrap();
        let theirs = format!("{ISSUE}pages = 4\n");
        fs::write(&file, &theirs).unwrap();
        let failures = [
            desk.place_advertisement(id, fields(), Some(&at(1, ISSUE))).unwrap_err(),
            desk.take_out_advertisement(id, &at(1, ISSUE)).unwrap_err(),
        ];
        assert!(failures.iter().all(|failure| failure.code == "changed-outside"), "{failures:?}");
        assert_eq!(fs::read_to_string(&file).unwrap(), theirs);
    }

    #[test]
    fn what_cannot_be_is_refused_with_what_to_do() {
        let (_folder, desk, file) = with_picture();
        let id = "2026-q4".parse().unwrap();
        let refused = |fields: AdFields| desk.place_advertisement(id, fields, None).unwrap_err();
        let missing = refused(AdFields { picture: "media/none.svg".to_owned(), ..fields() });
        assert_eq!(
            missing.to_string(),
            "picture not found: `media/none.svg`\n  hint: put it into the issue's `media` folder, or choose it from a file"
        );
        let other = refused(AdFields { picture: "media/AD-X.svg".to_owned(), ..fields() });
        assert_eq!(other.hint.unwrap(), "`media/ad-x.svg` exists; the names differ in case");
        assert_eq!(refused(AdFields { picture: "../x.svg".to_owned(), ..fields() }).code, "outside");
        assert_eq!(refused(AdFields { alt: " ".to_owned(), ..fields() }).code, "no-ad-words");
        assert_eq!(refused(AdFields { size: "fifth".to_owned(), ..fields() }).code, "bad-size");
        assert_eq!(desk.take_out_advertisement(id, &at(0, ISSUE)).unwrap_err().code, "no-ad");
        assert_eq!(fs::read_to_string(file).unwrap(), ISSUE);
    }
}
