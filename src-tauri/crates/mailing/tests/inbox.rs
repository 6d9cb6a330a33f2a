//! What mails in the mailbox say: thirty and more as real systems write them, and any bytes at all.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so and stop")]

mod support;

use mailing::{
    Catcher, DeliveryState, OwnAddresses, Reading, Recorded, Return, ReturnFilter, ReturnKind, Status, Store, Trace,
    read_mail,
};
use proptest::prelude::*;
use support::*;
use tempfile::TempDir;

const P1: &str = "p1@example.org";
const ID: &str = "0123456789abcdef0123456789abcdef@magazine.example";
const TAG: &str = "0123456789abcdef0123456789abcdef";

fn own() -> OwnAddresses {
    OwnAddresses(vec![address("desk@magazine.example"), address("bounces@magazine.example")])
}

fn returns(mail: &str) -> Vec<Return> {
    match read_mail(mail.replace('\n', "\r\n").as_bytes(), &own(), now()) {
        Reading::Returns(returns) => returns,
        other => panic!("{other:?}: {mail}"),
    }
}

/// A report as RFC 3464 has it, with the head of the letter that came back.
fn report(recipient: &str, fields: &str) -> String {
    format!(
        "From: Mail Delivery System <MAILER-DAEMON@mx.example.net>\nTo: bounces@magazine.example\n\
         Subject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n--b\n\
         Content-Type: text/plain\n\nI'm sorry to have to inform you.\n\n--b\nContent-Type: message/delivery-status\n\n\
         Reporting-MTA: dns; mx.example.net\nArrival-Date: Sat, 21 Nov 2026 09:00:00 +0000\n\n\
         Final-Recipient: rfc822; {recipient}\n{fields}\n\n--b\nContent-Type: text/rfc822-headers\n\n\
         From: desk@magazine.example\nTo: {recipient}\nMessage-ID: <{ID}>\nSubject: Out\n\n--b--\n"
    )
}

/// A mail written for people.
fn prose(headers: &str, text: &str) -> String {
    format!("{headers}\nTo: bounces@magazine.example\nMIME-Version: 1.0\nContent-Type: text/plain\n\n{text}\n")
}

fn check(name: &str, mail: &str, kind: ReturnKind, guessed: bool) {
    let found = returns(mail);
    assert_eq!(found.len(), 1, "{name}: {found:?}");
    assert_eq!((found[0].kind, found[0].guessed), (kind, guessed), "{name}: {}", found[0].words);
    let by_id = found[0].traces.contains(&Trace::MessageId(ID.into()));
    assert!(by_id, "{name}: {:?}", found[0].traces);
    assert!(!found[0].words.is_empty(), "{name}");
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table of reports, each with what it means")]
fn reports_are_read_by_their_fields() {
    use ReturnKind::{Delay, HardBounce, Policy, SoftBounce};
    for (name, fields, kind, guessed) in [
        (
            "Postfix",
            "Original-Recipient: rfc822;p1@example.org\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx.example.org\nDiagnostic-Code: smtp; 550 5.1.1 <p1@example.org>: Recipient address rejected:\n    User unknown in virtual mailbox table",
            HardBounce,
            false,
        ),
        (
            "Postfix, no code",
            "Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 <p1@example.org>: User unknown",
            HardBounce,
            true,
        ),
        (
            "Postfix, full",
            "Action: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 Mailbox full",
            SoftBounce,
            false,
        ),
        (
            "Postfix, given up",
            "Action: failed\nStatus: 4.4.1\nDiagnostic-Code: X-Postfix; connect to mx.example.org[192.0.2.1]:25: Connection timed out",
            SoftBounce,
            false,
        ),
        (
            "Postfix, no such domain",
            "Action: failed\nStatus: 5.4.4\nDiagnostic-Code: X-Postfix; Host or domain name not found",
            SoftBounce,
            false,
        ),
        (
            "Postfix, delayed",
            "Action: delayed\nStatus: 4.4.1\nWill-Retry-Until: Thu, 26 Nov 2026 10:00:00 +0000\nDiagnostic-Code: X-Postfix; connection refused",
            Delay,
            false,
        ),
        (
            "Exim 4.9",
            "Action: failed\nStatus: 5.0.0\nRemote-MTA: dns; mx.example.org\nDiagnostic-Code: smtp; 550 No such user here",
            HardBounce,
            true,
        ),
        (
            "Exim, unrouteable",
            "Action: failed\nStatus: 5.0.0\nDiagnostic-Code: X-Exim; Unrouteable address",
            HardBounce,
            true,
        ),
        (
            "Exchange Online",
            "Action: failed\nStatus: 5.1.10\nDiagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient p1@example.org not found by SMTP address lookup",
            HardBounce,
            false,
        ),
        (
            "Exchange, must sign in",
            "Action: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp;550 5.7.1 RESOLVER.RST.AuthRequired; authentication required",
            Policy,
            false,
        ),
        (
            "Exchange, spam",
            "Action: failed\nStatus: 5.7.606\nDiagnostic-Code: smtp;550 5.7.606 Access denied, banned sending IP [192.0.2.1]",
            Policy,
            false,
        ),
        (
            "Exchange, loop",
            "Action: failed\nStatus: 5.4.14\nDiagnostic-Code: smtp;554 5.4.14 Hop count exceeded",
            SoftBounce,
            false,
        ),
        (
            "Exchange, over quota",
            "Action: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp;554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException",
            SoftBounce,
            false,
        ),
        (
            "Exchange, too large",
            "Action: failed\nStatus: 5.2.3\nDiagnostic-Code: smtp;550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large",
            Policy,
            false,
        ),
        (
            "Gmail, nobody",
            "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. 550 5.1.1 https://support.google.com/mail/?p=NoSuchUser - gsmtp",
            HardBounce,
            false,
        ),
        (
            "Gmail, full",
            "Action: failed\nStatus: 4.2.2\nDiagnostic-Code: smtp; 452-4.2.2 The recipient's inbox is out of storage space",
            SoftBounce,
            false,
        ),
        (
            "Gmail, not signed",
            "Action: failed\nStatus: 5.7.26\nDiagnostic-Code: smtp; 550-5.7.26 This mail has been blocked because the sender is unauthenticated",
            Policy,
            false,
        ),
        (
            "Gmail, unsolicited",
            "Action: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 550-5.7.1 Our system has detected that this message is likely unsolicited mail",
            Policy,
            false,
        ),
        (
            "Yahoo, nobody",
            "Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 554 delivery error: dd This user doesn't have a yahoo.com account (p1@example.org) [0]",
            HardBounce,
            true,
        ),
        (
            "Yahoo, put off",
            "Action: failed\nStatus: 4.7.0\nDiagnostic-Code: smtp; 421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred",
            SoftBounce,
            false,
        ),
        (
            "a blocklist behind a mailbox code",
            "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 rejected, your host is listed at Spamhaus",
            Policy,
            false,
        ),
        (
            "a refusal behind a vague code",
            "Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.7.1 DMARC policy of the domain",
            Policy,
            false,
        ),
        (
            "Sendmail",
            "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: SMTP; 550 5.1.1 <p1@example.org>... User unknown\nLast-Attempt-Date: Sat, 21 Nov 2026 09:01:00 GMT",
            HardBounce,
            false,
        ),
        (
            "switched off",
            "Action: failed\nStatus: 5.2.1\nDiagnostic-Code: smtp; 550 5.2.1 The email account that you tried to reach is inactive",
            SoftBounce,
            false,
        ),
        ("without an action", "Status: 5.1.1", HardBounce, false),
    ] {
        check(name, &report(P1, fields), kind, guessed);
        let traces = &returns(&report(P1, fields))[0].traces;
        assert!(traces.contains(&Trace::Address(address(P1))), "{name}");
    }
}

#[test]
fn mail_that_arrived_is_no_bounce() {
    for action in ["delivered", "relayed", "expanded"] {
        let mail = report(P1, &format!("Action: {action}\nStatus: 2.0.0"));
        assert!(matches!(read_mail(mail.as_bytes(), &own(), now()), Reading::Other), "{action}");
    }
}

#[test]
fn bounces_written_for_people_are_read_and_called_guesses() {
    use ReturnKind::{Delay, HardBounce, Policy, SoftBounce};
    let copy =
        format!("Return-Path: <bounces@magazine.example>\nReceived: from desk\nMessage-ID: <{ID}>\nSubject: Out");
    let daemon = "From: MAILER-DAEMON@mx.example.net\nSubject: failure notice";
    for (name, headers, text, kind) in [
        (
            "qmail",
            daemon,
            "Hi. This is the qmail-send program at mx.example.net.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<p1@example.org>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n",
            HardBounce,
        ),
        (
            "qmail, remote",
            daemon,
            "Hi. This is the qmail-send program.\n\n<p1@example.org>:\n192.0.2.7 does not like recipient.\nRemote host said: 550 5.2.2 quota exceeded\nGiving up on 192.0.2.7.\n\n--- Below this line is a copy of the message.\n\n",
            SoftBounce,
        ),
        (
            "old Exim",
            "From: Mail Delivery System <Mailer-Daemon@mx.example.net>\nX-Failed-Recipients: p1@example.org\nSubject: Mail delivery failed: returning message to sender",
            "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered. The following address failed:\n\n  p1@example.org\n    host mx.example.org [192.0.2.9]\n    SMTP error from remote mail server after RCPT TO:<p1@example.org>:\n    550 5.1.1 unknown user\n\n------ This is a copy of the message, including all the headers. ------\n\n",
            HardBounce,
        ),
        (
            "old Exim, delayed",
            "From: Mail Delivery System <Mailer-Daemon@mx.example.net>\nX-Failed-Recipients: p1@example.org\nSubject: Warning: message 1abc delayed 24 hours",
            "A message that you sent has not yet been delivered.\nThe message has been delayed.\n\n------ This is a copy of the message ------\n",
            Delay,
        ),
        (
            "old Exchange",
            "From: postmaster@example.org\nSubject: Undeliverable: Out",
            "Your message did not reach some or all of the intended recipients.\n\n p1@example.org\n The e-mail account does not exist at the organization. Unknown user.\n",
            HardBounce,
        ),
        (
            "a blocklist",
            daemon,
            "<p1@example.org>:\n554 5.7.1 Service unavailable; client host blocked using a block list\n\n--- Below this line is a copy\n",
            Policy,
        ),
    ] {
        check(name, &prose(headers, &format!("{text}{copy}")), kind, true);
    }
}

#[test]
fn complaints_are_read_whoever_sends_them() {
    let complaint = |fields: &str, headers: &str| {
        format!(
            "From: <abusedesk@example.com>\nTo: desk@magazine.example\nSubject: FW: Out\nMIME-Version: 1.0\n\
             Content-Type: multipart/report; report-type=feedback-report; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\n\
             This is an email abuse report.\n--b\nContent-Type: message/feedback-report\n\n{fields}\n\n--b\n\
             Content-Type: message/rfc822\n\nFrom: desk@magazine.example\n{headers}\nSubject: Out\n\nhello\n--b--\n"
        )
    };
    let id = format!("Message-ID: <{ID}>");
    check(
        "ARF",
        &complaint("Feedback-Type: abuse\nUser-Agent: SomeGenerator/1.0\nVersion: 1", &id),
        ReturnKind::Complaint,
        false,
    );
    check("opt-out", &complaint("Feedback-Type: opt-out\nVersion: 1", &id), ReturnKind::Unsubscribe, false);
    check("forensic", &complaint("Feedback-Type: auth-failure\nVersion: 1", &id), ReturnKind::Policy, false);
    let sparse =
        format!("Feedback-Type: abuse\nOriginal-Mail-From: <bounces+{TAG}@magazine.example>\nOriginal-Rcpt-To: <{P1}>");
    let traces = returns(&complaint(&sparse, "X-Nothing: here"))[0].traces.clone();
    assert_eq!(traces, [Trace::ReturnPath(TAG.into()), Trace::Address(address(P1))]);
    let taken_back = complaint("Feedback-Type: not-spam\nVersion: 1", &id);
    assert!(matches!(read_mail(taken_back.as_bytes(), &own(), now()), Reading::Other));
}

#[test]
fn a_wish_to_leave_is_read_and_an_automatic_reply_is_not() {
    let mail = |headers: &str, text: &str| {
        format!(
            "From: Ana <p1@example.org>\nTo: leave@magazine.example\n{headers}\nContent-Type: text/plain\n\n{text}\n"
        )
    };
    for (headers, text) in [
        (format!("Subject: unsubscribe {TAG}"), ""),
        (format!("Subject: Re: Unsubscribe {}", TAG.to_uppercase()), "please"),
        ("Subject: hello".to_owned(), "unsubscribe 0123456789abcdef0123456789abcdef"),
    ] {
        let found = returns(&mail(&headers, text)).remove(0);
        assert_eq!((found.kind, &found.traces[0]), (ReturnKind::Unsubscribe, &Trace::Token(TAG.into())), "{headers}");
    }
    for (subject, text) in [("Unsubscribe", ""), ("Re: Out", "Please unsubscribe me.\n\n> Out"), ("Dezabonare", "")] {
        let found = returns(&mail(&format!("Subject: {subject}\nIn-Reply-To: <{ID}>"), text)).remove(0);
        assert_eq!(found.traces, [Trace::MessageId(ID.into()), Trace::Address(address(P1))], "{subject}");
    }
    for (headers, expected) in [
        (format!("Subject: unsubscribe {TAG}\nAuto-Submitted: auto-replied"), "Automatic"),
        ("Subject: Out of office\nAuto-Submitted: auto-replied".to_owned(), "Automatic"),
        ("Subject: Out of office\nPrecedence: bulk".to_owned(), "Automatic"),
        ("Subject: How do I unsubscribe my cat?".to_owned(), "Other"),
        ("Subject: unsubscribe 0123".to_owned(), "Other"),
    ] {
        let read = read_mail(mail(&headers, "I am away.").as_bytes(), &own(), now());
        assert_eq!(format!("{read:?}"), expected, "{headers}");
    }
}

#[test]
fn the_return_path_tells_whose_bounce_it_is_when_nothing_else_does() {
    let mail = format!(
        "From: MAILER-DAEMON@mx.example.net\nTo: bounces+{TAG}@magazine.example\nSubject: Delivery failure\n\n\
         Sorry, no such user."
    );
    let found = returns(&mail).remove(0);
    assert_eq!((found.kind, &found.traces[0]), (ReturnKind::HardBounce, &Trace::ReturnPath(TAG.into())));
}

#[test]
fn our_own_addresses_are_never_taken_for_a_readers() {
    let mail = report("desk@magazine.example", "Action: failed\nStatus: 5.1.1");
    assert!(returns(&mail)[0].traces.iter().all(|trace| matches!(trace, Trace::MessageId(_))));
}

/// An edition that a server accepted for three people.
fn sent() -> (Store, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    people(&store, 3);
    let mailing = freeze(&store).id;
    let catcher = Catcher::start("127.0.0.1:0".parse().unwrap(), &folder.path().join("mail")).unwrap();
    send(&store, mailing, catcher.port(), &Hand::new(), 1);
    (store, folder)
}

#[test]
fn a_refusal_of_the_sender_touches_no_reader_and_a_missing_mailbox_does() {
    let (store, _folder) = sent();
    let mailing = store.mailing(&edition()).unwrap().unwrap().id;
    let row = |place: usize| store.deliveries(mailing, None, None, 9).unwrap().deliveries.remove(place);
    for (place, fields) in [(0, "Action: failed\nStatus: 5.7.1"), (1, "Action: failed\nStatus: 5.1.1")] {
        let mail = report(&row(place).address, fields).replace(ID, &row(place).message_id);
        let outcome = store.record_return(&returns(&mail)[0], now()).unwrap();
        assert!(matches!(outcome, Recorded::New { .. }));
    }
    let status = |person: &str| store.show(&address(person)).unwrap().subscriber.unwrap().status;
    assert_eq!(
        (status(P1), status("p2@example.org"), status("p3@example.org")),
        (Status::Active, Status::Bounced, Status::Active)
    );
    assert_eq!((row(0).state, row(1).state), (DeliveryState::Failed, DeliveryState::Bounced));
    let alerts = ReturnFilter { kinds: vec![ReturnKind::Policy], ..ReturnFilter::default() };
    assert_eq!(store.returns(&alerts).unwrap().len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = read_mail(&bytes, &own(), now());
    }

    #[test]
    fn a_report_damaged_anywhere_is_read_without_panic(place in 0_usize..900, byte in any::<u8>(), cut in 0_usize..900) {
        let mut mail = report(P1, "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no").into_bytes();
        let place = place % mail.len();
        mail[place] = byte;
        mail.truncate(mail.len() - cut.min(mail.len()));
        let _ = read_mail(&mail, &own(), now());
    }
}

#[test]
fn no_mail_suppresses_anybody_without_a_match() {
    let (store, _folder) = sent();
    let fragments = [
        "From: MAILER-DAEMON@x\n",
        "Status: 5.1.1\n",
        "Action: failed\n",
        "Final-Recipient: rfc822; \n",
        "\n",
        "--b\n",
        "Content-Type: message/delivery-status\n",
        "unsubscribe\n",
        "Subject: unsubscribe\n",
        "Message-ID: <@>\n",
        "To: bounces+%@m\n",
        "Final-Recipient: rfc822; q@example.org\n",
        "Subject: unsubscribe 00000000000000000000000000000000\n",
        "Content-Type: multipart/report; boundary=b\n",
        "X-Failed-Recipients: '%_\n",
    ];
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mails = prop::collection::vec(prop::sample::select(fragments.to_vec()), 0..20);
    runner
        .run(&mails, |parts| {
            if let Reading::Returns(found) = read_mail(parts.concat().as_bytes(), &own(), now()) {
                for one in found {
                    prop_assert_eq!(store.record_return(&one, now()).unwrap(), Recorded::Nobody);
                }
            }
            Ok(())
        })
        .unwrap();
    assert!(store.returns(&ReturnFilter::default()).unwrap().is_empty());
    assert_eq!(store.mailing(&edition()).unwrap().unwrap().count(DeliveryState::Accepted), 3);
}
