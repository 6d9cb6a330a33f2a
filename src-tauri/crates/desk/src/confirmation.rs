//! Double opt-in: asking people by mail whether they want the newsletter, where the publication wants that.

use std::ops::ControlFlow;

use jiff::SignedDuration;
use mailing::{Address, Asked, Awaited, Invitation};

use crate::loopback::postman;
use crate::password::PasswordSource;
use crate::{Class, Desk, Failure, domain, unsubscribe};

/// How people are to be asked.
#[derive(Debug, Clone, Default)]
pub struct InvitePlan {
    /// How many were shown to whoever asks; with another number nobody is asked. Nothing where nobody was shown any.
    pub people: Option<u64>,
    /// How long after a question without an answer the reminder may go, as `7d`; otherwise a week.
    pub remind_after: Option<String>,
    /// The relay; otherwise the publication's first.
    pub relay: Option<String>,
    /// Where the relay's password comes from.
    pub password: PasswordSource,
}

/// People forget, and mail gets lost; sooner it would be a nuisance.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Desk {
    /// Whether whoever comes onto the list is asked by mail first.
    pub(crate) fn asks_first(&self) -> Result<bool, Failure> {
        Ok(self.publication()?.settings().sender.double_opt_in)
    }

    /// How many people are waited for, and how many of them are to be asked now.
    ///
    /// # Errors
    /// When the span cannot be read, or the list not.
    pub fn awaited(&self, remind_after: Option<&str>) -> Result<Awaited, Failure> {
        Ok(self.store()?.awaited(span(remind_after)?, self.now())?)
    }

    /// Asks everybody whose turn it is, by one mail each; `progress` says whether to go on. Answers that came meanwhile
    /// are fetched first, so that nobody who said yes or left is asked again.
    ///
    /// # Errors
    /// When the sender is not set up, the unsubscribe box that takes the answers cannot be reached, another number of
    /// people was shown, or the relay is of no use. Who was asked until then is recorded as asked.
    pub fn invite(
        &self,
        plan: &InvitePlan,
        progress: &mut dyn FnMut(&Asked) -> ControlFlow<()>,
    ) -> Result<Asked, Failure> {
        let invitation = self.invitation(span(plan.remind_after.as_deref())?)?;
        self.pull_box()?;
        let store = self.store()?;
        let due = store.awaited(invitation.remind_after, self.now())?.due;
        if let Some(shown) = plan.people.filter(|shown| *shown != due) {
            let message = format!("{shown} people were confirmed, and now {due} are to be asked");
            return Err(Failure::new(Class::Usage, "not-confirmed", message)
                .hint("nobody was asked; look at the new number and confirm it"));
        }
        let route = self.single_route(plan.relay.as_deref(), &plan.password)?;
        let name = route.name();
        let quota = route.allowance.map(|allowance| (name.as_str(), allowance));
        let mut postman = postman(route.relay)?;
        Ok(store.invite(&invitation, &mut postman, quota, &|| self.now(), progress)?)
    }

    /// Records that a person told the desk that they want the newsletter; `evidence` says how.
    ///
    /// # Errors
    /// When it is no address, the evidence is empty, nobody waits for this person, or the list cannot be written.
    pub fn confirm(&self, address: &str, evidence: &str) -> Result<(), Failure> {
        if evidence.trim().is_empty() {
            return Err(Failure::new(Class::Usage, "no-evidence", "a confirmation needs something that shows it")
                .hint("say how they told you: `by telephone on 3 March, to Ana`"));
        }
        match self.store()?.confirm(&Address::parse(address)?, evidence, self.now())? {
            true => Ok(()),
            false => {
                Err(Failure::new(Class::Usage, "not-awaited", format!("nobody waits for an answer of `{address}`"))
                    .hint("their page tells what is known")
                    .command("`masthead subscribers show` tells what is known"))
            }
        }
    }

    fn invitation(&self, remind_after: SignedDuration) -> Result<Invitation, Failure> {
        let publication = self.publication()?;
        let settings = publication.settings();
        let from = domain::sender_address(settings)?;
        Ok(Invitation {
            name: settings.name.clone(),
            unsubscribe: Address::parse(&settings.sender.unsubscribe).unwrap_or_else(|_| from.clone()),
            return_path: domain::return_path(&settings.sender.return_path)?,
            list_id: unsubscribe::list_id(settings),
            organisation: settings.publisher.clone(),
            page: unsubscribe::box_address(settings),
            language: settings.languages.first().cloned().unwrap_or_default(),
            ink: settings.colour.ink.clone(),
            accent: settings.colour.vermilion.clone(),
            seal: domain::seal(settings)?,
            remind_after,
            from,
        })
    }
}

fn span(text: Option<&str>) -> Result<SignedDuration, Failure> {
    let Some(text) = text else { return Ok(WEEK) };
    let wrong =
        || Failure::new(Class::Usage, "bad-span", format!("`{text}` is no span of time")).hint("write `7d` or `48h`");
    // A day is 24 hours here: nobody's reminder depends on summer time.
    if let Some(days) = text.trim().strip_suffix('d') {
        return days
            .trim()
            .parse()
            .map(|days: u16| SignedDuration::from_hours(i64::from(days) * 24))
            .map_err(|_| wrong());
    }
    text.parse().ok().filter(|span: &SignedDuration| !span.is_negative()).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reminder_comes_after_a_week_or_a_span() {
        assert_eq!(span(None).unwrap(), WEEK);
        assert_eq!(span(Some("7d")).unwrap(), WEEK);
        assert_eq!(span(Some("48h")).unwrap(), SignedDuration::from_hours(48));
        for text in ["soon", "-1d", "d", "", "-2h"] {
            assert_eq!(span(Some(text)).unwrap_err().code, "bad-span", "{text}");
        }
    }
}
