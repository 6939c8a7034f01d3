//! What a design will take, before any synthesis: its Verilog is unrolled to bits ([`elaborate`]), registers and gates that do
//! the same are merged, gates become tables ([`cover`]), and memories go where the family has the cheapest place.
//!
//! The rules are those of Yosys 0.23; `make estimates` measures how far its synthesis comes out from them.

mod always;
mod cover;
mod elaborate;
mod express;
mod graph;
mod read;
mod sums;
mod tokens;
mod xc7;

use graph::{Bit, Graph, Kind, Memory, Node};
use rustc_hash::FxHashSet;
use std::collections::{BTreeMap, BTreeSet};

/// What is estimated, of a part of the design.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    /// Look-up tables.
    pub luts: f64,
    /// Flip-flops.
    pub ffs: f64,
}

/// Rules of a family.
struct Rules {
    /// Inputs of a table.
    inputs: usize,
    /// Adders of so many bits are made of tables.
    small: usize,
    /// Whether registers and sums move into products, and chains of registers into tables.
    is_xc7: bool,
    /// What Yosys counts a block of memory as, and what more where it is written.
    block: usize,
    written: usize,
    /// Bits of a memory that is only read that it counts as one without blocks.
    seen: f64,
    /// Whether blocks that give a word while it is overwritten are imitated.
    imitates: bool,
}

const ECP5: Rules = Rules { inputs: 4, small: 4, is_xc7: false, block: 128, written: 14, seen: 16.0, imitates: true };
const XC7: Rules = Rules { inputs: 6, small: 2, is_xc7: true, block: 129, written: 2, seen: 64.0, imitates: false };

/// Estimates `top` of `files` by the parts that its instances are of; `parts` is how many there are.
pub fn estimate(
    files: &BTreeMap<String, String>,
    top: &str,
    parts: usize,
    part: &dyn Fn(&str) -> u32,
    is_xc7: bool,
) -> Result<Vec<Estimate>, String> {
    let rules = if is_xc7 { XC7 } else { ECP5 };
    let mut modules = BTreeMap::new();
    for (name, text) in files.iter().filter(|(name, _)| name.starts_with("rtl/") && name.ends_with(".v")) {
        modules.extend(read::modules(text).map_err(|problem| format!("{name}: {problem}"))?);
    }
    let memory = |file: &str| files.get(file).cloned();
    let mut graph = elaborate::elaborate(&modules, top, rules.small, part, &memory)?;
    let ports: Vec<usize> = graph.readers(|_| true).iter().map(Vec::len).collect();
    for (memory, ports) in graph.memories.iter_mut().zip(ports) {
        let (blocks, small) =
            (block_cost(memory, memory.width, ports, &rules), small_cost(memory, memory.width, &rules));
        memory.is_seen = memory.is_rom() && blocks > small.0;
    }
    Ok(count(graph.merged(rules.is_xc7), &rules, parts))
}

fn count(mut graph: Graph, rules: &Rules, parts: usize) -> Vec<Estimate> {
    let mut found = vec![Estimate::default(); parts];
    if rules.is_xc7 {
        xc7::absorb(&mut graph);
        // a carry cell takes what a table makes of both operands
        for index in 0..graph.units.len() {
            if let Kind::Add { .. } | Kind::Less = graph.units[index].kind {
                let inputs = graph.units[index].inputs.clone();
                let (a, b) = inputs.split_at(inputs.len() / 2);
                graph.part = graph.units[index].part;
                let halves: Vec<Bit> = a.iter().zip(b).map(|(&a, &b)| graph.xor(a, b)).collect();
                graph.units[index].inputs = halves.into_iter().chain(a.iter().copied()).collect();
            }
        }
    }
    if !rules.is_xc7 {
        sums::join(&mut graph);
    }
    let in_memory = memories(&graph, rules, &mut found);
    let live = graph.live();
    let mut roots: Vec<Bit> = graph.outputs.clone();
    let registers: Vec<usize> = if rules.is_xc7 {
        xc7::chains(&graph).0
    } else {
        (0..graph.registers.len()).filter(|&n| live.registers[n]).collect()
    };
    let positive = |bit: Bit| match graph.nodes[bit as usize] {
        Node::Not(inner) if !rules.is_xc7 => inner,
        _ => bit,
    };
    for (register, _) in graph.registers.iter().zip(&live.registers).filter(|(_, live)| **live) {
        roots.extend([register.d, positive(register.enable), positive(register.reset.0)]);
    }
    for &n in &registers {
        let register = &graph.registers[n];
        if !in_memory.contains(&register.q) {
            found[register.part as usize].ffs += 1.0;
        }
    }
    for unit in graph.units.iter().enumerate().filter(|(n, _)| live.units[*n]).map(|(_, unit)| unit) {
        roots.extend(unit.taken().filter(|&bit| live.nodes[bit as usize]));
    }
    for table in cover::tables(&graph, &live.nodes, &roots, rules.inputs) {
        found[graph.parts[table as usize] as usize].luts += 1.0;
    }
    found
}

/// Gives memories their places, and counts what they take of tables and registers; the registers that are part of blocks.
fn memories(graph: &Graph, rules: &Rules, found: &mut [Estimate]) -> FxHashSet<Bit> {
    let live = graph.live();
    let mut in_memory = FxHashSet::default();
    let mut takers: BTreeMap<Bit, Vec<usize>> = BTreeMap::new();
    for (n, register) in graph.registers.iter().enumerate().filter(|(n, _)| live.registers[*n]) {
        takers.entry(register.d).or_default().push(n);
    }
    let readers = graph.readers(|unit| live.units[unit]);
    for (memory, reads) in graph.memories.iter().zip(readers).filter(|(_, reads)| !reads.is_empty()) {
        // words whose bits are read
        let width = (0..memory.width).filter(|&n| reads.iter().any(|r| live.nodes[r.outputs[n] as usize])).count();
        let (depth, estimate) = (memory.depth, &mut found[memory.part as usize]);
        let outputs = reads.iter().flat_map(|read| &read.outputs).filter(|bit| live.nodes[**bit as usize]);
        let outputs: Vec<Bit> = outputs.copied().collect();
        let is_registered = outputs.iter().all(|bit| takers.contains_key(bit));
        let bits = width * depth;
        let blocks = block_cost(memory, width, reads.len(), rules);
        let small = small_cost(memory, width, rules);
        if is_registered && blocks <= small.0 {
            in_memory.extend(outputs.iter().flat_map(|bit| takers[bit].iter().map(|&n| graph.registers[n].q)));
            if !memory.is_rom() && !memory.is_apart && rules.imitates {
                // the word that was there, or the one that is written
                estimate.luts += outputs.len() as f64;
                estimate.ffs += 2.0 * outputs.len() as f64;
            }
            continue;
        }
        let ports = reads.len() as f64;
        if memory.is_rom() {
            estimate.luts += ports * rom_tables(memory, rules);
        } else if bits as f64 <= small.0 && small.1 {
            // registers, chosen by the address
            estimate.ffs += bits as f64;
            let mux = (depth as f64 - 1.0) * 0.67;
            estimate.luts += ports * width as f64 * mux + depth as f64 * (depth > 1) as usize as f64;
        } else {
            let (deep, each) = if rules.is_xc7 { (64, 0.25) } else { (16, 0.67) };
            let banks = depth.div_ceil(deep) as f64;
            if banks > 1.0 {
                estimate.luts += ports * width as f64 * ((banks - 1.0) * each).max(1.0).ceil() + banks;
            }
        }
    }
    in_memory
}

/// What Yosys counts `width` bits of a memory's words in blocks of 18 Kbit as (`memory_libmap`): blocks of two ports, and wider
/// ones of one to read and one to write.
fn block_cost(memory: &Memory, width: usize, reads: usize, rules: &Rules) -> f64 {
    let (depth, is_rom) = (memory.depth, memory.is_rom());
    let narrow = [(1024, 18), (2048, 9), (4096, 4), (8192, 2), (16384, 1)];
    let of = |&(deep, wide): &(usize, usize)| depth.div_ceil(deep) * width.div_ceil(wide);
    let fewest = |shapes: &[(usize, usize)]| shapes.iter().map(of).min().unwrap_or(1);
    let shared = fewest(&narrow) * if is_rom { reads.div_ceil(2) } else { reads };
    let own = of(&(512, 36)) * reads;
    let around = if is_rom { 2 * reads } else { rules.written };
    (shared.min(own) * rules.block + around) as f64
}

/// What Yosys counts the same as without blocks, and whether that is registers.
fn small_cost(memory: &Memory, width: usize, rules: &Rules) -> (f64, bool) {
    let depth = memory.depth;
    if memory.is_rom() {
        return (width as f64 * depth as f64 / rules.seen, false);
    }
    // of the cells side by side the last one may be used in part; banks are chosen among
    let of = |wide: usize, deep: usize, cell: &dyn Fn(usize) -> f64| {
        let banks = depth.div_ceil(deep) as f64;
        let row =
            (width / wide) as f64 * cell(wide) + if !width.is_multiple_of(wide) { cell(width % wide) } else { 0.0 };
        row * banks + if banks > 1.0 { width as f64 * (banks - 1.0) / 2.0 + banks / 2.0 } else { 0.0 } + 2.0
    };
    let tables = match rules.is_xc7 {
        true => of(6, 32, &|bits| 1.0 + 7.0 * bits as f64 / 6.0).min(of(3, 64, &|bits| 1.0 + 7.0 * bits as f64 / 3.0)),
        false => of(4, 16, &|_| 4.0),
    };
    let bits = (width * depth) as f64;
    if bits < tables { (bits, true) } else { (tables, false) }
}

/// Tables of a memory that is only read, one port: each bit is a function of the address, cut into tables of its low bits.
fn rom_tables(memory: &Memory, rules: &Rules) -> f64 {
    let leaf = 1usize << rules.inputs;
    let Some(words) = &memory.words else { return 0.0 };
    let mut columns: BTreeSet<Vec<bool>> = BTreeSet::new();
    // a table of the same bits, or their opposites, is made once
    let mut tables: BTreeSet<Vec<bool>> = BTreeSet::new();
    let mut above = 0;
    for bit in 0..memory.width {
        let column: Vec<bool> = words.iter().map(|word| word[bit]).collect();
        if column.windows(2).all(|two| two[0] == two[1]) || !columns.insert(column.clone()) {
            continue;
        }
        for chunk in column.chunks(leaf).filter(|chunk| chunk.iter().any(|&value| value != chunk[0])) {
            tables.insert(chunk.iter().map(|&value| value != chunk[0]).collect());
        }
        // tables join in muxes of the slice up to eight (ECP5) or four (7 series) of them
        let free = if rules.is_xc7 { 4 } else { 8 };
        above += column.len().div_ceil(leaf * free) - 1;
    }
    (tables.len() + above) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::{Block, Place, cells, fft::Fft, half_fft::HalfFft};
    use crate::fixed::{QFormat, Round};

    /// Pairs at both ends take a few registers and tables more, the rest is the same.
    #[test]
    fn both_forms_of_a_transform_at_half_the_rate_are_read() {
        let (input, output) = (QFormat::of_width(12, 8), QFormat::of_width(14, 8));
        let (guard, twiddle, rounding) = (0, 12, Round::HalfUp);
        let fft =
            Fft { k: 16, input, guard, twiddle, output, rounding, shifts: false, widest: None, blocks: 2, valid: 27 };
        let [words, pairs] = [false, true].map(|paired| {
            let half = HalfFft { fft, paired }.checked().unwrap();
            let place = Place { prefix: "dut", origin: "" };
            let own = half.rtl(&place).into_iter().map(|file| (file.name, file.text));
            let cells = cells::closure(half.cells().iter().copied());
            let cells = cells.into_iter().map(|(stem, text)| (format!("rtl/{stem}.v"), text.to_string()));
            estimate(&cells.chain(own).collect(), &half.module(&place), 1, &|_| 0, true).unwrap().remove(0)
        });
        let more = [pairs.luts - words.luts, pairs.ffs - words.ffs];
        assert!(more.iter().all(|&more| more > 0.0 && more < 0.5 * words.luts), "{words:?} {pairs:?}");
    }

    /// Yosys 0.23 makes 98 tables and 163 flip-flops of the first one, 11 and 81 of the other.
    #[test]
    fn a_block_that_gives_the_word_it_overwrites_is_imitated() {
        let (_, cell) = cells::closure(["held_delay"])[0];
        let of = |ahead: &str, [luts, ffs]: [f64; 2]| {
            let text = cell.replace("WIDTH = 8", "WIDTH = 72").replace("DEPTH = 4", "DEPTH = 200");
            let files = BTreeMap::from([("rtl/held_delay.v".to_string(), text.replace("DEPTH > 33", ahead))]);
            let found = estimate(&files, "held_delay", 1, &|_| 0, false).unwrap().remove(0);
            let near = |found: f64, known: f64| (found - known).abs() <= 0.2 * known;
            assert!(near(found.luts, luts) && near(found.ffs, ffs), "AHEAD {ahead}: {found:?}");
        };
        of("0", [98.0, 163.0]);
        of("1", [11.0, 81.0]);
    }
}
