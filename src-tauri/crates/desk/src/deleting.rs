//! Deleting an article or an edition. What is deleted is put back by its text, and lies in the publication's
//! `.masthead/` besides.

use std::io;

use magazine::{EditionId, IssueId, Revision, Slot};
use mailing::Occasion;

use crate::flatplan::countable;
use crate::{Class, Desk, Failure};

impl Desk {
    /// Deletes the file of an article that has no place in the running order, as it was at `revision`.
    ///
    /// # Errors
    /// When it has a place, somebody else changed it since, or the disk refuses. The file then stays.
    pub fn delete_article(&self, id: IssueId, slug: &str, revision: &str) -> Result<(), Failure> {
        let publication = self.publication()?;
        let (text, _) = publication.issue_text(id)?;
        let (issue, _) = publication.read_issue(id)?;
        // Where the list cannot be read, no article seems to have a place.
        countable(&text, issue.settings.running_order.len())?;
        if issue.settings.running_order.iter().any(|slot| matches!(slot, Slot::Article(one) if one == slug)) {
            return Err(Failure::new(Class::Usage, "placed", format!("`{slug}` has a place in the running order"))
                .hint("take it out of the running order first"));
        }
        let path = publication.article_path(id, slug)?;
        self.keep_version_now(id, slug, &path).map_err(|fault| not_kept(&fault))?;
        Ok(magazine::remove(&path, &Revision::named(revision))?)
    }

    /// Writes an article that was deleted; it still wants a place in the running order.
    ///
    /// # Errors
    /// When there is one of that name, or the disk refuses.
    pub fn put_article_back(&self, id: IssueId, slug: &str, text: &str) -> Result<(), Failure> {
        Ok(magazine::write_new(&self.publication()?.article_path(id, slug)?, text)?)
    }

    /// Deletes the file of an edition that no mailing was made of, as it was at `revision`.
    ///
    /// # Errors
    /// When there is a mailing or a rehearsal of it, somebody else changed it since, or the disk refuses. The file then
    /// stays.
    pub fn delete_edition(&self, id: &EditionId, revision: &str) -> Result<(), Failure> {
        let store = self.store()?;
        for occasion in [Occasion::edition(id.to_string()), Occasion::rehearsal(id.to_string())] {
            if store.mailing(&occasion)?.is_some() {
                return Err(Failure::new(Class::Usage, "mailed", format!("`{id}` has a mailing in Deliveries"))
                    .hint("what people were sent stays, so that it can be told what they got"));
            }
        }
        let publication = self.publication()?;
        let path = publication.edition_path(id);
        let kept = self.keep_version_now(id.issue, &format!("editions.{}", id.name), &path);
        kept.map_err(|fault| not_kept(&fault))?;
        Ok(magazine::remove(&path, &Revision::named(revision))?)
    }

    /// Writes an edition that was deleted.
    ///
    /// # Errors
    /// When there is one of that name, or the disk refuses.
    pub fn put_edition_back(&self, id: &EditionId, text: &str) -> Result<(), Failure> {
        Ok(magazine::write_new(&self.publication()?.edition_path(id), text)?)
    }
}

fn not_kept(fault: &io::Error) -> Failure {
    let message = format!("nothing was deleted, because no copy could be kept in `.masthead/`: {fault}");
    Failure::new(Class::Environment, "disk", message).hint("make room on the disk, or let the folder be written")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use typesetting::EngineCommand;

    use super::*;

    const ISSUE: &str = "title = \"T\"\nrunning-order = [{ article = \"placed\" }]\n";

    fn desk() -> (tempfile::TempDir, Desk, IssueId) {
        let folder = tempfile::tempdir().unwrap();
        let issue = folder.path().join("issues/2026-q4");
        for (file, text) in [
            ("../../assets/publication.toml", "name = \"Test\"\n"),
            ("issue.toml", ISSUE),
            ("articles/placed.md", "---\ntitle: A\n---\n"),
            ("articles/other.md", "---\ntitle: B\n---\n"),
            ("editions/launch.md", "---\nsubject: C\n---\n"),
        ] {
            let path = issue.join(file);
            fs::create_dir_all(issue.join("articles")).unwrap();
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let engine = EngineCommand { program: "none".into(), arguments: Vec::new() };
        let desk = Desk::open(folder.path(), &folder.path().join("data"), engine).unwrap();
        (folder, desk, "2026-q4".parse().unwrap())
    }

    #[test]
    fn an_article_is_deleted_as_it_was_read_and_put_back_as_it_was() {
        let (_folder, desk, id) = desk();
        let publication = desk.publication().unwrap();
        let (text, revision) = publication.article_text(id, "other").unwrap();
        let stale = desk.delete_article(id, "other", Revision::of(b"older").name()).unwrap_err();
        assert_eq!(stale.code, "changed-outside");

        desk.delete_article(id, "other", revision.name()).unwrap();
        assert_eq!(publication.articles(id).unwrap(), ["placed"]);
        let kept = desk.versions(id, "other").unwrap();
        assert_eq!(desk.version(id, "other", &kept[0].name).unwrap(), text);

        desk.put_article_back(id, "other", &text).unwrap();
        assert_eq!(publication.article_text(id, "other").unwrap(), (text, revision));
        assert_eq!(desk.put_article_back(id, "other", "new").unwrap_err().code, "exists");
    }

    #[test]
    fn nothing_is_deleted_while_the_running_order_cannot_be_read_or_no_copy_can_be_kept() {
        let (folder, desk, id) = desk();
        let publication = desk.publication().unwrap();
        let (_, revision) = publication.article_text(id, "other").unwrap();
        let issue = folder.path().join("issues/2026-q4/issue.toml");
        for text in ["title = \"T", "running-order = [{ artikel = \"other\" }]\n"] {
            fs::write(&issue, text).unwrap();
            assert_eq!(desk.delete_article(id, "other", revision.name()).unwrap_err().code, "bad-toml");
        }
        fs::write(&issue, ISSUE).unwrap();
        fs::write(folder.path().join(".masthead"), "in the way").unwrap();
        assert_eq!(desk.delete_article(id, "other", revision.name()).unwrap_err().code, "disk");
        assert!(publication.article_text(id, "other").is_ok());
    }

    #[test]
    fn an_article_in_the_running_order_is_not_deleted() {
        let (_folder, desk, id) = desk();
        let publication = desk.publication().unwrap();
        let (_, revision) = publication.article_text(id, "placed").unwrap();
        assert_eq!(desk.delete_article(id, "placed", revision.name()).unwrap_err().code, "placed");
        assert!(publication.article_text(id, "placed").is_ok());
    }

    #[test]
    fn an_edition_is_deleted_and_put_back() {
        let (_folder, desk, issue) = desk();
        let publication = desk.publication().unwrap();
        let id = EditionId { issue, name: "launch".to_owned() };
        let (text, revision) = publication.edition_text(&id).unwrap();
        desk.delete_edition(&id, revision.name()).unwrap();
        assert_eq!(publication.editions(issue).unwrap(), []);
        // Git and others take empty folders away.
        fs::remove_dir(publication.edition_path(&id).parent().unwrap()).unwrap();
        desk.put_edition_back(&id, &text).unwrap();
        assert_eq!(publication.edition_text(&id).unwrap(), (text, revision));
    }

    #[test]
    fn an_edition_that_was_mailed_stays() {
        let (_folder, desk, issue) = desk();
        let id = EditionId { issue, name: "launch".to_owned() };
        let (_, revision) = desk.publication().unwrap().edition_text(&id).unwrap();
        let letter = serde_json::from_value(serde_json::json!({
            "from_name": "Test", "from": "desk@magazine.example", "list_id": "news.magazine.example",
            "list_name": "News", "unsubscribe": "leave@magazine.example", "edition": id.to_string(),
            "organisation": "Test", "subject": [], "html": [], "text": [],
        }));
        desk.add("ana@city.example", "Ana", "the test", "asked for it").unwrap();
        let (store, audience) = (desk.store().unwrap(), mailing::Audience::default());
        store.freeze(&Occasion::rehearsal(id.to_string()), &letter.unwrap(), &audience, desk.now()).unwrap();
        assert_eq!(desk.delete_edition(&id, revision.name()).unwrap_err().code, "mailed");
        assert!(desk.publication().unwrap().edition_text(&id).is_ok());
    }
}
