//! What a sender is set up with: passwords, the domain, the mailbox, the unsubscribe box.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Where a password is taken from; otherwise from the keyring.
#[derive(Debug, Args)]
pub(crate) struct PasswordFrom {
    /// A file with the password, which only you may read.
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// An open file descriptor to read the password from: `--password-fd 3 3<FILE`.
    #[arg(long, value_name = "N", conflicts_with = "password_file")]
    pub(crate) password_fd: Option<u32>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Inbox {
    /// Read what is new in the mailbox; nothing there is changed.
    Sync {
        #[command(flatten)]
        password: PasswordFrom,
    },
    /// List what came back, newest first.
    List {
        /// Only this kind: `hard_bounce`, `soft_bounce`, `delay`, `policy`, `complaint`, `unsubscribe`.
        #[arg(long)]
        kind: Vec<String>,
        /// Only what is about this address.
        #[arg(long)]
        address: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Show one decision with the raw report it was made from.
    Show {
        /// Its number.
        id: i64,
    },
    /// Take a decision back: the person and their copy are as they were before.
    Undo {
        /// Its number.
        id: i64,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Domain {
    /// Keys that sign letters (DKIM).
    Key {
        /// What to do with them.
        #[command(subcommand)]
        command: Keys,
    },
    /// Look the domain over in DNS (SPF, DKIM, DMARC, MX) and knock at the relay, and print each record to add.
    Check {
        /// A relay to look at instead of the publication's.
        #[arg(long = "relay", value_name = "URL")]
        relays: Vec<String>,
        #[command(flatten)]
        dns: Dns,
    },
    /// Send one marked letter to your own mailbox, fetch it over IMAP, and say what happened to it on the way.
    Loopback(Loopback),
}

#[derive(Debug, Args)]
pub(crate) struct Loopback {
    /// Your own address.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) to: String,
    /// The relay; otherwise the publication's.
    #[arg(long, value_name = "URL")]
    pub(crate) relay: Option<String>,
    #[command(flatten)]
    pub(crate) password: PasswordFrom,
    /// The mailbox of that address, `imaps://me@host:993`; otherwise the publication's.
    #[arg(long, value_name = "URL")]
    pub(crate) mailbox: Option<String>,
    /// A file with the mailbox's password, which only you may read; otherwise from the keyring.
    #[arg(long, value_name = "FILE")]
    pub(crate) mailbox_password_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) dns: Dns,
    /// How many seconds to wait for it.
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    pub(crate) patience: u64,
}

/// Whom to ask about names.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Dns {
    /// Ask this name server instead of this computer's own: `198.51.100.53:53`.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) dns: Option<std::net::SocketAddr>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Make an RSA and an Ed25519 key and print the records to publish.
    New {
        /// The key's name; the second one's ends in `-ed25519`.
        #[arg(long, default_value = "masthead")]
        selector: String,
        /// Make no Ed25519 key beside the RSA one.
        #[arg(long)]
        only_rsa: bool,
    },
    /// Show the keys and their records.
    List,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Password {
    /// Keep a password in the keyring; it is read from standard input unless said otherwise.
    Keep {
        /// The server it is for, as the publication names it.
        #[arg(value_enum)]
        which: Which,
        #[command(flatten)]
        from: PasswordFrom,
    },
    /// Take a password out of the keyring.
    Forget {
        /// The server it is for.
        #[arg(value_enum)]
        which: Which,
    },
}

/// A server that the publication names.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Which {
    /// The relay, under `[sender]`.
    Relay,
    /// The mailbox, under `[inbox]`.
    Inbox,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UnsubscribeBox {
    /// Write the PHP file, with this list's public key in it.
    Export {
        /// The file to write; otherwise standard output.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Fetch what people asked of it, and take those who left off the list.
    Pull,
    /// Say where it is and when it was last read.
    State,
}
