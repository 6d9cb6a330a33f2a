//! IMAP (RFC 3501), as little of it as reading takes: sign in, open the folder read-only, search, fetch.
//!
//! Every command has a deadline, since the library has none. Mails are fetched one by one and cut at a megabyte: what a
//! report says stands at its head.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use async_imap::{Client, Session};
use futures_util::TryStreamExt;
use jiff::Timestamp;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::smtp::{Secret, Tls};
use crate::store::StoreError;
use crate::tls::{self, TlsFault};

/// A mail is cut at this size.
const MOST_BYTES: u32 = 1024 * 1024;
const WAIT: Duration = Duration::from_secs(60);

/// A folder of a mailbox, and how to get there.
#[derive(Debug, Clone)]
pub struct Mailbox {
    /// The server's name or address.
    pub host: String,
    /// Its port, usually 993.
    pub port: u16,
    /// How the connection is kept private: from the first byte on, or not at all on this computer itself.
    pub tls: Tls,
    /// The account.
    pub user: String,
    /// Its password.
    pub password: Secret,
    /// The folder, usually `INBOX`.
    pub folder: String,
}

impl Mailbox {
    /// What the place in it is kept under.
    pub(super) fn account(&self) -> String {
        format!("{}@{}:{}/{}", self.user, self.host, self.port, self.folder)
    }
}

/// Why a mailbox could not be read.
#[derive(Debug, thiserror::Error)]
pub enum InboxError {
    /// The server cannot be reached.
    #[error("the mailbox's server cannot be reached: {text}")]
    Unreachable {
        /// What was seen.
        text: String,
    },
    /// The server did not prove who it is.
    #[error("the mailbox's server cannot be trusted: {text}")]
    Certificate {
        /// What is wrong with its certificate.
        text: String,
    },
    /// A password would have gone over the network in clear.
    #[error("a password is not sent over a connection without TLS")]
    Plain,
    /// User or password were refused.
    #[error("the mailbox's server refused the sign-in: {text}")]
    SignIn {
        /// Its words.
        text: String,
    },
    /// There is no such folder.
    #[error("the folder `{folder}` cannot be opened: {text}")]
    Folder {
        /// The folder.
        folder: String,
        /// The server's words.
        text: String,
    },
    /// The conversation broke.
    #[error("reading the mailbox broke off: {text}")]
    Broken {
        /// What was seen.
        text: String,
    },
    /// The list could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl InboxError {
    /// A stable name for this fault.
    pub fn code(&self) -> &'static str {
        match self {
            InboxError::Unreachable { .. } => "inbox-unreachable",
            InboxError::Certificate { .. } => "inbox-certificate",
            InboxError::Plain => "inbox-plain",
            InboxError::SignIn { .. } => "inbox-sign-in",
            InboxError::Folder { .. } => "inbox-folder",
            InboxError::Broken { .. } => "inbox-broken",
            InboxError::Store(error) => error.code(),
        }
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            InboxError::Unreachable { .. } => "check the network, and the server's name and port under `[inbox]`",
            InboxError::Certificate { .. } => "check the server's name under `[inbox]`; the password was not sent",
            InboxError::Plain => "write the server as `imaps://user@host:993`",
            InboxError::SignIn { .. } => "check user and password; many providers want an app password here",
            InboxError::Folder { .. } => "set `folder` under `[inbox]` to one that the mailbox has",
            InboxError::Broken { .. } => "run it again; it goes on where it broke off",
            InboxError::Store(error) => error.hint(),
        }
    }
}

/// A mail of the mailbox, or the note that there is nothing up to a number.
pub(super) struct Fetched<'a> {
    pub(super) uid_validity: u32,
    pub(super) uid: u32,
    pub(super) raw: Option<&'a [u8]>,
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin + fmt::Debug> Stream for T {}

type Imap = Session<Box<dyn Stream>>;

/// Hands over every mail newer than `place` (UIDVALIDITY and last UID), oldest first; those from before `since` are
/// passed over. Blocks.
pub(super) fn fetch_new(
    mailbox: &Mailbox,
    place: Option<(u32, u32)>,
    since: Option<Timestamp>,
    mut take: impl FnMut(Fetched<'_>) -> Result<(), StoreError>,
) -> Result<(), InboxError> {
    blocking(async {
        let (mut session, uid_validity) = open(mailbox).await?;
        let last = place.filter(|(validity, _)| *validity == uid_validity).map_or(0, |(_, uid)| uid);
        // A day early: the server's day may not be ours.
        let since = since.map(|since| since - jiff::SignedDuration::from_hours(48));
        let since = since.map_or(String::new(), |since| format!(" SINCE {}", since.strftime("%d-%b-%Y")));
        let query = format!("UID {}:*{since}", last.saturating_add(1));
        let found = within(session.uid_search(&query)).await?;
        // `n:*` names the last mail even when it is older than n (RFC 3501 6.4.8).
        let mut uids: Vec<u32> = found.into_iter().filter(|uid| *uid > last).collect();
        uids.sort_unstable();
        for uid in uids {
            let raw = fetch(&mut session, uid).await?;
            take(Fetched { uid_validity, uid, raw: raw.as_deref() })?;
        }
        // The mails are in hand; a server that cannot say goodbye takes nothing back.
        let _ = within(session.logout()).await;
        Ok(())
    })
}

/// The mail with this Message-ID, if it has arrived. Blocks.
pub fn find_message(mailbox: &Mailbox, message_id: &str) -> Result<Option<Vec<u8>>, InboxError> {
    // It is ours and holds neither quotes nor line ends; anything else is not searched for.
    if !message_id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\') {
        return Ok(None);
    }
    blocking(async {
        let (mut session, _) = open(mailbox).await?;
        let found = within(session.uid_search(format!("HEADER Message-ID \"{message_id}\""))).await?;
        let raw = match found.into_iter().max() {
            Some(uid) => fetch(&mut session, uid).await?,
            None => None,
        };
        let _ = within(session.logout()).await;
        Ok(raw)
    })
}

fn blocking<T>(work: impl Future<Output = Result<T, InboxError>>) -> Result<T, InboxError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| InboxError::Broken { text: error.to_string() })?;
    let done = runtime.block_on(work);
    // Dropped, it would wait for a name that is still being looked up.
    runtime.shutdown_background();
    done
}

async fn open(mailbox: &Mailbox) -> Result<(Imap, u32), InboxError> {
    let mut client = Client::new(connect(mailbox).await?);
    let unreachable = |text: String| InboxError::Unreachable { text };
    let greeting = timeout(WAIT, client.read_response()).await.map_err(|_| unreachable("no greeting".to_owned()))?;
    if greeting.map_err(|error| unreachable(error.to_string()))?.is_none() {
        return Err(unreachable("the server closed the connection".to_owned()));
    }
    let signed_in = timeout(WAIT, client.login(&mailbox.user, mailbox.password.expose()));
    let signed_in = signed_in.await.map_err(|_| unreachable("no answer to the sign-in".to_owned()))?;
    let mut session = signed_in.map_err(|(error, _)| sign_in(&error))?;
    let folder = mailbox.folder.as_str();
    let opened = within(session.examine(folder)).await;
    let opened = opened.map_err(|error| InboxError::Folder { folder: folder.to_owned(), text: error.to_string() })?;
    Ok((session, opened.uid_validity.unwrap_or(0)))
}

fn sign_in(error: &async_imap::error::Error) -> InboxError {
    match error {
        async_imap::error::Error::No(text) | async_imap::error::Error::Bad(text) => {
            InboxError::SignIn { text: text.clone() }
        }
        error => InboxError::Broken { text: error.to_string() },
    }
}

async fn connect(mailbox: &Mailbox) -> Result<Box<dyn Stream>, InboxError> {
    let unreachable = |text: String| InboxError::Unreachable { text };
    let socket = timeout(WAIT, TcpStream::connect((mailbox.host.as_str(), mailbox.port))).await;
    let socket = socket.map_err(|_| unreachable("it does not answer".to_owned()))?;
    let socket = socket.map_err(|error| unreachable(error.to_string()))?;
    if mailbox.tls == Tls::None {
        let loopback = socket.peer_addr().is_ok_and(|peer| peer.ip().is_loopback());
        return if loopback { Ok(Box::new(socket)) } else { Err(InboxError::Plain) };
    }
    match tls::private(&mailbox.host, socket, WAIT).await {
        Ok(stream) => Ok(Box::new(stream)),
        Err(TlsFault::Certificate(text)) => Err(InboxError::Certificate { text }),
        Err(TlsFault::Other(text)) => Err(unreachable(text)),
    }
}

/// The mail with this number, cut at a megabyte; nothing when it went meanwhile.
async fn fetch(session: &mut Imap, uid: u32) -> Result<Option<Vec<u8>>, InboxError> {
    let query = format!("(UID BODY.PEEK[]<0.{MOST_BYTES}>)");
    let whole = async {
        let mails: Vec<_> = session.uid_fetch(uid.to_string(), query).await?.try_collect().await?;
        Ok(mails.into_iter().find(|mail| mail.uid == Some(uid)).and_then(|mail| mail.body().map(<[u8]>::to_vec)))
    };
    within(whole).await
}

async fn within<T>(command: impl Future<Output = Result<T, async_imap::error::Error>>) -> Result<T, InboxError> {
    let done = timeout(WAIT, command).await;
    let done = done.map_err(|_| InboxError::Broken { text: format!("no answer within {} s", WAIT.as_secs()) })?;
    done.map_err(|error| InboxError::Broken { text: error.to_string() })
}
