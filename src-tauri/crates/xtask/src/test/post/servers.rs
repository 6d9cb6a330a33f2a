//! Postfix and Dovecot, each from a configuration of its own.
//!
//! Their folder lies among the system's temporary ones: the daemons give up root's rights and must still reach it, which
//! a home directory would not let them. Postfix is master of its own processes, so ending the two that were started here
//! ends all of them.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::browser::{answers, free_port};
use crate::doctor;
use crate::run;

/// What everybody signs in with; looked for afterwards wherever Masthead writes.
pub(super) const PASSWORD: &str = "canary-Qx7vLw3Zt9";

const MAILBOXES: [&str; 5] =
    ["newsletter@magazine.test", "bounces@magazine.test", "ana@town.test", "ion@town.test", "lia@town.test"];

/// The two servers, running.
pub(super) struct Servers {
    folder: PathBuf,
    root: &'static [&'static str],
    submission: u16,
    submissions: u16,
    imaps: u16,
    running: Vec<Child>,
}

impl Servers {
    /// Makes the certificates and starts both.
    pub(super) fn start() -> Result<Servers> {
        let root = doctor::root()
            .context("Postfix is started by root alone; run this as root, or let sudo work without a password")?;
        let folder = std::env::temp_dir().join(format!("masthead-post-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        #[cfg(unix)]
        fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
        let ports = [free_port()?, free_port()?, free_port()?, free_port()?];
        let [submission, submissions, imaps, lmtp] = ports;
        let mut servers = Servers { folder, root, submission, submissions, imaps, running: Vec::new() };
        servers.certificates()?;
        servers.dovecot(lmtp)?;
        servers.postfix(lmtp)?;
        for port in ports {
            answers(port)?;
        }
        Ok(servers)
    }

    /// The relay, by one of this computer's names.
    pub(super) fn relay(&self, scheme: &str, host: &str) -> String {
        let port = if scheme == "smtps" { self.submissions } else { self.submission };
        format!("{scheme}://newsletter%40magazine.test@{host}:{port}")
    }

    /// A mailbox's address.
    pub(super) fn mailbox(&self, user: &str) -> String {
        format!("imaps://{}@localhost:{}", user.replace('@', "%40"), self.imaps)
    }

    /// The certificate that signed the servers' own.
    pub(super) fn authority(&self) -> PathBuf {
        self.folder.join("tls/ca.pem")
    }

    /// A certificate that signed nothing.
    pub(super) fn stranger(&self) -> PathBuf {
        self.folder.join("tls/stranger.pem")
    }

    /// A person's mails as they arrived.
    pub(super) fn mails_of(&self, person: &str) -> Result<Vec<PathBuf>> {
        let mut files = self.files(person, "new")?;
        files.extend(self.files(person, "cur")?);
        Ok(files)
    }

    /// How many of a person's mails bear no mark at all.
    pub(super) fn unmarked(&self, person: &str) -> Result<usize> {
        let marked =
            |file: &&PathBuf| file.to_string_lossy().rsplit_once(":2,").is_some_and(|(_, marks)| !marks.is_empty());
        Ok(self.mails_of(person)?.iter().filter(|file| !marked(file)).count())
    }

    fn files(&self, person: &str, place: &str) -> Result<Vec<PathBuf>> {
        let folder = self.folder.join("mail").join(person).join(place);
        match fs::read_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            entries => entries?.map(|entry| Ok(entry?.path())).collect(),
        }
    }

    /// Ends both and removes what they left.
    pub(super) fn stop(mut self) -> Result<()> {
        self.end();
        Ok(())
    }

    fn end(&mut self) {
        for child in self.running.iter_mut().rev() {
            let pid = child.id().to_string();
            let _ = command(self.root, &["kill", "-TERM", &pid]).status();
        }
        for mut child in self.running.drain(..) {
            let _ = child.wait();
        }
        let folder = self.folder.to_string_lossy().into_owned();
        let _ = command(self.root, &["rm", "-rf", &folder]).status();
    }

    fn certificates(&self) -> Result<()> {
        let folder = self.folder.join("tls");
        fs::create_dir_all(&folder)?;
        fs::write(
            folder.join("ext"),
            "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n",
        )?;
        let key = ["-newkey", "rsa:2048", "-nodes"];
        for (args, what) in [
            (
                &["req", "-x509", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Test authority"][..],
                &key[..],
            ),
            (
                &[
                    "req",
                    "-x509",
                    "-keyout",
                    "stranger.key",
                    "-out",
                    "stranger.pem",
                    "-days",
                    "2",
                    "-subj",
                    "/CN=Stranger",
                ],
                &key,
            ),
            (&["req", "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost"], &key),
            (
                &[
                    "x509",
                    "-req",
                    "-in",
                    "server.csr",
                    "-CA",
                    "ca.pem",
                    "-CAkey",
                    "ca.key",
                    "-CAcreateserial",
                    "-days",
                    "2",
                ],
                &["-extfile", "ext", "-out", "server.pem"],
            ),
        ] {
            let mut openssl = Command::new("openssl");
            openssl.args(args).args(what).current_dir(&folder);
            let made = run::quietly(&mut openssl, "openssl")?;
            ensure!(made.success(), "openssl {} failed\n{}", args.join(" "), made.output);
        }
        Ok(())
    }

    fn dovecot(&mut self, lmtp: u16) -> Result<()> {
        let version = run::quietly(Command::new("/usr/sbin/dovecot").arg("--version"), "dovecot --version")?;
        ensure!(
            version.stdout.starts_with("2.3"),
            "this test is written for Dovecot 2.3, here is {}",
            version.stdout.trim()
        );
        let (user, group) = mail_owner()?;
        let at = self.folder.display();
        let users: String = MAILBOXES.iter().map(|name| format!("{name}:{{PLAIN}}{PASSWORD}::::::\n")).collect();
        fs::write(self.folder.join("users"), users)?;
        for name in ["dovecot", "mail", "queue", "log", "postfix", "lib"] {
            fs::create_dir_all(self.folder.join(name))?;
        }
        let imaps = self.imaps;
        let config = format!(
            "protocols = imap lmtp\nbase_dir = {at}/dovecot\nstate_dir = {at}/dovecot\nlog_path = {at}/log/dovecot.log\n\
             listen = 127.0.0.1\nssl = required\nssl_cert = <{at}/tls/server.pem\nssl_key = <{at}/tls/server.key\n\
             mail_location = maildir:{at}/mail/%u\nfirst_valid_uid = 1\nauth_mechanisms = plain login\n\
             recipient_delimiter = +\ndefault_vsz_limit = 512M\n\
             passdb {{\n  driver = passwd-file\n  args = username_format=%u {at}/users\n}}\n\
             userdb {{\n  driver = passwd-file\n  args = username_format=%u {at}/users\n  \
             default_fields = uid={user} gid={group} home={at}/mail/%u\n}}\n\
             service imap-login {{\n  inet_listener imap {{\n    port = 0\n  }}\n  inet_listener imaps {{\n    \
             port = {imaps}\n    ssl = yes\n  }}\n}}\n\
             service lmtp {{\n  inet_listener lmtp {{\n    address = 127.0.0.1\n    port = {lmtp}\n  }}\n}}\n\
             service auth {{\n  unix_listener {at}/queue/auth {{\n    mode = 0666\n  }}\n}}\n\
             protocol lmtp {{\n  postmaster_address = postmaster@magazine.test\n}}\nnamespace inbox {{\n  inbox = yes\n}}\n"
        );
        let file = self.folder.join("dovecot.conf");
        fs::write(&file, config)?;
        let mail = format!("{at}/mail");
        self.as_root(&["chown", &format!("{user}:{group}"), &mail])?;
        self.spawn(&["/usr/sbin/dovecot", "-F", "-c", &file.to_string_lossy()])
    }

    fn postfix(&mut self, lmtp: u16) -> Result<()> {
        let at = self.folder.display();
        let main = format!(
            "compatibility_level = 3.6\nqueue_directory = {at}/queue\ndata_directory = {at}/lib\n\
             myhostname = localhost\nmydestination =\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\n\
             maillog_file = {at}/log/postfix.log\nmaillog_file_prefixes = {at}\n\
             virtual_mailbox_domains = magazine.test, town.test\nvirtual_transport = lmtp:inet:127.0.0.1:{lmtp}\n\
             recipient_delimiter = +\nsmtpd_reject_unlisted_recipient = no\n\
             smtpd_tls_cert_file = {at}/tls/server.pem\nsmtpd_tls_key_file = {at}/tls/server.key\n\
             smtpd_tls_security_level = encrypt\nsmtpd_tls_auth_only = yes\n\
             smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = auth\n\
             smtpd_recipient_restrictions = permit_sasl_authenticated, reject\n\
             smtpd_relay_restrictions = permit_sasl_authenticated, reject\n\
             default_transport = error:5.1.2 no mail leaves this computer\nrelay_transport = error:5.1.2 no mail leaves this computer\n\
             smtp_dns_support_level = disabled\nlmtp_dns_support_level = disabled\nalias_maps =\nalias_database =\nlocal_recipient_maps =\n"
        );
        fs::write(self.folder.join("postfix/main.cf"), main)?;
        fs::write(self.folder.join("postfix/master.cf"), master(self.submission, self.submissions))?;
        let (lib, config) = (format!("{at}/lib"), format!("{at}/postfix"));
        self.as_root(&["chown", "postfix", &lib])?;
        self.as_root(&["chown", "-R", "root", &config, &format!("{at}/queue")])?;
        self.as_root(&["/usr/sbin/postfix", "-c", &config, "check"])?;
        // The daemon itself and not the script that starts it, so that ending this one process ends Postfix.
        let daemons =
            run::quietly(Command::new("/usr/sbin/postconf").args(["-d", "-h", "daemon_directory"]), "postconf")?;
        let daemon = format!("{}/master", daemons.stdout.trim());
        self.spawn(&[&daemon, "-c", &config, "-d"])
    }

    fn as_root(&self, args: &[&str]) -> Result<()> {
        let done = run::quietly(&mut command(self.root, args), args[0])?;
        ensure!(done.success(), "`{}` failed\n{}", args.join(" "), done.output);
        Ok(())
    }

    fn spawn(&mut self, args: &[&str]) -> Result<()> {
        let said = fs::OpenOptions::new().create(true).append(true).open(self.folder.join("log/said"))?;
        let mut daemon = command(self.root, args);
        daemon.stdin(Stdio::null()).stdout(said.try_clone()?).stderr(said);
        self.running.push(daemon.spawn().with_context(|| format!("`{}` could not be started", args[0]))?);
        Ok(())
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        if !self.running.is_empty() {
            self.end();
        }
    }
}

fn command(root: &[&str], args: &[&str]) -> Command {
    let mut command = Command::new(root[0]);
    command.args(&root[1..]).args(args);
    command
}

/// Who the mail belongs to: whoever runs the test, so that it can read it; Dovecot gives none to root.
fn mail_owner() -> Result<(String, String)> {
    let ask = |what: &str| -> Result<String> {
        Ok(run::quietly(Command::new("id").arg(what), "id")?.stdout.trim().to_owned())
    };
    let (user, group) = (ask("-u")?, ask("-g")?);
    Ok(if user == "0" { ("mail".to_owned(), "mail".to_owned()) } else { (user, group) })
}

fn master(submission: u16, submissions: u16) -> String {
    let table = "\
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
";
    format!(
        "127.0.0.1:{submission} inet n - n - - smtpd\n127.0.0.1:{submissions} inet n - n - - smtpd\n  \
         -o smtpd_tls_wrappermode=yes\n{table}"
    )
}
