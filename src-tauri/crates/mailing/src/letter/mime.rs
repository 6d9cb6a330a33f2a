//! The message on the wire: its [`Head`], the frame and its pieces.
//!
//! A [`Form`] is made once per mailing: everything that is the same for everybody, encoded. [`Form::render`] then
//! writes one person's copy in microseconds, and always the same bytes for the same recipient, since date, boundary
//! and Message-ID come from the ledger.
//!
//! ```text
//! multipart/mixed            with attachments only
//!   multipart/alternative
//!     text/plain
//!     multipart/related      with pictures only
//!       text/html
//!       image/…
//!   application/pdf …
//! ```

use jiff::Timestamp;

use super::encode::{base64, join, quoted_printable};
use super::head::Head;
use super::splice::{Links, Spliced};
use super::{Attachment, Label, Letter, Piece, Recipient};
use crate::address::Address;
use crate::dkim::Signer;
use crate::people::clean;
use crate::unsubscribe::LinkKey;

/// A letter made ready for many copies.
pub(crate) struct Form {
    letter: Letter,
    head: Head,
    body: Vec<Part>,
    /// About what a copy takes, so that it is written without being moved.
    size: usize,
    links: Option<LinkKey>,
    signer: Option<Signer>,
}

enum Part {
    Fixed(Vec<u8>),
    /// Quoted-printable text with personal pieces between encoded ones.
    Text(Vec<Segment>),
    /// The lines of a file that a name is written over.
    Labelled(Labelled),
}

/// A stretch of a file in whole lines of base64.
struct Labelled {
    bytes: Vec<u8>,
    /// Where the label begins in them.
    at: usize,
    label: Label,
}

enum Segment {
    Encoded(Vec<u8>),
    Personal(Piece),
}

/// For headers, signatures and what is personal.
const ROOM: usize = 4 * 1024;

impl Form {
    /// Encodes what is the same for everybody. `boundary` and `date` are those the ledger fixed.
    pub(crate) fn new(letter: Letter, boundary: &str, date: Timestamp) -> Form {
        let body = body(&letter, boundary);
        let date = date.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
        let head = Head::new(&letter, &date, &content_type(&letter, boundary));
        let size = body.iter().map(Part::size).sum::<usize>() + ROOM;
        Form { letter, head, body, size, links: None, signer: None }
    }

    /// The same form, whose links to the unsubscribe box are signed by this key.
    pub(crate) fn signing_links(self, key: LinkKey) -> Form {
        Form { links: Some(key), ..self }
    }

    /// The same form, whose copies bear signatures.
    pub(crate) fn signed_by(self, signer: Option<Signer>) -> Form {
        Form { signer, ..self }
    }

    /// Who the envelope of a person's copy is from.
    pub(crate) fn sender(&self, to: &Recipient) -> Address {
        self.letter.return_path.as_ref().map_or_else(|| self.letter.from.clone(), |path| path.of(to))
    }

    /// One person's whole message, with CRLF line ends and without dot-stuffing.
    pub(crate) fn render(&self, to: &Recipient) -> Vec<u8> {
        let message = self.unsigned(to);
        match &self.signer {
            Some(signer) => signer.sign(&message),
            None => message,
        }
    }

    fn unsigned(&self, to: &Recipient) -> Vec<u8> {
        // Once for all the places it stands in: a signature costs more than the rest of a copy.
        let links = Links::of(&self.letter, to, self.links.as_ref());
        let mut message = Vec::with_capacity(self.size);
        self.head.write(to, &links, &mut message);
        for part in &self.body {
            match part {
                Part::Fixed(bytes) => message.extend_from_slice(bytes),
                Part::Text(segments) => splice(segments, to, &links, &mut message),
                Part::Labelled(part) => message.extend_from_slice(&part.encoded(name_of(to))),
            }
        }
        message
    }
}

impl Part {
    fn size(&self) -> usize {
        match self {
            Part::Fixed(bytes) => bytes.len(),
            Part::Text(segments) => segments.iter().map(Segment::size).sum(),
            Part::Labelled(part) => part.bytes.len() * 3 / 2,
        }
    }
}

impl Labelled {
    fn encoded(&self, name: &str) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        bytes[self.at..self.at + self.label.room].copy_from_slice(&self.label.over(name));
        base64(&bytes)
    }
}

impl Segment {
    fn size(&self) -> usize {
        match self {
            Segment::Encoded(bytes) => bytes.len(),
            Segment::Personal(_) => 0,
        }
    }
}

/// What somebody is called on a label: the whole name, or the one they are greeted by.
fn name_of(to: &Recipient) -> &str {
    let known = [&to.person.name, &to.person.first_name].into_iter().find(|name| !name.trim().is_empty());
    known.map_or("", String::as_str)
}

fn splice(segments: &[Segment], to: &Recipient, links: &Links, message: &mut Vec<u8>) {
    let begin = message.len();
    for segment in segments {
        match segment {
            Segment::Encoded(bytes) => join(message, begin, bytes),
            Segment::Personal(piece) => join(message, begin, quoted_printable(&piece.fill(to, links)).as_bytes()),
        }
    }
}

fn content_type(letter: &Letter, boundary: &str) -> String {
    if letter.attachments.is_empty() {
        multipart("alternative", boundary, "a")
    } else {
        multipart("mixed", boundary, "m")
    }
}

fn multipart(kind: &str, boundary: &str, level: &str) -> String {
    format!("multipart/{kind};\r\n boundary=\"{boundary}_{level}\"")
}

fn body(letter: &Letter, boundary: &str) -> Vec<Part> {
    let mut body = Body { parts: Vec::new(), boundary };
    let mixed = !letter.attachments.is_empty();
    if mixed {
        body.open("m", &multipart("alternative", boundary, "a"), "");
    }
    body.open("a", "text/plain; charset=utf-8", QUOTED);
    body.text(&letter.text);
    body.html(letter);
    body.close("a");
    for file in &letter.attachments {
        let extra = format!("{BASE64}Content-Disposition: attachment; {}\r\n", file_name(&file.file_name));
        body.open("m", &media_type(&file.media_type), &extra);
        body.file(file);
    }
    if mixed {
        body.close("m");
    }
    body.parts
}

const QUOTED: &str = "Content-Transfer-Encoding: quoted-printable\r\n";
/// The bytes that a line of 76 letters says.
const LINE_OF_BASE64: usize = 57;
const BASE64: &str = "Content-Transfer-Encoding: base64\r\n";

struct Body<'a> {
    parts: Vec<Part>,
    boundary: &'a str,
}

impl Body<'_> {
    fn fixed(&mut self, bytes: &[u8]) {
        self.parts.push(Part::Fixed(bytes.to_vec()));
    }

    fn text(&mut self, text: &Spliced) {
        let segments = text.0.iter().map(|piece| match piece {
            Piece::Fixed(text) => Segment::Encoded(quoted_printable(text).into_bytes()),
            personal => Segment::Personal(personal.clone()),
        });
        self.parts.push(Part::Text(segments.collect()));
    }

    /// A file in base64; of one with a label, what comes before and after its lines is encoded once.
    fn file(&mut self, file: &Attachment) {
        let bytes = &file.bytes;
        let fits = |label: &&Label| label.at.checked_add(label.room).is_some_and(|end| end <= bytes.len());
        let Some(label) = file.label.as_ref().filter(fits) else { return self.fixed(&base64(bytes)) };
        let begin = label.at / LINE_OF_BASE64 * LINE_OF_BASE64;
        let end = (label.at + label.room).next_multiple_of(LINE_OF_BASE64).min(bytes.len());
        if begin > 0 {
            self.fixed(&base64(&bytes[..begin]));
            self.fixed(b"\r\n");
        }
        let (part, at) = (bytes[begin..end].to_vec(), label.at - begin);
        self.parts.push(Part::Labelled(Labelled { bytes: part, at, label: label.clone() }));
        if end < bytes.len() {
            self.fixed(b"\r\n");
            self.fixed(&base64(&bytes[end..]));
        }
    }

    fn html(&mut self, letter: &Letter) {
        if letter.pictures.is_empty() {
            self.open("a", "text/html; charset=utf-8", QUOTED);
            return self.text(&letter.html);
        }
        let related = format!("multipart/related; type=\"text/html\";\r\n boundary=\"{}_r\"", self.boundary);
        self.open("a", &related, "");
        self.open("r", "text/html; charset=utf-8", QUOTED);
        self.text(&letter.html);
        for picture in &letter.pictures {
            let cid: String =
                picture.cid.chars().filter(|c| c.is_ascii_alphanumeric() || ".-_@".contains(*c)).collect();
            let name = file_name(&picture.file_name);
            let extra = format!("{BASE64}Content-ID: <{cid}>\r\nContent-Disposition: inline; {name}\r\n");
            self.open("r", &media_type(&picture.media_type), &extra);
            self.fixed(&base64(&picture.bytes));
        }
        self.close("r");
    }

    // The CRLF before a boundary belongs to it (RFC 2046 5.1.1), so bodies need not end a line.
    fn open(&mut self, level: &str, content_type: &str, extra: &str) {
        let head = format!("\r\n--{}_{level}\r\nContent-Type: {content_type}\r\n{extra}\r\n", self.boundary);
        self.fixed(head.as_bytes());
    }

    fn close(&mut self, level: &str) {
        self.fixed(format!("\r\n--{}_{level}--\r\n", self.boundary).as_bytes());
    }
}

fn media_type(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/+-.".contains(c);
    if text.contains('/') && text.chars().all(plain) { text.to_owned() } else { "application/octet-stream".to_owned() }
}

// Names outside ASCII by RFC 2231, the others quoted.
fn file_name(name: &str) -> String {
    let name = clean(name).replace(['"', '\\', '/'], "_");
    if name.is_ascii() {
        return format!("filename=\"{name}\"");
    }
    let percent: String = name
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect();
    format!("filename*=utf-8''{percent}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::{Escape, InlinePicture, PersonField};
    use crate::people::Person;

    fn letter() -> Letter {
        let greeting = |escape| Piece::Field { field: PersonField::FirstName, fallback: Some("reader".into()), escape };
        let leave = |escape| Piece::Field { field: PersonField::UnsubscribeLink, fallback: None, escape };
        Letter {
            from_name: "Smart City Magazine".into(),
            from: Address::parse("desk@example.org").unwrap(),
            reply_to: None,
            list_id: "news.example.org".into(),
            list_name: "Știri urbane".into(),
            unsubscribe: Address::parse("leave@example.org").unwrap(),
            unsubscribe_box: None,
            edition: "2026-q4/launch".into(),
            organisation: "WSCO".into(),
            subject: Spliced(vec![Piece::Fixed("For ".into()), greeting(Escape::Text)]),
            html: Spliced(vec![
                Piece::Fixed("<p>Dear ".into()),
                greeting(Escape::Html),
                Piece::Fixed(",</p>\n<a href=\"".into()),
                leave(Escape::Url),
                Piece::Fixed("\">leave</a>".into()),
            ]),
            text: Spliced(vec![Piece::Fixed("Dear ".into()), greeting(Escape::Text), Piece::Fixed(",\n.\n".into())]),
            pictures: Vec::new(),
            attachments: Vec::new(),
            return_path: None,
            seal: None,
        }
    }

    fn recipient(name: &str, first_name: &str) -> Recipient {
        let person = Person {
            name: name.into(),
            first_name: first_name.into(),
            ..Person::new(Address::parse("ana@example.org").unwrap())
        };
        Recipient { person, token: "t1".into(), message_id: "m1@example.org".into() }
    }

    fn render(letter: Letter, to: &Recipient) -> String {
        let date = "2026-11-21T10:00:00Z".parse().unwrap();
        String::from_utf8(Form::new(letter, "b", date).render(to)).unwrap()
    }

    #[test]
    fn a_letter_is_written_as_a_whole_message() {
        expect_test::expect_file!["../../tests/golden/letter.eml"]
            .assert_eq(&render(letter(), &recipient("Ana Șerban", "Ana")).replace("\r\n", "\n"));
    }

    #[test]
    fn pictures_and_attachments_stand_in_their_frames() {
        let picture = InlinePicture {
            cid: "cover".into(),
            media_type: "image/png".into(),
            file_name: "cover.png".into(),
            bytes: b"png".to_vec(),
        };
        let pdf = Attachment {
            file_name: "nr. 41 ș.pdf".into(),
            media_type: "application/pdf".into(),
            label: None,
            bytes: b"pdf".to_vec(),
        };
        let full = Letter { pictures: vec![picture], attachments: vec![pdf], ..letter() };
        expect_test::expect_file!["../../tests/golden/letter-with-files.eml"]
            .assert_eq(&render(full, &recipient("", "")).replace("\r\n", "\n"));
    }

    #[test]
    fn a_label_is_written_into_whole_lines_and_the_rest_of_the_file_stays() {
        use crate::base64::decode;
        for (before, room, after) in [(0, 60, 0), (10, 60, 500), (57, 57, 57), (56, 59, 1), (300, 700, 33)] {
            let bytes = [vec![b'a'; before], vec![b' '; room], vec![b'z'; after]].concat();
            let letters = [('A', ("(A)".to_owned(), 5))].into();
            let label = Label { at: before, room, before: "q".into(), width: 99, letters, after: "Q".into() };
            let pdf = |label| Attachment {
                file_name: "i.pdf".into(),
                media_type: "application/pdf".into(),
                label,
                bytes: bytes.clone(),
            };
            let file = |label, name: &str| {
                let whole = render(Letter { attachments: vec![pdf(label)], ..letter() }, &recipient(name, ""));
                let lines = whole.split("i.pdf\"\r\n\r\n").nth(1).unwrap().split("\r\n--").next().unwrap().to_owned();
                assert!(lines.split("\r\n").all(|line| line.len() <= 76), "{lines}");
                decode(&lines.replace("\r\n", "")).unwrap()
            };
            assert_eq!(file(None, "A"), bytes);
            assert_eq!(file(Some(label.clone()), ""), bytes, "nobody is named");
            let over = file(Some(label.clone()), "A");
            assert_eq!(over[before..before + room], *label.over("A"));
            assert_eq!((&over[..before], &over[before + room..]), (&bytes[..before], &bytes[before + room..]));
            let lost = Label { at: before + after + 1, ..label };
            assert_eq!(file(Some(lost), "A"), bytes, "a label outside the file is none");
        }
    }

    #[test]
    fn a_poisoned_name_never_becomes_a_header_or_markup() {
        let to = recipient("Ana\r\nBcc: all@example.org\0", "<script>\r\n.\r\nQUIT");
        let message = render(letter(), &to);
        assert!(!message.contains("\r\nBcc") && !message.contains('\0') && !message.contains("\r\n.\r\n"), "{message}");
        assert!(message.contains("\r\nSubject: For <script> . QUIT\r\n"), "{message}");
        let html = message.split("text/html").nth(1).unwrap();
        assert!(html.contains("&lt;script&gt;") && !html.contains("<script>"), "{message}");
    }

    #[test]
    fn a_files_name_never_becomes_a_header() {
        for name in [
            "a\r\nBcc: all@example.org\r\n\r\n<script>.pdf",
            "a\"; filename=\"b.exe",
            "a\0b\u{2028}c.pdf",
            "../../etc/passwd",
            "=?utf-8?q?a?=.pdf",
        ] {
            let media_type = "application/pdf".into();
            let pdf = Attachment { file_name: name.into(), media_type, label: None, bytes: b"p".to_vec() };
            let message = render(Letter { attachments: vec![pdf], ..letter() }, &recipient("", ""));
            let part = message.split("Content-Type: application/pdf").nth(1).unwrap();
            let head = part.split("\r\n\r\n").next().unwrap();
            let lines: Vec<&str> = head.split("\r\n").filter(|line| !line.is_empty()).collect();
            let known = ["Content-Transfer-Encoding: base64", "Content-Disposition: attachment; filename"];
            assert!(lines.iter().all(|line| known.iter().any(|known| line.starts_with(known))), "{name:?}: {lines:?}");
            let parameter = lines.iter().find_map(|line| line.split_once("; ")).unwrap().1;
            // Between its two quotes anything else is a letter of the name.
            assert!(!parameter.contains(['\0', '/', '\r', '\n']), "{parameter}");
            assert!(matches!(parameter.matches('"').count(), 0 | 2), "{name:?}: {parameter}");
        }
    }

    #[test]
    fn a_list_name_outside_ascii_is_encoded_as_a_whole() {
        for (name, expected) in [
            ("News", "\r\nList-Id: \"News\" <news.example.org>\r\n"),
            ("News, România", "\r\nList-Id: =?utf-8?b?TmV3cywgUm9tw6JuaWE=?= <news.example.org>\r\n"),
        ] {
            let message = render(Letter { list_name: name.into(), ..letter() }, &recipient("Ana", "Ana"));
            assert!(message.contains(expected), "{message}");
        }
    }

    #[test]
    fn a_copy_is_the_same_bytes_every_time() {
        let to = recipient("Ana", "Ana");
        assert_eq!(render(letter(), &to), render(letter(), &to));
    }
}
