//! What Masthead needs from the system: for what, how it is recognised, and what each system calls it.

use serde::Serialize;

/// What a need is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Group {
    /// Rust crates with C in them (SQLite, ring).
    Compiler,
    /// Building and running the window.
    Window,
    /// Driving the real window in tests.
    WindowTests,
    /// Looking into PDFs.
    Documents,
    /// Parsing the caught mails.
    Mail,
    /// Programs that mails are held against.
    MailPeers,
    /// Making the system fail in tests.
    Faults,
    /// The mail server that swallows everything, for benches.
    Sink,
    /// SQLite's own program, for benches.
    Lists,
    /// A real mail server to send through.
    Post,
    /// The window's own code.
    Node,
    /// Looking at pages as readers do.
    Browser,
    /// Running the unsubscribe box.
    Php,
}

impl Group {
    pub(crate) const ALL: [Group; 13] = [
        Group::Compiler,
        Group::Window,
        Group::WindowTests,
        Group::Documents,
        Group::Mail,
        Group::MailPeers,
        Group::Faults,
        Group::Sink,
        Group::Lists,
        Group::Post,
        Group::Node,
        Group::Browser,
        Group::Php,
    ];

    /// The heading.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Group::Compiler => "Compiler",
            Group::Window => "The window",
            Group::WindowTests => "Tests in the window",
            Group::Documents => "Documents",
            Group::Mail => "Mail checks",
            Group::MailPeers => "Mail checks by other programs",
            Group::Faults => "Faults of the system",
            Group::Sink => "The mail bench",
            Group::Lists => "The bench of lists",
            Group::Post => "A real mail server",
            Group::Node => "The window's own code",
            Group::Browser => "Web pages",
            Group::Php => "The unsubscribe box",
        }
    }
}

/// How it is recognised.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Probe {
    /// A program that tells its version when asked so.
    Program(&'static str, &'static str),
    /// A program that has no way to tell its version.
    Silent(&'static str),
    /// A library, by its pkg-config name.
    Library(&'static str),
    /// A server, by its file: it need not stand on everybody's path.
    Server(&'static str, &'static str),
    /// A header file that the C compiler finds.
    Header(&'static str),
    /// A module of Python's own library, which some systems pack apart.
    Module(&'static str),
    /// A program of at least this version.
    AtLeast(&'static str, (u32, u32)),
}

/// One thing that is needed.
#[derive(Debug)]
pub(crate) struct Need {
    pub(crate) group: Group,
    pub(crate) probe: Probe,
    debian: &'static str,
    fedora: &'static str,
    arch: &'static str,
    mac: &'static str,
    windows: &'static str,
}

/// The kinds of system with package names of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum System {
    Debian,
    Fedora,
    Arch,
    Mac,
    Windows,
    Unknown,
}

impl System {
    /// The system that this program runs on.
    pub(crate) fn here() -> System {
        match std::env::consts::OS {
            "macos" => System::Mac,
            "windows" => System::Windows,
            _ => System::named(&std::fs::read_to_string("/etc/os-release").unwrap_or_default()),
        }
    }

    /// The system that an os-release file describes.
    fn named(os_release: &str) -> System {
        let value =
            |key: &str| os_release.lines().find_map(|line| line.strip_prefix(key)).unwrap_or("").replace('"', "");
        let names = format!("{} {}", value("ID="), value("ID_LIKE="));
        let known = |name: &str| match name {
            "debian" | "ubuntu" => Some(System::Debian),
            "fedora" | "rhel" => Some(System::Fedora),
            "arch" => Some(System::Arch),
            _ => None,
        };
        names.split_whitespace().find_map(known).unwrap_or(System::Unknown)
    }

    /// The one command that installs these packages.
    pub(crate) fn command(self, packages: &[&str]) -> String {
        let packages = packages.join(" ");
        match self {
            System::Debian => format!("sudo apt-get install {packages}"),
            System::Fedora => format!("sudo dnf install {packages}"),
            System::Arch => format!("sudo pacman -S --needed {packages}"),
            System::Mac => format!("brew install {packages}"),
            System::Windows => format!("winget install {packages}"),
            System::Unknown => format!("the system's own names for: {packages} (Debian's names)"),
        }
    }
}

impl Need {
    /// The package that brings it; nothing where the system has it from the start or cannot have it.
    pub(crate) fn package(&self, system: System) -> Option<&'static str> {
        let name = match system {
            System::Debian | System::Unknown => self.debian,
            System::Fedora => self.fedora,
            System::Arch => self.arch,
            System::Mac => self.mac,
            System::Windows => self.windows,
        };
        (!name.is_empty()).then_some(name)
    }
}

const fn linux(group: Group, probe: Probe, debian: &'static str, fedora: &'static str, arch: &'static str) -> Need {
    Need { group, probe, debian, fedora, arch, mac: "", windows: "" }
}

/// Node's line that Vite 8 asks for.
pub(crate) const NODE: (u32, u32) = (20, 19);

/// Everything, by group. macOS and Windows bring their own web view, so most lines have no name there.
pub(crate) const NEEDS: &[Need] = &[
    linux(Group::Compiler, Probe::Program("cc", "--version"), "build-essential", "gcc gcc-c++ make", "base-devel"),
    linux(Group::Window, Probe::Program("pkg-config", "--version"), "pkg-config", "pkgconf-pkg-config", "pkgconf"),
    linux(
        Group::Window,
        Probe::Library("webkit2gtk-4.1"),
        "libwebkit2gtk-4.1-dev",
        "webkit2gtk4.1-devel",
        "webkit2gtk-4.1",
    ),
    linux(Group::Window, Probe::Library("gtk+-3.0"), "libgtk-3-dev", "gtk3-devel", "gtk3"),
    linux(Group::Window, Probe::Library("librsvg-2.0"), "librsvg2-dev", "librsvg2-devel", "librsvg"),
    linux(Group::Window, Probe::Header("xdo.h"), "libxdo-dev", "libxdo-devel", "xdotool"),
    linux(Group::Window, Probe::Library("openssl"), "libssl-dev", "openssl-devel", "openssl"),
    linux(Group::WindowTests, Probe::Silent("WebKitWebDriver"), "webkit2gtk-driver", "webkit2gtk4.1", "webkit2gtk-4.1"),
    linux(Group::WindowTests, Probe::Silent("xvfb-run"), "xvfb", "xorg-x11-server-Xvfb", "xorg-server-xvfb"),
    linux(Group::WindowTests, Probe::Program("xauth", "-V"), "xauth", "xorg-x11-xauth", "xorg-xauth"),
    linux(Group::WindowTests, Probe::Silent("xclip"), "xclip", "xclip", "xclip"),
    linux(Group::WindowTests, Probe::Program("pkill", "--version"), "procps", "procps-ng", "procps-ng"),
    linux(Group::WindowTests, Probe::Program("dbus-run-session", "--version"), "dbus", "dbus-daemon", "dbus"),
    Need {
        group: Group::Documents,
        probe: Probe::Program("pdftotext", "-v"),
        debian: "poppler-utils",
        fedora: "poppler-utils",
        arch: "poppler",
        mac: "poppler",
        windows: "oschwartz10612.Poppler",
    },
    Need {
        group: Group::Documents,
        probe: Probe::Program("qpdf", "--version"),
        debian: "qpdf",
        fedora: "qpdf",
        arch: "qpdf",
        mac: "qpdf",
        windows: "QPDF.QPDF",
    },
    Need {
        group: Group::Mail,
        probe: Probe::AtLeast("python3", (3, 8)),
        debian: "python3",
        fedora: "python3",
        arch: "python",
        mac: "python3",
        windows: "Python.Python.3.12",
    },
    linux(
        Group::MailPeers,
        Probe::Program("spamassassin", "--version"),
        "spamassassin",
        "spamassassin",
        "spamassassin",
    ),
    // Debian's Python comes without the module that makes environments.
    linux(Group::MailPeers, Probe::Module("ensurepip"), "python3-venv", "python3", "python"),
    linux(Group::Faults, Probe::Program("strace", "--version"), "strace", "strace", "strace"),
    linux(Group::Sink, Probe::Silent("smtp-sink"), "postfix", "postfix", "postfix"),
    linux(Group::Sink, Probe::Program("openssl", "version"), "openssl", "openssl", "openssl"),
    linux(Group::Lists, Probe::Program("sqlite3", "--version"), "sqlite3", "sqlite", "sqlite"),
    linux(Group::Post, Probe::Server("postfix", "/usr/sbin/postfix"), "postfix", "postfix", "postfix"),
    linux(Group::Post, Probe::Server("dovecot imap", "/usr/lib/dovecot/imap"), "dovecot-imapd", "dovecot", "dovecot"),
    linux(Group::Post, Probe::Server("dovecot lmtp", "/usr/lib/dovecot/lmtp"), "dovecot-lmtpd", "dovecot", "dovecot"),
    linux(Group::Post, Probe::Program("openssl", "version"), "openssl", "openssl", "openssl"),
    linux(Group::Post, Probe::Module("ensurepip"), "python3-venv", "python3", "python"),
    Need {
        group: Group::Node,
        probe: Probe::AtLeast("node", NODE),
        debian: "nodejs",
        fedora: "nodejs",
        arch: "nodejs",
        mac: "node",
        windows: "OpenJS.NodeJS.LTS",
    },
    linux(Group::Browser, Probe::Program("chromium", "--version"), "chromium", "chromium", "chromium"),
    linux(Group::Browser, Probe::Program("chromedriver", "--version"), "chromium-driver", "chromedriver", "chromium"),
    Need {
        group: Group::Php,
        probe: Probe::AtLeast("php", (7, 4)),
        debian: "php-cli",
        fedora: "php-cli php-sodium",
        arch: "php php-sodium",
        mac: "php",
        windows: "PHP.PHP.8.4",
    },
    Need {
        group: Group::Node,
        probe: Probe::Program("npm", "--version"),
        debian: "npm",
        fedora: "nodejs-npm",
        arch: "npm",
        mac: "node",
        windows: "OpenJS.NodeJS.LTS",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_has_a_package_for_everything() {
        assert!(NEEDS.iter().all(|need| need.package(System::Debian).is_some()));
    }

    #[test]
    fn every_group_names_something() {
        assert!(Group::ALL.iter().all(|group| NEEDS.iter().any(|need| need.group == *group)));
    }

    #[test]
    fn a_mac_brings_its_own_web_view() {
        assert!(
            NEEDS.iter().filter(|need| need.group == Group::Window).all(|need| need.package(System::Mac).is_none())
        );
    }

    #[test]
    fn relatives_take_the_names_of_the_family() {
        let ubuntu = "NAME=\"Linux Mint\"\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n";
        assert_eq!(System::named(ubuntu), System::Debian);
        assert_eq!(System::named("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n"), System::Fedora);
        assert_eq!(System::named("ID=manjaro\nID_LIKE=arch\n"), System::Arch);
        assert_eq!(System::named("ID=nixos\n"), System::Unknown);
    }
}
