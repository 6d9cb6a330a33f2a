//! What the address of a link is, as far as its letters tell: nothing is looked up.

/// An address as a person wrote it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Address<'a> {
    /// The web, a mailbox, a telephone.
    Outside,
    /// A heading of the same article.
    Heading(&'a str),
    /// A file, and a heading in it.
    File(&'a str, Option<&'a str>),
    /// Nothing that could be followed.
    Wrong(Fault),
}

/// What is wrong with an address.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) hint: &'static str,
    /// The address that was meant, where that is sure.
    pub(super) meant: Option<String>,
}

const KNOWN: &str = "known: `https://…`, `mailto:…`, `tel:…`, `article.md`, `#heading`";

/// Endings of files that people link to; any other word after a dot is taken for the end of a web address.
const ENDINGS: [&str; 22] = [
    "md", "markdown", "svg", "png", "jpg", "jpeg", "gif", "webp", "tif", "tiff", "pdf", "html", "htm", "php", "txt",
    "csv", "doc", "docx", "xls", "xlsx", "zip", "toml",
];

/// What an address leads to.
pub(super) fn read(target: &str) -> Address<'_> {
    let target = target.trim();
    if let Some(id) = target.strip_prefix('#').filter(|id| !id.is_empty()) {
        return Address::Heading(id);
    }
    if target.is_empty() || target == "#" {
        return wrong("the link leads nowhere".to_owned(), "write the address between the round brackets", None);
    }
    match scheme(target) {
        Some((scheme, rest)) => outside(target, scheme, rest),
        None => inside(target),
    }
}

fn wrong(message: String, hint: &'static str, meant: Option<String>) -> Address<'static> {
    Address::Wrong(Fault { message, hint, meant })
}

fn scheme(target: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = target.split_once(':')?;
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    (scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(letters)).then_some((scheme, rest))
}

fn outside<'a>(target: &'a str, scheme: &str, rest: &'a str) -> Address<'a> {
    let sound = match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => rest.strip_prefix("//").is_some_and(|rest| is_host(host(rest))),
        "mailto" => is_mailbox(rest.split('?').next().unwrap_or_default()),
        "tel" => is_telephone(rest),
        _ => false,
    };
    if sound {
        return Address::Outside;
    }
    let rest = rest.trim_start_matches('/');
    let message = format!("`{target}` is no address that can be followed");
    let is_web = ["http", "https"].iter().any(|web| strsim::damerau_levenshtein(web, &scheme.to_lowercase()) <= 1);
    if is_web && is_domain(host(rest)) {
        return wrong(message, KNOWN, Some(format!("https://{rest}")));
    }
    // `example.org:8080/page`
    let meant = is_domain(scheme).then(|| format!("https://{target}"));
    wrong(message, KNOWN, meant)
}

fn inside(target: &str) -> Address<'_> {
    let lacks = |scheme: &str| format!("`{target}` lacks `{scheme}`");
    if let Some(rest) = target.strip_prefix("//").filter(|rest| is_domain(host(rest))) {
        return wrong(lacks("https:"), KNOWN, Some(format!("https://{rest}")));
    }
    if is_mailbox(target) {
        return wrong(lacks("mailto:"), KNOWN, Some(format!("mailto:{target}")));
    }
    let name = host(target);
    if name.starts_with("www.") || (is_domain(name) && !is_file(name)) {
        return wrong(lacks("https://"), KNOWN, Some(format!("https://{target}")));
    }
    match target.split_once('#') {
        Some((path, heading)) => Address::File(path, Some(heading).filter(|heading| !heading.is_empty())),
        None => Address::File(target, None),
    }
}

fn host(rest: &str) -> &str {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let named = authority.rsplit('@').next().unwrap_or_default();
    if named.starts_with('[') { named } else { named.split(':').next().unwrap_or_default() }
}

/// A host of the web, in any script, with or without a domain.
fn is_host(host: &str) -> bool {
    let label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    host.starts_with('[')
        || host == "localhost"
        || (host.contains('.') && host.trim_end_matches('.').split('.').all(label))
}

/// A host whose last part is a word.
fn is_domain(host: &str) -> bool {
    let top = host.rsplit('.').next().unwrap_or_default();
    is_host(host) && host.contains('.') && top.len() >= 2 && top.chars().all(char::is_alphabetic)
}

fn is_file(name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    ENDINGS.contains(&ending.as_str())
}

fn is_mailbox(text: &str) -> bool {
    let Some((name, domain)) = text.rsplit_once('@') else { return false };
    !name.is_empty() && !name.contains(['/', ' ']) && is_domain(domain)
}

fn is_telephone(text: &str) -> bool {
    let sign = |c: char| matches!(c, '+' | '-' | '.' | '(' | ')' | ' ') || c.is_ascii_digit();
    text.replace("%20", " ").split(';').next().unwrap_or_default().chars().all(sign)
        && text.chars().filter(char::is_ascii_digit).count() >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_can_be_followed_are_left_alone() {
        for target in [
            "https://example.org",
            "HTTP://example.org:8080/a?b=c#d",
            "https://orașul.ro/știri",
            "https://user@example.org/%20",
            "http://localhost:3000/",
            "http://[::1]/",
            "mailto:desk@example.org?subject=A%20letter",
            "tel:+44(0)2036080161",
        ] {
            assert_eq!(read(target), Address::Outside, "{target}");
        }
        assert_eq!(read("#one"), Address::Heading("one"));
        assert_eq!(read("standards.md#one"), Address::File("standards.md", Some("one")));
        assert_eq!(read("media/report.pdf"), Address::File("media/report.pdf", None));
        assert_eq!(read("report.pdf"), Address::File("report.pdf", None));
    }

    #[test]
    fn an_address_that_cannot_be_followed_is_put_right_where_it_is_sure() {
        for (target, meant) in [
            ("www.example.org/a", Some("https://www.example.org/a")),
            ("example.org", Some("https://example.org")),
            ("//example.org/a", Some("https://example.org/a")),
            ("htps://example.org", Some("https://example.org")),
            ("https:/example.org/a", Some("https://example.org/a")),
            ("http:example.org", Some("https://example.org")),
            ("example.org:8080/a", Some("https://example.org:8080/a")),
            ("desk@example.org", Some("mailto:desk@example.org")),
            ("", None),
            ("#", None),
            ("https://", None),
            ("https://example..org", None),
            ("ftp://example.org", None),
            ("javascript:alert(1)", None),
            ("mailto:desk", None),
            ("tel:none", None),
        ] {
            let Address::Wrong(fault) = read(target) else { panic!("{target}: {:?}", read(target)) };
            assert_eq!(fault.meant.as_deref(), meant, "{target}");
        }
    }
}
