//! A mailbox on this computer with what came back in it: as much of IMAP as reading it once takes.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use anyhow::{Context, Result};

/// Serves these mails until the journey's program ends; answers the port.
pub(crate) fn serve(mails: Vec<String>) -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    let mails: Arc<[String]> = mails.into();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mails = Arc::clone(&mails);
            std::thread::spawn(move || drop(converse(stream, &mails)));
        }
    });
    Ok(port)
}

fn converse(stream: TcpStream, mails: &[String]) -> Result<()> {
    let mut answers = stream.try_clone()?;
    let lines = BufReader::new(stream).lines();
    answers.write_all(b"* OK mailbox\r\n")?;
    for line in lines {
        let line = line?;
        let (tag, asked) = line.split_once(' ').context("a command without a tag")?;
        let told = told(asked, mails)?;
        answers.write_all(format!("{told}{tag} OK done\r\n").as_bytes())?;
    }
    Ok(())
}

/// What comes before the command's own answer.
fn told(asked: &str, mails: &[String]) -> Result<String> {
    let words: Vec<&str> = asked.split(' ').collect();
    Ok(match words[..] {
        ["EXAMINE", ..] => format!("* {} EXISTS\r\n* OK [UIDVALIDITY 1] it stays\r\n", mails.len()),
        ["UID", "SEARCH", ..] => {
            let numbers: String = (1..=mails.len()).map(|number| format!(" {number}")).collect();
            format!("* SEARCH{numbers}\r\n")
        }
        ["UID", "FETCH", number, ..] => {
            let mail = mails.get(number.parse::<usize>()? - 1).context("no such mail")?;
            format!("* {number} FETCH (UID {number} BODY[]<0> {{{}}}\r\n{mail})\r\n", mail.len())
        }
        ["LOGOUT"] => "* BYE\r\n".to_owned(),
        _ => String::new(),
    })
}

/// A report as RFC 3464 has it, about somebody whom a server would not have.
pub(crate) fn bounce(to: &str, status: &str, words: &str) -> String {
    let text = format!(
        "From: Mail Delivery System <MAILER-DAEMON@mx.example.net>\nTo: bounces@example.org\n\
         Subject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n--b\n\
         Content-Type: text/plain\n\nI'm sorry to have to inform you.\n\n--b\nContent-Type: message/delivery-status\n\n\
         Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; {to}\nAction: failed\nStatus: {status}\n\
         Diagnostic-Code: smtp; {words}\n\n--b--\n"
    );
    text.replace('\n', "\r\n")
}
