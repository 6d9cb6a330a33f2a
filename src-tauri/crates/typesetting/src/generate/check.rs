//! The last look at a generated file: is it nothing but calls of the vocabulary?
//!
//! The escapes alone should make sure of that. This parses what they made and refuses every kind of node and every
//! name that the generator never writes, so that a hole in the escapes leaves out a page instead of running code.

use typst_syntax::{SyntaxKind, SyntaxNode};

use super::{FIRST_LINE, Generated};

/// The functions of the vocabulary.
const CALLS: &[&str] = &[
    "advert",
    "backcover",
    "bullets",
    "chart",
    "code",
    "codeblock",
    "colophon",
    "contents",
    "cover",
    "datatable",
    "facts",
    "figures",
    "footnote",
    "footnoteagain",
    "inlinepicture",
    "linebreak",
    "note",
    "numbered",
    "opening",
    "para",
    "picture",
    "placeholder",
    "pullquote",
    "quoted",
    "scenebreak",
    "sidebar",
    "stress",
    "strong",
    "struck",
    "subhead",
    "tasks",
    "weblink",
];

/// The names of their arguments.
const ARGUMENTS: &[&str] = &[
    "ads",
    "advertiser",
    "align",
    "alt",
    "authors",
    "caption",
    "columns",
    "credit",
    "entries",
    "file",
    "first-page",
    "header",
    "headline",
    "id",
    "kicker",
    "kind",
    "labels",
    "language",
    "level",
    "lines",
    "message",
    "name",
    "names",
    "page",
    "picture",
    "role",
    "rows",
    "section",
    "series",
    "signature",
    "size",
    "source",
    "staff",
    "standfirst",
    "start",
    "text",
    "title",
    "unit",
    "values",
    "width",
];

/// The functions that a template has to offer, beside `article`; some of them are Typst's own.
#[must_use]
pub fn vocabulary() -> &'static [&'static str] {
    CALLS
}

/// Whether a generated file holds only what the generator means to write, and as many calls as it wrote.
pub(crate) fn is_sound(generated: &Generated) -> bool {
    let Some(body) = generated.text.strip_prefix(FIRST_LINE) else { return false };
    let (body, shows) = match body.strip_prefix("#show: article.with(") {
        // Seen as a call of `article`, which nothing else may be.
        Some(rest) => (format!("#article({rest}"), 1),
        None => (body.to_owned(), 0),
    };
    let root = typst_syntax::parse(&body);
    let mut look = Look { calls: 0, articles: 0 };
    root.errors_and_warnings().0.is_empty()
        && look.is_sound(&root)
        && look.calls == generated.calls
        && look.articles == shows
}

struct Look {
    calls: usize,
    articles: usize,
}

impl Look {
    fn is_sound(&mut self, node: &SyntaxNode) -> bool {
        let own = match node.kind() {
            SyntaxKind::FuncCall => self.call(node),
            SyntaxKind::Named => node
                .children()
                .next()
                .is_some_and(|name| name.kind() == SyntaxKind::Ident && ARGUMENTS.contains(&name.leaf_text().as_str())),
            // Seen by the call or the argument that it names.
            SyntaxKind::Ident => true,
            kind => is_written(kind),
        };
        own && self.children_are_sound(node)
    }

    fn children_are_sound(&mut self, node: &SyntaxNode) -> bool {
        let names = usize::from(matches!(node.kind(), SyntaxKind::FuncCall | SyntaxKind::Named));
        node.children()
            .enumerate()
            .all(|(index, child)| (child.kind() != SyntaxKind::Ident || index < names) && self.is_sound(child))
    }

    fn call(&mut self, node: &SyntaxNode) -> bool {
        let Some(name) = node.children().next().filter(|name| name.kind() == SyntaxKind::Ident) else {
            return false;
        };
        if name.leaf_text() == "article" {
            self.articles += 1;
            return true;
        }
        self.calls += 1;
        CALLS.contains(&name.leaf_text().as_str())
    }
}

fn is_written(kind: SyntaxKind) -> bool {
    use SyntaxKind::{
        Args, Array, Bool, Colon, Comma, ContentBlock, Dict, Escape, Float, Hash, Int, LeftBracket, LeftParen, Markup,
        Minus, None, RightBracket, RightParen, Semicolon, SmartQuote, Space, Str, Text, Unary,
    };
    matches!(
        kind,
        Args | Array
            | Bool
            | Colon
            | Comma
            | ContentBlock
            | Dict
            | Escape
            | Float
            | Hash
            | Int
            | LeftBracket
            | LeftParen
            | Markup
            | Minus
            | None
            | RightBracket
            | RightParen
            | Semicolon
            | SmartQuote
            | Space
            | Str
            | Text
            | Unary
    )
}
