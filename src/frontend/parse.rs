//! Text to [`Ast`]: the only user of the grammar.

use super::ast::{Ast, Input, Item, Layer, Node, Property, Section, Value};
use super::recover;
use crate::diag::{Code, Diagnostic, Diagnostics, Halted, SourceRef, Span};
use pest::Parser;
use pest::iterators::Pair;

/// The parser that pest makes of `circ.pest`.
#[derive(pest_derive::Parser)]
#[grammar = "frontend/circ.pest"]
pub(super) struct CircParser;

/// Reads a text; collects every statement that does not parse.
pub fn parse(source: &SourceRef, diagnostics: &mut Diagnostics) -> Result<Ast, Halted> {
    if source.text.len() > super::MAX_SOURCE_BYTES {
        let (found, most) = (source.text.len(), super::MAX_SOURCE_BYTES);
        let message = format!("the text has `{found}` bytes, expected at most {most}");
        diagnostics.push(Diagnostic::new(Code::LimitExceeded, Span::default(), message));
        return Err(Halted);
    }
    let pairs = CircParser::parse(Rule::file, &source.text);
    let file = match pairs.map(|mut pairs| pairs.next()) {
        Ok(Some(file)) => file,
        Ok(None) => crate::bug!("the grammar gave no `file` for {}", source.path),
        Err(error) => {
            diagnostics.push(recover::syntax(&error, &source.text, 0));
            return Err(Halted);
        }
    };
    let mut walk = Walk { text: &source.text, diagnostics, broken_to: 0 };
    let (name, items) = walk.network(file);
    diagnostics.checkpoint()?;
    Ok(Ast { source: source.clone(), name, items })
}

/// The walk over the tree of pairs. Its shape is fixed by the grammar.
struct Walk<'a> {
    text: &'a str,
    diagnostics: &'a mut Diagnostics,
    /// Where the last broken statement ended.
    broken_to: usize,
}

impl Walk<'_> {
    fn network(&mut self, file: Pair<Rule>) -> (Node<String>, Vec<Item>) {
        let mut name = Node { value: String::new(), span: Span::default() };
        let mut items = Vec::new();
        for pair in file.into_inner().filter(|p| p.as_rule() == Rule::network).flat_map(Pair::into_inner) {
            match pair.as_rule() {
                Rule::name => name = word(&pair),
                Rule::network_item => items.extend(pair.into_inner().map(|item| self.item(item))),
                Rule::broken_item => self.broken(&pair),
                _ => {}
            }
        }
        (name, items)
    }

    fn item(&mut self, pair: Pair<Rule>) -> Item {
        match pair.as_rule() {
            Rule::input => Item::Input(input(pair)),
            Rule::output => Item::Output(self.section(pair)),
            Rule::precision => Item::Precision(self.section(pair)),
            Rule::calibrate => Item::Calibrate(property(pair)),
            Rule::layer => Item::Layer(self.layer(pair)),
            _ => Item::Target(self.section(pair)),
        }
    }

    fn section(&mut self, pair: Pair<Rule>) -> Section {
        let mut section = Section { span: Span::default(), properties: Vec::new() };
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::output_clause | Rule::precision_entry | Rule::target_entry | Rule::property => {
                    section.properties.extend(pair.into_inner().map(property));
                }
                Rule::broken_precision | Rule::broken_target | Rule::broken_property => self.broken(&pair),
                Rule::open | Rule::close => {}
                _ => section.span = span(&pair),
            }
        }
        section
    }

    fn layer(&mut self, pair: Pair<Rule>) -> Layer {
        let nothing = Node { value: String::new(), span: Span::default() };
        let mut layer = Layer {
            span: Span { start: pair.as_span().start(), end: 0 },
            name: nothing.clone(),
            kind: nothing,
            arguments: Vec::new(),
            clauses: Vec::new(),
            properties: Vec::new(),
        };
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::name => layer.name = word(&pair),
                Rule::kind => self.kind(pair, &mut layer),
                Rule::layer_block => layer.properties = self.section(pair).properties,
                _ => {}
            }
        }
        layer
    }

    fn kind(&mut self, pair: Pair<Rule>, layer: &mut Layer) {
        for pair in pair.into_inner().flat_map(Pair::into_inner) {
            match pair.as_rule() {
                Rule::k_dense | Rule::k_affine | Rule::k_argmax | Rule::k_add | Rule::k_concat | Rule::k_slice => {
                    layer.kind = word(&pair);
                }
                Rule::k_pointwise | Rule::word => layer.kind = word(&pair),
                Rule::dense_clause | Rule::kind_clause => layer.clauses.extend(pair.clone().into_inner().map(property)),
                Rule::size | Rule::elements => layer.arguments.push(value(&pair)),
                // the rest of an unknown kind
                _ => continue,
            }
            let last = layer.clauses.last().map_or(0, |clause| clause.span().end);
            layer.span.end = last.max(layer.arguments.last().map_or(layer.kind.span.end, |a| a.span.end));
        }
    }

    /// A broken line that starts with no word and follows another one is the rest of it.
    fn broken(&mut self, pair: &Pair<Rule>) {
        let start = pair.as_span().start();
        let continues = self.text[self.broken_to..start].trim().is_empty() && self.broken_to > 0;
        self.broken_to = pair.as_span().end();
        if self.diagnostics.list.len() >= super::MAX_PROBLEMS {
            return;
        }
        if !continues || pair.as_str().starts_with(|c: char| c.is_ascii_alphabetic()) {
            self.diagnostics.push(recover::broken(pair, self.text));
        }
    }
}

fn input(pair: Pair<Rule>) -> Input {
    let mut input = Input {
        span: Span { start: pair.as_span().start(), end: 0 },
        name: Node { value: String::new(), span: Span::default() },
        shape: Node { value: Vec::new(), span: Span::default() },
        clauses: Vec::new(),
    };
    for pair in pair.into_inner() {
        match pair.as_rule() {
            Rule::name => input.name = word(&pair),
            Rule::shape => {
                input.shape = Node { value: pair.as_str().split('x').map(count).collect(), span: span(&pair) };
                input.span.end = input.shape.span.end;
            }
            Rule::input_clause => input.clauses.extend(pair.into_inner().map(property)),
            _ => {}
        }
    }
    input
}

/// A keyword, its value, and the clauses of the value.
fn property(pair: Pair<Rule>) -> Property {
    let mut inner = pair.into_inner();
    let (Some(key), Some(argument)) = (inner.next(), inner.next()) else {
        crate::bug!("a property without keyword or value in the syntax tree");
    };
    if ![Rule::file_ref, Rule::pace].contains(&argument.as_rule()) {
        return Property { key: word(&key), value: value(&argument), clauses: Vec::new() };
    }
    let mut parts = argument.into_inner();
    let Some(first) = parts.next() else {
        crate::bug!("a file without path, or no pace, in the syntax tree");
    };
    let clauses = parts.flat_map(Pair::into_inner).map(property).collect();
    Property { key: word(&key), value: value(&first), clauses }
}

fn value(pair: &Pair<Rule>) -> Node<Value> {
    let text = pair.as_str();
    let numbers = || pair.clone().into_inner().filter(|p| p.as_rule() == Rule::number).map(|p| number(p.as_str()));
    let value = match pair.as_rule() {
        Rule::number => Value::Number(number(text)),
        Rule::interval => {
            let ends: Vec<f64> = numbers().collect();
            Value::Range(ends[0], ends[1])
        }
        Rule::function => {
            let mut inner = pair.clone().into_inner();
            let name = inner.next().map_or(Node { value: String::new(), span: span(pair) }, |name| word(&name));
            let parameters =
                inner.flat_map(|p| if p.as_rule() == Rule::interval { p.into_inner().collect() } else { vec![p] });
            Value::Function(name, parameters.map(|p| number(p.as_str())).collect())
        }
        Rule::elements => {
            let mut ends = text.split("..").map(|end| count(end.trim()));
            Value::Elements(ends.next().unwrap_or(0), ends.next().unwrap_or(0))
        }
        Rule::origins => Value::Names(pair.clone().into_inner().map(|name| word(&name)).collect()),
        Rule::path | Rule::tensor_name => Value::Text(unquote(text)),
        Rule::q_format => Value::Format(text.to_string()),
        Rule::width | Rule::capacity | Rule::frequency | Rule::duration | Rule::rate | Rule::tables => {
            let unit = pair.clone().into_inner().last();
            let unit = unit.map_or(Node { value: String::new(), span: Span::default() }, |unit| word(&unit));
            Value::Quantity(numbers().sum(), unit)
        }
        Rule::size | Rule::block_size | Rule::row_count | Rule::bit_count | Rule::multiplier_count => {
            Value::Count(count(text))
        }
        _ => Value::Word(text.to_string()),
    };
    let end = match &value {
        // the blanks before a comma that does not come are none of it
        Value::Names(names) => names.last().map_or(0, |name| name.span.end),
        _ => span(pair).end,
    };
    Node { value, span: Span { end, ..span(pair) } }
}

fn span(pair: &Pair<Rule>) -> Span {
    Span { start: pair.as_span().start(), end: pair.as_span().end() }
}

fn word(pair: &Pair<Rule>) -> Node<String> {
    Node { value: pair.as_str().to_string(), span: span(pair) }
}

fn count(digits: &str) -> u64 {
    digits.parse().unwrap_or(u64::MAX)
}

/// A decimal number or a ratio of two; `1/0` is infinite, as is what `f64` cannot hold.
fn number(text: &str) -> f64 {
    let decimal = |text: &str| text.parse::<f64>().unwrap_or(f64::INFINITY);
    match text.split_once('/') {
        Some((above, below)) => decimal(above) / decimal(below),
        None => decimal(text),
    }
}

fn unquote(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text[1..text.len() - 1].chars();
    while let Some(letter) = letters.next() {
        out.extend(if letter == '\\' { letters.next() } else { Some(letter) });
    }
    out
}
