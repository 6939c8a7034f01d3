//! Are errors kind? One fixture per kind of problem; the snapshot is what the user sees.
//!
//! A fixture is `fixtures/errors/<code>.circ` or `<code>-<variant>.circ`; the files it names are made by `files`.

mod files;

use circlet::diag::{Diagnostics, Source, render};
use circlet::frontend;
use std::sync::Arc;

#[test]
fn errors_name_the_place_the_fault_and_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    files::write(folder.path());
    insta::glob!("fixtures/errors/*.circ", |path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let source = Arc::new(Source { path: name.clone(), text: std::fs::read_to_string(path).unwrap() });
        let mut diagnostics = Diagnostics::default();
        let ast = frontend::parse(&source, &mut diagnostics);
        let network = ast.and_then(|ast| frontend::resolve(&ast, folder.path(), &mut diagnostics));
        let _ = network;
        let code = name.split(['-', '.']).next().unwrap();
        assert!(diagnostics.list.iter().any(|d| d.code.name() == code), "{name} has no error `{code}`");
        insta::assert_snapshot!(render::text(&diagnostics, &source, false));
    });
}
