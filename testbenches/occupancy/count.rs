//! How often multipliers do what a frame needs: counted while frames follow each other, in the timed model and in Verilog.
//!
//! A product is useful if its result enters a word that leaves: those of rows beyond the last one, of the idle half of DC's beat, and
//! of a rotator whose beat needs no turning are not. In a folded transform each complex butterfly has three of them. The model is counted by what its actors pop; Verilog by the valid beats of
//! its modules, in Verilator.

use crate::recipe::{Kind, Numbers, Piece, Recipe};
use crate::tools;
use circlet::blocks::Block;
use circlet::diag::{Diagnostics, render};
use circlet::emit::design::design;
use circlet::emit::write;
use circlet::frontend::read_source;
use circlet::machine::text::tokens;
use circlet::machine::{Inputs, Machine};
use circlet::pipeline::{Compiled, Silent, compile};
use circlet::schedule::machine::text;
use std::collections::BTreeMap;
use std::path::Path;

/// Frames before those that are counted, and those.
const FRAMES: (usize, usize) = (4, 4);

/// A layer of 1024 x 1024 in blocks of `k` with at most so many multipliers, as fast as that goes; or why there is none.
pub fn layer(folder: &Path, k: usize, multipliers: usize) -> Result<Compiled, String> {
    layer_for(folder, k, &format!("multipliers {multipliers}"))
}

/// The same for any target.
pub fn layer_for(folder: &Path, k: usize, target: &str) -> Result<Compiled, String> {
    let kind = Kind::Dense { outputs: 1024, block: k, form: "first-column", numbers: Numbers::Usual, bias: false };
    let recipe = Recipe {
        seed: k as u64,
        shape: vec![1024],
        input: "range -1 .. 1".into(),
        precision: "precision { activations 12 bits  weights 12 bits }".into(),
        samples: 0,
        layers: vec![Piece::of(kind)],
        target: format!("target {{ {target} }}"),
    };
    let source = read_source(&recipe.write(folder)).unwrap();
    let mut diagnostics = Diagnostics::default();
    let compiled = compile(&source, &mut Silent, &mut diagnostics);
    compiled.map_err(|_| render::text(&diagnostics, &source, false))
}

/// Multipliers of some units, and the useful products that they made in so many cycles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    pub multipliers: usize,
    pub products: u64,
    pub cycles: u64,
}

impl Share {
    /// Useful products per multiplier and cycle, percent.
    pub fn percent(self) -> f64 {
        100.0 * self.products as f64 / (self.multipliers as u64 * self.cycles).max(1) as f64
    }

    fn and(self, other: Share) -> Share {
        Share { multipliers: self.multipliers + other.multipliers, products: self.products + other.products, ..self }
    }
}

/// The arrays, and every multiplier of the design.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occupancy {
    pub arrays: Share,
    pub all: Share,
}

/// A unit with multipliers as its machine line describes it.
struct Multiplying {
    multipliers: usize,
    is_array: bool,
    stem: &'static str,
    fields: BTreeMap<String, usize>,
    by_blocks: bool,
    /// Pairs of words in a beat taken.
    paths: usize,
}

impl Multiplying {
    fn of(block: &dyn Block) -> Multiplying {
        let text = block.fields();
        let pairs = text.split(' ').filter_map(|field| field.split_once('='));
        let fields = pairs.filter_map(|(key, value)| Some((key.to_string(), value.parse().ok()?))).collect();
        let stem = block.stem();
        Multiplying {
            multipliers: block.cost().multipliers,
            is_array: stem.starts_with("spectral"),
            stem,
            fields,
            by_blocks: text.contains("stationary=blocks"),
            paths: if stem == "spectral_array" { 1 } else { (block.input().lanes / 2).max(1) },
        }
    }

    fn field(&self, key: &str) -> usize {
        self.fields[key]
    }

    /// Real products of a complex one, as this unit makes it.
    fn real_products(&self) -> usize {
        let rows = if self.is_array { self.field("rows") * self.paths } else { 1 };
        let per_row = self.multipliers / rows;
        if per_row % 2 == 1 { 3 } else { 4 }
    }

    /// Useful products of a transform per block: stages of at most four groups have no multipliers.
    fn turned(&self) -> usize {
        let k = self.field("k");
        if self.is_folded() {
            return 3 * self.butterflies();
        }
        let stages = |k: usize| (0..k.ilog2() - 2).filter(move |b| k >> (b + 2) > 4);
        let of_all = |k: usize| stages(k).map(|b| 4 * (k / 4 - (1 << b))).sum::<usize>();
        // the odd bins are the second half of the groups
        if self.paths == 2 { of_all(k / 2) + stages(k).count() * k / 2 } else { of_all(k) }
    }

    /// Beats of a block.
    fn beats(&self) -> usize {
        self.field("k") / 2 / self.paths
    }

    /// Useful products of a row in the beat of DC and Nyquist, and in any other.
    fn of_beats(&self) -> [usize; 2] {
        [2 + (self.paths - 1) * self.real_products(), self.paths * self.real_products()]
    }

    fn is_folded(&self) -> bool {
        self.stem.starts_with("folded")
    }

    /// Complex butterflies of a block: those of spans 1, 2, ... but for the first of each.
    fn butterflies(&self) -> usize {
        let quarter = self.field("k") / 4;
        (0..quarter.ilog2()).map(|b| quarter - (1 << b)).sum()
    }

    /// Useful products that follow from pop `at` of a frame.
    fn products(&self, at: usize) -> usize {
        let beats = self.beats();
        if !self.is_array {
            // counted with the last beat of a block
            return if at % beats + 1 == beats { self.turned() } else { 0 };
        }
        let (rows, p, q) = (self.field("rows"), self.field("p"), self.field("q"));
        let (block, groups) = (if self.stem == "spectral_mac" { at / beats } else { at }, p.div_ceil(rows));
        let group = if self.by_blocks { block % groups } else { block / q };
        let live = rows.min(p - group * rows);
        match self.stem {
            "spectral_mac" => self.of_beats()[!at.is_multiple_of(beats) as usize] * live,
            _ => live * self.multipliers / rows,
        }
    }
}

/// In the timed model.
pub fn in_model(compiled: &Compiled) -> Occupancy {
    let schedule = &compiled.schedule;
    let mut machine = tokens(&text(&schedule.graph, &schedule.depths)).unwrap();
    let mut units: Vec<(usize, usize, usize, u64, Multiplying)> = Vec::new();
    for (index, (_, actor)) in schedule.graph.actors().enumerate() {
        let fifo = machine.actors[index].inputs[0];
        for block in actor.chain.iter().filter(|block| block.cost().multipliers > 0) {
            units.push((fifo, actor.firings * actor.packet, 0, 0, Multiplying::of(block.as_ref())));
        }
    }
    let cycles = steady(&mut machine, &mut |machine, counts| {
        for (fifo, frame, at, products, unit) in &mut units {
            if machine.probes[*fifo].pop {
                *products += if counts { unit.products(*at) as u64 } else { 0 };
                *at = (*at + 1) % *frame;
            }
        }
    });
    let shares = units.iter().map(|(_, _, _, products, unit)| {
        (unit.is_array, Share { multipliers: unit.multipliers, products: *products, cycles })
    });
    total(shares, cycles)
}

fn total(shares: impl Iterator<Item = (bool, Share)>, cycles: u64) -> Occupancy {
    let none = Share { cycles, ..Share::default() };
    shares.fold(Occupancy { arrays: none, all: none }, |sum, (is_array, share)| Occupancy {
        arrays: if is_array { sum.arrays.and(share) } else { sum.arrays },
        all: sum.all.and(share),
    })
}

/// Runs a machine whose input never waits; `see` is told whether the cycle counts. The cycles that do.
fn steady(machine: &mut Machine, see: &mut dyn FnMut(&Machine, bool)) -> u64 {
    let (mut given, mut frames, mut cycles) = (0usize, 0, 0);
    while frames < FRAMES.0 + FRAMES.1 {
        let last = (given + 1).is_multiple_of(machine.frame_in);
        let outputs = machine.step(&Inputs { valid: true, last, ready: true, ..Inputs::default() });
        given += outputs.ready as usize;
        let counts = frames >= FRAMES.0;
        cycles += counts as u64;
        see(machine, counts);
        frames += (outputs.valid && outputs.last) as usize;
    }
    cycles
}

/// In the emitted Verilog: strobes beside the multipliers of every module that has some, in Verilator.
pub fn in_verilog(compiled: &Compiled, folder: &Path) -> Occupancy {
    let context = compiled.context();
    let design = design(&context, &mut Diagnostics::default()).unwrap();
    let output = folder.join("out");
    write::write(&design, &output).unwrap();
    let list = std::fs::read_to_string(output.join("files.f")).unwrap();
    list.lines().for_each(|file| watch(&output.join(file)));
    std::fs::write(output.join("bench.v"), bench(&design.manifest)).unwrap();
    std::fs::write(output.join("main.cpp"), MAIN).unwrap();
    let mut arguments = vec!["--cc", "--exe", "--build", "-O3", "-Wno-fatal", "-Wno-lint", "--top-module", "bench"];
    arguments.extend(["-f", "files.f", "bench.v", "main.cpp", "-o", "count"]);
    tools::run(&output, "verilator", &arguments);
    let said = tools::run(&output, "./obj_dir/count", &[]);
    counted(compiled, &said)
}

/// Adds counters to a module whose multipliers are to be counted.
fn watch(file: &Path) {
    let text = std::fs::read_to_string(file).unwrap();
    let name = file.file_stem().unwrap().to_string_lossy().into_owned();
    let strobes = match &name {
        name if ["fft_k", "ifft_k", "wide_"].iter().any(|stem| name.starts_with(stem)) => ["in_valid", "1'b0"],
        name if name.starts_with("folded_") => return watch_units(file, &text, name),
        name if name.ends_with("_spectral_mac") => ["in_valid", "in_valid && beat_q == 0"],
        name if name.ends_with("_spectral_array") => ["in_valid", "1'b0"],
        _ => return,
    };
    let counters = format!(
        "    integer beats = 0, heads = 0;\n    always @(posedge clk) if (bench.counts) begin\n        \
         if ({}) beats <= beats + 1;\n        if ({}) heads <= heads + 1;\n    end\n    \
         final $display(\"unit {name} %0d %0d\", beats, heads);\nendmodule",
        strobes[0], strobes[1]
    );
    std::fs::write(file, text.replace("endmodule", &counters)).unwrap();
}

/// Adds counters of butterflies to the units of a folded transform.
fn watch_units(file: &Path, text: &str, name: &str) {
    let counters = format!(
        "    genvar w;\n    generate\n        for (w = 0; w < UNITS; w = w + 1) begin : gen_watch\n            integer beats = 0;\n            \
         always @(posedge clk) if (bench.counts && gen_unit[w].fold.valid) beats <= beats + 1;\n            \
         final $display(\"unit {name} %0d 0\", beats);\n        end\n    endgenerate\nendmodule"
    );
    std::fs::write(file, text.replace("endmodule", &counters)).unwrap();
}

/// Frames without end; counts those after the first ones.
fn bench(manifest: &circlet::manifest::Manifest) -> String {
    let (network, input, output) = (&manifest.network, &manifest.input, &manifest.output);
    let bits = |port: &circlet::manifest::StreamPort| port.lanes * port.bytes * 8;
    format!(
        "module bench (input clk, input rst);\n    wire ready, valid, last;\n    wire [{}:0] data;\n    \
         reg [{}:0] given = 0;\n    integer beat = 0, frames = 0, cycles = 0;\n    \
         wire counts = frames >= {} && frames < {};\n    \
         {network} dut (.clk(clk), .rst(rst), .s_axis_tvalid(1'b1), .s_axis_tready(ready), .s_axis_tdata(given),\n        \
         .s_axis_tlast(beat == {}), .m_axis_tvalid(valid), .m_axis_tready(1'b1), .m_axis_tdata(data),\n        \
         .m_axis_tlast(last), .frame_error());\n    \
         always @(posedge clk) if (!rst) begin\n        \
         if (ready) begin beat <= beat == {} ? 0 : beat + 1; given <= given + 1; end\n        \
         if (valid && last) frames <= frames + 1;\n        if (counts) cycles <= cycles + 1;\n        \
         if (frames == {}) begin $display(\"cycles %0d\", cycles); $finish; end\n    end\nendmodule\n",
        bits(output) - 1,
        bits(input) - 1,
        FRAMES.0,
        FRAMES.0 + FRAMES.1,
        input.beats - 1,
        input.beats - 1,
        FRAMES.0 + FRAMES.1
    )
}

const MAIN: &str = "#include \"Vbench.h\"\nint main() {\n    Vbench top;\n    \
    for (long t = 0; !Verilated::gotFinish(); t++) {\n        top.clk = t & 1;\n        top.rst = t < 8;\n        \
    top.eval();\n    }\n    top.final();\n}\n";

/// What the counters said, as products.
fn counted(compiled: &Compiled, said: &str) -> Occupancy {
    let number = |word: Option<&str>| word.and_then(|word| word.parse::<u64>().ok()).unwrap_or_default();
    let line = |line: &str| line.split(' ').map(str::to_string).collect::<Vec<_>>();
    let cycles = said.lines().find_map(|line| line.strip_prefix("cycles ")).map_or(0, |text| number(Some(text)));
    let blocks = compiled.schedule.graph.actors().flat_map(|(_, actor)| actor.chain.iter());
    let units: Vec<Multiplying> =
        blocks.filter(|block| block.fields().contains("k=")).map(|block| Multiplying::of(&**block)).collect();
    let array = units.iter().find(|unit| unit.is_array).unwrap();
    let (rows, p) = (array.field("rows") as u64, array.field("p") as u64);
    // rows of the last group that exist, over the frame
    let live = |beats: u64| beats * p / p.div_ceil(rows);
    let shares = said.lines().filter(|line| line.starts_with("unit ")).map(|text| {
        let words = line(text);
        let (beats, heads) = (number(words.get(2).map(String::as_str)), number(words.get(3).map(String::as_str)));
        if !words[1].contains("_spectral_") {
            let transform = units.iter().find(|unit| words[1].starts_with(&format!("{}_k", unit.stem))).unwrap();
            if transform.is_folded() {
                // a line for each unit, and for each of its butterflies a beat
                let units = said.lines().filter(|line| line.starts_with(&format!("unit {} ", words[1]))).count();
                let multipliers = transform.multipliers / units;
                let products = if multipliers == 0 { 0 } else { 3 * beats };
                return (false, Share { multipliers, products, cycles });
            }
            let (block, turned) = (transform.beats() as u64, transform.turned() as u64);
            let products = beats / block * turned + beats % block * turned / block;
            return (false, Share { multipliers: transform.multipliers, products, cycles });
        }
        let products = match array.stem {
            "spectral_mac" => {
                let [head, other] = array.of_beats().map(|products| products as u64);
                live(beats - heads) * other + live(heads) * head
            }
            _ => live(beats) * (array.multipliers / array.field("rows")) as u64,
        };
        (true, Share { multipliers: array.multipliers, products, cycles })
    });
    total(shares, cycles)
}
