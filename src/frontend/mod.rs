//! Text in, [`Network`] out: the language `.circ`, and the files of weights and samples it names.
//!
//! Architecture invariant: pest, safetensors, npyz, memmap2, flate2 and csv are used here and nowhere else, and nothing
//! else reads the user's files.
//!
//! Limits, each with its diagnostic: [`MAX_SOURCE_BYTES`], [`MAX_LAYERS`], [`MAX_DIMENSIONS`], [`MAX_INPUT`],
//! [`MAX_OUTPUTS`], [`MAX_ELEMENTS`], [`MAX_WORD_BITS`], [`names::MAX_NAME`].
//!
#![doc = include_str!("grammar.md")]

pub mod ast;
pub mod data;
pub mod names;
mod layers;
mod parse;
mod quantity;
mod recover;
mod resolve;
pub mod weights;

use crate::diag::{Diagnostics, Error, Halted, Source, SourceRef};
use crate::network::Network;
pub use parse::parse;
pub use resolve::resolve;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Longest `.circ` text, bytes.
pub const MAX_SOURCE_BYTES: usize = 1 << 20;
/// Most layers of a network.
pub const MAX_LAYERS: usize = 256;
/// Most dimensions of an input or a tensor.
pub const MAX_DIMENSIONS: usize = 8;
/// Most elements of an input.
pub const MAX_INPUT: usize = 1 << 20;
/// Most outputs of a layer.
pub const MAX_OUTPUTS: usize = 1 << 16;
/// Widest word that a `.circ` may state, bits.
pub const MAX_WORD_BITS: u32 = 32;
/// Most elements of a tensor of weights or of a file of samples: one gibibyte as `f64`.
pub const MAX_ELEMENTS: usize = 1 << 27;

/// Reads the text of a `.circ` file.
pub fn read_source(path: &Path) -> Result<SourceRef, Error> {
    let fault = |cause| Error::Read { path: path.into(), cause };
    let malformed = |problem: String| Error::Malformed { path: path.into(), problem };
    let file = std::fs::File::open(path).map_err(fault)?;
    let mut bytes = Vec::new();
    file.take(MAX_SOURCE_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(fault)?;
    if bytes.len() > MAX_SOURCE_BYTES {
        return Err(malformed(format!("the file is longer than {MAX_SOURCE_BYTES} bytes, expected a network as text")));
    }
    let text = String::from_utf8(bytes)
        .map_err(|e| malformed(format!("byte {} is not UTF-8, expected a network as text", e.utf8_error().valid_up_to())))?;
    Ok(Arc::new(Source { path: path.display().to_string(), text }))
}

/// Reads a network and the files it names, which are relative to the folder of `source`.
pub fn load(source: &SourceRef, diagnostics: &mut Diagnostics) -> Result<Network, Halted> {
    let ast = parse(source, diagnostics)?;
    let folder = Path::new(&source.path).parent().unwrap_or(Path::new(""));
    resolve(&ast, folder, diagnostics)
}
