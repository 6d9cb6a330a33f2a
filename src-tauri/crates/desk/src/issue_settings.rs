//! The settings of an issue: read for a form, and saved so that of `issue.toml` only what was changed there changes, and
//! never what another program wrote.

use magazine::{IssueId, Revision, SaveError, issue_fields, with_issue_fields};

use crate::rpc::{CoverFields, CoverLineFields, IssueFields, IssueSettingsView};
use crate::{Class, Desk, Failure};

impl Desk {
    pub(crate) fn issue_settings(&self, issue: IssueId) -> Result<IssueSettingsView, Failure> {
        let (text, revision) = self.publication()?.issue_text(issue)?;
        view(&text, &revision)
    }

    /// Saves the fields; `revision` names the file's bytes that they were read from.
    pub(crate) fn save_issue_settings(
        &self,
        issue: IssueId,
        fields: &IssueFields,
        revision: &str,
    ) -> Result<IssueSettingsView, Failure> {
        let fields = meant(fields)?;
        let publication = self.publication()?;
        let (text, current) = publication.issue_text(issue)?;
        let path = publication.issue_folder(issue).join("issue.toml");
        if current.name() != revision {
            return Err(SaveError::ChangedOutside { path }.into());
        }
        let changed = with_issue_fields(&text, &fields)?;
        let revision = magazine::save(&path, &changed, &current)?;
        view(&changed, &revision)
    }
}

/// The fields of a text as they are typed.
fn view(text: &str, revision: &Revision) -> Result<IssueSettingsView, Failure> {
    let fields = issue_fields(text)?;
    let line = |line: magazine::CoverLineFields| CoverLineFields { title: line.title, article: line.article };
    Ok(IssueSettingsView {
        fields: IssueFields {
            title: fields.title,
            season: fields.season,
            date: fields.date.map(|date| date.to_string()).unwrap_or_default(),
            pages: fields.pages.map(|pages| pages.to_string()).unwrap_or_default(),
            cover: CoverFields {
                kicker: fields.kicker,
                headline: fields.headline,
                standfirst: fields.standfirst,
                alt: fields.alt,
                lines: fields.lines.into_iter().map(line).collect(),
            },
        },
        revision: revision.name().to_owned(),
    })
}

/// What typed fields mean.
fn meant(typed: &IssueFields) -> Result<magazine::IssueFields, Failure> {
    let line =
        |line: &CoverLineFields| magazine::CoverLineFields { title: line.title.clone(), article: line.article.clone() };
    Ok(magazine::IssueFields {
        title: typed.title.clone(),
        season: typed.season.clone(),
        date: date(&typed.date)?,
        pages: pages(&typed.pages)?,
        kicker: typed.cover.kicker.clone(),
        headline: typed.cover.headline.clone(),
        standfirst: typed.cover.standfirst.clone(),
        alt: typed.cover.alt.clone(),
        lines: typed.cover.lines.iter().map(line).collect(),
    })
}

fn date(typed: &str) -> Result<Option<jiff::civil::Date>, Failure> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    // TOML has no years before Christ.
    let date = typed.parse::<jiff::civil::Date>().ok().filter(|date| date.year() >= 0);
    let wrong = || Failure {
        place: Some("date".to_owned()),
        ..Failure::new(Class::Usage, "bad-date", format!("`{typed}` is no date")).hint("write it as `2026-12-01`")
    };
    date.map(Some).ok_or_else(wrong)
}

fn pages(typed: &str) -> Result<Option<u32>, Failure> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let wrong = || Failure {
        place: Some("pages".to_owned()),
        ..Failure::new(Class::Usage, "bad-pages", format!("`{typed}` is no page budget"))
            .hint("write a whole number from 1 to 1000, or nothing")
    };
    let pages = typed.parse::<u32>().ok().filter(|pages| (1..=1000).contains(pages));
    pages.map(Some).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;
    use crate::EngineCommand;

    const ISSUE: &str =
        "title = \"T\" # t\npages = 32\n\n[cover]\npicture = \"media/cover.svg\"\nheadline = \"H\" # h\n";

    struct House {
        _folder: tempfile::TempDir,
        desk: Desk,
        file: PathBuf,
    }

    /// A publication whose `issue.toml` is this.
    fn house(issue: &str) -> House {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("issues/2026-q4/issue.toml");
        fs::create_dir_all(folder.path().join("issues/2026-q4")).unwrap();
        fs::create_dir_all(folder.path().join("assets")).unwrap();
        fs::write(folder.path().join("assets/publication.toml"), "name = \"Test\"\n").unwrap();
        fs::write(&file, issue).unwrap();
        let engine = EngineCommand { program: "none".into(), arguments: Vec::new() };
        let desk = Desk::open(folder.path(), folder.path(), engine).unwrap();
        House { _folder: folder, desk, file }
    }

    impl House {
        fn read(&self) -> IssueSettingsView {
            self.desk.issue_settings("2026-q4".parse().unwrap()).unwrap()
        }

        fn save(&self, fields: &IssueFields, revision: &str) -> Result<IssueSettingsView, Failure> {
            self.desk.save_issue_settings("2026-q4".parse().unwrap(), fields, revision)
        }

        fn text(&self) -> String {
            fs::read_to_string(&self.file).unwrap()
        }
    }

    #[test]
    fn the_cover_is_written_and_the_fields_as_they_were_bring_it_back() {
        let house = house(ISSUE);
        let before = house.read();
        assert_eq!((before.fields.pages.as_str(), before.fields.date.as_str()), ("32", ""));
        let mut fields = before.fields.clone();
        fields.cover.headline = "Know the \"city\"".to_owned();
        fields.date = "2026-12-01".to_owned();
        let saved = house.save(&fields, &before.revision).unwrap();
        assert_eq!(saved.fields, fields);
        assert_eq!(
            house.text(),
            "title = \"T\" # t\ndate = 2026-12-01\npages = 32\n\n[cover]\npicture = \"media/cover.svg\"\nheadline = \
             \"Know the \\\"city\\\"\" # h\n"
        );
        assert_eq!(house.save(&before.fields, &saved.revision).unwrap().revision, before.revision);
        assert_eq!(house.text(), ISSUE);
    }

    #[test]
    fn a_file_that_was_changed_outside_is_not_written_over() {
        let house = house(ISSUE);
        let seen = house.read();
        let theirs = format!("{ISSUE}kicker = \"K\"\n");
        fs::write(&house.file, &theirs).unwrap();
        let failure = house.save(&seen.fields, &seen.revision).unwrap_err();
        assert_eq!(failure.code, "changed-outside");
        assert_eq!(house.text(), theirs);
    }

    #[test]
    fn a_field_that_no_issue_has_is_named_and_nothing_is_written() {
        let house = house(ISSUE);
        let seen = house.read();
        let check = |change: fn(&mut IssueFields), code: &str, place: &str| {
            let mut fields = seen.fields.clone();
            change(&mut fields);
            let failure = house.save(&fields, &seen.revision).unwrap_err();
            assert_eq!((failure.code.as_str(), failure.place.as_deref()), (code, Some(place)));
        };
        check(|fields| fields.title.clear(), "no-title", "title");
        check(|fields| fields.date = "in winter".to_owned(), "bad-date", "date");
        check(|fields| fields.pages = "0".to_owned(), "bad-pages", "pages");
        check(|fields| fields.pages = "many".to_owned(), "bad-pages", "pages");
        let empty = |fields: &mut IssueFields| {
            fields.cover.lines.push(CoverLineFields { title: String::new(), article: "audit".to_owned() });
        };
        check(empty, "empty-line", "cover.lines[0]");
        assert_eq!(house.text(), ISSUE);
    }
}
