//! The unsubscribe box as readers and their providers meet it: PHP's own server, real mails' links, a real browser.
//!
//! A rehearsal gives a thousand readers their links. Then come the link scanners that follow every one of them, a
//! thousand one-click requests at once, a kill in the middle, forgeries, people with a browser, and at last the desk,
//! which fetches what was asked for. Nothing may be lost, and nothing may happen that nobody asked for.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result, bail, ensure};

use super::Tally;
use crate::browser::{Browser, answers, free_port};
use crate::demo::{self, EDITION, READERS};
use crate::http::{self, Answer};
use crate::masthead::{self, Catcher, Masthead, number};
use crate::run;
use crate::ui;
use crate::workspace::Workspace;

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const ONE_CLICK: &str = "List-Unsubscribe=One-Click";
/// Requests at a time.
const CLICKERS: usize = 32;
/// Readers whose links a person opens in the browser, and one who is killed upon; the others click at once.
const BY_HAND: usize = 20;

pub(super) fn run(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    let folder = workspace.target.join("box");
    demo::remove(&folder)?;
    let site = folder.join("web/public");
    fs::create_dir_all(&site)?;
    let mut server = Server::start(&site)?;
    let masthead = desk(workspace, &folder, server.port)?;
    let script = site.join("unsubscribe.php");
    masthead.ask(&["unsubscribe-box", "export", "--out", &script.display().to_string()])?;
    tally.check("PHP finds no fault in the file", php(&script));
    tally.check("the desk may ask an empty box", pulled(&masthead, "unsubscribed", 0));
    let mails = rehearse(&masthead, &folder)?;
    tally.check("every mail carries what providers ask for", headers(&mails));
    let links = links(&mails, server.port)?;

    tally.check("link scanners change nothing", scanned(&server, &links, &folder));
    tally.check("forged, cut and foreign links do nothing", forged(&server, &links, &folder));
    tally.check("a request to do something else does nothing", confused(&server, &links, &folder));
    tally.check("one click works without cookie, page or redirect", one_click(&server, &links[0]));
    tally.check(
        "killed right after its answer, nothing is lost",
        killed(&mut server, &site, &links[..BY_HAND / 2], &folder),
    );
    tally.check(
        "a person leaves and chooses in a browser",
        person(workspace, &server, &links[BY_HAND / 2..BY_HAND], &folder),
    );
    tally.check("a thousand at once lose none", stampede(&server, &links[BY_HAND..], &folder));
    tally.check("asking again writes nothing more", again(&server, &links[BY_HAND..], &folder));
    tally.check("the log is for the desk alone", private(&server, &folder));
    tally.check("the desk takes everybody off the list", applied(&masthead));
    tally.check("asked again, the box has nothing new", pulled(&masthead, "unsubscribed", 0));
    tally.check("who signs up is asked by mail and confirms by a button", confirmed(&masthead, &server, &folder));
    Ok(())
}

/// PHP's own server on a folder. It ends with this value.
pub(super) struct Server {
    child: Child,
    pub(super) port: u16,
    /// Another may have its port by now, and its own dead may still be in the system's table.
    is_gone: bool,
}

impl Server {
    pub(super) fn start(site: &Path) -> Result<Server> {
        Server::at(site, free_port()?)
    }

    fn at(site: &Path, port: u16) -> Result<Server> {
        let mut command = Command::new("php");
        command.args(["-d", "session.auto_start=1", "-S", &format!("127.0.0.1:{port}"), "-t"]).arg(site);
        // Several requests at a time, as a real web space has them.
        command.env("PHP_CLI_SERVER_WORKERS", "8").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let child = command.spawn().context("php could not be started")?;
        answers(port)?;
        Ok(Server { child, port, is_gone: false })
    }

    /// Ends the server and all its workers at once, as when the power goes.
    fn kill(&mut self) -> Result<()> {
        if std::mem::replace(&mut self.is_gone, true) {
            return Ok(());
        }
        let group = format!("-{}", self.child.id());
        let status = Command::new("kill").args(["-KILL", "--", &group]).status()?;
        self.child.wait()?;
        ensure!(status.success(), "php could not be killed");
        // The workers give the port back a moment later.
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
            thread::yield_now();
        }
        Ok(())
    }

    fn get(&self, path: &str) -> Result<Answer> {
        http::ask(self.port, "GET", path, &[], "")
    }

    fn post(&self, path: &str, form: &str) -> Result<Answer> {
        http::ask(self.port, "POST", path, &[FORM], form)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// A copy of the sample publication with this box, and its readers.
fn desk(workspace: &Workspace, folder: &Path, port: u16) -> Result<Masthead> {
    let publication = folder.join("publication");
    fs::create_dir_all(&publication)?;
    for part in ["assets", "issues"] {
        let mut copy = Command::new("cp");
        copy.arg("-r").arg(workspace.root.join(part)).arg(&publication);
        run::aloud(&mut copy, "cp -r")?;
    }
    let settings = publication.join("assets/publication.toml");
    let text = fs::read_to_string(&settings)?;
    let with = format!("[sender]\nunsubscribe-box = \"http://127.0.0.1:{port}/unsubscribe.php\"\n");
    ensure!(text.contains("[sender]\n"), "the sample publication has no sender");
    fs::write(&settings, text.replacen("[sender]\n", &with, 1))?;
    let program = workspace.program("cli", false)?;
    let masthead = Masthead { program, publication, data: folder.join("data") };
    demo::import(&masthead, &folder.join("readers.csv"))?;
    Ok(masthead)
}

fn php(script: &Path) -> Result<String> {
    let said = run::quietly(Command::new("php").arg("-l").arg(script), "php -l")?;
    ensure!(said.success(), "{}", said.output);
    Ok(format!("{} bytes", fs::metadata(script)?.len()))
}

/// Every reader's mail, out of a rehearsal.
fn rehearse(masthead: &Masthead, folder: &Path) -> Result<Vec<String>> {
    let keep = folder.join("mail");
    let count = READERS.to_string();
    masthead.ask(&["send", EDITION, "--rehearse", "--yes", &count, "--keep", &keep.display().to_string()])?;
    let mails = masthead::mails(&keep)?;
    ensure!(mails.len() == READERS, "{} mails were caught", mails.len());
    mails.iter().map(|mail| Ok(String::from_utf8_lossy(&fs::read(mail)?).replace("\r\n", "\n"))).collect()
}

/// The value of a header field, its folds undone.
fn header<'a>(mail: &'a str, name: &str) -> Option<String> {
    let head: &'a str = mail.split("\n\n").next().unwrap_or_default();
    let unfolded = head.replace("\n ", " ").replace("\n\t", " ");
    unfolded.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned))
}

fn headers(mails: &[String]) -> Result<String> {
    for mail in mails {
        let field = |name: &str| header(mail, name).with_context(|| format!("a mail has no {name}"));
        let leave = field("List-Unsubscribe")?;
        ensure!(leave.starts_with("<http://127.0.0.1:") && leave.contains(">, <mailto:"), "{leave}");
        ensure!(field("List-Unsubscribe-Post")? == ONE_CLICK, "the Post field is wrong");
        ensure!(field("Precedence")? == "bulk" && field("List-Id")?.ends_with('>'), "the list is not named");
        ensure!(field("List-Help")?.starts_with("<mailto:"), "the help is wrong");
        ensure!(field("Feedback-ID")?.split(':').count() == 4, "the Feedback-ID has not four parts");
        let longest = mail.lines().map(str::len).max().unwrap_or(0);
        ensure!(longest <= 998, "a line has {longest} bytes");
    }
    Ok(format!("{} mails", mails.len()))
}

/// The path of every mail's link.
fn links(mails: &[String], port: u16) -> Result<Vec<String>> {
    let host = format!("<http://127.0.0.1:{port}");
    let link = |mail: &String| {
        let leave = header(mail, "List-Unsubscribe").context("no link")?;
        let path = leave.strip_prefix(&host).and_then(|rest| rest.split_once('>')).map(|(path, _)| path.to_owned());
        path.with_context(|| format!("no link in {leave}"))
    };
    let links: Vec<String> = mails.iter().map(link).collect::<Result<_>>()?;
    ensure!(links.iter().collect::<BTreeSet<_>>().len() == links.len(), "two readers have the same link");
    Ok(links)
}

/// The folder with the log, which lies beside the document root.
fn vault(folder: &Path) -> Result<PathBuf> {
    let entries = fs::read_dir(folder.join("web"))?.filter_map(Result::ok);
    let vault = entries.map(|entry| entry.path()).find(|path| path.is_dir() && !path.ends_with("public"));
    vault.context("the box made no folder")
}

/// The lines of the log.
fn log(folder: &Path) -> Result<Vec<String>> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(vault(folder)?)?.filter_map(Result::ok).map(|entry| entry.path()).collect();
    files.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("log-")));
    files.sort();
    let mut lines = Vec::new();
    for file in files {
        lines.extend(fs::read_to_string(file)?.lines().skip(1).map(str::to_owned));
    }
    Ok(lines)
}

fn unchanged(folder: &Path, before: usize, work: impl FnOnce() -> Result<String>) -> Result<String> {
    let said = work()?;
    let after = log(folder)?.len();
    ensure!(after == before, "the log had {before} lines and has {after}");
    Ok(said)
}

fn scanned(server: &Server, links: &[String], folder: &Path) -> Result<String> {
    unchanged(folder, 0, || {
        for link in links {
            let page = server.get(link)?;
            ensure!(page.status == 200 && page.body.contains("<button>"), "status {}", page.status);
            ensure!(page.body.matches("<form").count() == 1, "more than one form");
            let with = format!("{link}&List-Unsubscribe=One-Click&from=page");
            ensure!(server.get(&with)?.status == 200, "a GET with a query was refused");
        }
        for method in ["HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"] {
            http::ask(server.port, method, &links[0], &[FORM], ONE_CLICK)?;
        }
        let romanian =
            http::ask(server.port, "GET", &links[0].replace("?t=", "?t=x"), &[("Accept-Language", "ro")], "")?;
        ensure!(
            romanian.body.contains("Acest link nu funcționează"),
            "a bad link is not told in the reader's language"
        );
        Ok(format!("{} links, each twice", links.len()))
    })
}

fn forged(server: &Server, links: &[String], folder: &Path) -> Result<String> {
    unchanged(folder, 0, || {
        let token = links[0].split_once("?t=").context("no token")?.1;
        let mut tried = 0;
        let mut refuse = |token: &str| {
            let answer = server.post(&format!("/unsubscribe.php?t={token}"), ONE_CLICK)?;
            ensure!((400..500).contains(&answer.status), "{token}: status {}", answer.status);
            tried += 1;
            Ok(())
        };
        for place in 0..token.len() {
            let other = if token.as_bytes()[place] == b'A' { 'B' } else { 'A' };
            refuse(&format!("{}{other}{}", &token[..place], &token[place + 1..]))?;
            refuse(&token[..place])?;
        }
        for strange in ["", "AAAA", "%00", "..%2F..%2Fetc%2Fpasswd", "%F0%9F", "'%22%3E%3Cscript%3E", &"A".repeat(5000)]
        {
            refuse(strange)?;
        }
        refuse(&format!("{token}%3D"))?;
        refuse(&format!("{token}A"))?;
        ensure!(server.post("/unsubscribe.php", ONE_CLICK)?.status == 400, "a link without a token was taken");
        ensure!(server.post("/unsubscribe.php?t[]=x", ONE_CLICK)?.status == 400, "a list for a token was taken");
        Ok(format!("{tried} refused"))
    })
}

fn confused(server: &Server, links: &[String], folder: &Path) -> Result<String> {
    unchanged(folder, 0, || {
        for form in ["", "List-Unsubscribe=no", "confirm=yes", "language=xx", "language[]=ro", "pull=1"] {
            ensure!(server.post(&links[0], form)?.status == 400, "`{form}` was taken");
        }
        for form in ["", "time=1&after=1:0&signature=AAAA", "time[]=1", "after=../../x"] {
            let answer = server.post("/unsubscribe.php?pull=1", form)?;
            ensure!(answer.status == 403 && answer.body.trim() == "refused", "`{form}` was answered: {}", answer.body);
        }
        Ok(String::new())
    })
}

/// One request as a mail provider makes it.
fn click(server: &Server, link: &str) -> Result<Answer> {
    let answer = server.post(link, ONE_CLICK)?;
    ensure!(answer.status == 200, "status {}: {}", answer.status, answer.body);
    Ok(answer)
}

fn one_click(server: &Server, link: &str) -> Result<String> {
    let answer = click(server, link)?;
    for unwanted in ["set-cookie", "location", "x-powered-by", "refresh"] {
        ensure!(answer.field(unwanted).is_none(), "the answer has a field {unwanted}");
    }
    ensure!(answer.field("cache-control") == Some("no-store"), "the answer may be kept");
    // The other way to send a form, which RFC 8058 allows as well.
    let body =
        "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n".to_owned();
    let answer = http::ask(server.port, "POST", link, &[("Content-Type", "multipart/form-data; boundary=b")], &body)?;
    ensure!(answer.status == 200, "multipart: status {}", answer.status);
    Ok(String::new())
}

fn killed(server: &mut Server, site: &Path, links: &[String], folder: &Path) -> Result<String> {
    for link in links {
        click(server, link)?;
        server.kill()?;
        let lines = log(folder)?;
        let token = link.split_once("?t=").context("no token")?.1;
        ensure!(lines.iter().any(|line| line.ends_with(token)), "the wish that was answered is lost");
        *server = Server::at(site, server.port)?;
    }
    Ok(format!("{} kills", links.len()))
}

fn person(workspace: &Workspace, server: &Server, links: &[String], folder: &Path) -> Result<String> {
    let browser = Browser::start(&folder.join("browser"))?;
    let axe = ui::axe(workspace)?;
    let at = |path: &str| format!("http://127.0.0.1:{}{path}", server.port);
    let before = log(folder)?.len();
    browser.size(320, 640)?;
    let mut pages = 0;
    let mut look = |browser: &Browser| -> Result<()> {
        let found = browser.axe(&axe)?;
        ensure!(found.is_empty(), "axe: {}", found.join("\n"));
        let wide = browser.run("return document.documentElement.scrollWidth")?;
        ensure!(wide.as_u64() <= Some(320), "the page is {wide} wide on a phone");
        pages += 1;
        Ok(())
    };
    browser.open(&at(&links[0]))?;
    look(&browser)?;
    ensure!(log(folder)?.len() == before, "opening the page changed something");
    browser.follow("button")?;
    look(&browser)?;
    let last = log(folder)?.pop().unwrap_or_default();
    ensure!(last.contains(" unsubscribe/page "), "the button wrote `{last}`");
    browser.open(&at(&format!("{}&preferences", links[1])))?;
    look(&browser)?;
    browser.click("input[value=ro]")?;
    browser.follow("button")?;
    look(&browser)?;
    let title = browser.run("return document.title + document.documentElement.lang")?;
    ensure!(title.as_str().is_some_and(|title| title.contains("salvată") && title.ends_with("ro")), "{title}");
    browser.open(&at("/unsubscribe.php?t=broken"))?;
    look(&browser)?;
    let strangers: Vec<String> = browser.requests()?;
    let away = strangers.iter().filter(|url| !url.starts_with(&at("")) && !url.starts_with("data:"));
    ensure!(away.clone().count() == 0, "the pages ask elsewhere: {:?}", away.collect::<Vec<_>>());
    ensure!(log(folder)?.len() == before + 2, "two wishes, {} lines", log(folder)?.len() - before);
    Ok(format!("axe found nothing on {pages} pages"))
}

/// Everybody clicks at the same moment.
fn everybody(server: &Server, links: &[String]) -> Result<()> {
    let (next, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..CLICKERS {
            scope.spawn(|| {
                while let Some(link) = links.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if click(server, link).is_err() {
                        refused.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let refused = refused.into_inner();
    ensure!(refused == 0, "{refused} were not answered with 200");
    Ok(())
}

fn stampede(server: &Server, links: &[String], folder: &Path) -> Result<String> {
    let before = log(folder)?.len();
    everybody(server, links)?;
    let lines = log(folder)?;
    ensure!(lines.len() == before + links.len(), "{} clicks, {} lines", links.len(), lines.len() - before);
    let tokens: BTreeSet<&str> = lines.iter().filter_map(|line| line.rsplit(' ').next()).collect();
    let lost =
        links.iter().filter(|link| !tokens.contains(link.split_once("?t=").map_or("", |(_, token)| token))).count();
    ensure!(lost == 0, "{lost} are lost");
    let torn = lines.iter().filter(|line| line.split(' ').count() != 3).count();
    ensure!(torn == 0, "{torn} lines are torn");
    Ok(format!("{} clicks, {CLICKERS} at a time", links.len()))
}

fn again(server: &Server, links: &[String], folder: &Path) -> Result<String> {
    let before = log(folder)?.len();
    unchanged(folder, before, || {
        everybody(server, &links[..200.min(links.len())])?;
        Ok(String::new())
    })
}

fn private(server: &Server, folder: &Path) -> Result<String> {
    use std::os::unix::fs::PermissionsExt;
    let vault = vault(folder)?;
    ensure!(fs::metadata(&vault)?.permissions().mode() & 0o077 == 0, "others may look into the folder");
    let name = vault.file_name().context("no name")?.to_string_lossy().into_owned();
    for path in [format!("/../{name}/log-000001.php"), format!("/{name}/log-000001.php")] {
        let answer = server.get(&path)?;
        ensure!(!answer.body.contains("unsubscribe/"), "the log is shown at {path}");
    }
    // Where the box can only write beside itself, the guard is what keeps the log.
    let inside = folder.join("web/public").join(&name);
    fs::create_dir_all(&inside)?;
    fs::copy(vault.join("log-000001.php"), inside.join("log-000001.php"))?;
    let answer = server.get(&format!("/{name}/log-000001.php"))?;
    demo::remove(&inside)?;
    ensure!(answer.status == 404 && answer.body.is_empty(), "status {}, {}", answer.status, answer.body);
    let addresses = log(folder)?.iter().filter(|line| line.contains('@')).count();
    ensure!(addresses == 0, "{addresses} lines hold an address");
    Ok(String::new())
}

/// Double opt-in from the sign-up to the audience.
fn confirmed(masthead: &Masthead, server: &Server, folder: &Path) -> Result<String> {
    let settings = masthead.publication.join("assets/publication.toml");
    let text = fs::read_to_string(&settings)?;
    fs::write(&settings, text.replacen("[sender]\n", "[sender]\ndouble-opt-in = true\n", 1))?;
    let before = audience(masthead)?;
    for person in ["ana@example.org", "ion@example.org"] {
        masthead.ask(&["subscribers", "add", person, "--source", "the fair", "--basis", "wrote on the list"])?;
    }
    ensure!(audience(masthead)? == before, "somebody who did not confirm is in the audience");
    let mail = folder.join("questions");
    let catcher = Catcher::start(masthead, &mail)?;
    let asked = masthead.ask(&["subscribers", "invite", "--yes", "2", "--relay", &catcher.relay()])?.json;
    ensure!(number(&asked, "asked")? == 2, "{asked}");
    catcher.stop()?;
    let question = fs::read_to_string(masthead::mails(&mail)?.first().context("no question was caught")?)?;
    let question = question.replace("\r\n", "\n").replace("=\n", "").replace("=3D", "=");
    let host = format!("http://127.0.0.1:{}", server.port);
    let text = question.split("text/html").next().unwrap_or_default();
    let body = text.split_once("\n\n").map(|(_, body)| body).unwrap_or_default();
    let link = body.split_whitespace().find_map(|word| word.strip_prefix(&host)).context("no link")?;
    let lines = log(folder)?.len();
    let page = server.get(link)?;
    ensure!(page.status == 200 && page.body.matches("<button>").count() == 1, "not one button: {}", page.body);
    ensure!(server.post(link, ONE_CLICK)?.status == 400, "a provider's click confirmed");
    ensure!(log(folder)?.len() == lines, "a scanner confirmed");
    ensure!(pulled(masthead, "confirmed", 0).is_ok(), "nobody pressed the button yet");
    let browser = Browser::start(&folder.join("browser-2"))?;
    browser.open(&format!("{host}{link}"))?;
    browser.follow("button")?;
    pulled(masthead, "confirmed", 1)?;
    ensure!(audience(masthead)? == before + 1, "who confirmed is not in the audience");
    Ok("one of two confirmed, one is mailed".to_owned())
}

/// How many people an edition would go to.
fn audience(masthead: &Masthead) -> Result<u64> {
    let keep = masthead.data.join("audience");
    let keep = keep.display().to_string();
    let sent = masthead.ask(&["send", EDITION, "--rehearse", "--keep", &keep])?.json;
    masthead::in_state(&sent, "accepted")
}

fn pulled(masthead: &Masthead, name: &str, expected: u64) -> Result<String> {
    let pulled = masthead.ask(&["unsubscribe-box", "pull"])?.json;
    let (found, foreign) = (number(&pulled, name)?, number(&pulled, "foreign")?);
    if found != expected || foreign != 0 {
        bail!("expected {expected} {name} and nothing foreign: {pulled}");
    }
    Ok(format!("{found} {name}"))
}

fn applied(masthead: &Masthead) -> Result<String> {
    // All but the nine whom the browser only opened pages for, and the one of those who left.
    let left = (READERS - (BY_HAND / 2) + 1) as u64;
    let said = pulled(masthead, "unsubscribed", left)?;
    let count = masthead.ask(&["subscribers", "count", "--status", "unsubscribed"])?.json;
    ensure!(number(&count, "count")? == left, "the list says {count}");
    Ok(said)
}
