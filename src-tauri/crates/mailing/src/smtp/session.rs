//! Handing one message over, and knowing how far it got.
//!
//! The final dot decides: before it is handed to the socket the message was certainly not taken, after it only the
//! server's reply can say so. [`Session::deliver`] therefore waits for the claim to be durable right before the dot.

use std::io::BufRead;
use std::time::Duration;

use memchr::memmem;
use tokio::sync::oneshot;

use super::offers::Offers;
use super::reply::Reply;
use super::wire::{Wire, WireError};
use crate::address::Address;
use crate::ledger::{Outcome, Stage};

/// How long each step may take. The defaults are those of RFC 5321 4.5.3.2; each is for the whole step.
#[derive(Debug, Clone)]
pub struct Patience {
    /// Connecting, and again the TLS handshake.
    pub connect: Duration,
    /// The server's greeting.
    pub greeting: Duration,
    /// The reply to each command.
    pub command: Duration,
    /// Handing the message to the socket.
    pub message: Duration,
    /// The reply to the final dot.
    pub after_dot: Duration,
}

impl Default for Patience {
    fn default() -> Patience {
        let minutes = |count: u64| Duration::from_secs(count * 60);
        Patience {
            connect: Duration::from_secs(30),
            greeting: minutes(5),
            command: minutes(5),
            message: minutes(10),
            after_dot: minutes(10),
        }
    }
}

/// A conversation with the relay, signed in.
pub(crate) struct Session {
    wire: Wire,
    offers: Offers,
    patience: Patience,
    accepted: u64,
    /// Commands go together where the server offers it.
    pipelining: bool,
}

/// A message ready to go.
pub(crate) struct Envelope<'a> {
    pub(crate) from: &'a Address,
    pub(crate) to: &'a Address,
    /// With CRLF line ends, not dot-stuffed.
    pub(crate) message: Vec<u8>,
}

/// What became of a message.
#[derive(Debug)]
pub(crate) struct Result {
    pub(crate) stage: Stage,
    pub(crate) outcome: Outcome,
    pub(crate) reply: Option<Reply>,
    pub(crate) text: String,
    /// Whether the session can take another.
    pub(crate) keep: bool,
    /// What this says about the whole edition.
    pub(crate) omen: Omen,
}

/// What a result says about the whole edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Omen {
    /// Nothing, or good.
    None,
    /// The sender is refused: everybody else would be, too.
    SenderRefused,
    /// The message is too large: for everybody.
    TooLarge {
        /// Bytes of the message.
        size: u64,
        /// Bytes the relay takes.
        limit: u64,
    },
    /// This person was refused or put off.
    PersonRefused,
    /// The message was refused as such, or by policy: others would be refused, too.
    PolicyRefused,
}

impl Result {
    fn of(stage: Stage, outcome: Outcome, reply: Reply) -> Result {
        let keep = reply.code != 421;
        Result { stage, outcome, text: reply.text(), reply: Some(reply), keep, omen: Omen::None }
    }

    fn broken(stage: Stage, outcome: Outcome, error: &WireError) -> Result {
        Result { stage, outcome, reply: None, text: error.to_string(), keep: false, omen: Omen::None }
    }

    fn omen(self, omen: Omen) -> Result {
        Result { omen, ..self }
    }
}

/// Before the dot, stopping costs nothing; after it, one waits a moment for the reply.
const AFTER_STOP: Duration = Duration::from_millis(1_200);

impl Session {
    pub(super) fn new(wire: Wire, offers: Offers, patience: Patience) -> Session {
        Session { wire, offers, patience, accepted: 0, pipelining: true }
    }

    /// The same session with pipelining switched on or off.
    pub(crate) fn pipelining(self, pipelining: bool) -> Session {
        Session { pipelining, ..self }
    }

    /// Hands one message over. `durable` says that the claim is on disk, where that is not known yet; `stopped` ends
    /// when the desk wants to stop. The server's words, which end up in reports and pauses, do not name the person.
    pub(crate) async fn deliver(
        &mut self,
        envelope: Envelope<'_>,
        durable: Option<oneshot::Receiver<()>>,
        stopped: impl Future<Output = ()>,
    ) -> Result {
        let to = envelope.to;
        let result = self.hand_over(envelope, durable, stopped).await;
        Result { text: to.masked_in(&result.text), ..result }
    }

    async fn hand_over(
        &mut self,
        envelope: Envelope<'_>,
        durable: Option<oneshot::Receiver<()>>,
        stopped: impl Future<Output = ()>,
    ) -> Result {
        let mut stopped = std::pin::pin!(stopped);
        if let Some(result) = self.unfit(&envelope) {
            return result;
        }
        let opened = tokio::select! {
            biased;
            () = &mut stopped => Err(not_sent("the desk stopped the sender")),
            opened = self.before_the_message(&envelope, durable) => opened,
        };
        if let Err(result) = opened {
            return result;
        }
        // The dot goes with the message, in one write: until the system has taken its last byte the message was
        // certainly not accepted, and from then on the server may take it, whatever happens to us.
        let body = with_final_dot(envelope.message);
        let handed = tokio::select! {
            biased;
            () = &mut stopped => Err(None),
            handed = self.wire.hand_over(&body, self.patience.message) => handed.map_err(Some),
        };
        if let Err(error) = handed {
            return given_up(error, self.wire.taken() < body.len());
        }
        let result = after_the_dot(self.answer(stopped).await);
        self.accepted += u64::from(result.outcome == Outcome::Accepted);
        result
    }

    /// The reply to the final dot; when the desk stops, one waits for it a moment longer.
    async fn answer(&mut self, stopped: impl Future<Output = ()>) -> std::result::Result<Reply, WireError> {
        let mut reply = std::pin::pin!(self.wire.reply(self.patience.after_dot));
        tokio::select! {
            reply = &mut reply => reply,
            () = stopped => tokio::time::timeout(AFTER_STOP, reply).await.unwrap_or(Err(WireError::Silent(AFTER_STOP))),
        }
    }

    fn unfit(&self, envelope: &Envelope<'_>) -> Option<Result> {
        let size = envelope.message.len() as u64;
        let told = |stage, outcome, text: String, omen| Result { stage, outcome, reply: None, text, keep: true, omen };
        if let Some(limit) = self.offers.size.filter(|limit| *limit < size) {
            let text = format!("the message has {size} bytes, the mail server takes {limit}");
            return Some(told(Stage::Mail, Outcome::NotSent, text, Omen::TooLarge { size, limit }));
        }
        if envelope.to.needs_smtputf8() && !self.offers.smtputf8 {
            let text = "the server cannot take addresses outside ASCII (SMTPUTF8)".to_owned();
            return Some(told(Stage::Recipient, Outcome::Refused, text, Omen::None));
        }
        None
    }

    async fn before_the_message(
        &mut self,
        envelope: &Envelope<'_>,
        durable: Option<oneshot::Receiver<()>>,
    ) -> std::result::Result<(), Result> {
        self.open(envelope).await?;
        // The ledger failed: the sender is ending, and this message must not go out unrecorded.
        let Some(durable) = durable else { return Ok(()) };
        durable.await.map_err(|_| not_sent("the ledger could not be written"))
    }

    /// The envelope, up to the server's 354.
    async fn open(&mut self, envelope: &Envelope<'_>) -> std::result::Result<(), Result> {
        let mut options = String::new();
        if self.offers.size.is_some() {
            options.push_str(&format!(" SIZE={}", envelope.message.len()));
        }
        if envelope.to.needs_smtputf8() {
            options.push_str(" SMTPUTF8");
            options.push_str(if self.offers.eight_bit { " BODY=8BITMIME" } else { "" });
        }
        let mail = format!("MAIL FROM:<{}>{options}\r\n", envelope.from);
        let rcpt = format!("RCPT TO:<{}>\r\n", envelope.to);
        if self.offers.pipelining && self.pipelining {
            self.open_in_one_write(&mail, &rcpt).await
        } else {
            self.open_step_by_step(&mail, &rcpt).await
        }
    }

    async fn open_in_one_write(&mut self, mail: &str, rcpt: &str) -> std::result::Result<(), Result> {
        let all = format!("{mail}{rcpt}DATA\r\n");
        let wait = self.patience.command;
        self.wire.write(all.as_bytes(), wait).await.map_err(|error| not_begun(&error))?;
        let mail = self.wire.reply(wait).await.map_err(|error| not_begun(&error))?;
        if mail.code == 421 {
            // It closes now; there is nothing more to read.
            return Err(self.mail_refused(mail));
        }
        let rcpt = self.wire.reply(wait).await.map_err(|error| put_off(Stage::Recipient, &error))?;
        if mail.is_positive() && rcpt.code == 421 {
            return Err(recipient_refused(rcpt));
        }
        let data = self.wire.reply(wait).await.map_err(|error| put_off(Stage::Data, &error))?;
        let refused = match (mail.is_positive(), rcpt.is_positive(), data.code) {
            (true, true, 354) => return Ok(()),
            (false, ..) => self.mail_refused(mail),
            (true, false, _) => recipient_refused(rcpt),
            (true, true, _) => data_refused(data.clone()),
        };
        // RFC 2920 3.1: a server may say 354 although it has nobody to send to; the answer is an empty message.
        let emptied = data.code != 354 || self.empty_message().await;
        Err(self.reset(Result { keep: refused.keep && emptied, ..refused }).await)
    }

    async fn empty_message(&mut self) -> bool {
        let wait = self.patience.command;
        // Should it take even that, it took a message for nobody.
        self.wire.write(b".\r\n", wait).await.is_ok() && self.wire.reply(wait).await.is_ok()
    }

    async fn open_step_by_step(&mut self, mail: &str, rcpt: &str) -> std::result::Result<(), Result> {
        let reply = self.ask(mail).await.map_err(|error| not_begun(&error))?;
        if !reply.is_positive() {
            let refused = self.mail_refused(reply);
            return Err(self.reset(refused).await);
        }
        let reply = self.ask(rcpt).await.map_err(|error| put_off(Stage::Recipient, &error))?;
        if !reply.is_positive() {
            return Err(self.reset(recipient_refused(reply)).await);
        }
        let reply = self.ask("DATA\r\n").await.map_err(|error| put_off(Stage::Data, &error))?;
        if reply.code != 354 {
            return Err(self.reset(data_refused(reply)).await);
        }
        Ok(())
    }

    async fn ask(&mut self, command: &str) -> std::result::Result<Reply, WireError> {
        self.wire.write(command.as_bytes(), self.patience.command).await?;
        self.wire.reply(self.patience.command).await
    }

    /// Clears the transaction after a refusal, so that the session can take the next person.
    async fn reset(&mut self, refused: Result) -> Result {
        let keep = refused.keep && self.ask("RSET\r\n").await.is_ok_and(|reply| reply.is_positive());
        Result { keep, ..refused }
    }

    fn mail_refused(&self, reply: Reply) -> Result {
        // RFC 5321 3.8: 421 is about the connection. A server that closes after so many messages says nothing about
        // the person who happens to be next; on a fresh connection it may be about us, and they wait.
        if reply.code == 421 && self.accepted > 0 {
            return Result::of(Stage::Mail, Outcome::NotSent, reply);
        }
        if reply.is_transient() {
            let result = Result::of(Stage::Mail, Outcome::Postponed, reply);
            return Result { keep: false, ..result };
        }
        Result::of(Stage::Mail, Outcome::NotSent, reply).omen(Omen::SenderRefused)
    }

    /// Says goodbye, without waiting for an answer.
    pub(crate) async fn quit(mut self) {
        // The mail is settled already; whether the goodbye arrives changes nothing.
        let _ = self.wire.write(b"QUIT\r\n", Duration::from_millis(500)).await;
    }
}

fn not_sent(text: &str) -> Result {
    Result {
        stage: Stage::Data,
        outcome: Outcome::NotSent,
        reply: None,
        text: text.to_owned(),
        keep: false,
        omen: Omen::None,
    }
}

/// What a message is that was not handed over whole, or whose handing over was not confirmed by the system.
fn given_up(error: Option<WireError>, before_the_dot: bool) -> Result {
    match (error, before_the_dot) {
        (None, true) => not_sent("the desk stopped the sender"),
        (Some(error), true) => Result::broken(Stage::Data, Outcome::Postponed, &error),
        (None, false) => Result::broken(Stage::AfterDot, Outcome::Uncertain, &WireError::Closed),
        (Some(error), false) => Result::broken(Stage::AfterDot, Outcome::Uncertain, &error),
    }
}

fn not_begun(error: &WireError) -> Result {
    Result::broken(Stage::Mail, Outcome::NotSent, error)
}

fn put_off(stage: Stage, error: &WireError) -> Result {
    Result::broken(stage, Outcome::Postponed, error)
}

fn recipient_refused(reply: Reply) -> Result {
    let outcome = match &reply {
        reply if reply.is_hard_bounce() => Outcome::HardBounce,
        reply if reply.code / 100 == 5 => Outcome::Refused,
        _ => Outcome::Postponed,
    };
    // "Relay access denied" names a person and means everybody.
    let omen = if reply.is_policy() { Omen::PolicyRefused } else { Omen::PersonRefused };
    Result::of(Stage::Recipient, outcome, reply).omen(omen)
}

// Facts: an error at DATA, before the dot, puts the delivery off and drops the connection.
fn data_refused(reply: Reply) -> Result {
    let policy = reply.is_policy();
    let result = Result::of(Stage::Data, Outcome::Postponed, reply);
    Result { keep: false, ..result }.omen(if policy { Omen::PolicyRefused } else { Omen::None })
}

fn after_the_dot(reply: std::result::Result<Reply, WireError>) -> Result {
    let reply = match reply {
        Ok(reply) => reply,
        Err(error) => return Result::broken(Stage::AfterDot, Outcome::Uncertain, &error),
    };
    let policy = reply.is_policy();
    let outcome = match reply.code / 100 {
        2 => Outcome::Accepted,
        4 => Outcome::Postponed,
        5 if reply.is_hard_bounce() => Outcome::HardBounce,
        5 => Outcome::Refused,
        // A 3xx answers nothing that was asked.
        _ => Outcome::Uncertain,
    };
    let result = Result::of(Stage::AfterDot, outcome, reply);
    let keep = result.keep && outcome != Outcome::Uncertain;
    // The person was taken at RCPT, so what is refused for good here is the message, and everybody gets the same one.
    let refused = policy || outcome == Outcome::Refused;
    Result { keep, ..result }.omen(if refused { Omen::PolicyRefused } else { Omen::None })
}

/// The message with dots stuffed (RFC 5321 4.5.2), its last line ended, and the final dot.
fn with_final_dot(message: Vec<u8>) -> Vec<u8> {
    let mut body = if begins_a_line_with_a_dot(&message) { stuffed(&message) } else { message };
    if !body.ends_with(b"\r\n") {
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b".\r\n");
    body
}

// Our own encoders never do, so nearly every message is spared the copy.
fn begins_a_line_with_a_dot(message: &[u8]) -> bool {
    message.starts_with(b".") || memmem::find(message, b"\n.").is_some()
}

fn stuffed(message: &[u8]) -> Vec<u8> {
    let mut body = Vec::with_capacity(message.len() + 64);
    let mut rest = message;
    while let Some(first) = rest.first() {
        if *first == b'.' {
            body.push(b'.');
        }
        let _ = rest.read_until(b'\n', &mut body);
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_stuffed_and_the_last_line_is_ended() {
        for (message, body) in [
            (&b".a\r\nb\r\n..c"[..], &b"..a\r\nb\r\n...c\r\n.\r\n"[..]),
            (b"", b"\r\n.\r\n"),
            (b"a.\r\n b.c\r\n", b"a.\r\n b.c\r\n.\r\n"),
        ] {
            assert_eq!(with_final_dot(message.to_vec()), body);
        }
    }

    #[test]
    fn a_message_is_certain_until_the_system_took_its_last_byte() {
        let broken = || Some(WireError::Closed);
        assert_eq!(given_up(broken(), true).outcome, Outcome::Postponed);
        assert_eq!(given_up(broken(), false).outcome, Outcome::Uncertain);
        assert_eq!(given_up(None, true).outcome, Outcome::NotSent);
        assert_eq!(given_up(None, false).outcome, Outcome::Uncertain);
    }
}
