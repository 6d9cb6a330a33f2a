//! What staff do with people and mail: bring a list in, look at a mail, send it, see what became of it.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;

use crate::driver::{Window, eventually};
use crate::sample::Sample;

const SOON: Duration = Duration::from_secs(30);

/// What somebody might write into a list, hoping that a window runs it.
const PAYLOADS: [&str; 4] = [
    "<img src=x onerror=window.pwned=1>",
    "<script>window.pwned=2</script>",
    "\"><svg onload=window.pwned=3>",
    "{{constructor.constructor('window.pwned=4')()}}",
];

/// A list of so many people; a few bear names that are code, one address cannot be read, one stands there twice.
pub(crate) fn list(sample: &Sample, people: usize) -> Result<PathBuf> {
    let mut text = "E-mail,Nume,Oraș,Țara,Limba\n".to_owned();
    for number in 0..people {
        let name = PAYLOADS.get(number).map_or_else(|| format!("Reader {number}"), |code| code.replace('"', "\"\""));
        text.push_str(&format!("reader{number:06}@example.org,\"{name}\",Cluj-Napoca,RO,ro\n"));
    }
    text.push_str("no address,Nobody,,,\nreader000001@example.org,Twice,,,\n");
    let path = sample.home("people <img src=x onerror=window.pwned=5>.csv");
    std::fs::create_dir_all(path.parent().context("a folder")?)?;
    std::fs::write(&path, text)?;
    Ok(path)
}

/// Brings a list in through the assistant, from the empty place to the table.
pub(crate) async fn import(window: &Window, list: &std::path::Path) -> Result<()> {
    window.key_with_control('3').await?;
    window.find("[data-testid=subscribers]", SOON).await?;
    window.click("[data-testid=people-import]").await?;
    let input = window.find("[data-testid=import-file]", SOON).await?;
    input.send_keys(&list.to_string_lossy()).await?;
    window.find("[data-testid=import-new]", Duration::from_secs(60)).await?;
    Ok(())
}

/// Fills a field as a person does.
pub(crate) async fn fill(window: &Window, testid: &str, text: &str) -> Result<()> {
    let field = window.find(&format!("[data-testid={testid}]"), SOON).await?;
    field.click().await?;
    window.key_with_control('a').await?;
    window.type_keys(text).await
}

/// The words of an element.
pub(crate) async fn words(window: &Window, testid: &str) -> Result<String> {
    let script = format!("return document.querySelector('[data-testid={testid}]')?.textContent ?? ''");
    Ok(window.script(&script).await?.as_str().unwrap_or_default().to_owned())
}

/// Waits until an element says this.
pub(crate) async fn says(window: &Window, testid: &str, part: &str) -> Result<()> {
    eventually(&format!("`{testid}` says `{part}`"), SOON, || async {
        Ok(words(window, testid).await?.contains(part).then_some(()))
    })
    .await
}

/// Nothing that a list, a server or a file name brought has run, or become an element.
pub(crate) async fn nothing_ran(window: &Window) -> Result<()> {
    let found = window
        .script("return [window.pwned ?? null, document.querySelectorAll('img[src=x], svg[onload]').length]")
        .await?;
    ensure!(found[0].is_null() && found[1] == 0, "something ran or became an element: {found}");
    Ok(())
}

pub(crate) async fn escape(window: &Window) -> Result<()> {
    window.type_keys(&char::from(Key::Escape).to_string()).await
}

/// A server on this computer that takes mail for anybody but one, and answers that one with code.
pub(crate) fn server() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || drop(converse(stream)));
        }
    });
    Ok(port)
}

fn converse(stream: TcpStream) -> Result<()> {
    let mut answers = stream.try_clone()?;
    let mut lines = BufReader::new(stream).lines();
    answers.write_all(b"220 catcher\r\n")?;
    let mut in_message = false;
    while let Some(line) = lines.next().transpose()? {
        if in_message {
            in_message = line != ".";
            if !in_message {
                answers.write_all(b"250 2.0.0 taken\r\n")?;
            }
            continue;
        }
        let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        in_message = word == "DATA";
        let answer = match word.as_str() {
            "EHLO" => "250 catcher",
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            "RCPT" if line.contains("reader000005") => "550 5.1.1 <img src=x onerror=window.pwned=6> nobody here",
            _ => "250 2.0.0 ok",
        };
        answers.write_all(format!("{answer}\r\n").as_bytes())?;
    }
    Ok(())
}
