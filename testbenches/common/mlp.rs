//! The MLP 256-128-128-10 in blocks of 16 with 8-bit words: proved, and counted by Yosys.

use crate::prove::{self, Effort};
use crate::recipe::{Kind, Numbers, Piece, Recipe};
use crate::tools;
use std::collections::BTreeMap;
use std::path::Path;

/// What it takes for a target.
pub struct Mlp {
    /// Cycles per frame, promised and measured.
    pub interval: usize,
    /// Cells by name, `synth_xilinx -family xc7 -flatten`.
    pub cells: BTreeMap<String, u64>,
}

impl Mlp {
    /// Cells whose names begin so.
    pub fn count(&self, prefix: &str) -> u64 {
        tools::cells(&self.cells, prefix)
    }

    /// LUTs that it takes: for logic, as shift registers, and four for each block of distributed memory.
    pub fn luts(&self) -> u64 {
        self.count("LUT") + self.count("SRL") + 4 * (self.count("RAM32") + self.count("RAM64"))
    }
}

/// Builds it for a target, proves it in Verilator and counts it. Its files stay in `folder`.
pub fn mlp(folder: &Path, target: &str) -> Mlp {
    layers(folder, 256, &[128, 128, 10], target)
}

/// The same for any perceptron.
pub fn layers(folder: &Path, inputs: usize, outputs: &[usize], target: &str) -> Mlp {
    let count = outputs.len();
    let layer = |(at, &outputs): (usize, &usize)| Piece {
        stated: if at + 1 < count { vec!["activation relu".into()] } else { Vec::new() },
        ..Piece::of(Kind::Dense { outputs, block: 16, form: "first-column", numbers: Numbers::Usual, bias: true })
    };
    let recipe = Recipe {
        seed: 256,
        shape: vec![inputs],
        input: "range -1 .. 1".into(),
        precision: "precision { activations 8 bits  weights 8 bits }".into(),
        samples: 0,
        layers: outputs.iter().enumerate().map(layer).collect(),
        target: format!("target {{ {target} }}"),
    };
    std::fs::create_dir_all(folder).unwrap();
    let (path, output) = (recipe.write(folder), folder.join("out"));
    let effort = Effort { seed: 1, others: 3, readers: false, icarus: false };
    let proof = prove::prove(&path, &output, &effort, &|_| ()).unwrap_or_else(|e| panic!("{target}: {e}"));
    let list = std::fs::read_to_string(output.join("files.f")).unwrap();
    let cells = tools::xc7(&output, "random_256", &list.lines().map(str::to_string).collect::<Vec<_>>());
    let mlp = Mlp { interval: proof.interval, cells };
    let [dsp, lut, srl, ram, ff] = ["DSP48E1", "LUT", "SRL", "RAM", "FD"].map(|name| mlp.count(name));
    println!("{target}: interval {}, {dsp} DSP48E1, {lut} LUT, {srl} SRL, {ram} RAM, {ff} FF", mlp.interval);
    mlp
}
