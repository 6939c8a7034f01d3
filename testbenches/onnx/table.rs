//! The documentation of the operators is that of the code.

use circlet::frontend::onnx::operators;
use std::path::Path;

#[test]
fn the_table_of_operators_is_generated() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/frontend/onnx/operators.md");
    if std::env::var_os("CIRCLET_BLESS").is_some() {
        std::fs::write(&path, operators::table()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap();
    assert!(written == operators::table(), "operators.md is old; CIRCLET_BLESS=1 writes it anew");
}

#[test]
fn operators_are_listed_once_and_in_order() {
    let names: Vec<&str> = operators::OPERATORS.iter().map(|operator| operator.name).collect();
    assert!(names.windows(2).all(|pair| pair[0] < pair[1]), "{names:?}");
    for (_, others, _) in operators::NOT_TAKEN {
        assert!(others.split_whitespace().all(|other| !names.contains(&other)));
    }
    for operator in operators::OPERATORS {
        assert!(operator.versions.is_sorted() && operator.attributes.is_sorted(), "{}", operator.name);
    }
}
