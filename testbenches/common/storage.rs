//! What a block-circulant layer stores: memories as Yosys finds them in the emitted Verilog, against k words per block.

use crate::recipe::{Kind, Numbers, Piece, Recipe};
use crate::tools;
use circlet::diag::Diagnostics;
use circlet::emit::{design::design, write};
use circlet::frontend::read_source;
use circlet::pipeline::{Silent, compile};
use std::path::Path;

/// Bits of a weight, stated in the network.
const WIDTH: u64 = 12;

/// Bits that are stored, and those of k words per block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    pub weights: u64,
    pub weights_exact: u64,
    /// Words of a frame's spectra in the FIFO before the products.
    pub spectra: u64,
    pub spectra_exact: u64,
    /// Bits of that FIFO's memory, and those of its places.
    pub fifo: u64,
    pub fifo_exact: u64,
}

impl Stored {
    /// Bits and words beyond k words per block, percent.
    pub fn overhead(&self) -> f64 {
        let over = |found: u64, exact: u64| 100.0 * (found as f64 / exact as f64 - 1.0);
        over(self.weights, self.weights_exact).max(over(self.spectra, self.spectra_exact))
    }

    /// Whether all of it is as it should be.
    pub fn is_exact(&self) -> bool {
        [self.weights, self.spectra, self.fifo] == [self.weights_exact, self.spectra_exact, self.fifo_exact]
    }
}

/// A layer of `rows` x `columns` in blocks of `k`, with whatever else is stated of it; built into `folder`.
pub fn stored(folder: &Path, (rows, columns, k): (usize, usize, usize), stated: &[&str]) -> Stored {
    let kind = Kind::Dense { outputs: rows, block: k, form: "first-column", numbers: Numbers::Usual, bias: false };
    let stated = stated.iter().map(|text| text.to_string()).collect();
    let recipe = Recipe {
        seed: k as u64,
        shape: vec![columns],
        input: "range -1 .. 1".into(),
        precision: format!("precision {{ activations 12 bits  weights {WIDTH} bits }}"),
        samples: 0,
        layers: vec![Piece { stated, ..Piece::of(kind) }],
        target: "target { interval 2048 cycles }".into(),
    };
    std::fs::create_dir_all(folder).unwrap();
    let (path, output) = (recipe.write(folder), folder.join("out"));
    let (source, mut diagnostics) = (read_source(&path).unwrap(), Diagnostics::default());
    let compiled = compile(&source, &mut Silent, &mut diagnostics);
    let compiled = compiled.unwrap_or_else(|_| panic!("k {k}: {:?}", diagnostics.list));
    let context = compiled.context();
    let design = design(&context, &mut diagnostics).unwrap();
    write::write(&design, &output).unwrap();
    let manifest = &design.manifest;
    let files: Vec<String> = manifest.modules.iter().map(|module| module.file.clone()).collect();
    let memories = tools::memories(&output, &manifest.network, &files);
    let bits = |of: &dyn Fn(&str) -> bool| memories.iter().filter(|m| of(&m.0)).map(|m| m.1).sum();
    let [p, q, k] = [rows.div_ceil(k), columns.div_ceil(k), k].map(|number| number as u64);
    let probe = manifest.probes.iter().find(|probe| probe.fifo.ends_with("_spectra")).unwrap();
    Stored {
        weights: bits(&|name| name.contains("_spectral_") && (name.contains(".weights.") || name.contains("_rom."))),
        weights_exact: p * q * k * WIDTH,
        spectra: (probe.beats * probe.lanes) as u64,
        spectra_exact: q * k,
        fifo: bits(&|name| name.contains("_spectra.")),
        fifo_exact: (probe.depth * probe.lanes) as u64 * u64::from(probe.width),
    }
}
