//! Over which relays an edition goes, how fast, and when: what the settings say and what was asked, made ready to send.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use magazine::SenderRelay;
use mailing::{Allowance, AllowanceError, DomainPace, Relay, Route, Schedule};

use crate::password::{Account, PasswordSource};
use crate::{Class, Desk, Failure, SendPlan};

impl Desk {
    /// The relays of a send: those that were asked for, with what the settings say of each, or all of the settings.
    pub(crate) fn routes(
        &self,
        plan: &SendPlan,
        relay: &dyn Fn(&str) -> Result<Relay, Failure>,
    ) -> Result<Vec<Route>, Failure> {
        let publication = self.publication()?;
        let known = &publication.settings().sender.relays;
        let setting = |text: &String| setting(known, text);
        let chosen: Vec<SenderRelay> =
            if plan.relays.is_empty() { known.clone() } else { plan.relays.iter().map(setting).collect() };
        if chosen.is_empty() {
            return Err(Failure::new(Class::Work, "no-relay", "no mail server is set up")
                .hint("write it down under Sender, in the settings")
                .command("set `relay` under `[sender]` in assets/publication.toml, or pass `--relay`"));
        }
        let route = |one: &SenderRelay| {
            let connections = plan.connections.unwrap_or(one.connections as usize);
            let allowance = allowance(one)?;
            Ok(Route { relay: relay(&one.relay)?, connections, allowance, pipelining: one.pipelining })
        };
        chosen.iter().map(route).collect()
    }

    /// Reads when to start; see [`schedule`].
    ///
    /// # Errors
    /// When the time or the span cannot be read, or the time has passed.
    pub fn schedule(&self, at: &str, too_late: &str) -> Result<Schedule, Failure> {
        schedule(at, too_late, self.now())
    }

    /// The relay for single mails, the publication's first unless one is named, with what its provider allows.
    pub(crate) fn single_route(&self, named: Option<&str>, password: &PasswordSource) -> Result<Route, Failure> {
        let publication = self.publication()?;
        let text = match named {
            Some(text) => text.to_owned(),
            None => self.server(Account::Relay)?,
        };
        let one = setting(&publication.settings().sender.relays, &text);
        let relay = self.relay_at(&text, password.given()?.as_ref())?;
        Ok(Route { relay, connections: 1, allowance: allowance(&one)?, pipelining: one.pipelining })
    }

    /// How fast some receiving domains are sent to.
    pub(crate) fn paces(&self) -> Result<Vec<DomainPace>, Failure> {
        let publication = self.publication()?;
        publication.settings().sender.pace.iter().map(|pace| Ok(pace.parse()?)).collect()
    }
}

/// What the settings say of a relay.
fn setting(known: &[SenderRelay], text: &str) -> SenderRelay {
    known.iter().find(|one| one.relay == *text).cloned().unwrap_or_else(|| SenderRelay::new(text))
}

/// What a relay's provider allows.
fn allowance(one: &SenderRelay) -> Result<Option<Allowance>, Failure> {
    let quota = Some(&one.quota).filter(|quota| !quota.is_empty() && *quota != "own");
    Ok(quota.map(|quota| quota.parse::<Allowance>()).transpose()?)
}

impl From<AllowanceError> for Failure {
    fn from(error: AllowanceError) -> Self {
        Self::new(Class::Work, error.code(), &error).hint(error.hint())
    }
}

/// What tells this start of the computer from others; empty where the system does not say.
pub(crate) fn boot() -> String {
    let linux = std::fs::read_to_string("/proc/sys/kernel/random/boot_id");
    linux.map(|id| id.trim().to_owned()).unwrap_or_default()
}

/// Reads when to start: `2026-12-01T09:00` by this computer's clock, or with a zone as `2026-12-01T09:00Z`; and for how
/// long after that it still makes sense, as `6h`.
///
/// # Errors
/// When either cannot be read, or the time has passed.
fn schedule(at: &str, too_late: &str, now: Timestamp) -> Result<Schedule, Failure> {
    let wrong = |message: String| {
        Failure::new(Class::Usage, "bad-time", message).hint("write `--at 2026-12-01T09:00`, and `--too-late 6h`")
    };
    let local = |at: &str| at.parse::<jiff::civil::DateTime>().and_then(|at| at.to_zoned(TimeZone::system()));
    let at = at.parse::<Timestamp>().or_else(|_| local(at).map(|zoned| zoned.timestamp()));
    let at = at.map_err(|error| wrong(format!("this is no time to start: {error}")))?;
    let grace: SignedDuration = too_late.parse().map_err(|error| wrong(format!("`{too_late}` is no span: {error}")))?;
    if at <= now {
        return Err(wrong(format!("{at} has passed already")));
    }
    if grace.is_negative() {
        return Err(wrong(format!("`{too_late}` lies before the start")));
    }
    let latest = at.checked_add(grace).map_err(|error| wrong(format!("`{too_late}` is too long: {error}")))?;
    Ok(Schedule { at, latest })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_a_time_to_come_and_a_span() {
        let now: Timestamp = "2026-11-30T10:00:00Z".parse().unwrap();
        let read = schedule("2026-12-01T09:00:00Z", "90m", now).unwrap();
        assert_eq!(
            (read.at.to_string(), read.latest.to_string()),
            ("2026-12-01T09:00:00Z".into(), "2026-12-01T10:30:00Z".into())
        );
        assert!(schedule("2026-12-01T09:00", "6h", now).is_ok(), "by the clock on the wall");
        for (at, span) in [
            ("2026-11-30T09:59:59Z", "6h"),
            ("tomorrow", "6h"),
            ("2026-12-01T09:00Z", "late"),
            ("2026-12-01T09:00Z", "-1h"),
        ] {
            assert_eq!(schedule(at, span, now).unwrap_err().code, "bad-time", "{at} {span}");
        }
    }
}
