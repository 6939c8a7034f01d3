//! Are errors kind? One fixture per kind of problem; the snapshot is what the user sees.
//!
//! A fixture is `fixtures/errors/<code>.circ` or `<code>-<variant>.circ`; the files it names are made by `files`.

mod files;

use circlet::diag::{Code, Diagnostics, Halted, Source, SourceRef, render};
use circlet::passes::infer_shapes;
use circlet::schedule::fold;
use circlet::synth::expected::count_luts;
use circlet::train::{self, Plan};
use circlet::{frontend, passes};
use std::path::Path;
use std::sync::Arc;

fn compile(source: &SourceRef, folder: &Path, diagnostics: &mut Diagnostics) -> Result<(), Halted> {
    let ast = frontend::parse(source, diagnostics)?;
    let mut network = frontend::resolve(&ast, folder, diagnostics)?;
    passes::run(&mut network, passes::PASSES, diagnostics, &mut |_, _, _| {})?;
    fold::fold(&fold::Problem::of(&network, count_luts), diagnostics).map(drop)
}

/// The way of `circlet train`, up to the first step.
fn learn(source: &SourceRef, folder: &Path, diagnostics: &mut Diagnostics) -> Result<(), Halted> {
    let ast = frontend::parse(source, diagnostics)?;
    let mut network = frontend::resolve_untrained(&ast, folder, diagnostics)?;
    passes::run(&mut network, &[infer_shapes::PASS], diagnostics, &mut |_, _, _| {})?;
    train::check(&network, &Plan::default(), diagnostics)
}

#[test]
fn errors_name_the_place_the_fault_and_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    files::write(folder.path(), "");
    insta::glob!("fixtures/errors/*.circ", |path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let source = Arc::new(Source { path: name.clone(), text: std::fs::read_to_string(path).unwrap() });
        let mut diagnostics = Diagnostics::default();
        let code = name.split(['-', '.']).next().unwrap();
        let way = if code == Code::NotTrainable.name() { learn } else { compile };
        let stopped = way(&source, folder.path(), &mut diagnostics).is_err();
        assert_eq!(stopped, diagnostics.has_errors(), "{name}");
        assert!(diagnostics.list.iter().any(|d| d.code.name() == code), "{name} has no error `{code}`");
        insta::assert_snapshot!(render::text(&diagnostics, &source, false));
    });
}
