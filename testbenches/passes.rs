//! Does a pass do only its job? A fixture's first line names the passes it goes through; the snapshot is what comes out,
//! with the numbers of small tensors as comments.

mod files;

use circlet::diag::{Diagnostics, Source, render};
use circlet::frontend;
use circlet::network::{Dense, LayerKind, Network, Weights, print};
use circlet::passes::{self, PASSES};
use std::path::Path;
use std::sync::Arc;

/// The passes named in a fixture's first line, which must be the beginning of the table.
fn passes_of(text: &str) -> &'static [passes::Pass] {
    let first = text.lines().next().and_then(|line| line.strip_prefix("// passes: ")).expect("`// passes: <names>`");
    let names: Vec<&str> = first.split(' ').collect();
    assert!(PASSES.iter().map(|pass| pass.name).take(names.len()).eq(names.iter().copied()), "{names:?}");
    &PASSES[..names.len()]
}

fn numbers(values: &[f64]) -> String {
    values.iter().map(|value| format!("{value:8.4}")).collect()
}

fn tensors(dense: &Dense) -> Vec<String> {
    let row = match &dense.weights {
        Weights::Dense { inputs, .. } => *inputs,
        Weights::Circulant { k, .. } => *k,
    };
    let rows = dense.weights.values().chunks(row).map(|row| format!("W {}", numbers(row)));
    rows.chain([format!("b {}", numbers(&dense.bias))]).collect()
}

fn facts(network: &Network) -> String {
    let mut text = print::network(network);
    for layer in &network.layers {
        if let LayerKind::Dense(dense) = &layer.kind {
            let lines = tensors(dense);
            text += &lines.iter().map(|line| format!("// {} {}\n", layer.name, line.trim_end())).collect::<String>();
        }
    }
    text
}

fn after_passes(path: &Path, folder: &Path) -> String {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let source = Arc::new(Source { path: name, text: std::fs::read_to_string(path).unwrap() });
    let mut diagnostics = Diagnostics::default();
    let ast = frontend::parse(&source, &mut diagnostics);
    let mut network = ast.and_then(|ast| frontend::resolve(&ast, folder, &mut diagnostics)).expect("a good fixture");
    let mut seen = Vec::new();
    let result =
        passes::run(&mut network, passes_of(&source.text), &mut diagnostics, &mut |pass, _, _| seen.push(pass.name));
    assert!(
        result.is_ok() && seen.len() == passes_of(&source.text).len(),
        "{}",
        render::text(&diagnostics, &source, false)
    );
    facts(&network) + &render::text(&diagnostics, &source, false)
}

#[test]
fn passes_do_what_they_say() {
    let folder = tempfile::tempdir().unwrap();
    files::write(folder.path(), "");
    insta::glob!("fixtures/passes/*/*.circ", |path| {
        insta::assert_snapshot!(after_passes(path, folder.path()));
    });
}

#[test]
fn every_pass_has_a_fixture() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testbenches/fixtures/passes");
    for pass in PASSES {
        assert!(folder.join(pass.name).is_dir(), "no fixture for `{}`", pass.name);
    }
}
