//! What was written, with spans: no name is looked up, no default filled in, no file opened.

use crate::diag::{SourceRef, Span};
use crate::network::print::number;
use std::fmt;

/// Something and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node<T> {
    /// The thing.
    pub value: T,
    /// Its place.
    pub span: Span,
}

/// A whole file.
#[derive(Clone, Debug)]
pub struct Ast {
    /// The text.
    pub source: SourceRef,
    /// The network's name.
    pub name: Node<String>,
    /// Statements of the network, in the order written.
    pub items: Vec<Item>,
}

/// A statement of the network.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// `input pixels 8x8 range 0 .. 1`
    Input(Input),
    /// `output scale 0.5 shift -1`
    Output(Section),
    /// `precision { .. }`
    Precision(Section),
    /// `calibrate "samples.npy"`
    Calibrate(Property),
    /// `layer fc1 dense 128 { .. }`
    Layer(Layer),
    /// `target { .. }`
    Target(Section),
}

impl Item {
    /// The place to point at: the first words of the statement.
    pub fn span(&self) -> Span {
        match self {
            Item::Input(input) => input.span,
            Item::Output(section) | Item::Precision(section) | Item::Target(section) => section.span,
            Item::Calibrate(property) => property.key.span,
            Item::Layer(layer) => layer.span,
        }
    }
}

/// A list of properties, braced but for that of the output.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The keyword.
    pub span: Span,
    /// In the order written.
    pub properties: Vec<Property>,
}

/// The input statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// From the keyword to the shape.
    pub span: Span,
    /// Its name.
    pub name: Node<String>,
    /// Sizes of the dimensions.
    pub shape: Node<Vec<u64>>,
    /// `range`, `scale`, `format`.
    pub clauses: Vec<Property>,
}

/// A layer statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// From the keyword to the last word before the block.
    pub span: Span,
    /// Its name.
    pub name: Node<String>,
    /// The word for the kind.
    pub kind: Node<String>,
    /// What stands after the kind without a keyword.
    pub arguments: Vec<Node<Value>>,
    /// What stands after the kind with a keyword.
    pub clauses: Vec<Property>,
    /// The property block.
    pub properties: Vec<Property>,
}

/// A keyword with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// The keyword.
    pub key: Node<String>,
    /// The value.
    pub value: Node<Value>,
    /// Further keywords with values that belong to it (`tensor`, `form`).
    pub clauses: Vec<Property>,
}

impl Property {
    /// From the keyword to the end of the value.
    pub fn span(&self) -> Span {
        Span { start: self.key.span.start, end: self.value.span.end }
    }
}

/// A value as written.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A whole number; too large ones are `u64::MAX`.
    Count(u64),
    /// Sizes of dimensions.
    Shape(Vec<u64>),
    /// A number or a ratio; too large ones are infinite.
    Number(f64),
    /// A number and its unit.
    Quantity(f64, Node<String>),
    /// Two numbers.
    Range(f64, f64),
    /// Two whole numbers; too large ones are `u64::MAX`.
    Elements(u64, u64),
    /// Names between commas.
    Names(Vec<Node<String>>),
    /// A word of a fixed choice.
    Word(String),
    /// A word of a fixed choice with its numbers.
    Function(Node<String>, Vec<f64>),
    /// A fixed-point format, as written.
    Format(String),
    /// Text that stood in quotes.
    Text(String),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Value::Count(u64::MAX) => write!(f, "{} or more", u64::MAX),
            Value::Count(count) => write!(f, "{count}"),
            Value::Shape(sizes) => f.write_str(&sizes.iter().map(u64::to_string).collect::<Vec<_>>().join("x")),
            Value::Number(value) => f.write_str(&number(*value)),
            Value::Quantity(value, unit) => write!(f, "{} {}", number(*value), unit.value),
            Value::Function(name, numbers) => {
                let numbers: Vec<String> = numbers.iter().map(|&n| number(n)).collect();
                f.write_str(name.value.as_str())?;
                if numbers.is_empty() { Ok(()) } else { write!(f, " {}", numbers.join(" .. ")) }
            }
            Value::Range(low, high) => write!(f, "{} .. {}", number(*low), number(*high)),
            Value::Elements(start, end) => write!(f, "{start} .. {end}"),
            Value::Names(names) => {
                f.write_str(&names.iter().map(|name| name.value.as_str()).collect::<Vec<_>>().join(", "))
            }
            Value::Word(text) | Value::Format(text) | Value::Text(text) => f.write_str(text),
        }
    }
}

/// One line per statement and property, each behind the number of its source line.
impl fmt::Display for Ast {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let mut line = |span: Span, depth: usize, words: &str| {
            writeln!(f, "{:4}  {:indent$}{words}", self.source.line(span.start), "", indent = 4 * depth)
        };
        line(self.name.span, 0, &format!("network {}", self.name.value))?;
        for item in &self.items {
            let (words, properties) = item.words();
            line(item.span(), 1, &words)?;
            for property in properties {
                line(property.key.span, 2, &property.words())?;
            }
        }
        Ok(())
    }
}

impl Item {
    /// The statement without its braces, and what stands in them.
    fn words(&self) -> (String, &[Property]) {
        let all = |properties: &[Property]| properties.iter().map(|p| format!(" {}", p.words())).collect::<String>();
        match self {
            Item::Input(Input { name, shape, clauses, .. }) => {
                let shape = Value::Shape(shape.value.clone());
                (format!("input {} {shape}{}", name.value, all(clauses)), &[])
            }
            Item::Output(section) => (format!("output{}", all(&section.properties)), &[]),
            Item::Precision(section) => ("precision".into(), &section.properties),
            Item::Calibrate(property) => (property.words(), &[]),
            Item::Layer(Layer { name, kind, arguments, clauses, properties, .. }) => {
                let arguments: String = arguments.iter().map(|a| format!(" {}", a.value)).collect();
                (format!("layer {} {}{arguments}{}", name.value, kind.value, all(clauses)), properties)
            }
            Item::Target(section) => ("target".into(), &section.properties),
        }
    }
}

impl Property {
    fn words(&self) -> String {
        let value = match &self.value.value {
            Value::Text(text) => format!("{text:?}"),
            value => value.to_string(),
        };
        let clauses: String = self.clauses.iter().map(|clause| format!(" {}", clause.words())).collect();
        format!("{} {value}{clauses}", self.key.value)
    }
}
