//! What is fuzzed: each target must answer every input without a panic and within its memory.

use circlet::diag::{Diagnostics, Source, render};
use circlet::frontend::weights::{Tensor, idx, npy, npz, safetensors, table};
use circlet::frontend::{self, data};
use std::path::Path;
use std::sync::Arc;

/// Most elements that a target accepts.
const MOST: usize = 1 << 16;

/// Every target: its name, the end of the names of its seeds, its function.
pub const TARGETS: &[(&str, &str, fn(&[u8]))] = &[
    ("parser", ".circ", parser),
    ("safetensors", ".safetensors", |bytes| check(safetensors::read(bytes, None, MOST).ok())),
    ("npy", ".npy", both_npy),
    ("npz", ".npz", |bytes| check(npz::read(bytes, None, MOST).ok())),
    ("idx", ".idx", |bytes| check(idx::read_stream(bytes, MOST).ok())),
    ("csv", ".csv", |bytes| check(table::read(bytes, MOST).ok())),
    ("samples", "", samples),
];

/// Parses, resolves (no file exists) and renders every problem both ways.
fn parser(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let source = Arc::new(Source { path: "fuzz.circ".into(), text: text.into() });
    let mut diagnostics = Diagnostics::default();
    let network = frontend::parse(&source, &mut diagnostics)
        .and_then(|ast| frontend::resolve(&ast, Path::new("/no/such/folder"), &mut diagnostics));
    assert_eq!(network.is_err(), diagnostics.has_errors());
    // rendering costs as much as there is to say
    diagnostics.list.truncate(8);
    render::text(&diagnostics, &source, false);
    render::json(&diagnostics, &source);
}

/// A file and a stream of the same bytes give the same array, or both none.
fn both_npy(bytes: &[u8]) {
    let whole = npy::read(bytes, MOST).ok();
    let stream = npy::read_stream(bytes, MOST).ok();
    assert_eq!(whole.as_ref().map(|t| &t.shape), stream.as_ref().map(|t| &t.shape));
    check(whole);
    check(stream);
}

fn samples(bytes: &[u8]) {
    if let Ok(array) = data::array(bytes) {
        let _ = data::split(&array, &[2, 2]);
        check(Some(array));
    }
}

/// What a reader gives is what its shape says.
fn check(tensor: Option<Tensor>) {
    if let Some(tensor) = tensor {
        assert_eq!(tensor.shape.iter().product::<usize>(), tensor.values.len());
    }
}
