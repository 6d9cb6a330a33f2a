//! Finding people: as one types, by segments, and their full record.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so and stop")]

mod support;

use std::collections::BTreeMap;

use mailing::{Address, Change, Changed, Filter, Order, Segment, Status, Store};
use proptest::prelude::*;
use support::*;

const LIST: &str = "email,name,city,country,language,organisation,tags\n\
    ana.pop@primaria.ro,Ana Pop,Cluj-Napoca,RO,ro,City Hall,mayor\n\
    ion@example.org,Ion Țurcanu,Iași,ro,ro,,\"press, vip\"\n\
    i.stan@example.org,Ioana Stan,IAŞI,MD,ro,\"Universitatea \"\"X\"\"\",\n\
    bob@example.org,Bob Smith,,GB,en,O'Reilly; DROP TABLE subscribers,press\n\
    nobody@example.org,,,,,,\n";

fn list(folder: &std::path::Path) -> Store {
    let store = store(folder);
    let report = import(&store, LIST);
    assert_eq!((report.new, report.unreadable), (5, 0), "{report:?}");
    store
}

fn found(store: &Store, segment: &str) -> String {
    let segment: Segment = segment.parse().unwrap();
    let filter = Filter { segment: segment.clone(), order: Order::Oldest, ..Filter::default() };
    let people = store.subscribers(&filter).unwrap().subscribers;
    assert_eq!(store.count_segment(&segment).unwrap().people, people.len() as u64, "{segment}");
    people.iter().map(|one| one.person.address.local_part().to_owned()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_segment_finds_whom_it_means() {
    let folder = tempfile::tempdir().unwrap();
    let store = list(folder.path());
    let titles = BTreeMap::from([("Job title".to_owned(), "Primărița".to_owned())]);
    let change = Change { attributes: titles, ..Change::default() };
    assert_eq!(store.change(&address("ana.pop@primaria.ro"), &change, now()).unwrap(), Changed::Done);
    for (segment, expected) in [
        ("", "ana.pop ion i.stan bob nobody"),
        ("country = RO", "ana.pop ion"),
        ("city = Iași", "ion i.stan"),
        ("city = iasi and country != RO", "i.stan"),
        ("city is empty", "bob nobody"),
        ("city = \"\"", "bob nobody"),
        ("not city is empty", "ana.pop ion i.stan"),
        ("country = RO and (tag = mayor or city in (Cluj, IAȘI))", "ana.pop ion"),
        ("city contains \"napoca\"", "ana.pop"),
        ("tag contains res", "ion bob"),
        ("tag is empty", "i.stan nobody"),
        ("tag != press", "ana.pop i.stan nobody"),
        ("tag not in (press, mayor)", "i.stan nobody"),
        ("name contains turc", "ion"),
        ("email contains \"@primaria\"", "ana.pop"),
        ("email = \"ION@example.org\"", "ion"),
        ("organisation contains \"drop table\"", "bob"),
        ("organisation = \"Universitatea \\\"X\\\"\"", "i.stan"),
        ("status = active and language = EN", "bob"),
        ("\"job title\" = primarita", "ana.pop"),
        ("\"job title\" is empty", "ion i.stan bob nobody"),
        ("\"job title\" not contains \"prim\"", "ion i.stan bob nobody"),
        ("\"job titel\" = x", ""),
    ] {
        assert_eq!(found(&store, segment), expected, "{segment}");
    }
    // Counting goes its own way where tags stand beside something else.
    for segment in [
        "country = RO and tag = press",
        "country = ro and tag = press and tag = mayor",
        "tag = press and tag = mayor",
        "country = RO and tag in (press, mayor) and city in (Cluj, Iași)",
        "country = RO and tag != press",
        "country = RO and tag is empty",
        "country = RO and tag contains \"res\" and not (city = Cluj)",
        "tag = press and (country = RO or tag = mayor)",
        "country = RO and tag = nobody",
    ] {
        let segment: mailing::Segment = segment.parse().unwrap();
        let listed = store.count(&Filter { segment: segment.clone(), ..Filter::default() }).unwrap();
        assert_eq!(store.count_segment(&segment).unwrap().people, listed, "{segment}");
    }
    assert_eq!(store.count_segment(&"\"job titel\" = x".parse().unwrap()).unwrap().unknown, ["job titel"]);
    assert_eq!(store.count(&Filter::default()).unwrap(), 5);
}

#[test]
fn whoever_types_finds_the_beginnings_of_words() {
    let folder = tempfile::tempdir().unwrap();
    let store = list(folder.path());
    for (text, expected) in [
        ("an", "ana.pop"),
        ("tur", "ion"),
        ("ȚUR", "ion"),
        ("io", "i.stan ion"),
        ("pop an", "ana.pop"),
        ("sta ioa", "i.stan"),
        ("prim", "ana.pop"),
        ("ana.pop@pri", "ana.pop"),
        ("ana.pop@x", ""),
        ("stan exam", "i.stan"),
        ("popx", ""),
        ("𞟠🅐a", ""),
        ("an 𞟠🅐a", ""),
        ("\" AND *", ""),
        ("...", ""),
        ("", ""),
    ] {
        let mut people: Vec<String> =
            store.search(text, 50).unwrap().iter().map(|one| one.person.address.local_part().to_owned()).collect();
        people.sort();
        assert_eq!(people.join(" "), expected, "{text}");
        if !text.is_empty() {
            assert_eq!(store.count(&Filter { text: text.into(), ..Filter::default() }).unwrap(), people.len() as u64);
        }
    }
    store
        .change(&address("ion@example.org"), &Change { name: Some("Vasile".into()), ..Change::default() }, now())
        .unwrap();
    assert_eq!((store.search("tur", 9).unwrap().len(), store.search("vas", 9).unwrap().len()), (0, 1));
}

#[test]
fn a_person_keeps_a_history_and_a_full_record() {
    let folder = tempfile::tempdir().unwrap();
    let store = list(folder.path());
    let ion = address("ion@example.org");
    let change = Change {
        city: Some("Bacău".into()),
        tag: vec!["Vendor".into()],
        untag: vec!["vip".into()],
        ..Change::default()
    };
    assert_eq!(store.change(&ion, &change, later()).unwrap(), Changed::Done);
    assert!(store.note(&ion, "met at the fair", later()).unwrap());
    store.unsubscribe(&ion, "by mail", later()).unwrap();
    let record = store.show(&ion).unwrap();
    let told: Vec<String> = record
        .history
        .iter()
        .map(|one| format!("{} {}: {} > {}", one.source, one.field, one.before, one.after))
        .collect();
    assert_eq!(
        told,
        ["desk city: Iași > Bacău", "desk tags: press, vip > press, vendor", "list status: active > unsubscribed"]
    );
    assert_eq!((record.notes[0].text.as_str(), record.consents.len()), ("met at the fair", 1));
    let mut csv = Vec::new();
    record.to_csv(&mut csv).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    for line in ["person,,email,,ion@example.org", "note,2026-11-22T10:00:00Z,,,met at the fair"] {
        assert!(csv.contains(line), "{csv}");
    }
}

#[test]
fn a_new_address_is_no_way_around_a_suppression() {
    let folder = tempfile::tempdir().unwrap();
    let store = list(folder.path());
    let to = |new: &str| Change { address: Some(address(new)), ..Change::default() };
    let (ion, bob) = (address("ion@example.org"), address("bob@example.org"));
    store.unsubscribe(&address("gone@example.org"), "", now()).unwrap();
    assert_eq!(store.change(&ion, &to("bob@example.org"), now()).unwrap(), Changed::Taken);
    assert_eq!(store.change(&ion, &to("gone@example.org"), now()).unwrap(), Changed::Suppressed);
    assert_eq!(store.change(&address("who@example.org"), &to("x@example.org"), now()).unwrap(), Changed::Unknown);
    store.unsubscribe(&bob, "", now()).unwrap();
    assert_eq!(store.change(&bob, &to("robert@example.org"), now()).unwrap(), Changed::Suppressed);
    assert_eq!(store.change(&ion, &to("Ion.T@example.org"), now()).unwrap(), Changed::Done);
    let record = store.show(&address("ion.t@example.org")).unwrap();
    assert_eq!(
        (record.history[0].before.as_str(), record.subscriber.unwrap().status),
        ("ion@example.org", Status::Active)
    );
}

#[test]
fn segments_are_kept_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let store = list(folder.path());
    store.save_segment("mayors", &"tag = mayor".parse().unwrap(), now()).unwrap();
    store.save_segment("mayors", &"tag = mayor and country = ro".parse().unwrap(), later()).unwrap();
    let saved = store.segments().unwrap();
    assert_eq!((saved.len(), saved[0].expression.as_str()), (1, "tag = \"mayor\" and country = \"ro\""));
    assert!(store.remove_segment("mayors").unwrap() && !store.remove_segment("mayors").unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_that_is_typed_becomes_sql_or_an_error(text in "\\PC{0,16}|[a-z'\"*():^+-]{0,12}") {
        let folder = tempfile::tempdir().unwrap();
        let store = list(folder.path());
        store.search(&text, 10).unwrap();
        let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
        for field in ["email", "name", "first_name", "city", "country", "language", "organisation", "tag", "status", "\"x\""] {
            for asks in ["=", "!=", "contains", "not contains"] {
                let segment: Segment = format!("{field} {asks} \"{quoted}\"").parse().unwrap();
                let people = store.count_segment(&segment).unwrap().people;
                prop_assert!(people <= 5);
            }
        }
        prop_assert_eq!(store.count(&Filter { text, ..Filter::default() }).unwrap() <= 5, true);
        prop_assert!(Address::parse("ana.pop@primaria.ro").is_ok_and(|ana| store.show(&ana).unwrap().subscriber.is_some()));
    }
}
