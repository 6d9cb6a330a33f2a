//! Double opt-in: nobody gets an edition before they said yes, nobody is asked a third time, and no yes is invented.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so and stop")]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::ops::ControlFlow;
use std::path::Path;
use std::thread;

use jiff::{SignedDuration, Timestamp};
use mail_parser::MessageParser;
use mailing::{
    Added, Allowance, Answer, Asked, Audience, Awaited, Consent, DeliveryState, ImportPlan, Invitation, InviteError,
    OwnAddresses, Patience, Person, Postman, Reading, Reason, Recorded, Store, read_mail,
};
use support::scripted::{Fault, Server};
use support::*;

const ANA: &str = "ana@example.org";
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

fn invitation(page: Option<String>) -> Invitation {
    Invitation {
        name: "Smart City Magazine".into(),
        from: address("desk@magazine.example"),
        unsubscribe: address("leave@magazine.example"),
        return_path: None,
        list_id: "news.magazine.example".into(),
        organisation: "WSCO".into(),
        page,
        language: "en".into(),
        ink: "#12263A".into(),
        accent: "#E4432D".into(),
        seal: None,
        remind_after: WEEK,
    }
}

fn sign_up() -> Consent {
    Consent {
        given: Some(now()),
        how: "desk".into(),
        wording: "wrote on the list at the fair".into(),
        source: "fair 2026".into(),
        evidence: "sheet 3".into(),
    }
}

/// Two people who may be mailed, and Ana, who is waited for.
fn waiting(folder: &Path) -> Store {
    let store = store(folder);
    people(&store, 2);
    assert_eq!(store.add_asking(&Person::new(address(ANA)), &sign_up(), now()).unwrap(), Added::New);
    store
}

fn ask(store: &Store, invitation: &Invitation, port: u16, at: Timestamp) -> Result<Asked, InviteError> {
    let mut postman = Postman::new(relay(port), Patience::default()).unwrap();
    store.invite(invitation, &mut postman, None, &|| at, &mut |_| ControlFlow::Continue(()))
}

fn audience(store: &Store) -> (u64, Vec<(String, u64)>) {
    store.preview_audience(&Audience::default()).unwrap()
}

fn unconfirmed(people: u64) -> Vec<(String, u64)> {
    vec![("unconfirmed".to_owned(), people)]
}

/// A web space whose box has these lines in its log, and tells them to whoever has not read them.
fn web_space(lines: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut visitor in listener.incoming().flatten() {
            let mut request = BufReader::new(visitor.try_clone().unwrap());
            let (mut line, mut length) = (String::new(), 0);
            while request.read_line(&mut line).unwrap() > 2 {
                let field = line.to_ascii_lowercase();
                length = field.strip_prefix("content-length:").map_or(length, |n| n.trim().parse().unwrap());
                line.clear();
            }
            let mut form = vec![0; length];
            request.read_exact(&mut form).unwrap();
            let unread = if String::from_utf8(form).unwrap().contains("after=1:0&") { lines.as_str() } else { "" };
            let body = format!("masthead-box 1 0 1:{} end\n{unread}", lines.len());
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            visitor.write_all(format!("{head}{body}").as_bytes()).unwrap();
        }
    });
    format!("http://127.0.0.1:{port}/unsubscribe.php")
}

#[test]
fn whoever_is_waited_for_gets_nothing_until_they_press_the_button() {
    let folder = tempfile::tempdir().unwrap();
    let store = waiting(folder.path());
    assert_eq!(audience(&store), (2, unconfirmed(1)));
    let server = Server::start();
    let asked = ask(&store, &invitation(Some("https://magazine.example/box.php".into())), server.port, now()).unwrap();
    assert_eq!(asked, Asked { asked: 1, ..Asked::default() });
    assert_eq!(audience(&store), (2, unconfirmed(1)), "to be asked is not to have said yes");
    let (to, mail) = server.taken().remove(0);
    assert_eq!(to, ANA);
    let mail = MessageParser::default().parse(mail.as_bytes()).unwrap().into_owned();
    let (text, html) = (mail.body_text(0).unwrap().into_owned(), mail.body_html(0).unwrap().into_owned());
    let token = text.split("box.php?t=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    assert!(html.contains(&format!("href=\"https://magazine.example/box.php?t={token}\"")), "{html}");
    assert!(text.contains("I can leave at any time"), "{text}");

    let forged = token.replace(|c: char| c == token.chars().nth(40).unwrap(), "A");
    for (line, confirmed) in [
        (format!("2026-11-21T12:00:00Z unsubscribe/page {forged}\n"), 0),
        (format!("2026-11-21T12:00:00Z confirm/page {token}\n"), 1),
    ] {
        let page = web_space(line);
        assert_eq!(store.pull_box(&page, "news.magazine.example", now()).unwrap().confirmed, confirmed);
        assert_eq!(audience(&store).0, 2 + confirmed);
    }
    let record = store.show(&address(ANA)).unwrap();
    let consent = record.consents.last().unwrap();
    assert_eq!((consent.how.as_str(), consent.source.as_str()), ("double opt-in", "fair 2026"));
    assert_eq!(consent.given.unwrap().to_string(), "2026-11-21T12:00:00Z");
    assert!(consent.evidence.contains(&token) && text.contains(&consent.wording), "{consent:?}");
    assert_eq!(record.consents.len(), 2, "what the sign-up said stays beside it");
    assert_eq!(record.confirmation.unwrap().confirmed, consent.given);
}

#[test]
fn a_wish_that_could_not_be_written_down_is_fetched_once_more() {
    let folder = tempfile::tempdir().unwrap();
    let store = waiting(folder.path());
    let server = Server::start();
    ask(&store, &invitation(Some("https://magazine.example/box.php".into())), server.port, now()).unwrap();
    let mail = server.taken().remove(0).1;
    let mail = MessageParser::default().parse(mail.as_bytes()).unwrap().into_owned();
    let token =
        mail.body_text(0).unwrap().split("box.php?t=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let page = web_space(format!("2026-11-21T12:00:00Z confirm/page {token}\n"));
    let pull = || store.pull_box(&page, "news.magazine.example", now());
    let db = rusqlite::Connection::open(folder.path().join("subscribers.sqlite")).unwrap();
    db.execute_batch("CREATE TRIGGER fault BEFORE INSERT ON consents BEGIN SELECT RAISE(ABORT, 'no'); END").unwrap();
    assert!(pull().is_err());
    assert_eq!((audience(&store), store.last_pull(&page).unwrap()), ((2, unconfirmed(1)), None));
    db.execute_batch("DROP TRIGGER fault").unwrap();
    assert_eq!((pull().unwrap().confirmed, audience(&store).0), (1, 3));
    assert_eq!(pull().unwrap(), mailing::Pulled::default(), "read once");
}

/// The answer that somebody writes to the question in hand.
fn reply(question: &str, headers: &str, text: &str) -> String {
    let id = MessageParser::default().parse(question.as_bytes()).unwrap().message_id().unwrap().to_owned();
    let headers = headers.replace("{id}", &id);
    format!(
        "From: Ana <{ANA}>\r\nTo: leave@magazine.example\r\nMessage-ID: <r1@example.org>\r\n\
         Date: Sat, 21 Nov 2026 09:30:00 +0000\r\n{headers}\r\n\r\n{text}\r\n"
    )
}

fn answer(mail: &str) -> Option<Answer> {
    match read_mail(mail.as_bytes(), &OwnAddresses::default(), now()) {
        Reading::Answer(answer) => Some(answer),
        _ => None,
    }
}

#[test]
fn without_a_box_an_answer_by_mail_counts_and_nothing_that_is_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let store = waiting(folder.path());
    let server = Server::start();
    ask(&store, &invitation(None), server.port, now()).unwrap();
    let question = server.taken().remove(0).1;
    let parsed = MessageParser::default().parse(question.as_bytes()).unwrap();
    let html = parsed.body_html(0).unwrap().into_owned();
    let proof = html.split("subject=confirm%20").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(parsed.body_text(0).unwrap().contains("answer this mail with the word yes"));
    assert_eq!(parsed.reply_to().unwrap().first().unwrap().address(), Some("leave@magazine.example"));

    let re = "Subject: Re: Please confirm\r\nIn-Reply-To: <{id}>";
    for (headers, text) in [
        (re, "No, thank you"),
        (re, "> yes\r\nwhat is this?"),
        (re, "yesterday I got this"),
        ("Subject: Re: Please confirm", "yes"),
        ("Subject: Re: Please confirm\r\nIn-Reply-To: <other@example.org>", "yes"),
        (&format!("{re}\r\nAuto-Submitted: auto-replied"), "yes"),
    ] {
        assert_eq!(answer(&reply(&question, headers, text)), None, "{headers} {text}");
    }
    let half = format!("{}{}", &proof[..32], "0".repeat(32));
    for wrong in [half, proof.replace('1', "2"), proof[1..].to_owned(), "0".to_owned(), "x".repeat(64)] {
        let forged = answer(&reply(&question, &format!("Subject: confirm {wrong}"), "")).unwrap();
        assert!(!store.record_answer(&forged, now()).unwrap(), "{wrong}");
    }
    assert_eq!(audience(&store), (2, unconfirmed(1)));

    for (headers, text, newly) in [
        (re.to_owned(), "\r\nYes!\r\n\r\n> Hello,\r\n> this address", true),
        (format!("Subject: confirm {proof}"), "", false),
    ] {
        let yes = answer(&reply(&question, &headers, text)).unwrap();
        assert_eq!(store.record_answer(&yes, now()).unwrap(), newly);
    }
    assert_eq!(audience(&store), (3, Vec::new()));
    let consent = store.show(&address(ANA)).unwrap().consents.pop().unwrap();
    assert!(consent.evidence.contains(ANA) && consent.evidence.contains("`yes!`"), "{}", consent.evidence);
    assert_eq!(consent.given.unwrap().to_string(), "2026-11-21T09:30:00Z");
}

#[test]
fn the_question_is_in_the_persons_language_and_can_be_refused_for_good() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let ion = Person { language: "ro".into(), ..Person::new(address("ion@example.org")) };
    store.add_asking(&ion, &sign_up(), now()).unwrap();
    let server = Server::start();
    ask(&store, &invitation(None), server.port, now()).unwrap();
    let mail = server.taken().remove(0).1;
    let mail = MessageParser::default().parse(mail.as_bytes()).unwrap();
    assert_eq!(mail.subject(), Some("Vă rugăm să confirmați: Smart City Magazine prin e-mail"));
    let text = mail.body_text(0).unwrap();
    let leave = text.split("mailto:leave@magazine.example?subject=unsubscribe%20").nth(1).unwrap();
    let token = leave.split_whitespace().next().unwrap();
    let wish = format!("From: ion@example.org\r\nSubject: unsubscribe {token}\r\n\r\n");
    let Reading::Returns(mut returned) = read_mail(wish.as_bytes(), &OwnAddresses::default(), now()) else {
        panic!("the link to leave is understood")
    };
    store.record_return(&returned.remove(0), now()).unwrap();
    assert_eq!(store.awaited(WEEK, now() + WEEK * 9).unwrap(), Awaited::default());
}

#[test]
fn nobody_is_asked_a_third_time_and_each_question_counts_before_it_goes_out() {
    let folder = tempfile::tempdir().unwrap();
    let store = waiting(folder.path());
    // Taken, and no answer: whether it went out is not known, so it counts.
    let server = Server::start().on("dot", Fault::Drop, 1);
    let asks = |at| ask(&store, &invitation(None), server.port, at).unwrap();
    assert_eq!(asks(now()), Asked { uncertain: 1, ..Asked::default() });
    assert_eq!(asks(now()), Asked::default());
    assert_eq!(asks(now() + WEEK - SignedDuration::from_secs(1)), Asked::default());
    assert_eq!(asks(now() + WEEK), Asked { asked: 1, reminded: 1, ..Asked::default() });
    assert_eq!(asks(now() + WEEK * 50), Asked::default());
    assert_eq!(store.awaited(WEEK, now() + WEEK * 50).unwrap(), Awaited { waiting: 1, due: 0 });
    let id = |mail: &str| MessageParser::default().parse(mail.as_bytes()).unwrap().message_id().unwrap().to_owned();
    let ids: Vec<String> = server.taken().iter().map(|(_, mail)| id(mail)).collect();
    assert!(ids.len() == 2 && ids[0] != ids[1], "a reminder is a mail of its own: {ids:?}");
}

#[test]
fn a_question_that_did_not_go_out_is_not_counted() {
    let folder = tempfile::tempdir().unwrap();
    let store = waiting(folder.path());
    let server = Server::start().on("rcpt", Fault::Say("450 4.2.1 greylisted"), 1);
    let asks = || ask(&store, &invitation(None), server.port, now()).unwrap();
    assert_eq!(asks(), Asked { postponed: 1, ..Asked::default() });
    assert_eq!(asks(), Asked { asked: 1, ..Asked::default() });
    let nobody = ask(&store, &invitation(None), 1, now() + WEEK).unwrap_err();
    assert_eq!(nobody.code(), "relay-unreachable", "{nobody}");
    assert_eq!(store.show(&address(ANA)).unwrap().confirmation.unwrap().asks, 1);
}

#[test]
fn a_mailbox_that_is_not_there_is_not_asked_again_and_a_relay_that_refuses_everybody_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let store = waiting(folder.path());
    let server = Server::start().on("rcpt", Fault::Say("550 5.1.1 no such user"), 1);
    assert_eq!(ask(&store, &invitation(None), server.port, now()).unwrap().refused, 1);
    assert_eq!(store.show(&address(ANA)).unwrap().suppression.unwrap().reason, Reason::Bounced);
    for n in 0..30 {
        store.add_asking(&Person::new(address(&format!("q{n}@example.org"))), &sign_up(), now()).unwrap();
    }
    let server = Server::start().on("rcpt", Fault::Say("550 5.2.0 not from you"), usize::MAX);
    let left = ask(&store, &invitation(None), server.port, now()).unwrap_err();
    assert_eq!(left.code(), "invite-many-refused", "{left}");
    assert_eq!(store.awaited(WEEK, now()).unwrap(), Awaited { waiting: 30, due: 20 });
}

/// A mail system's report about a question: by the question's own head, or by the address alone.
fn report(question: Option<&str>, status: &str) -> String {
    let id = |mail: &str| MessageParser::default().parse(mail.as_bytes()).unwrap().message_id().unwrap().to_owned();
    let head = question.map_or("Subject: nothing".to_owned(), |mail| format!("Message-ID: <{}>", id(mail)));
    // Who forwards their mail bounces under another name.
    let recipient = if question.is_some() { "a.pop@elsewhere.example" } else { ANA };
    format!(
        "From: MAILER-DAEMON@mx.example.net\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n--b\r\n\
         Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n\
         Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: {status}\r\n\r\n--b\r\n\
         Content-Type: text/rfc822-headers\r\n\r\n{head}\r\n\r\n--b--\r\n"
    )
}

#[test]
fn a_question_that_bounces_ends_the_questions_and_can_be_taken_back() {
    for (named, status, due) in [(true, "5.1.1", 0), (false, "5.1.1", 0), (true, "5.2.2", 1), (true, "5.7.1", 1)] {
        let folder = tempfile::tempdir().unwrap();
        let store = waiting(folder.path());
        let server = Server::start();
        ask(&store, &invitation(None), server.port, now()).unwrap();
        let question = server.taken().remove(0).1;
        let report = report(named.then_some(question.as_str()), status);
        let Reading::Returns(returned) = read_mail(report.as_bytes(), &OwnAddresses::default(), now()) else {
            panic!("{report}")
        };
        let Recorded::New { id } = store.record_return(&returned[0], now()).unwrap() else { panic!("{status}") };
        let bounced = store.show(&address(ANA)).unwrap().suppression.map(|one| one.reason);
        assert_eq!(bounced, (due == 0).then_some(Reason::Bounced), "{status}");
        assert_eq!(store.awaited(WEEK, now() + WEEK).unwrap().due, due, "{status}");
        store.undo_return(id, now()).unwrap();
        assert_eq!(store.awaited(WEEK, now() + WEEK).unwrap().due, 1, "{status}");
    }
    // Before anything was asked nothing can come back, and a forged number leads to nobody.
    let folder = tempfile::tempdir().unwrap();
    let store = waiting(folder.path());
    for report in
        [report(None, "5.1.1"), report(None, "5.1.1").replace("Subject: nothing", "Message-ID: <confirm.0.1@x>")]
    {
        let Reading::Returns(returned) = read_mail(report.as_bytes(), &OwnAddresses::default(), now()) else {
            panic!()
        };
        assert_eq!(store.record_return(&returned[0], now()).unwrap(), Recorded::Nobody);
    }
}

#[test]
fn whoever_is_waited_for_is_listed_page_by_page_with_what_they_were_asked() {
    let folder = tempfile::tempdir().unwrap();
    let store = waiting(folder.path());
    for n in 0..3 {
        store.add_asking(&Person::new(address(&format!("q{n}@example.org"))), &sign_up(), now()).unwrap();
    }
    let server = Server::start().on("rcpt q1@example.org", Fault::Say("550 5.2.0 not here"), 1);
    ask(&store, &invitation(None), server.port, now()).unwrap();
    store.confirm(&address("q0@example.org"), "by telephone", now()).unwrap();
    let first = store.waiters(0, 2).unwrap();
    let last = store.waiters(first[1].id, 2).unwrap();
    let names: Vec<&str> = first.iter().chain(&last).map(|one| one.address.as_str()).collect();
    assert_eq!(names, [ANA, "q1@example.org", "q2@example.org"]);
    assert_eq!((first[0].confirmation.asks, first[0].confirmation.asked), (1, Some(now())));
    assert!(first[1].confirmation.refused.as_deref().is_some_and(|words| words.contains("not here")));
}

#[test]
fn questions_count_against_the_quota_of_their_relay() {
    let folder = tempfile::tempdir().unwrap();
    let store = waiting(folder.path());
    store.add_asking(&Person::new(address("ion@example.org")), &sign_up(), now()).unwrap();
    let server = Server::start();
    let mut postman = Postman::new(relay(server.port), Patience::default()).unwrap();
    let quota: Allowance = "1/day".parse().unwrap();
    let mut asks = |at: Timestamp| {
        let going_on = &mut |_: &Asked| ControlFlow::Continue(());
        store.invite(&invitation(None), &mut postman, Some(("relay", quota)), &|| at, going_on).unwrap()
    };
    let first = asks(now());
    assert_eq!((first.asked, first.later), (1, Some(now() + SignedDuration::from_hours(24))));
    assert_eq!(asks(now()).asked, 0);
    assert_eq!(asks(later()).asked, 1);
}

#[test]
fn an_import_asks_whom_nobody_knew_and_leaves_the_others_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let store = waiting(folder.path());
    let asking = ImportPlan { ask: true, ..plan() };
    let import = |rows: &str, plan: &ImportPlan| {
        let text = format!("email\n{rows}");
        store.import_csv(text.as_bytes(), plan, now(), &mut |_| ControlFlow::Continue(())).unwrap()
    };
    let report = import("p1@example.org\nnew@example.org\nana@example.org\n", &asking);
    assert_eq!((report.new, report.unchanged), (1, 2));
    assert_eq!(audience(&store), (2, unconfirmed(2)));
    import("ana@example.org\n", &plan());
    assert_eq!(audience(&store), (2, unconfirmed(2)), "an import is nobody's yes");
    assert_eq!(store.add(&Person::new(address(ANA)), &sign_up(), now()).unwrap(), Added::Changed);
    assert_eq!(audience(&store), (2, unconfirmed(2)), "nor is the desk's second sign-up");
    assert!(store.confirm(&address(ANA), "by telephone", now()).unwrap());
    assert!(!store.confirm(&address(ANA), "by telephone", now()).unwrap());
    assert_eq!(audience(&store), (3, unconfirmed(1)));
    store.undo_import(report.id.unwrap(), now()).unwrap();
    assert_eq!(audience(&store), (3, Vec::new()));
}

#[test]
fn somebody_put_on_the_list_anew_after_freezing_is_asked_before_they_are_sent_to() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let import = import(&store, "email\np1@example.org\np2@example.org\n");
    let mailing = freeze(&store).id;
    store.undo_import(import.id.unwrap(), now()).unwrap();
    support::import(&store, "email\np1@example.org\n");
    store.add_asking(&Person::new(address("p2@example.org")), &sign_up(), now()).unwrap();
    let server = Server::start();
    send(&store, mailing, server.port, &Hand::new(), 1);
    assert_eq!(server.taken().into_iter().map(|(to, _)| to).collect::<Vec<_>>(), ["p1@example.org"]);
    let left = store.deliveries(mailing, Some(DeliveryState::Excluded), None, 9).unwrap().deliveries;
    assert_eq!(left.len(), 1);
    let summary = store.mailing(&edition()).unwrap().unwrap();
    assert_eq!(summary.excluded.get("unconfirmed"), Some(&1), "{summary:?}");
}
