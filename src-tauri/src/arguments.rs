//! What the window is opened with: `masthead-app [--publication DIR] [--data DIR]`.

use std::path::{Path, PathBuf};

use clap::Parser;

/// The command line as it was typed.
#[derive(Debug, Parser)]
#[command(name = "masthead-app", version, about = "Masthead: write a magazine and see its pages")]
pub(crate) struct Arguments {
    /// The publication's folder; without it the one that the working directory is in, or the one that was open last
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
        self.publication.clone().or_else(|| desk::find_publication(working_directory))
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
