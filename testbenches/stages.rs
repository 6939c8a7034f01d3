//! Does each stage say what we think, and does text survive? One snapshot per fixture.

mod files;

use circlet::diag::{Diagnostics, Source, SourceRef, render};
use circlet::network::{Network, print};
use circlet::{frontend, passes};
use std::path::Path;
use std::sync::Arc;

fn read(path: &Path) -> SourceRef {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    Arc::new(Source { path: name, text: std::fs::read_to_string(path).unwrap() })
}

fn resolve(source: &SourceRef, folder: &Path) -> Network {
    let mut diagnostics = Diagnostics::default();
    let network =
        frontend::parse(source, &mut diagnostics).and_then(|ast| frontend::resolve(&ast, folder, &mut diagnostics));
    network.unwrap_or_else(|_| panic!("{}", render::text(&diagnostics, source, false)))
}

/// Runs every pass; gives the printed network after each.
fn compile(source: &SourceRef, folder: &Path) -> Vec<(&'static str, String)> {
    let mut network = resolve(source, folder);
    let (mut diagnostics, mut texts) = (Diagnostics::default(), vec![("resolve", print::network(&network))]);
    let mut watch = |pass: &passes::Pass, network: &Network, _| texts.push((pass.name, print::network(network)));
    let done = passes::run(&mut network, passes::PASSES, &mut diagnostics, &mut watch);
    assert!(done.is_ok(), "{}", render::text(&diagnostics, source, false));
    texts
}

/// Everything of a network but the places in its source.
fn facts(network: &Network) -> String {
    let source = Arc::new(Source { path: String::new(), text: String::new() });
    let text = format!("{:?}", Network { source, ..network.clone() });
    let (first, rest) = text.split_once("Span {").unwrap();
    let rest = rest.split("Span {").map(|part| part.split_once('}').unwrap().1);
    [first].into_iter().chain(rest).collect()
}

/// Prints, reads again, compares; gives the text.
fn round_trip(source: &SourceRef, folder: &Path) -> String {
    let network = resolve(source, folder);
    let text = print::network(&network);
    let again = resolve(&Arc::new(Source { path: source.path.clone(), text: text.clone() }), folder);
    assert_eq!(facts(&again), facts(&network), "{}", source.path);
    assert_eq!(print::network(&again), text);
    text
}

/// A snippet of the grammar page as a whole network.
fn completed(snippet: &str) -> String {
    if snippet.contains("network") {
        return snippet.into();
    }
    let input = if snippet.contains("input") { "" } else { "input x 64 range 0 .. 1" };
    let layer = if snippet.contains("layer") { "" } else { "layer best argmax" };
    format!("network snippet {{\n{input}\n{snippet}\n{layer}\n}}\n")
}

#[test]
fn every_construct_of_the_grammar_page_compiles_and_survives_printing() {
    let folder = tempfile::tempdir().unwrap();
    files::write(folder.path(), "");
    let page = include_str!("../src/frontend/grammar.md");
    let snippets: Vec<&str> = page.split("```circ\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(snippets.len() >= 12);
    for snippet in snippets {
        let source = Arc::new(Source { path: "grammar.md".into(), text: completed(snippet) });
        round_trip(&source, folder.path());
        compile(&source, folder.path());
    }
}

#[test]
fn networks_survive_printing() {
    let folder = tempfile::tempdir().unwrap();
    files::write(folder.path(), "");
    insta::glob!("fixtures/stages/*.circ", |path| {
        insta::assert_snapshot!(round_trip(&read(path), folder.path()));
    });
}

#[test]
fn every_pass_gives_a_network_that_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    files::write(folder.path(), "");
    insta::glob!("fixtures/stages/*.circ", |path| {
        let texts = compile(&read(path), folder.path());
        for (pass, text) in &texts {
            let again = resolve(&Arc::new(Source { path: format!("{pass}.circ"), text: text.clone() }), folder.path());
            assert_eq!(without_comments(&print::network(&again)), without_comments(text), "after {pass}");
        }
        insta::assert_snapshot!(texts.last().unwrap().1);
    });
}

fn without_comments(text: &str) -> String {
    let code = text.lines().map(|line| line.split("//").next().unwrap().trim());
    code.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
