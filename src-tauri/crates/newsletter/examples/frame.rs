//! Writes a frame as MJML and as the HTML made of it, for another compiler to be held against:
//! `cargo run -p newsletter --example frame -- FRAME.mjml FOLDER`.
//!
//! Every section stands and every slot is still in it, so that the frame alone is compared.

#![allow(clippy::print_stdout, reason = "an example talks to the person who runs it")]

use std::error::Error;
use std::fs;
use std::path::Path;

use newsletter::Frame;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, folder] = arguments.as_slice() else { return Err("usage: frame FRAME.mjml FOLDER".into()) };
    let (frame, findings) = Frame::read(file, &fs::read_to_string(file)?);
    let whole = frame.whole();
    fs::write(Path::new(folder).join("frame.mjml"), whole.mjml)?;
    fs::write(Path::new(folder).join("frame.html"), whole.html)?;
    findings.iter().for_each(|finding| println!("{finding}"));
    Ok(())
}
