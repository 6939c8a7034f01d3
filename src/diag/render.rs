//! Diagnostics for people (source excerpts, coloured on terminals) and for machines (JSON).

use super::{Diagnostic, Diagnostics, Label, Source, Span};
use annotate_snippets::{AnnotationKind, Element, Group, Level, Renderer, Snippet};
use serde_json::{Value, json};

/// Every diagnostic with an excerpt of `source`, an empty line after each.
pub fn text(diagnostics: &Diagnostics, source: &Source, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let excerpt = |diagnostic: &Diagnostic| renderer.render(&[group(diagnostic, source)]) + "\n\n";
    diagnostics.list.iter().map(excerpt).collect()
}

fn group<'a>(diagnostic: &'a Diagnostic, source: &'a Source) -> Group<'a> {
    let level = if diagnostic.code.is_warning() { Level::WARNING } else { Level::ERROR };
    let mut snippet = Snippet::source(source.text.as_str()).path(source.path.as_str());
    for (index, label) in diagnostic.labels.iter().enumerate() {
        let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let annotation = kind.span(inside(label.span, &source.text));
        snippet =
            snippet.annotation(if label.text.is_empty() { annotation } else { annotation.label(label.text.as_str()) });
    }
    let help = diagnostic.help.as_deref().map(|help| Element::from(Level::HELP.message(help)));
    level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.name()).element(snippet).elements(help)
}

/// The span, within the text and on the borders of its characters.
fn inside(span: Span, text: &str) -> std::ops::Range<usize> {
    let start = text.floor_char_boundary(span.start);
    start..text.ceil_char_boundary(span.end.max(start).min(text.len()))
}

/// A list of objects: `code`, `severity`, `message`, `help`, and `labels` with one-based lines and columns.
pub fn json(diagnostics: &Diagnostics, source: &Source) -> Value {
    diagnostics.list.iter().map(|diagnostic| one(diagnostic, source)).collect()
}

fn one(diagnostic: &Diagnostic, source: &Source) -> Value {
    json!({
        "code": diagnostic.code,
        "severity": if diagnostic.code.is_warning() { "warning" } else { "error" },
        "message": diagnostic.message,
        "help": diagnostic.help,
        "file": source.path,
        "labels": diagnostic.labels.iter().map(|label| place(label, source)).collect::<Vec<_>>(),
    })
}

/// A label; columns count characters.
fn place(label: &Label, source: &Source) -> Value {
    let range = inside(label.span, &source.text);
    let column = |at: usize| source.text[..at].chars().rev().take_while(|&letter| letter != '\n').count() + 1;
    json!({
        "text": label.text,
        "bytes": [range.start, range.end],
        "start": { "line": source.line(range.start), "column": column(range.start) },
        "end": { "line": source.line(range.end), "column": column(range.end) },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Code;

    fn example() -> (Diagnostics, Source) {
        let source = Source { path: "a.circ".into(), text: "network ä {\n    layer fc1 dense 8 block 3\n}\n".into() };
        let span = |word: &str| {
            let start = source.text.find(word).unwrap();
            Span { start, end: start + word.len() }
        };
        let diagnostic = Diagnostic::new(Code::BlockNotPowerOfTwo, span("3"), "block size `3` is not a power of two")
            .here("three")
            .label(span("fc1"), "this layer")
            .help("choose 2 or 4");
        (Diagnostics { list: vec![diagnostic] }, source)
    }

    #[test]
    fn people_see_the_place_and_the_way_out() {
        let (diagnostics, source) = example();
        insta::assert_snapshot!(text(&diagnostics, &source, false), @r"
        error[block_not_power_of_two]: block size `3` is not a power of two
         --> a.circ:2:29
          |
        2 |     layer fc1 dense 8 block 3
          |           --- this layer    ^ three
          |
          = help: choose 2 or 4
        ");
        assert!(text(&diagnostics, &source, true).contains("\x1b["));
    }

    #[test]
    fn machines_see_lines_and_columns() {
        let (diagnostics, source) = example();
        let value = json(&diagnostics, &source);
        assert_eq!(value[0]["code"], "block_not_power_of_two");
        assert_eq!(value[0]["labels"][0]["start"], json!({ "line": 2, "column": 29 }));
        assert_eq!(value[0]["labels"][1]["end"], json!({ "line": 2, "column": 14 }));
    }

    #[test]
    fn places_outside_the_text_are_brought_inside() {
        let (mut diagnostics, source) = example();
        diagnostics.list[0].labels[0].span = Span { start: 9, end: 1000 };
        diagnostics.list[0].labels[1].span = Span { start: 1000, end: 3 };
        assert!(!text(&diagnostics, &source, false).is_empty());
        assert!(json(&diagnostics, &source).is_array());
    }
}
