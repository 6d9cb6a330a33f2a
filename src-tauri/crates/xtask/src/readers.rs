//! A thousand invented readers at the domains that are set aside for examples (RFC 2606). The same ones every time.

use std::fmt::Write as _;

use crate::chance::Chance;

const FIRST: &[&str] = &[
    "Andrei",
    "Ioana",
    "Ștefan",
    "Mihaela",
    "Radu",
    "Elena",
    "Vlad",
    "Cristina",
    "Tudor",
    "Ana-Maria",
    "Răzvan",
    "Ilinca",
    "Alice",
    "Bruno",
    "Chiara",
    "Dimitri",
    "Édith",
    "Farid",
    "Greta",
    "Håkon",
    "Inés",
    "Jürgen",
    "Katarzyna",
    "Lars",
    "Márta",
    "Niamh",
    "Øyvind",
    "Pavlína",
    "Quentin",
    "Rosa",
    "Søren",
    "Teresa",
    "Uğur",
    "Věra",
    "Wim",
    "Xenia",
    "Yasmin",
    "Zoltán",
    "Amara",
    "Kenji",
    "Noor",
    "Thandiwe",
    "Łukasz",
    "Giulia",
    "Conor",
    "Maja",
];

const LAST: &[&str] = &[
    "Popescu",
    "Ionescu",
    "Dumitrescu",
    "Țăranu",
    "Șerban",
    "Mureșan",
    "Câmpeanu",
    "Brâncoveanu",
    "Văduva",
    "Moldovan",
    "Stănescu",
    "Ungureanu",
    "Almeida",
    "Bakker",
    "Costa",
    "Dvořák",
    "Eriksson",
    "Fischer",
    "García",
    "Horváth",
    "Iversen",
    "Jansen",
    "Kowalska",
    "Lefèvre",
    "Müller",
    "Nagy",
    "O’Brien",
    "Petrov",
    "Quintana",
    "Rossi",
    "Sørensen",
    "Tóth",
    "Ulrich",
    "Van den Berg",
    "Weiß",
    "Yıldız",
    "Zieliński",
    "Okafor",
    "Tanaka",
    "Haddad",
    "Ní Dhomhnaill",
    "Åkerman",
    "Novák",
    "Papadakis",
    "Silva",
    "Marchetti",
];

/// City, country, language.
const PLACES: &[(&str, &str, &str)] = &[
    ("București", "Romania", "ro"),
    ("Cluj-Napoca", "Romania", "ro"),
    ("Timișoara", "Romania", "ro"),
    ("Iași", "Romania", "ro"),
    ("Brașov", "Romania", "ro"),
    ("Alba Iulia", "Romania", "ro"),
    ("Chișinău", "Moldova", "ro"),
    ("Vienna", "Austria", "en"),
    ("Ghent", "Belgium", "en"),
    ("Brno", "Czechia", "en"),
    ("Aarhus", "Denmark", "en"),
    ("Tampere", "Finland", "en"),
    ("Nantes", "France", "en"),
    ("Freiburg", "Germany", "en"),
    ("Thessaloniki", "Greece", "en"),
    ("Szeged", "Hungary", "en"),
    ("Cork", "Ireland", "en"),
    ("Bologna", "Italy", "en"),
    ("Eindhoven", "Netherlands", "en"),
    ("Bergen", "Norway", "en"),
    ("Gdańsk", "Poland", "en"),
    ("Braga", "Portugal", "en"),
    ("Ljubljana", "Slovenia", "en"),
    ("Valencia", "Spain", "en"),
    ("Malmö", "Sweden", "en"),
    ("Leeds", "United Kingdom", "en"),
    ("Nairobi", "Kenya", "en"),
    ("Kyoto", "Japan", "en"),
];

const TAGS: &[&str] = &[
    "reader",
    "reader;city-hall",
    "reader;industry",
    "reader;press",
    "reader;university",
    "member",
    "member;city-hall",
];

const DOMAINS: &[&str] = &["example.org", "example.net", "example.com"];

/// The list as a spreadsheet would save it: UTF-8, commas, one heading line.
pub(crate) fn csv(count: usize) -> String {
    let mut chance = Chance::new(2016);
    let mut lines = String::from("email,first name,last name,city,country,language,tags,consent date\n");
    for number in 1..=count {
        let (first, last) = (chance.pick(FIRST), chance.pick(LAST));
        let (city, country, language) = chance.pick(PLACES);
        let (tags, domain) = (chance.pick(TAGS), DOMAINS[(number - 1) % DOMAINS.len()]);
        let day = day(&mut chance);
        let _ = writeln!(lines, "reader{number:04}@{domain},{first},{last},{city},{country},{language},{tags},{day}");
    }
    lines
}

/// A day since the magazine exists, never one that some month lacks.
fn day(chance: &mut Chance) -> String {
    format!("{}-{:02}-{:02}", 2017 + chance.below(9), 1 + chance.below(12), 1 + chance.below(28))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_thousand_readers_have_a_thousand_addresses_at_example_domains() {
        let list = csv(1000);
        let addresses: BTreeSet<&str> = list.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
        assert_eq!(addresses.len(), 1000);
        assert!(addresses.iter().all(|address| DOMAINS.iter().any(|domain| address.ends_with(domain))));
    }

    #[test]
    fn every_line_has_every_column() {
        assert!(csv(1000).lines().all(|line| line.split(',').count() == 8));
    }

    #[test]
    fn the_list_is_the_same_every_time() {
        assert_eq!(csv(50), csv(50));
    }
}
