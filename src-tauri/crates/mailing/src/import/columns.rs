//! Which column of a file means what, guessed from its heading in English or Romanian.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The mail address.
    Email,
    /// The full name.
    Name,
    /// The first name.
    FirstName,
    /// The family name; joined with the first one where no full name is given.
    LastName,
    /// The city.
    City,
    /// The country.
    Country,
    /// The language read.
    Language,
    /// Where the person works.
    Organisation,
    /// Marks, separated by commas, semicolons or bars.
    Tags,
    /// When the person agreed to be mailed.
    ConsentDate,
    /// Whether the person may be mailed, in the words of the program the list comes from; who may not is not taken.
    Status,
    /// Something a publication keeps beside, under the column's own name.
    Attribute,
    /// Nothing the list keeps.
    Ignore,
}

/// Each field, its word, and the headings it is known by, without diacritics, case or punctuation.
const FIELDS: &[(Field, &str, &[&str])] = &[
    (
        Field::Email,
        "email",
        &[
            "email",
            "e mail",
            "mail",
            "email address",
            "e mail address",
            "adresa email",
            "adresa de email",
            "adresa e mail",
            "adresa de e mail",
            "posta electronica",
            "subscriber email",
        ],
    ),
    (
        Field::Name,
        "name",
        &[
            "name",
            "full name",
            "contact",
            "contact name",
            "nume complet",
            "nume si prenume",
            "numele complet",
            "display name",
            "subscriber",
        ],
    ),
    (
        Field::FirstName,
        "first-name",
        &["first name", "firstname", "given name", "forename", "prenume", "prenumele", "fname"],
    ),
    (Field::LastName, "last-name", &["last name", "lastname", "surname", "family name", "nume de familie", "lname"]),
    (Field::City, "city", &["city", "town", "oras", "orasul", "localitate", "localitatea", "municipiu"]),
    (Field::Country, "country", &["country", "country code", "tara", "cod tara"]),
    (Field::Language, "language", &["language", "lang", "locale", "limba"]),
    (
        Field::Organisation,
        "organisation",
        &[
            "organisation",
            "organization",
            "company",
            "employer",
            "institution",
            "org",
            "organizatie",
            "organizatia",
            "companie",
            "firma",
            "institutie",
            "institutia",
        ],
    ),
    (
        Field::Tags,
        "tags",
        &[
            "tags",
            "tag",
            "groups",
            "group",
            "labels",
            "segments",
            "segment",
            "etichete",
            "grup",
            "grupuri",
            "categorie",
            "categorii",
        ],
    ),
    (
        Field::ConsentDate,
        "consent-date",
        &[
            "consent date",
            "consent",
            "consented at",
            "opt in",
            "opt in date",
            "optin time",
            "confirm time",
            "subscribed",
            "subscribed at",
            "subscription date",
            "date subscribed",
            "data consimtamant",
            "data consimtamantului",
            "data acordului",
            "data abonarii",
            "data inscrierii",
        ],
    ),
    (Field::Status, "status", &["status", "subscription status", "subscriber status", "stare", "statut"]),
    (Field::Attribute, "attribute", &[]),
    (Field::Ignore, "ignore", &[]),
];

impl Field {
    /// The word for it on the command line: `first-name`.
    pub fn word(self) -> &'static str {
        FIELDS.iter().find(|(field, ..)| *field == self).map_or("ignore", |(_, word, _)| word)
    }

    /// The field a word names.
    pub fn named(word: &str) -> Option<Field> {
        let word = word.trim().to_lowercase().replace(['_', ' '], "-");
        FIELDS.iter().find(|(_, name, _)| *name == word).map(|(field, ..)| *field)
    }

    /// All the words, for a hint.
    pub fn words() -> Vec<&'static str> {
        FIELDS.iter().map(|(_, word, _)| *word).collect()
    }
}

/// A heading with its case, diacritics and punctuation gone.
pub(super) fn plain(heading: &str) -> String {
    let letters = heading.nfd().filter(|c| !unicode_normalization::char::is_combining_mark(*c));
    let spaced: String = letters.map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    spaced.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What each heading means; a field taken by one column is not given to a second.
pub(super) fn guess(headings: &[String], chosen: &[(String, Field)]) -> Vec<Field> {
    let mut fields: Vec<Option<Field>> = headings.iter().map(|heading| choice(heading, chosen)).collect();
    for (place, heading) in headings.iter().enumerate() {
        let meant =
            FIELDS.iter().find(|(_, _, known)| known.contains(&plain(heading).as_str())).map(|(field, ..)| *field);
        if fields[place].is_none() && meant.is_some_and(|field| !fields.contains(&Some(field))) {
            fields[place] = meant;
        }
    }
    for (place, heading) in headings.iter().enumerate() {
        if fields[place].is_none() && plain(heading).starts_with("attribute ") {
            fields[place] = Some(Field::Attribute);
        }
    }
    lone_nume(headings, &mut fields);
    fields.into_iter().map(|field| field.unwrap_or(Field::Ignore)).collect()
}

fn choice(heading: &str, chosen: &[(String, Field)]) -> Option<Field> {
    chosen.iter().find(|(column, _)| plain(column) == plain(heading)).map(|(_, field)| *field)
}

// "Nume" is the family name beside a "Prenume", and the whole name alone.
fn lone_nume(headings: &[String], fields: &mut [Option<Field>]) {
    let Some(place) = headings.iter().position(|heading| ["nume", "numele"].contains(&plain(heading).as_str())) else {
        return;
    };
    if fields[place].is_some() {
        return;
    }
    let meant = if fields.contains(&Some(Field::FirstName)) { Field::LastName } else { Field::Name };
    fields[place] = (!fields.contains(&Some(meant))).then_some(meant);
}
