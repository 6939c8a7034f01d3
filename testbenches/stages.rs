//! Does each stage say what we think, and does text survive? One snapshot per fixture.

mod files;

use circlet::diag::{Diagnostics, Source, SourceRef, render};
use circlet::network::{Network, print};
use circlet::{frontend, passes};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
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

#[test]
fn the_syntax_tree_keeps_what_was_written_and_where() {
    insta::glob!("fixtures/stages/*.circ", |path| {
        let ast = frontend::parse(&read(path), &mut Diagnostics::default()).unwrap();
        insta::assert_snapshot!(ast);
    });
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

#[test]
fn examples_survive_printing() {
    insta::glob!("../examples", "*/*.circ", |path| {
        round_trip(&read(path), path.parent().unwrap());
    });
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

/// A number between two powers of ten: any magnitude, few digits or many.
fn real(random: &mut ChaCha8Rng, lowest: i32, highest: i32) -> f64 {
    let bits = random.random_range(1..54);
    let digits = random.random_range(1..=1u64 << bits);
    let value = digits as f64 * 10f64.powi(random.random_range(lowest - 8..highest));
    value.clamp(10f64.powi(lowest), 10f64.powi(highest))
}

#[test]
fn every_number_survives_printing() {
    let folder = tempfile::tempdir().unwrap();
    files::write(folder.path(), "matrix.npy");
    let text = "network n { input x 8 layer fc dense 8 { weights \"matrix.npy\" } target { } }";
    let source = Arc::new(Source { path: "n.circ".into(), text: text.into() });
    let mut network = resolve(&source, folder.path());
    let mut random = ChaCha8Rng::seed_from_u64(7);
    for _ in 0..300 {
        network.target.clock = real(&mut random, 0, 12);
        network.target.throughput = Some(real(&mut random, -6, 12));
        network.target.memory_bits = Some(real(&mut random, 0, 15) as u64);
        network.target.interval = Some(real(&mut random, 0, 12) as usize);
        network.input.scale = match random.random() {
            true => 1.0 / random.random_range(1..70000) as f64,
            false => real(&mut random, -300, 300),
        };
        network.input.range = Some((-real(&mut random, -300, 300), real(&mut random, -300, 300)));
        let text = print::network(&network);
        let again = resolve(&Arc::new(Source { path: "n.circ".into(), text: text.clone() }), folder.path());
        assert_eq!(facts(&again), facts(&network), "{text}");
    }
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
