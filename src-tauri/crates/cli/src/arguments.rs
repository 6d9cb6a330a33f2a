//! What can be asked on the command line.

mod people;
mod post;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use people::{Chosen, Edit, Import, Invite, List, Segments, Subscribers};
pub(crate) use post::{Domain, Inbox, Keys, Loopback, Password, PasswordFrom, UnsubscribeBox, Which};

/// Draft a magazine in Markdown, lay it out to PDF, and send its newsletter.
#[derive(Debug, Parser)]
#[command(name = "masthead", version, max_term_width = 100)]
pub(crate) struct Arguments {
    /// The publication's folder; otherwise the nearest one upwards from here.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) publication: Option<PathBuf>,
    /// The folder with the data about people; otherwise the platform's data folder.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Print the result as JSON.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Begin a publication, an issue, an article or an edition.
    New {
        /// What to begin.
        #[command(subcommand)]
        command: New,
    },
    /// Say what stands between an issue and its release.
    Check {
        /// The issue, as `2026-q4`.
        issue: String,
        /// Make the corrections that need no judgement, then check.
        #[arg(long)]
        fix: bool,
        /// Name the words that no dictionary has, too. They are notes, which let an issue pass: a name is no mistake.
        ///
        /// Dictionaries are Hunspell's: those in the publication's `assets/dictionaries`, those that come with this
        /// program, and the system's. The magazine's own words stand in `assets/words.txt`, one a line, and those of
        /// one article or edition in its front matter, as `accepted-words: [Bega]`.
        #[arg(long)]
        spelling: bool,
    },
    /// Show an issue as spreads, or move an entry of its running order.
    Flatplan(Flatplan),
    /// Lay an issue out to PDF.
    Build(Build),
    /// Make one person's copy of an edition.
    Render(Render),
    /// The list.
    Subscribers {
        /// What to do with it.
        #[command(subcommand)]
        command: Subscribers,
    },
    /// Parts of the list, saved by name.
    Segments {
        /// What to do with them.
        #[command(subcommand)]
        command: Segments,
    },
    /// Send an edition to its audience, or go on with a send that was interrupted.
    Send(Send),
    /// What became of each person's copy of an edition.
    Ledger(Ledger),
    /// Make a copy of the list and the ledger, and read it back.
    Backup {
        /// The folder to write it to; otherwise `backups` in the data folder.
        #[arg(long, value_name = "FOLDER")]
        to: Option<PathBuf>,
    },
    /// List the copies of the list.
    Backups,
    /// Put a copy of the list back. Whoever left since then stays away, and nothing is sent again by itself.
    Restore {
        /// The copy: a name that `masthead backups` lists, or a file.
        #[arg(value_name = "BACKUP")]
        backup: PathBuf,
    },
    /// The file on your web space that lets readers unsubscribe by one click.
    UnsubscribeBox {
        /// What to do with it.
        #[command(subcommand)]
        command: UnsubscribeBox,
    },
    /// What came back: bounces, complaints, wishes to leave.
    Inbox {
        /// What to do with it.
        #[command(subcommand)]
        command: Inbox,
    },
    /// The sender's domain and the keys that sign for it.
    Domain {
        /// What to do with it.
        #[command(subcommand)]
        command: Domain,
    },
    /// Passwords in this computer's keyring.
    Password {
        /// What to do with them.
        #[command(subcommand)]
        command: Password,
    },
    /// Run the mail catcher until standard input ends.
    #[command(hide = true)]
    Catch(Catch),
}

#[derive(Debug, Subcommand)]
pub(crate) enum New {
    /// A publication in a folder of its own: templates, a first issue, an edition.
    Publication {
        /// The folder, new or empty.
        folder: PathBuf,
        /// Its name; otherwise the folder's.
        #[arg(long)]
        name: Option<String>,
        /// The language it is written in.
        #[arg(long, default_value = "en")]
        language: String,
        /// The publication whose templates and fonts it takes over; otherwise the one that came with this program
        #[arg(long, value_name = "DIR", env = "MASTHEAD_HOUSE")]
        house: Option<PathBuf>,
    },
    /// An issue with a cover, a contents page, a letter and a colophon.
    Issue {
        /// Its year and quarter, as `2027-q1`.
        issue: String,
    },
    /// An article.
    Article {
        /// Its file name without `.md`: `smart-parking`.
        slug: String,
        /// The issue; otherwise the newest.
        #[arg(long)]
        issue: Option<String>,
        /// How it is laid out.
        #[arg(long, value_enum, default_value_t = Kind::Department)]
        kind: Kind,
    },
    /// A newsletter edition with a teaser for each longer article of its issue.
    Edition {
        /// The issue and a name, as `2027-q1/launch`.
        edition: String,
    },
}

/// How an article is laid out.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Kind {
    /// The editor's letter.
    Letter,
    /// A long piece that opens with a picture.
    Feature,
    /// A shorter piece with a fixed place.
    Department,
    /// Figures and charts.
    Numbers,
    /// Awards, events, a directory.
    Listing,
}

#[derive(Debug, Args)]
pub(crate) struct Flatplan {
    /// The issue, as `2026-q4`.
    pub(crate) issue: String,
    /// Move this entry of the running order, by its number there; the other entries close up.
    #[arg(long = "move", value_name = "NUMBER", requires = "to", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) entry: Option<u32>,
    /// The number that the moved entry gets.
    #[arg(long, value_name = "NUMBER", requires = "entry", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) to: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct Build {
    /// The issue, as `2026-q4`.
    pub(crate) issue: String,
    /// What the PDF is for.
    #[arg(long, value_enum, default_value_t = Target::Screen)]
    pub(crate) target: Target,
    /// The folder to write to; otherwise `build` in the publication.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    /// For reading on a screen: light colours, pictures at 150 dpi, bookmarks and links.
    Screen,
    /// For a printing press: inks, bleed, pictures as they are, in the style of PDF/X-4.
    Print,
    /// For reading with a screen reader, and for archives: PDF/UA-1 and PDF/A-2a.
    Accessible,
    /// For the office printer: two pages a side, in the order in which folded sheets are nested.
    Booklet,
    /// One PDF of each, and the web edition beside them.
    All,
    /// For reading in a browser: a folder of pages to put on the web.
    Web,
}

#[derive(Debug, Args)]
pub(crate) struct Render {
    /// The edition, as `2026-q4/launch`.
    pub(crate) edition: String,
    /// The subscriber to make it for; otherwise a person of whom nothing is known.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) to: Option<String>,
    /// The file to write; otherwise standard output.
    #[arg(long, value_name = "FILE.eml")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Send {
    /// The edition, as `2026-q4/launch`.
    pub(crate) edition: String,
    /// Test it; steer a send that is under way elsewhere, go on with one that was paused, or send again to whom it gave up.
    #[arg(value_enum)]
    pub(crate) action: Option<Steer>,
    /// Who gets a test copy: `send 2026-q4/launch test --to ana@example.org --to ion@example.org`.
    #[arg(long = "to", value_name = "ADDRESS")]
    pub(crate) to: Vec<String>,
    /// Only these people: `country = "RO" and tag = "press"`, or `@NAME` of a saved segment.
    #[arg(long, value_name = "EXPRESSION", default_value = "")]
    pub(crate) segment: String,
    /// Send everything into the built-in mail catcher; no reader gets anything.
    #[arg(long)]
    pub(crate) rehearse: bool,
    /// The number of people it will go to; on a terminal it is asked for.
    #[arg(long, value_name = "COUNT")]
    pub(crate) yes: Option<u64>,
    /// A relay: `smtp://host:port`, `smtp+starttls://user@host:587`, `smtps://user@host:465`; several are used at once.
    #[arg(long = "relay", value_name = "URL")]
    pub(crate) relays: Vec<String>,
    #[command(flatten)]
    pub(crate) password: PasswordFrom,
    /// Connections to each relay at a time; otherwise as the publication says, or 4.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) connections: Option<u16>,
    /// Start at this time, as `2026-12-01T09:00`; the program waits for it.
    #[arg(long, value_name = "TIME", conflicts_with = "action")]
    pub(crate) at: Option<String>,
    /// How long after that time it may still start by itself, should the computer have slept.
    #[arg(long, value_name = "SPAN", default_value = "6h", requires = "at")]
    pub(crate) too_late: String,
    /// Stay until nothing waits any more, through quotas and retries, instead of ending when that takes long.
    #[arg(long)]
    pub(crate) stay: bool,
    /// Leave people whose copy is uncertain alone, instead of sending it again with the same Message-ID.
    #[arg(long)]
    pub(crate) hold_uncertain: bool,
    /// Where a rehearsal keeps the mail it caught; otherwise in the data folder.
    #[arg(long, value_name = "DIR", requires = "rehearse")]
    pub(crate) keep: Option<PathBuf>,
}

/// How to steer a send.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Steer {
    /// Stop within two seconds; everybody not yet sent to waits.
    Pause,
    /// Go on where it was paused.
    Resume,
    /// Give up everybody not yet sent to.
    Cancel,
    /// Send it to the addresses of `--to` alone, its subject marked; the ledger counts none of it.
    Test,
    /// Send once more to people who were refused, or put off until their time was over.
    RetryFailed,
    /// Send once more to people whose copy is uncertain and held.
    ResendUncertain,
    /// Send no second copy to people whose copy is uncertain.
    Hold,
}

#[derive(Debug, Args)]
pub(crate) struct Ledger {
    /// The edition, as `2026-q4/launch`.
    pub(crate) edition: String,
    /// Only deliveries in this state.
    #[arg(long)]
    pub(crate) state: Option<String>,
    /// Every delivery as CSV.
    #[arg(long, conflicts_with = "attempts")]
    pub(crate) csv: bool,
    /// Every attempt of every delivery.
    #[arg(long)]
    pub(crate) attempts: bool,
    /// One person's copy, attempt by attempt.
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["csv", "attempts", "state", "certificate"])]
    pub(crate) person: Option<String>,
    /// What can be certified of the send: its numbers, its equation, its times.
    #[arg(long, conflicts_with_all = ["csv", "attempts", "state"])]
    pub(crate) certificate: bool,
    /// The certificate as an HTML page for the printer.
    #[arg(long, conflicts_with_all = ["csv", "attempts", "state", "person"])]
    pub(crate) html: bool,
    /// The rehearsal's ledger.
    #[arg(long)]
    pub(crate) rehearsal: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Catch {
    /// The folder to keep the mail in.
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// Where to listen; only this computer's own address is allowed.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) listen: String,
}
