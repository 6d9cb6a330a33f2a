//! A PDF read back: where each run of letters stands, in which face and size, and which element of the structure
//! tree it belongs to; and the boxes that are painted. Places are points from the upper left corner of the trim.

use std::collections::BTreeMap;

use hayro_syntax::Pdf;
use hayro_syntax::content::Instruction;
use hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier, Rect};
use hayro_syntax::page::{Page, Resources};

/// Letters that were shown by one operator.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) page: usize,
    pub(crate) x: f64,
    /// Of the baseline.
    pub(crate) y: f64,
    pub(crate) size: f64,
    pub(crate) face: String,
    /// The paragraph, heading or other block that the letters belong to; none for what no reader is read.
    pub(crate) block: Option<Tag>,
    /// Whether one of the letters is the one that a font shows for what it does not have.
    pub(crate) is_missing: bool,
}

/// An element of the structure tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tag {
    /// The number of its object: another element, another number.
    pub(crate) number: i32,
    /// `P`, `H2`, `LBody`…
    pub(crate) kind: String,
}

/// A painted box.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Painted {
    pub(crate) page: usize,
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

/// What stands on the pages.
#[derive(Default)]
pub(crate) struct Print {
    pub(crate) runs: Vec<Run>,
    pub(crate) boxes: Vec<Painted>,
}

impl Print {
    pub(crate) fn read(bytes: Vec<u8>) -> Self {
        let pdf = Pdf::new(bytes).unwrap();
        let tags = Tags::of(&pdf);
        let mut print = Self::default();
        for (number, page) in pdf.pages().iter().enumerate() {
            let mut reading = Reading::new(number, page, &tags, &mut print);
            let mut operations = page.operations();
            while let Some(instruction) = operations.next() {
                reading.follow(&instruction);
            }
        }
        assert!(!print.runs.is_empty(), "no text was found");
        print
    }
}

/// The elements that the marked contents of each page belong to.
struct Tags(BTreeMap<(i32, usize), Tag>);

impl Tags {
    fn of(pdf: &Pdf) -> Self {
        let catalog: Dict = pdf.xref().get(pdf.xref().root_id()).unwrap();
        let tree: Dict = catalog.get("StructTreeRoot").unwrap();
        let numbers: Array = tree.get::<Dict>("ParentTree").unwrap().get("Nums").unwrap();
        let entries: Vec<Object> = numbers.iter().collect();
        let mut tags = BTreeMap::new();
        for pair in entries.chunks_exact(2) {
            let [Object::Number(page), Object::Array(elements)] = pair else { continue };
            for (mark, element) in elements.raw_iter().enumerate() {
                let Some(number) = element.as_obj_ref() else { continue };
                if let Some(tag) = block_around(pdf, number.into()) {
                    tags.insert((page.as_i64() as i32, mark), tag);
                }
            }
        }
        Self(tags)
    }
}

/// The innermost block that an element is or stands in.
fn block_around(pdf: &Pdf, mut number: ObjectIdentifier) -> Option<Tag> {
    const IN_LINE: [&str; 8] = ["Span", "Em", "Strong", "Link", "Code", "Reference", "Lbl", "Quote"];
    loop {
        let element: Dict = pdf.xref().get(number)?;
        let kind = element.get::<Name>("S")?.as_str().to_owned();
        if !IN_LINE.contains(&kind.as_str()) {
            return Some(Tag { number: number.obj_number, kind });
        }
        number = element.get_ref("P")?.into();
    }
}

type Matrix = [f64; 6];

/// `first`, then `then`.
fn product(first: &Matrix, then: &Matrix) -> Matrix {
    let [a, b, c, d, e, f] = *first;
    let [g, h, i, j, k, l] = *then;
    [a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l]
}

#[derive(Clone)]
struct State {
    matrix: Matrix,
    face: String,
    size: f64,
    /// Left, top, right, bottom.
    clip: [f64; 4],
}

/// One page while its content is followed.
struct Reading<'a, 'p> {
    page: usize,
    resources: &'a Resources<'p>,
    parents: Option<i32>,
    tags: &'a Tags,
    print: &'a mut Print,
    state: State,
    saved: Vec<State>,
    text: Matrix,
    marks: Vec<Option<usize>>,
    path: Vec<(f64, f64)>,
    clipping: bool,
}

impl<'a, 'p> Reading<'a, 'p> {
    fn new(number: usize, page: &'a Page<'p>, tags: &'a Tags, print: &'a mut Print) -> Self {
        // Upside down, so that places count from the top.
        let trim = page.raw().get::<Rect>("TrimBox").unwrap_or(page.media_box());
        let matrix = [1.0, 0.0, 0.0, -1.0, -trim.x0, trim.y1];
        let everything = [f64::NEG_INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::INFINITY];
        Self {
            page: number,
            resources: page.resources(),
            parents: page.raw().get::<i32>("StructParents"),
            tags,
            print,
            state: State { matrix, face: String::new(), size: 0.0, clip: everything },
            saved: Vec::new(),
            text: [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
            marks: Vec::new(),
            path: Vec::new(),
            clipping: false,
        }
    }

    fn follow(&mut self, instruction: &Instruction) {
        let operands: Vec<Object> = instruction.operands().cloned().collect();
        let numbers: Vec<f64> = operands.iter().filter_map(number).collect();
        match &**instruction.operator {
            b"q" => self.saved.push(self.state.clone()),
            b"Q" => self.state = self.saved.pop().unwrap(),
            b"cm" => self.state.matrix = product(&matrix(&numbers), &self.state.matrix),
            b"Tf" => self.font(&operands, numbers[0]),
            b"Tm" => self.text = matrix(&numbers),
            b"Tj" | b"TJ" => self.show(&operands),
            b"BMC" => self.marks.push(None),
            b"BDC" => self.marks.push(mark(&operands)),
            b"EMC" => drop(self.marks.pop()),
            b"m" | b"l" | b"c" => self.path.extend(numbers.chunks_exact(2).map(|pair| (pair[0], pair[1]))),
            b"re" => {
                let (x, y) = (numbers[0], numbers[1]);
                self.path.extend([(x, y), (x + numbers[2], y + numbers[3])]);
            }
            b"W" | b"W*" => self.clipping = true,
            b"f" | b"f*" | b"B" | b"B*" | b"S" => self.paint(),
            b"n" => self.clip(),
            _ => {}
        }
    }

    fn font(&mut self, operands: &[Object], size: f64) {
        let Some(Object::Name(name)) = operands.first() else { panic!("a font without a name") };
        let font = self.resources.get_font(name).unwrap();
        self.state.face = font.get::<Name>("BaseFont").map(|face| face.as_str().to_owned()).unwrap_or_default();
        self.state.size = size;
    }

    fn show(&mut self, operands: &[Object]) {
        let [_, _, _, d, x, y] = product(&self.text, &self.state.matrix);
        let mark = self.marks.iter().rev().find_map(|mark| *mark);
        let block = mark.and_then(|mark| self.tags.0.get(&(self.parents?, mark)).cloned());
        let size = self.state.size * d.abs();
        let face = self.state.face.clone();
        self.print.runs.push(Run { page: self.page, x, y, size, face, block, is_missing: has_letter_zero(operands) });
    }

    /// The box around the path, as far as it is not clipped away.
    fn bounds(&mut self) -> Option<[f64; 4]> {
        let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        for (x, y) in self.path.drain(..) {
            let [_, _, _, _, x, y] = product(&[1.0, 0.0, 0.0, 1.0, x, y], &self.state.matrix);
            bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x), bounds[3].max(y)];
        }
        let clip = self.state.clip;
        let seen = [bounds[0].max(clip[0]), bounds[1].max(clip[1]), bounds[2].min(clip[2]), bounds[3].min(clip[3])];
        (seen[0] <= seen[2] && seen[1] <= seen[3]).then_some(seen)
    }

    fn paint(&mut self) {
        let page = self.page;
        if let Some([left, _, right, bottom]) = self.bounds() {
            self.print.boxes.push(Painted { page, left, right, bottom });
        }
    }

    fn clip(&mut self) {
        let bounds = self.bounds();
        if std::mem::take(&mut self.clipping) {
            self.state.clip = bounds.unwrap_or([0.0; 4]);
        }
    }
}

/// Letters are numbers of two bytes in our fonts; 0 is the one for what is missing.
fn has_letter_zero(operands: &[Object]) -> bool {
    let is_zero = |text: &hayro_syntax::object::String| text.as_bytes().chunks_exact(2).any(|letter| letter == [0, 0]);
    operands.iter().any(|operand| match operand {
        Object::String(text) => is_zero(text),
        Object::Array(parts) => {
            parts.iter::<Object>().any(|part| matches!(part, Object::String(text) if is_zero(&text)))
        }
        _ => false,
    })
}

fn matrix(numbers: &[f64]) -> Matrix {
    numbers.try_into().unwrap()
}

fn number(object: &Object) -> Option<f64> {
    match object {
        Object::Number(number) => Some(number.as_f64()),
        _ => None,
    }
}

fn mark(operands: &[Object]) -> Option<usize> {
    let Some(Object::Dict(properties)) = operands.get(1) else { return None };
    properties.get::<i32>("MCID").and_then(|mark| usize::try_from(mark).ok())
}
