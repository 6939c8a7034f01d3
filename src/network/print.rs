//! Layers as `.circ` text.

use super::{Affine, Argmax, Dense, Layer};

/// The words after the name of a dense layer, and its properties.
pub fn dense(dense: &Dense, _layer: &Layer) -> (String, Vec<String>) {
    let block = dense.block.map(|k| format!(" block {k}")).unwrap_or_default();
    (format!("dense {}{block}", dense.outputs), vec![format!("activation {}", dense.activation.name())])
}

/// The words after the name of an affine layer, and its properties.
pub fn affine(affine: &Affine, _layer: &Layer) -> (String, Vec<String>) {
    ("affine".to_string(), vec![format!("scale \"{}\"", affine.scale_file.path)])
}

/// The words after the name of an argmax layer, and its properties.
pub fn argmax(_argmax: &Argmax, _layer: &Layer) -> (String, Vec<String>) {
    ("argmax".to_string(), Vec::new())
}
