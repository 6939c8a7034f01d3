//! Text in, [`Network`] out: the language `.circ`, and the files of weights and samples it names. Models in: [`onnx`].
//!
//! Architecture invariant: pest, prost, safetensors, npyz, memmap2, flate2, csv, toml, hound and tar are used here and nowhere else, and
//! nothing else reads the user's files.
//!
//! Limits, each with its diagnostic: [`MAX_SOURCE_BYTES`], [`MAX_LAYERS`], [`MAX_DIMENSIONS`], [`MAX_INPUT`],
//! [`MAX_OUTPUTS`], [`MAX_ELEMENTS`], [`MAX_WORD_BITS`], [`names::MAX_NAME`].
//!
#![doc = include_str!("grammar.md")]

pub mod ast;
pub mod c3a;
pub mod data;
pub mod dataset;
mod functions;
pub mod grid;
mod layers;
pub mod mapping;
pub mod names;
pub mod onnx;
mod parse;
mod quantity;
pub mod recordings;
mod recover;
mod resolve;
pub mod save;
pub mod series;
pub mod weights;

use crate::diag::{Diagnostics, Error, Halted, Source, SourceRef};
use crate::network::Network;
pub use parse::parse;
pub use resolve::{resolve, resolve_untrained};
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

/// Most problems of one stage that are told; a file with more is not a network.
pub const MAX_PROBLEMS: usize = 100;

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
    let text = String::from_utf8(bytes).map_err(|e| {
        malformed(format!("byte {} is not UTF-8, expected a network as text", e.utf8_error().valid_up_to()))
    })?;
    Ok(Arc::new(Source { path: path.display().to_string(), text }))
}

/// Reads a network and the files it names, which are relative to the folder of `source`.
pub fn load(source: &SourceRef, diagnostics: &mut Diagnostics) -> Result<Network, Halted> {
    let ast = parse(source, diagnostics)?;
    let folder = Path::new(&source.path).parent().unwrap_or(Path::new(""));
    resolve(&ast, folder, diagnostics)
}

/// Reads a network whose weights are yet to be made: files of weights and biases are not read.
pub fn load_untrained(source: &SourceRef, diagnostics: &mut Diagnostics) -> Result<Network, Halted> {
    let ast = parse(source, diagnostics)?;
    let folder = Path::new(&source.path).parent().unwrap_or(Path::new(""));
    resolve_untrained(&ast, folder, diagnostics)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Code;

    fn codes(text: String) -> Vec<Code> {
        let source = Arc::new(Source { path: "limits.circ".into(), text });
        let mut diagnostics = Diagnostics::default();
        assert_eq!(load(&source, &mut diagnostics).is_err(), diagnostics.has_errors());
        diagnostics.list.iter().map(|diagnostic| diagnostic.code).collect()
    }

    #[test]
    fn limits_hold_and_what_is_at_a_limit_passes() {
        let text = |length: usize| "network a { input x 8 layer y argmax }".to_string() + &" ".repeat(length - 38);
        assert_eq!(text(MAX_SOURCE_BYTES).len(), MAX_SOURCE_BYTES);
        assert_eq!(codes(text(MAX_SOURCE_BYTES)), []);
        assert_eq!(codes(text(MAX_SOURCE_BYTES + 1)), [Code::LimitExceeded]);
        let layers = |count| (0..count).map(|i| format!(" layer y{i} argmax")).collect::<String>();
        let deep = |count| codes(format!("network a {{ input x 8 {} }}", layers(count)));
        assert_eq!(deep(MAX_LAYERS), []);
        assert_eq!(deep(MAX_LAYERS + 1), [Code::LimitExceeded]);
        let wide = |size: usize| codes(format!("network a {{ input x {size} layer y argmax }}"));
        assert_eq!(wide(MAX_INPUT), []);
        assert_eq!(wide(MAX_INPUT + 1), [Code::LimitExceeded]);
        let outputs = |count: usize| codes(format!("network a {{ input x 8 layer y dense {count} }}"));
        assert_eq!(outputs(MAX_OUTPUTS), [Code::MissingPart]);
        assert_eq!(outputs(MAX_OUTPUTS + 1), [Code::MissingPart, Code::ValueOutOfRange]);
    }

    #[test]
    fn problems_are_told_up_to_a_number() {
        let many =
            |statement: &str| codes(format!("network a {{ input x 8 layer y argmax\n{} }}", statement.repeat(5000)));
        assert_eq!(many("rows 1\n").len(), MAX_PROBLEMS);
        assert_eq!(many("input x 8\n").len(), MAX_PROBLEMS);
        let target = |entry: &str| codes(format!("network a {{ input x 8 target {{ {} }} }}", entry.repeat(5000)));
        assert_eq!(
            target("multipliers 7 "),
            [Code::MissingPart, Code::DuplicateName],
            "no layers, and once for each entry"
        );
    }

    #[test]
    fn texts_of_other_systems_are_read() {
        assert_eq!(codes("\u{feff}network a {\r\n  input x 8 // eight\r\n  layer y argmax\r\n}\r\n".into()), []);
    }

    #[test]
    fn nesting_costs_no_stack() {
        assert!(codes("network a {".to_string() + &"{".repeat(1 << 16)).contains(&Code::Syntax));
        assert!(codes("network a { layer y dense ".to_string() + &"{ x".repeat(1 << 14)).contains(&Code::Syntax));
    }

    #[test]
    fn a_source_that_is_no_text_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.circ");
        std::fs::write(&path, b"network \xff").unwrap();
        assert!(read_source(&path).unwrap_err().to_string().contains("byte 8 is not UTF-8"));
        std::fs::write(&path, vec![b' '; MAX_SOURCE_BYTES + 1]).unwrap();
        assert!(read_source(&path).unwrap_err().to_string().contains("longer than"));
        assert!(read_source(&folder.path().join("b.circ")).unwrap_err().to_string().contains("cannot read"));
    }
}
