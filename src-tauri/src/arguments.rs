//! What the window is opened with: `masthead-app [PATH] [--publication DIR] [--data DIR]`.

use std::path::{Path, PathBuf};

use clap::Parser;
use desk::{Called, Failure, Ring};

/// The command line as it was typed.
#[derive(Debug, Parser)]
#[command(name = "masthead-app", version, about = "Masthead: write a magazine and see its pages")]
pub(crate) struct Arguments {
    /// A publication's folder, or an article or edition in it; without it the publication that the working directory is
    /// in, or the one that was open last
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// The publication's folder, where PATH does not tell it
    #[arg(long, value_name = "DIR", env = "MASTHEAD_PUBLICATION")]
    publication: Option<PathBuf>,
    /// Where data about people lives; without it the platform's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The publication that is the sample, and whose templates a new one takes over; without it the one that came with
    /// this program
    #[arg(long, value_name = "DIR", env = "MASTHEAD_HOUSE")]
    house: Option<PathBuf>,
}

impl Arguments {
    /// The folder of the publication to open, where the window was told of one or stands in one.
    pub(crate) fn publication(&self, working_directory: &Path) -> Option<PathBuf> {
        let named = self.path.as_deref().and_then(|path| Called::of(path).ok()).map(|called| called.publication);
        named.or_else(|| self.publication.clone()).or_else(|| desk::find_publication(working_directory))
    }

    /// What was asked for by its path.
    ///
    /// # Errors
    /// When it lies in no publication.
    pub(crate) fn called(&self) -> Result<Option<Called>, Failure> {
        self.path.as_deref().map(Called::of).transpose()
    }

    /// What a window that is open already is to do instead of this one.
    pub(crate) fn ring(&self, working_directory: &Path) -> Ring {
        let open = self.path.clone().or_else(|| self.publication(working_directory));
        let token = ["XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"].iter().find_map(|name| std::env::var(name).ok());
        Ring { open: open.map(|path| working_directory.join(path)), token }
    }

    /// The publication that came with `program`, or the one that was named in its place.
    pub(crate) fn house(&self, program: &Path) -> Option<PathBuf> {
        self.house.clone().or_else(|| desk::find_house(program))
    }

    /// Where data about people lives.
    pub(crate) fn data(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(desk::default_data_folder)
    }
}
