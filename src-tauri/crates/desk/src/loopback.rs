//! A test to oneself: one marked letter out through the relay, back over IMAP, and held against what was sent.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use mailing::{
    Address, Attachment, DomainFinding, Letter, Mailbox, Outcome, Patience, Person, Piece, Postman, Recipient, Relay,
    RelayError, Spliced, SystemResolver, Verdict, find_message,
};
use serde::Serialize;

use crate::password::{Account, PasswordSource};
use crate::{Class, Desk, Failure, domain, relay, unsubscribe};

/// How often the mailbox is asked whether the letter is there.
const EVERY: Duration = Duration::from_secs(2);

/// Where a test goes out and comes back.
#[derive(Debug, Clone)]
pub struct LoopbackPlan {
    /// One's own address.
    pub to: String,
    /// The relay; otherwise the publication's first.
    pub relay: Option<String>,
    /// The relay's password.
    pub password: PasswordSource,
    /// The mailbox that `to` is delivered to, as `imaps://me@host:993`; otherwise the publication's.
    pub mailbox: Option<String>,
    /// The mailbox's password.
    pub mailbox_password: PasswordSource,
    /// A name server to ask instead of this computer's own.
    pub dns: Option<SocketAddr>,
    /// How long to wait for it.
    pub patience: Duration,
}

/// What a test came to.
#[derive(Debug, Clone, Serialize)]
pub struct Loopback {
    /// The letter's Message-ID, to look for it elsewhere.
    pub message_id: String,
    /// What the relay said when it took the letter.
    pub relay_said: String,
    /// Seconds until it was in the mailbox; absent where it did not come in time.
    pub seconds: Option<f64>,
    /// What was found in it.
    pub findings: Vec<DomainFinding>,
}

impl Desk {
    /// Sends one marked letter to one's own mailbox, waits for it there, and says what happened to it on the way. The
    /// list and the ledger are not touched.
    ///
    /// # Errors
    /// When sender, relay or mailbox are not set up or cannot be used, or the relay does not take the letter.
    pub fn loopback(&self, plan: &LoopbackPlan) -> Result<Loopback, Failure> {
        let to: Address = plan.to.parse()?;
        let mailbox = self.loopback_mailbox(plan)?;
        let resolver = SystemResolver::new(plan.dns)?;
        let (letter, copy) = self.test_letter(to)?;
        let sent = self.store()?.single_copy(&letter, &copy, &format!("mh_{}", copy.token), self.now())?;
        let relay_said = self.carry_test(plan, &letter, &copy, sent.clone())?;
        let begun = Instant::now();
        let arrived = wait(&mailbox, &copy.message_id, plan.patience)?;
        let seconds = arrived.as_ref().map(|_| begun.elapsed().as_secs_f64());
        let findings = match arrived {
            Some(arrived) => mailing::examine(&sent, &arrived, &self.used_keys()?, &resolver),
            None => vec![lost(plan.patience)],
        };
        Ok(Loopback { message_id: copy.message_id, relay_said, seconds, findings })
    }

    fn loopback_mailbox(&self, plan: &LoopbackPlan) -> Result<Mailbox, Failure> {
        let folder = self.publication()?.settings().inbox.folder.clone();
        let server = match &plan.mailbox {
            Some(server) => server.clone(),
            None => self.server(Account::Inbox)?,
        };
        relay::mailbox(&server, &folder, plan.mailbox_password.of(&server)?)
    }

    /// A letter as an edition's are, with every kind of part, and a copy of it with a name of its own.
    fn test_letter(&self, to: Address) -> Result<(Letter, Recipient), Failure> {
        let publication = self.publication()?;
        let settings = publication.settings();
        let from = domain::sender_address(settings)?;
        let return_path = domain::return_path(&settings.sender.return_path)?;
        let leave = Address::parse(&settings.sender.unsubscribe).unwrap_or_else(|_| from.clone());
        let text = "This letter tests the way to your own mailbox. Nobody else gets it: ăâîșț — 日本.\n";
        let letter = Letter {
            from_name: settings.name.clone(),
            reply_to: Address::parse(&settings.sender.reply_to).ok(),
            list_id: unsubscribe::list_id(settings),
            list_name: settings.name.clone(),
            unsubscribe: leave,
            unsubscribe_box: unsubscribe::box_address(settings),
            edition: "loopback".to_owned(),
            organisation: settings.publisher.clone(),
            subject: Spliced(vec![Piece::Fixed(format!("A test of {}", settings.name))]),
            html: Spliced::fixed(format!("<html><body><p>{text}</p></body></html>\n")),
            text: Spliced::fixed(text),
            pictures: Vec::new(),
            attachments: vec![Attachment {
                file_name: "test.bin".to_owned(),
                media_type: "application/octet-stream".to_owned(),
                label: None,
                bytes: (0..=255).collect(),
            }],
            return_path,
            seal: domain::seal(settings)?,
            from,
        };
        // The moment in microseconds: nobody tests twice within one.
        let token = format!("{:032x}", self.now().as_microsecond());
        let message_id = format!("loopback.{token}@{}", letter.from.domain());
        let sample = Recipient::sample(Person::new(to));
        Ok((letter, Recipient { token, message_id, ..sample }))
    }

    fn carry_test(
        &self,
        plan: &LoopbackPlan,
        letter: &Letter,
        copy: &Recipient,
        sent: Vec<u8>,
    ) -> Result<String, Failure> {
        let route = self.single_route(plan.relay.as_deref(), &plan.password)?;
        let mut postman = postman(route.relay)?;
        let from = letter.return_path.as_ref().map_or(&letter.from, |path| &path.address);
        let handed = postman.carry(from, &copy.person.address, sent)?;
        if handed.outcome == Outcome::Accepted {
            return Ok(handed.text);
        }
        let message = format!("the relay did not take the letter ({}): {}", handed.outcome.word(), handed.text);
        Err(Failure::new(Class::Work, "loopback-not-taken", message).hint("nothing else was sent"))
    }
}

/// Carries single mails by a relay.
pub(crate) fn postman(relay: Relay) -> Result<Postman, Failure> {
    Ok(Postman::new(relay, Patience::default()).map_err(RelayError::from)?)
}

fn wait(mailbox: &Mailbox, message_id: &str, patience: Duration) -> Result<Option<Vec<u8>>, Failure> {
    let begun = Instant::now();
    loop {
        if let Some(found) = find_message(mailbox, message_id)? {
            return Ok(Some(found));
        }
        if begun.elapsed() + EVERY > patience {
            return Ok(None);
        }
        thread::sleep(EVERY);
    }
}

fn lost(patience: Duration) -> DomainFinding {
    let words = format!(
        "the relay took the letter, and it was not in the mailbox after {} s; look into its folder for spam, and at \
         `masthead inbox sync` for a bounce",
        patience.as_secs()
    );
    DomainFinding { subject: "arrival", verdict: Verdict::Wrong, words, record: None }
}
