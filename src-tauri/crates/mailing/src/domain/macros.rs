//! The macros of SPF (RFC 7208 7): `%{i}._spf.example.org` becomes a name to ask about.

use std::net::IpAddr;

/// Whose mail is asked about. The sender's local part is `postmaster`, as where there is none (RFC 7208 4.3).
pub(super) struct Asked<'a> {
    pub(super) sender: &'a str,
    pub(super) domain: &'a str,
    pub(super) address: IpAddr,
}

/// A text with its macros replaced; one that cannot be read stays as it is.
pub(super) fn expand(text: &str, asked: &Asked<'_>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (value, used) = one(rest, asked);
        out.push_str(&value);
        rest = &rest[used..];
    }
    out.push_str(rest);
    out
}

/// What the macro at the beginning stands for, and how long it is.
fn one(text: &str, asked: &Asked<'_>) -> (String, usize) {
    match text.as_bytes().get(1) {
        Some(b'%') => return ("%".to_owned(), 2),
        Some(b'_') => return (" ".to_owned(), 2),
        Some(b'-') => return ("%20".to_owned(), 2),
        _ => {}
    }
    let braced = text.strip_prefix("%{").and_then(|rest| rest.split_once('}'));
    let value = braced.and_then(|(inside, _)| value(inside, asked));
    match (value, braced) {
        (Some(value), Some((inside, _))) => (value, inside.len() + 3),
        _ => ("%".to_owned(), 1),
    }
}

fn value(inside: &str, asked: &Asked<'_>) -> Option<String> {
    let letter = inside.chars().next()?.to_ascii_lowercase();
    let full = match letter {
        's' => format!("postmaster@{}", asked.sender),
        'l' => "postmaster".to_owned(),
        'o' | 'h' => asked.sender.to_owned(),
        'd' => asked.domain.to_owned(),
        'i' => dotted(asked.address),
        'v' => if asked.address.is_ipv4() { "in-addr" } else { "ip6" }.to_owned(),
        _ => return None,
    };
    let changes = &inside[1..];
    let digits: String = changes.chars().take_while(char::is_ascii_digit).collect();
    let changes = &changes[digits.len()..];
    let (reversed, delimiters) = match changes.strip_prefix(['r', 'R']) {
        Some(delimiters) => (true, delimiters),
        None => (false, changes),
    };
    let delimiters = if delimiters.is_empty() { "." } else { delimiters };
    let mut parts: Vec<&str> = full.split(|c| delimiters.contains(c)).collect();
    if reversed {
        parts.reverse();
    }
    let keep = digits.parse().unwrap_or(parts.len()).clamp(1, parts.len());
    Some(parts[parts.len() - keep..].join("."))
}

/// RFC 7208 7.3: an IPv6 address is written by its half-bytes.
fn dotted(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            format!("{:032x}", address.to_bits()).chars().map(String::from).collect::<Vec<_>>().join(".")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The examples of RFC 7208 7.4, as far as they do not ask for a local part.
    #[test]
    fn the_examples_of_the_standard_hold() {
        let v4 =
            Asked { sender: "email.example.com", domain: "email.example.com", address: "192.0.2.3".parse().unwrap() };
        for (text, wanted) in [
            ("%{o}", "email.example.com"),
            ("%{d4}", "email.example.com"),
            ("%{d2}", "example.com"),
            ("%{d1}", "com"),
            ("%{dr}", "com.example.email"),
            ("%{d2r}", "example.email"),
            ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
            ("%{l}.%{i}", "postmaster.192.0.2.3"),
            ("a%%b%_%-c", "a%b %20c"),
            ("%{z}%", "%{z}%"),
        ] {
            assert_eq!(expand(text, &v4), wanted, "{text}");
        }
        let v6 = Asked { address: "2001:db8::cb01".parse().unwrap(), ..v4 };
        let wanted = "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com";
        assert_eq!(expand("%{ir}.%{v}._spf.%{d2}", &v6), wanted);
    }
}
