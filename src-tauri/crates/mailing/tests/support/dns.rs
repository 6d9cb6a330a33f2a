//! A name server for a small zone, on this computer's own address only: UDP, and TCP for whoever asks again.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;
use std::thread;

const CNAME: u16 = 5;
const MX: u16 = 15;
const TXT: u16 = 16;

/// What stands at names, each as its type and its bytes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Zone {
    records: BTreeMap<String, Vec<(u16, Vec<u8>)>>,
    /// Names that the server fails to answer about.
    broken: Vec<String>,
    /// Answers of more than 512 bytes are asked for over TCP.
    cuts: bool,
}

impl Zone {
    pub(crate) fn txt(self, name: &str, text: &str) -> Zone {
        let pieces = text.as_bytes().chunks(200);
        let bytes = pieces.flat_map(|piece| [&[u8::try_from(piece.len()).unwrap_or(200)], piece].concat()).collect();
        self.with(name, TXT, bytes)
    }

    pub(crate) fn mx(self, name: &str, preference: u16, server: &str) -> Zone {
        self.with(name, MX, [&preference.to_be_bytes()[..], &labels(server)].concat())
    }

    pub(crate) fn cname(self, name: &str, to: &str) -> Zone {
        self.with(name, CNAME, labels(to))
    }

    pub(crate) fn host(self, name: &str, address: IpAddr) -> Zone {
        match address {
            IpAddr::V4(address) => self.with(name, 1, address.octets().to_vec()),
            IpAddr::V6(address) => self.with(name, 28, address.octets().to_vec()),
        }
    }

    pub(crate) fn broken(mut self, name: &str) -> Zone {
        self.broken.push(name.to_owned());
        self
    }

    pub(crate) fn cutting(self, cuts: bool) -> Zone {
        Zone { cuts, ..self }
    }

    fn with(mut self, name: &str, kind: u16, bytes: Vec<u8>) -> Zone {
        self.records.entry(name.to_owned()).or_default().push((kind, bytes));
        self
    }

    /// Serves the zone until the process ends; answers where.
    pub(crate) fn serve(self) -> io::Result<SocketAddr> {
        let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let place = tcp.local_addr()?;
        let udp = UdpSocket::bind(place)?;
        let zone = Arc::new(self);
        let there = Arc::clone(&zone);
        thread::spawn(move || {
            for guest in tcp.incoming().flatten() {
                // A guest who hangs up has heard enough.
                drop(there.conversation(guest));
            }
        });
        thread::spawn(move || {
            let mut question = [0; 4096];
            while let Ok((length, guest)) = udp.recv_from(&mut question) {
                if let Some(answer) = zone.answer(&question[..length], zone.cuts) {
                    let _ = udp.send_to(&answer, guest);
                }
            }
        });
        Ok(place)
    }

    fn conversation(&self, mut guest: TcpStream) -> io::Result<()> {
        let mut length = [0; 2];
        loop {
            guest.read_exact(&mut length)?;
            let mut question = vec![0; usize::from(u16::from_be_bytes(length))];
            guest.read_exact(&mut question)?;
            let answer = self.answer(&question, false).unwrap_or_default();
            let length = u16::try_from(answer.len()).unwrap_or(u16::MAX).to_be_bytes();
            guest.write_all(&[&length[..], &answer].concat())?;
        }
    }

    /// RFC 1035 4.1: a header, the question once more, the answers.
    fn answer(&self, question: &[u8], cuts: bool) -> Option<Vec<u8>> {
        let (name, end) = name(question, 12)?;
        let asked = u16::from_be_bytes([*question.get(end)?, *question.get(end + 1)?]);
        let (mut at, mut found, mut known) = (name, Vec::new(), false);
        for _ in 0..8 {
            let Some(records) = self.records.get(&at) else { break };
            known = true;
            for (kind, bytes) in records.iter().filter(|(kind, _)| *kind == asked || *kind == CNAME) {
                found.push([&labels(&at)[..], &record(*kind, bytes)].concat());
            }
            match records.iter().find(|(kind, _)| *kind == CNAME && asked != CNAME) {
                Some((_, to)) => at = self::name(to, 0)?.0,
                None => break,
            }
        }
        let cut = cuts && found.concat().len() > 450;
        let code = if self.broken.contains(&at) { 2 } else { u8::from(!known) * 3 };
        let answers = if cut { 0 } else { u8::try_from(found.len()).ok()? };
        let flags = [0x85 | u8::from(cut) << 1, 0x80 | code];
        let mut answer = [&question[..2], &flags, &[0, 1, 0, answers, 0, 0, 0, 0], question.get(12..end + 4)?].concat();
        answer.extend(if cut { Vec::new() } else { found.concat() });
        Some(answer)
    }
}

fn record(kind: u16, bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(0).to_be_bytes();
    [&kind.to_be_bytes()[..], &[0, 1, 0, 0, 0, 60], &length, bytes].concat()
}

fn labels(name: &str) -> Vec<u8> {
    let parts = name.split('.').filter(|part| !part.is_empty());
    let mut bytes: Vec<u8> =
        parts.flat_map(|part| [&[u8::try_from(part.len()).unwrap_or(63)], part.as_bytes()].concat()).collect();
    bytes.push(0);
    bytes
}

/// The name at a place, and where it ends; a question has no pointers.
fn name(bytes: &[u8], mut at: usize) -> Option<(String, usize)> {
    let mut parts = Vec::new();
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1;
        if length == 0 {
            return Some((parts.join("."), at));
        }
        parts.push(String::from_utf8_lossy(bytes.get(at..at + length)?).to_ascii_lowercase());
        at += length;
    }
}
