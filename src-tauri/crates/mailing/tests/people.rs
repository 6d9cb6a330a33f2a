//! The list: importing it in every common shape, taking an import back, and never mailing whom one must not.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so and stop")]

mod support;

use std::ops::ControlFlow;

use mailing::{
    Added, Audience, Consent, Field, Filter, FreezeError, ImportError, ImportPlan, Occasion, Order, Person, Reason,
    Status, Subscriber, Undone,
};
use support::*;

/// Imports into an empty list; answers the name and city of the first person.
fn check(bytes: &[u8], encoding: &str, expected: (&str, &str)) {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let report = import(&store, bytes);
    assert_eq!((report.new, report.unreadable, report.encoding.as_str()), (1, 0, encoding), "{report:?}");
    let person = store.subscribers(&Filter::default()).unwrap().subscribers.remove(0).person;
    assert_eq!((person.name.as_str(), person.city.as_str()), expected);
}

fn utf16(text: &str, little: bool) -> Vec<u8> {
    let units = text.encode_utf16();
    units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

#[test]
fn a_list_is_read_in_whatever_encoding_and_separator_it_comes() {
    let text = "email,nume complet,oraș\nana@example.org,Ana Țurcanu,Brașov\n";
    check(text.as_bytes(), "UTF-8", ("Ana Țurcanu", "Brașov"));
    check(format!("\u{feff}{text}").as_bytes(), "UTF-8", ("Ana Țurcanu", "Brașov"));
    check(&utf16(&format!("\u{feff}{text}"), true), "UTF-16LE", ("Ana Țurcanu", "Brașov"));
    check(&utf16(&format!("\u{feff}{text}"), false), "UTF-16BE", ("Ana Țurcanu", "Brașov"));
    check(
        b"email;name;city\r\njose@example.org;Jos\xe9 Mu\xf1oz;M\xe1laga\r\n",
        "windows-1252",
        ("José Muñoz", "Málaga"),
    );
    check(
        b"email;name;city\r\njurgen@example.de;J\xfcrgen Gro\xdf;K\xf6ln\r\n",
        "windows-1252",
        ("Jürgen Groß", "Köln"),
    );
    check(
        b"email;nume;oras\r\nana@example.ro;\xaetefan \xdeurcanu;Bra\xbaov\r\n"
            .map(|byte| if byte == 0xae { 0xaa } else { byte })
            .as_slice(),
        "windows-1250",
        ("Ştefan Ţurcanu", "Braşov"),
    );
    check(b"E-mail\tNume\tLocalitatea\rana@example.org\tAna Pop\tCluj\r", "UTF-8", ("Ana Pop", "Cluj"));
    check(b"Email|Prenume|Nume|Oras\nana@example.org|Ana|Pop|Cluj\n", "UTF-8", ("Ana Pop", "Cluj"));
    check(b"email,name,city\nana@example.org,\"Pop, Ana\",\"Cluj\n Napoca\"\n", "UTF-8", ("Pop, Ana", "Cluj Napoca"));
}

#[test]
fn every_bad_row_is_named_and_every_good_one_taken() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    store.unsubscribe(&address("gone@example.org"), "by mail", now()).unwrap();
    let report = import(
        &store,
        "email,name,consent date\n\
         ana@example.org,Ana,2024-05-31\n\
         not an address,Bo,\n\
         cy@example.org,Cy\n\
         ANA@example.org,Ana again,\n\
         gone@example.org,Gone,\n\
         office@example.org,Office,31.13.2024\n\
         dan@example.org,\"Dan\nflo@example.org,Flo,\n\
         eva@example.org,Eva\",\n\
         gil@example.org,Gil,31.05.2024\n",
    );
    let findings: Vec<String> =
        report.findings.iter().map(|found| format!("{} {}", found.line, found.fault.code())).collect();
    let expected = [
        "3 address-no-sign",
        "4 row-ragged",
        "5 row-duplicate",
        "6 row-suppressed",
        "7 row-consent-date",
        "8 row-open-quote",
    ];
    assert_eq!(findings, expected);
    assert_eq!((report.new, report.roles, report.unreadable, report.suppressed, report.duplicates), (3, 1, 3, 1, 1));
    let all =
        report.new + report.changed + report.unchanged + report.suppressed + report.duplicates + report.unreadable;
    assert_eq!(all, report.rows);
    let consent = store.show(&address("ana@example.org")).unwrap().consents.remove(0);
    assert_eq!((consent.evidence.as_str(), consent.source.as_str()), ("list.csv line 2", "fair 2025"));
    assert_eq!(consent.given, Some("2024-05-31T00:00:00Z".parse().unwrap()));
}

#[test]
fn a_second_import_adds_what_is_new_and_erases_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    import(&store, "email,name,city,tags\nana@example.org,Ana,Cluj,press\nbo@example.org,Bo,,\n");
    let report =
        import(&store, "email,name,city,tags\nANA@example.org,,Iași,vip\nbo@example.org,Bo,,\ncy@example.org,Cy,,\n");
    assert_eq!((report.new, report.changed, report.unchanged), (1, 1, 1));
    let ana = || store.show(&address("ana@example.org")).unwrap().subscriber.unwrap().person;
    assert_eq!((ana().name.as_str(), ana().city.as_str(), ana().tags.join(" ")), ("Ana", "Iași", "press vip".into()));
    let undone = store.undo_import(report.id.unwrap(), now()).unwrap();
    assert_eq!(undone, Undone { removed: 1, restored: 1, kept: 0 });
    assert_eq!((ana().city.as_str(), store.count(&Filter::default()).unwrap()), ("Cluj", 2));
    assert!(matches!(store.undo_import(report.id.unwrap(), now()), Err(ImportError::NoSuchImport { .. })));
}

#[test]
fn a_trial_a_stop_and_a_missing_column_write_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let rows: String = (0..1_500).map(|n| format!("p{n}@example.org,x\n")).collect();
    let file = format!("adress,name\n{rows}");
    let run = |plan: &ImportPlan, flow: ControlFlow<()>| store.import_csv(file.as_bytes(), plan, now(), &mut |_| flow);
    let go = ControlFlow::Continue(());
    assert!(matches!(run(&plan(), go), Err(ImportError::NoAddresses { .. })));
    let mapped = ImportPlan { columns: vec![("adress".into(), Field::Email)], ..plan() };
    assert!(matches!(run(&mapped, ControlFlow::Break(())), Err(ImportError::Stopped)));
    let trial = run(&ImportPlan { dry_run: true, ..mapped.clone() }, go).unwrap();
    assert_eq!((trial.new, trial.id, store.count(&Filter::default()).unwrap()), (1_500, None, 0));
    assert_eq!(run(&mapped, go).unwrap().new, 1_500);
    assert!(matches!(
        run(&ImportPlan { columns: vec![("no".into(), Field::Email)], ..plan() }, go),
        Err(ImportError::NoSuchColumn { .. })
    ));
    assert!(matches!(run(&ImportPlan { basis: String::new(), ..plan() }, go), Err(ImportError::NoBasis)));
}

#[test]
fn whoever_left_or_was_erased_never_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    people(&store, 3);
    assert!(store.unsubscribe(&address("p1@example.org"), "", now()).unwrap());
    assert!(store.forget(&address("P2@example.org"), now()).unwrap());
    let report = import(&store, "email\np1@example.org\np2@example.org\np3@example.org\n");
    assert_eq!((report.suppressed, report.unchanged), (2, 1));
    let consent =
        Consent { given: None, how: "desk".into(), wording: "w".into(), source: "s".into(), evidence: "e".into() };
    assert_eq!(store.add(&Person::new(address("p2@example.org")), &consent, now()).unwrap(), Added::Suppressed);
    assert!(!store.unsuppress(&address("p2@example.org"), now()).unwrap());
    assert!(store.unsuppress(&address("p1@example.org"), now()).unwrap());
    assert_eq!(store.show(&address("p1@example.org")).unwrap().subscriber.unwrap().status, Status::Active);
    assert!(store.show(&address("p2@example.org")).unwrap().subscriber.is_none());
    let bytes = std::fs::read(folder.path().join("subscribers.sqlite")).unwrap();
    assert!(!bytes.windows(14).any(|window| window == b"p2@example.org"));
}

#[test]
fn pages_follow_each_other_without_gap_or_double() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    people(&store, 25);
    store.edit(&Person { name: "Ștefan".into(), ..Person::new(address("p7@example.org")) }, later()).unwrap();
    let key = |one: &Subscriber, order: Order| match order {
        Order::Address => one.person.address.key(),
        Order::Name => {
            if one.person.name == "Ștefan" {
                "stefan".into()
            } else {
                one.person.name.to_lowercase()
            }
        }
        Order::Newest => format!("{:09}", 1_000_000 - one.id),
        Order::Oldest => format!("{:09}", one.id),
        Order::Changed => format!("{:020} {:09}", i64::MAX - one.changed.as_millisecond(), 1_000_000 - one.id),
    };
    for order in Order::ALL {
        let mut filter = Filter { limit: 10, text: "exam".into(), order, ..Filter::default() };
        let mut seen = Vec::new();
        loop {
            let page = store.subscribers(&filter).unwrap();
            seen.extend(page.subscribers);
            let Some(next) = page.next else { break };
            filter.after = Some(next);
        }
        let keys: Vec<String> = seen.iter().map(|one| key(one, order)).collect();
        let mut once = keys.clone();
        once.dedup();
        assert_eq!((once.len(), keys.is_sorted()), (25, true), "{order:?} {keys:?}");
    }
    let changed = Filter { order: Order::Changed, ..Filter::default() };
    assert_eq!(store.subscribers(&changed).unwrap().subscribers[0].person.name, "Ștefan");
}

#[test]
fn an_exported_cell_is_never_a_formula() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    import(&store, "email,name\nana@example.org,=HYPERLINK(1)\n");
    let mut out = Vec::new();
    assert_eq!(store.export_csv(&Filter::default(), &mut out).unwrap(), 1);
    assert!(String::from_utf8(out).unwrap().contains("\nana@example.org,'=HYPERLINK(1),"));
}

#[test]
fn a_frozen_audience_adds_up_and_names_every_reason() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    import(&store, "email,country\nana@example.org,RO\nbo@example.org,MD\noffice@example.org,RO\ncy@example.org,RO\n");
    store.unsubscribe(&address("cy@example.org"), "", now()).unwrap();
    let segment = "country=ro".parse().unwrap();
    let audience = Audience { segment, include_roles: false };
    assert_eq!(store.preview_audience(&audience).unwrap(), (1, vec![("role".into(), 1), ("unsubscribed".into(), 1)]));
    let mailing = store.freeze(&edition(), &letter(), &audience, now()).unwrap();
    assert_eq!((mailing.candidates, mailing.waiting(), mailing.counts.values().sum::<u64>()), (3, 1, 3));
    assert!(matches!(store.freeze(&edition(), &letter(), &audience, now()), Err(FreezeError::AlreadyFrozen { .. })));
    let nobody = Audience { segment: "country=FR".parse().unwrap(), include_roles: false };
    let other = Occasion::edition("2026-q4/other");
    assert!(matches!(store.freeze(&other, &letter(), &nobody, now()), Err(FreezeError::Nobody { .. })));
    assert!(store.mailing(&other).unwrap().is_none());
}

#[test]
fn adding_somebody_again_keeps_what_is_known_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    import(&store, "email,name,city,tags\nana@example.org,Ana,Cluj,press\n");
    let consent =
        Consent { given: None, how: "desk".into(), wording: "w".into(), source: "s".into(), evidence: "e".into() };
    let said = Person { name: "Ana Pop".into(), ..Person::new(address("ana@example.org")) };
    assert_eq!(store.add(&said, &consent, now()).unwrap(), Added::Changed);
    let ana = store.show(&address("ana@example.org")).unwrap().subscriber.unwrap().person;
    assert_eq!((ana.name.as_str(), ana.city.as_str(), ana.tags.join(" ").as_str()), ("Ana Pop", "Cluj", "press"));
}

#[test]
fn a_quote_left_open_in_a_column_nobody_reads_hides_no_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let report =
        import(&store, "email,name,notes\nana@example.org,Ana,\"met\nbo@example.org,Bo,fair\ncy@example.org,Cy,\n");
    assert_eq!((report.new, report.unreadable, report.findings[0].fault.code()), (0, 1, "row-open-quote"));
    let report = import(&store, "email,name,notes\nana@example.org,Ana,\"write to\nan@example.org, or call\"\n");
    assert_eq!((report.new, report.unreadable), (1, 0), "a note may name an address");
}

#[test]
fn whoever_left_elsewhere_is_not_taken_from_an_exported_list() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (here, there) = (store(here.path()), store(there.path()));
    people(&here, 3);
    here.unsubscribe(&address("p2@example.org"), "", now()).unwrap();
    let mut list = Vec::new();
    here.export_csv(&Filter::default(), &mut list).unwrap();
    let report = import(&there, list);
    assert_eq!((report.new, report.suppressed, report.findings[0].fault.code()), (2, 1, "row-left"));
    assert!(there.show(&address("p2@example.org")).unwrap().subscriber.is_none());
}

#[test]
fn a_bounce_does_not_outweigh_that_somebody_left() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    people(&store, 1);
    let p1 = address("p1@example.org");
    for (reason, expected) in [
        (Reason::Bounced, (Reason::Bounced, Status::Bounced)),
        (Reason::Unsubscribed, (Reason::Unsubscribed, Status::Unsubscribed)),
        (Reason::Bounced, (Reason::Unsubscribed, Status::Unsubscribed)),
    ] {
        store.suppress(&p1, reason, "", now()).unwrap();
        let dossier = store.show(&p1).unwrap();
        assert_eq!((dossier.suppression.unwrap().reason, dossier.subscriber.unwrap().status), expected);
    }
}

#[test]
fn an_audience_that_is_not_the_confirmed_one_is_not_frozen() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    people(&store, 3);
    let freeze = |confirmed| store.freeze_confirmed(&edition(), &letter(), &Audience::default(), confirmed, now());
    assert!(matches!(freeze(2), Err(FreezeError::Changed { confirmed: 2, found: 3 })));
    assert!(store.mailing(&edition()).unwrap().is_none());
    assert_eq!(freeze(3).unwrap().audience, 3);
}
