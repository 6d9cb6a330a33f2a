//! The sample edition to a thousand readers over loopback SMTP.

use std::path::Path;

use anyhow::Result;

use crate::demo::{self, READERS, remove};
use crate::masthead::{Catcher, Masthead, in_state};
use crate::report::grouped;
use crate::workspace::Workspace;

pub(crate) fn run(workspace: &Workspace, folder: &Path, release: bool) -> Result<()> {
    let program = workspace.program("cli", release)?;
    let masthead = Masthead { program, publication: workspace.root.clone(), data: folder.join("data") };
    for connections in [1, 4] {
        remove(&masthead.data)?;
        demo::import(&masthead, &folder.join("readers.csv"))?;
        let catcher = Catcher::start(&masthead, &folder.join(format!("mail-{connections}")))?;
        let sent = demo::send(&masthead, &catcher.relay(), connections)?;
        catcher.stop()?;
        let (accepted, seconds) = (in_state(&sent.json, "accepted")?, sent.took.as_secs_f64());
        println!(
            "mail   {} of {} accepted at {connections} connections: {seconds:.2} s, {:.0}/s",
            grouped(accepted),
            grouped(READERS as u64),
            accepted as f64 / seconds
        );
    }
    Ok(())
}
