//! Providers whose relays take mail at one address and send it on from many others, and what each asks to include.

/// The end of a relay's host, and what its provider's documentation says to put into SPF.
const PROVIDERS: [(&str, &str); 12] = [
    ("gmail.com", "_spf.google.com"),
    ("google.com", "_spf.google.com"),
    ("office365.com", "spf.protection.outlook.com"),
    ("outlook.com", "spf.protection.outlook.com"),
    ("amazonaws.com", "amazonses.com"),
    ("mailgun.org", "mailgun.org"),
    ("sendgrid.net", "sendgrid.net"),
    ("brevo.com", "spf.brevo.com"),
    ("mtasv.net", "spf.mtasv.net"),
    ("postmarkapp.com", "spf.mtasv.net"),
    ("mailjet.com", "spf.mailjet.com"),
    ("fastmail.com", "spf.messagingengine.com"),
];

/// What to include for a relay, where that is known.
pub(super) fn include(relay: &str) -> Option<&'static str> {
    let relay = relay.trim_end_matches('.').to_ascii_lowercase();
    PROVIDERS.iter().find(|(host, _)| super::is_within(&relay, host)).map(|(_, include)| *include)
}

#[cfg(test)]
mod tests {
    use super::include;

    #[test]
    fn a_known_providers_relay_tells_what_to_include() {
        assert_eq!(include("smtp.gmail.com"), Some("_spf.google.com"));
        assert_eq!(include("email-smtp.eu-west-1.amazonaws.com"), Some("amazonses.com"));
        assert_eq!(include("smtp.notgmail.com"), None);
    }
}
