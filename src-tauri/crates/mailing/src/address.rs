//! A mail address, which exists only parsed.
//!
//! The domain is kept as a lower-case A-label, the local part as it was written (NFC). [`Address::key`] is what two
//! spellings of one mailbox share; it folds the case of the local part for comparison only, and folds neither dots
//! nor `+tags`, because only the receiving server knows what they mean. Knows nothing of lists or of SMTP.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// A parsed mail address: `local@domain`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address {
    local: String,
    domain: String,
}

/// Why a text is no mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressError {
    /// Nothing was written.
    #[error("the address is empty")]
    Empty,
    /// There is no `@`.
    #[error("the address has no `@`")]
    NoSign,
    /// There is nothing before the `@`.
    #[error("the address has nothing before its `@`")]
    NoLocalPart,
    /// The part before the `@` is longer than 64 bytes (RFC 5321 4.5.3.1.1).
    #[error("the part before the `@` is too long")]
    LocalPartTooLong,
    /// A character that may not stand before the `@` unquoted, or a misplaced dot.
    #[error("the part before the `@` has a character or a dot that may not stand there")]
    LocalPart,
    /// The domain is not one that can be written in DNS.
    #[error("the domain after the `@` is not a valid one")]
    Domain,
}

impl AddressError {
    /// A stable name for this fault.
    pub fn code(self) -> &'static str {
        match self {
            AddressError::Empty => "address-empty",
            AddressError::NoSign => "address-no-sign",
            AddressError::NoLocalPart => "address-no-local-part",
            AddressError::LocalPartTooLong => "address-local-part-too-long",
            AddressError::LocalPart => "address-local-part",
            AddressError::Domain => "address-domain",
        }
    }
}

/// Mailboxes that belong to a function and not to a person; English and Romanian.
const ROLES: &[&str] = &[
    "abuse",
    "admin",
    "administrator",
    "billing",
    "comenzi",
    "compliance",
    "contabilitate",
    "contact",
    "contracte",
    "daemon",
    "dpo",
    "editor",
    "enquiries",
    "feedback",
    "ftp",
    "hello",
    "help",
    "helpdesk",
    "hostmaster",
    "hr",
    "info",
    "informatii",
    "inquiries",
    "it",
    "jobs",
    "juridic",
    "legal",
    "list",
    "mail",
    "mailer-daemon",
    "marketing",
    "media",
    "news",
    "newsletter",
    "no-reply",
    "noc",
    "noreply",
    "office",
    "orders",
    "postmaster",
    "presa",
    "press",
    "primaria",
    "privacy",
    "redactia",
    "registratura",
    "relatii",
    "root",
    "sales",
    "secretariat",
    "security",
    "service",
    "spam",
    "subscribe",
    "support",
    "sysadmin",
    "team",
    "unsubscribe",
    "usenet",
    "uucp",
    "vanzari",
    "webmaster",
    "www",
];

impl Address {
    /// Reads an address as people write it: spaces around it, a `mailto:` and angle brackets are forgiven.
    pub fn parse(text: &str) -> Result<Address, AddressError> {
        let text = bare(text);
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(AddressError::NoSign)?;
        let local: String = if local.is_ascii() { local.to_owned() } else { local.nfc().collect() };
        check_local_part(&local)?;
        Ok(Address { local, domain: a_label(domain)? })
    }

    /// The address that mail servers deliver to the same mailbox: `local+tag@domain`. The tag is letters and digits.
    pub(crate) fn tagged(&self, tag: &str) -> Address {
        Address { local: format!("{}+{tag}", self.local), domain: self.domain.clone() }
    }

    /// The part before the `@`, as written.
    pub fn local_part(&self) -> &str {
        &self.local
    }

    /// The domain as a lower-case A-label: `xn--…` for names outside ASCII.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// What all spellings of this mailbox share; for comparing only, never for sending.
    pub fn key(&self) -> String {
        format!("{}@{}", fold(&self.local), self.domain)
    }

    /// The address as logs may name it: `j…@example.org`.
    pub fn masked(&self) -> String {
        let first = self.local.chars().next().unwrap_or('?');
        format!("{first}…@{}", self.domain)
    }

    /// A text in which this address, in whatever case, is named as logs may name it. Servers repeat whom they refuse.
    pub(crate) fn masked_in(&self, text: &str) -> String {
        let address = self.to_string();
        let (mut masked, mut rest) = (String::with_capacity(text.len()), text);
        while let Some(first) = rest.chars().next() {
            if rest.get(..address.len()).is_some_and(|found| found.eq_ignore_ascii_case(&address)) {
                masked.push_str(&self.masked());
                rest = &rest[address.len()..];
            } else {
                masked.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
        masked
    }

    /// Whether the mailbox belongs to a function (`info@`, `office@`) and not to a person.
    pub fn is_role(&self) -> bool {
        ROLES.binary_search(&fold(&self.local).as_str()).is_ok()
    }

    /// Whether the server must offer SMTPUTF8 for it: the part before the `@` is not ASCII.
    pub fn needs_smtputf8(&self) -> bool {
        !self.local.is_ascii()
    }
}

fn bare(text: &str) -> &str {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}');
    let text = text.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')).unwrap_or(text);
    let scheme = text.get(..7).is_some_and(|head| head.eq_ignore_ascii_case("mailto:"));
    if scheme { &text[7..] } else { text }
}

fn check_local_part(local: &str) -> Result<(), AddressError> {
    if local.is_empty() {
        return Err(AddressError::NoLocalPart);
    }
    if local.len() > 64 {
        return Err(AddressError::LocalPartTooLong);
    }
    let dots = local.starts_with('.') || local.ends_with('.') || local.contains("..");
    if dots || !local.chars().all(may_stand_unquoted) {
        return Err(AddressError::LocalPart);
    }
    Ok(())
}

// RFC 5322 atext, and RFC 6532's UTF-8. Quoted local parts ("a b"@x) are refused: no living list has one, and every
// one seen in an import was a broken row.
fn may_stand_unquoted(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    }
    c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c)
}

fn a_label(domain: &str) -> Result<String, AddressError> {
    let domain = domain.trim_end_matches('.');
    let domain = if is_a_label(domain) {
        domain.to_owned()
    } else {
        idna::domain_to_ascii_strict(domain).map_err(|_| AddressError::Domain)?
    };
    let (_, top) = domain.rsplit_once('.').ok_or(AddressError::Domain)?;
    // A numeric last label is an IP address someone typed, which no mail server takes without brackets.
    if top.chars().all(|c| c.is_ascii_digit()) { Err(AddressError::Domain) } else { Ok(domain) }
}

/// Whether a domain is what [`idna`] would make of it, as nearly every one is: small letters, digits, single hyphens.
fn is_a_label(domain: &str) -> bool {
    let label = |label: &str| {
        let bytes = label.as_bytes();
        (1..=63).contains(&bytes.len())
            && bytes.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
            && !label.contains("--")
    };
    domain.len() <= 253 && domain.split('.').all(label)
}

// Character by character, so that a final sigma folds the same wherever it stands.
fn fold(local: &str) -> String {
    if local.is_ascii() {
        return local.to_ascii_lowercase();
    }
    local.chars().flat_map(char::to_lowercase).nfc().collect()
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

// Debug output ends up in logs, and logs name nobody in full.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl FromStr for Address {
    type Err = AddressError;
    fn from_str(text: &str) -> Result<Address, AddressError> {
        Address::parse(text)
    }
}

impl TryFrom<String> for Address {
    type Error = AddressError;
    fn try_from(text: String) -> Result<Address, AddressError> {
        Address::parse(&text)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> String {
        address.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: Result<&str, AddressError>) {
        assert_eq!(Address::parse(text).map(|a| a.to_string()), expected.map(str::to_owned), "{text:?}");
    }

    #[test]
    fn what_people_write_is_read() {
        check(" Ana.Pop@Example.ORG ", Ok("Ana.Pop@example.org"));
        check("<mailto:ana@example.org>", Ok("ana@example.org"));
        check("mailto:ana@example.org", Ok("ana@example.org"));
        check("<ana@example.org>", Ok("ana@example.org"));
        check("ana+news@example.org", Ok("ana+news@example.org"));
        check("ștefan@primăria.ro", Ok("ștefan@xn--primria-c4a.ro"));
        check("", Err(AddressError::Empty));
        check("ana", Err(AddressError::NoSign));
        check("@example.org", Err(AddressError::NoLocalPart));
        check("a b@example.org", Err(AddressError::LocalPart));
        check("a..b@example.org", Err(AddressError::LocalPart));
        check("a\r\nRCPT TO:<x>@example.org", Err(AddressError::LocalPart));
        check("ana@localhost", Err(AddressError::Domain));
        check("ana@10.0.0.1", Err(AddressError::Domain));
        check("ana@exa mple.org", Err(AddressError::Domain));
        check(&format!("{}@example.org", "a".repeat(65)), Err(AddressError::LocalPartTooLong));
    }

    #[test]
    fn one_mailbox_has_one_key() {
        let key = |text: &str| Address::parse(text).unwrap().key();
        assert_eq!(key("ANA@EXAMPLE.org"), key("ana@example.ORG"));
        assert_ne!(key("a.na@example.org"), key("ana@example.org"));
        assert_eq!(key("s\u{327}i@example.org"), key("\u{15f}i@example.org"));
    }

    #[test]
    fn logs_name_nobody_in_full() {
        let address = Address::parse("jane@example.org").unwrap();
        assert_eq!(format!("{address:?} {}", address.masked()), "j…@example.org j…@example.org");
        let told = "550 ș <JANE@example.org>: no jane@example.org here, but jan@example.org";
        assert_eq!(address.masked_in(told), "550 ș <j…@example.org>: no j…@example.org here, but jan@example.org");
    }

    #[test]
    fn the_roles_are_sorted_for_the_search() {
        assert!(ROLES.is_sorted());
        assert!(Address::parse("Info@example.org").unwrap().is_role());
        assert!(!Address::parse("irina@example.org").unwrap().is_role());
    }

    proptest! {
        #[test]
        fn what_passes_for_a_plain_domain_is_what_idna_makes_of_it(
            domain in "[a-z0-9.-]{1,24}|[a-zA-Z0-9ș_.-]{1,12}|xn--[a-z0-9-]{1,8}\\.ro|[a-z]{60,66}\\.ro"
        ) {
            if is_a_label(&domain) {
                prop_assert_eq!(idna::domain_to_ascii_strict(&domain).ok(), Some(domain));
            }
        }

        #[test]
        fn a_parsed_address_reads_back_as_itself(text in "\\PC{0,20}@\\PC{1,20}\\.(ro|org)|[a-zA-ZșțĂ.+]{1,10}@[a-zș]{1,8}\\.ro") {
            if let Ok(address) = Address::parse(&text) {
                let again = Address::parse(&address.to_string()).unwrap();
                prop_assert_eq!(&again, &address);
                prop_assert!(!address.to_string().contains(['\r', '\n', '\0', ' ', '<', '>']));
                let key = Address::parse(&address.key());
                if let Ok(key) = key { prop_assert_eq!(key.key(), address.key()); }
            }
        }
    }
}
