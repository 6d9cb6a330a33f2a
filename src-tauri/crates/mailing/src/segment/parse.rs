//! From the text of a segment to its tree, by recursive descent; a fault names the column it was found at.

use super::{Asks, FIELDS, Field, Node, Test};

// SQLite takes a tree of depth 1,000; nobody writes one of 40.
const DEEPEST: usize = 40;
const MOST_CONDITIONS: usize = 400;

/// Why a text is no segment. Columns count characters from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SegmentError {
    /// Something else was expected here.
    #[error("column {column}: expected {expected}, found {found}")]
    Expected {
        /// Where.
        column: usize,
        /// What may stand here.
        expected: &'static str,
        /// What stands here.
        found: String,
    },
    /// People on the list have no such field.
    #[error("column {column}: there is no field `{name}`")]
    Field {
        /// Where.
        column: usize,
        /// The name.
        name: String,
    },
    /// A quote is not closed.
    #[error("column {column}: the quote opened here is not closed")]
    OpenQuote {
        /// Where it opens.
        column: usize,
    },
    /// Brackets too deep, or too many conditions.
    #[error("column {column}: the expression is too large from here on")]
    TooLarge {
        /// Where.
        column: usize,
    },
}

impl SegmentError {
    /// A stable name for this fault.
    pub fn code(&self) -> &'static str {
        match self {
            SegmentError::Expected { .. } => "segment-form",
            SegmentError::Field { .. } => "segment-field",
            SegmentError::OpenQuote { .. } => "segment-quote",
            SegmentError::TooLarge { .. } => "segment-size",
        }
    }

    /// Where it was found: characters from 1.
    pub fn column(&self) -> usize {
        match self {
            SegmentError::Expected { column, .. }
            | SegmentError::Field { column, .. }
            | SegmentError::OpenQuote { column }
            | SegmentError::TooLarge { column } => *column,
        }
    }

    /// What to do next.
    pub fn hint(&self) -> String {
        match self {
            SegmentError::Expected { found, .. } if found == "`,`" => {
                "several values stand in brackets: `country in (\"RO\", \"MD\")`".to_owned()
            }
            SegmentError::Expected { .. } => {
                "write conditions like `country = \"RO\" and (tag = \"mayor\" or city in (\"Cluj\", \"Iași\"))`"
                    .to_owned()
            }
            SegmentError::Field { name, .. } => {
                let known: Vec<&str> = FIELDS.iter().map(|(word, _)| *word).collect();
                format!("known: {}; an attribute of your own stands in quotes: `\"{name}\" = \"…\"`", known.join(", "))
            }
            SegmentError::OpenQuote { .. } => "close it with `\"`; a quote inside a value is written `\\\"`".to_owned(),
            SegmentError::TooLarge { .. } => "mark these people with a tag, and ask for the tag".to_owned(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// `(`, `)`, `,`, `=` or `!=`.
    Sign(&'static str),
    Word(String),
    Quoted(String),
    End,
}

impl Token {
    fn told(&self) -> String {
        match self {
            Token::Sign(sign) => format!("`{sign}`"),
            Token::Word(word) => format!("`{word}`"),
            Token::Quoted(text) => format!("\"{text}\""),
            Token::End => "the end".to_owned(),
        }
    }

    fn is(&self, word: &str) -> bool {
        matches!(self, Token::Word(found) if found.eq_ignore_ascii_case(word))
    }
}

/// The tree of a text; nothing when it is blank.
pub(super) fn parse(text: &str) -> Result<Option<Node>, SegmentError> {
    let mut parser = Parser { tokens: tokens(text)?, place: 0, depth: 0, conditions: 0 };
    if parser.peek() == &Token::End {
        return Ok(None);
    }
    let root = parser.any()?;
    match parser.peek() {
        Token::End => Ok(Some(root)),
        _ => Err(parser.expected("`and`, `or` or the end")),
    }
}

fn tokens(text: &str) -> Result<Vec<(usize, Token)>, SegmentError> {
    let letters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut place = 0;
    while let Some(c) = letters.get(place) {
        let column = place + 1;
        let (token, length) = match c {
            c if c.is_whitespace() => {
                place += 1;
                continue;
            }
            '(' => (Token::Sign("("), 1),
            ')' => (Token::Sign(")"), 1),
            ',' => (Token::Sign(","), 1),
            '=' => (Token::Sign("="), 1),
            '!' if letters.get(place + 1) == Some(&'=') => (Token::Sign("!="), 2),
            // What a word processor makes of a quote.
            '"' | '“' | '„' | '”' => quoted(&letters[place..], column)?,
            c if may_stand_bare(*c) => bare(&letters[place..]),
            c => {
                return Err(SegmentError::Expected { column, expected: "a field or a value", found: format!("`{c}`") });
            }
        };
        tokens.push((column, token));
        place += length;
    }
    tokens.push((letters.len() + 1, Token::End));
    Ok(tokens)
}

fn may_stand_bare(c: char) -> bool {
    c.is_alphanumeric() || "_-.@+/&'".contains(c) || unicode_normalization::char::is_combining_mark(c)
}

fn bare(letters: &[char]) -> (Token, usize) {
    let word: String = letters.iter().take_while(|c| may_stand_bare(**c)).collect();
    let length = word.chars().count();
    (Token::Word(word), length)
}

fn quoted(letters: &[char], column: usize) -> Result<(Token, usize), SegmentError> {
    let closing: &[char] = if letters.first() == Some(&'"') { &['"'] } else { &['”', '“', '"'] };
    let mut text = String::new();
    let mut place = 1;
    while let Some(c) = letters.get(place) {
        match c {
            '\\' if letters.get(place + 1).is_some() => {
                text.push(letters[place + 1]);
                place += 1;
            }
            c if closing.contains(c) => return Ok((Token::Quoted(text), place + 1)),
            c => text.push(*c),
        }
        place += 1;
    }
    Err(SegmentError::OpenQuote { column })
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    place: usize,
    depth: usize,
    conditions: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.place].1
    }

    fn column(&self) -> usize {
        self.tokens[self.place].0
    }

    /// The next token; the end is never passed.
    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        if token != Token::End {
            self.place += 1;
        }
        token
    }

    fn take(&mut self, wanted: impl Fn(&Token) -> bool) -> bool {
        let found = wanted(self.peek());
        self.place += usize::from(found);
        found
    }

    fn expected(&self, expected: &'static str) -> SegmentError {
        SegmentError::Expected { column: self.column(), expected, found: self.peek().told() }
    }

    fn any(&mut self) -> Result<Node, SegmentError> {
        let mut nodes = vec![self.all()?];
        while self.take(|token| token.is("or")) {
            nodes.push(self.all()?);
        }
        Ok(joined(nodes, Node::Any))
    }

    fn all(&mut self) -> Result<Node, SegmentError> {
        let mut nodes = vec![self.one()?];
        while self.take(|token| token.is("and")) {
            nodes.push(self.one()?);
        }
        Ok(joined(nodes, Node::All))
    }

    fn one(&mut self) -> Result<Node, SegmentError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(SegmentError::TooLarge { column: self.column() });
        }
        let node = if self.take(|token| token.is("not")) {
            Node::Not(Box::new(self.one()?))
        } else if self.take(|token| *token == Token::Sign("(")) {
            let inner = self.any()?;
            if !self.take(|token| *token == Token::Sign(")")) {
                return Err(self.expected("`and`, `or` or `)`"));
            }
            inner
        } else {
            Node::Test(self.test()?)
        };
        self.depth -= 1;
        Ok(node)
    }

    fn test(&mut self) -> Result<Test, SegmentError> {
        self.conditions += 1;
        if self.conditions > MOST_CONDITIONS {
            return Err(SegmentError::TooLarge { column: self.column() });
        }
        let field = self.field()?;
        if self.take(|token| *token == Token::Sign("=")) {
            return Ok(Test { field, negated: false, asks: Asks::Is(self.value()?) });
        }
        if self.take(|token| *token == Token::Sign("!=")) {
            return Ok(Test { field, negated: true, asks: Asks::Is(self.value()?) });
        }
        if self.take(|token| token.is("is")) {
            let negated = self.take(|token| token.is("not"));
            let empty = self.take(|token| token.is("empty"));
            return if empty { Ok(Test { field, negated, asks: Asks::Empty }) } else { Err(self.expected("`empty`")) };
        }
        let negated = self.take(|token| token.is("not"));
        if self.take(|token| token.is("in")) {
            return Ok(Test { field, negated, asks: Asks::In(self.values()?) });
        }
        if self.take(|token| token.is("contains")) {
            return Ok(Test { field, negated, asks: Asks::Contains(self.value()?) });
        }
        Err(self.expected("`=`, `!=`, `in`, `contains` or `is empty`"))
    }

    fn field(&mut self) -> Result<Field, SegmentError> {
        let column = self.column();
        match self.peek().clone() {
            Token::Quoted(name) => {
                self.next();
                Ok(Field::Attribute(name))
            }
            Token::Word(name) => {
                let known = FIELDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(&name.replace('-', "_")));
                let (_, field) = known.ok_or(SegmentError::Field { column, name })?;
                self.next();
                Ok(field.clone())
            }
            _ => Err(self.expected("a field, like `country`")),
        }
    }

    fn value(&mut self) -> Result<String, SegmentError> {
        match self.peek().clone() {
            Token::Quoted(text) | Token::Word(text) => {
                self.next();
                Ok(text)
            }
            _ => Err(self.expected("a value, like `\"RO\"`")),
        }
    }

    fn values(&mut self) -> Result<Vec<String>, SegmentError> {
        if !self.take(|token| *token == Token::Sign("(")) {
            return Err(self.expected("`(`"));
        }
        let mut values = vec![self.value()?];
        while self.take(|token| *token == Token::Sign(",")) {
            values.push(self.value()?);
        }
        if self.take(|token| *token == Token::Sign(")")) { Ok(values) } else { Err(self.expected("`,` or `)`")) }
    }
}

fn joined(mut nodes: Vec<Node>, join: impl Fn(Vec<Node>) -> Node) -> Node {
    match (nodes.len(), nodes.pop()) {
        (1, Some(only)) => only,
        (_, last) => join(nodes.into_iter().chain(last).collect()),
    }
}

#[cfg(test)]
mod tests {
    use crate::segment::Segment;

    fn check(text: &str, expected: &str) {
        let told = match text.parse::<Segment>() {
            Ok(segment) => segment.to_string(),
            Err(error) => format!("{}: {error}", error.code()),
        };
        assert_eq!(told, expected, "{text}");
    }

    #[test]
    fn expressions_read_as_they_are_meant() {
        check("", "");
        check("country=RO", "country = \"RO\"");
        check(
            "country = \"RO\" and (tag = \"mayor\" or city in (\"Cluj\", Iași))",
            "country = \"RO\" and (tag = \"mayor\" or city in (\"Cluj\", \"Iași\"))",
        );
        check("tag=a or tag=b and tag=c", "tag = \"a\" or (tag = \"b\" and tag = \"c\")");
        check("NOT city IS NOT EMPTY", "not city is not empty");
        check("first-name != „Ana”", "first_name != \"Ana\"");
        check("\"job title\" contains chief", "\"job title\" contains \"chief\"");
        check("city not in (a)", "city not in (\"a\")");
    }

    #[test]
    fn a_fault_names_its_column() {
        check("contry = RO", "segment-field: column 1: there is no field `contry`");
        check("country=RO,MD", "segment-form: column 11: expected `and`, `or` or the end, found `,`");
        check("country=RO tag=press", "segment-form: column 12: expected `and`, `or` or the end, found `tag`");
        check("city = \"Iași", "segment-quote: column 8: the quote opened here is not closed");
        check("ș = 1", "segment-field: column 1: there is no field `ș`");
        check("city in Cluj", "segment-form: column 9: expected `(`, found `Cluj`");
        check("(city is empty", "segment-form: column 15: expected `and`, `or` or `)`, found the end");
        check("city = ; drop", "segment-form: column 8: expected a field or a value, found `;`");
        let deep = format!("{}city is empty{}", "(".repeat(100), ")".repeat(100));
        check(&deep, "segment-size: column 41: the expression is too large from here on");
        let long = vec!["city is empty"; 500].join(" or ");
        assert!(long.parse::<Segment>().is_err());
    }
}
