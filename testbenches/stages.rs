//! Does each stage say what we think, and does text survive? One snapshot per fixture.

mod files;

use circlet::diag::{Diagnostics, Source, SourceRef, render};
use circlet::frontend;
use circlet::network::{Network, print};
use std::path::Path;
use std::sync::Arc;

fn read(path: &Path) -> SourceRef {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    Arc::new(Source { path: name, text: std::fs::read_to_string(path).unwrap() })
}

fn resolve(source: &SourceRef, folder: &Path) -> Network {
    let mut diagnostics = Diagnostics::default();
    let network = frontend::parse(source, &mut diagnostics)
        .and_then(|ast| frontend::resolve(&ast, folder, &mut diagnostics));
    network.unwrap_or_else(|_| panic!("{}", render::text(&diagnostics, source, false)))
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
fn networks_survive_printing() {
    let folder = tempfile::tempdir().unwrap();
    files::write(folder.path());
    insta::glob!("fixtures/stages/*.circ", |path| {
        insta::assert_snapshot!(round_trip(&read(path), folder.path()));
    });
}
