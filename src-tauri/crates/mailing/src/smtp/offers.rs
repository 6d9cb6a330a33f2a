//! What a server offers in its answer to EHLO: RFC 5321 4.1.1.1, and the extensions that matter here.

use super::reply::Reply;

/// What the server's EHLO offers.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Offers {
    pub(crate) pipelining: bool,
    pub(crate) smtputf8: bool,
    pub(crate) eight_bit: bool,
    pub(crate) starttls: bool,
    pub(crate) plain: bool,
    pub(crate) login: bool,
    pub(crate) size: Option<u64>,
}

impl Offers {
    /// The answer names one a line, after a first line of greeting.
    pub(super) fn read(reply: &Reply) -> Offers {
        let mut offers = Offers::default();
        for line in reply.lines.iter().skip(1) {
            let line = line.to_ascii_uppercase();
            let mut words = line.split([' ', '=']);
            match words.next() {
                Some("PIPELINING") => offers.pipelining = true,
                Some("SMTPUTF8") => offers.smtputf8 = true,
                Some("8BITMIME") => offers.eight_bit = true,
                Some("STARTTLS") => offers.starttls = true,
                Some("SIZE") => {
                    offers.size = words.next().and_then(|size| size.parse().ok()).filter(|size| *size > 0);
                }
                Some("AUTH") => {
                    let ways: Vec<&str> = words.collect();
                    offers.plain |= ways.contains(&"PLAIN");
                    offers.login |= ways.contains(&"LOGIN");
                }
                _ => {}
            }
        }
        offers
    }
}
