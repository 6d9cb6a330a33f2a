//! The unsubscribe box on the command line.

use std::process::ExitCode;

use desk::{Desk, Failure};
use serde_json::json;

use crate::arguments::UnsubscribeBox;
use crate::output::{Output, count, say};

/// `masthead unsubscribe-box …`
pub(crate) fn unsubscribe_box(desk: &Desk, command: &UnsubscribeBox, output: Output) -> Result<ExitCode, Failure> {
    match command {
        UnsubscribeBox::Export { out: None } if output.json => {
            output.result(&json!({ "script": desk.box_script()? }), String::new);
        }
        UnsubscribeBox::Export { out: None } => {
            let script = desk.box_script()?;
            output.result(&(), || script.trim_end().to_owned());
        }
        UnsubscribeBox::Export { out: Some(path) } => {
            desk.export_box(path)?;
            output.result(&json!({ "path": path }), || path.display().to_string());
            say("put the file on your web space and its https address into `[sender] unsubscribe-box`");
        }
        UnsubscribeBox::Pull => {
            let pulled = desk.pull_box()?;
            output.result(&pulled, || match &pulled {
                None => "there is no unsubscribe box: `[sender] unsubscribe-box` is not set".to_owned(),
                Some(pulled) => format!(
                    "{} unsubscribed, {} confirmed, {} chose a language; {} known already, {} not signed by this desk",
                    count(pulled.unsubscribed, "person"),
                    pulled.confirmed,
                    pulled.languages,
                    pulled.known,
                    count(pulled.foreign, "line"),
                ),
            });
        }
        UnsubscribeBox::State => {
            let state = desk.box_state()?;
            output.result(&state, || match (&state.address, &state.last_pull) {
                (None, _) => "no unsubscribe box".to_owned(),
                (Some(address), None) => format!("{address}: never read"),
                (Some(address), Some(at)) => format!("{address}: last read at {at}"),
            });
        }
    }
    Ok(ExitCode::SUCCESS)
}
