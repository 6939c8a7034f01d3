//! What Yosys puts into DSP48E1 and into shift registers of the 7 series.

use super::graph::{Bit, Graph, Kind, Node, Register, ZERO};
use rustc_hash::{FxHashMap, FxHashSet};

/// Bits of a sum in a DSP cell.
const SUM: usize = 48;
/// The shortest chain of registers that becomes a shift register.
const CHAIN: usize = 3;

/// The register of a bit.
fn register_of(graph: &Graph, bit: Bit) -> Option<Register> {
    match graph.nodes[bit as usize] {
        Node::Register(index) => Some(graph.registers[index as usize]),
        _ => None,
    }
}

/// Moves the registers around products, and the sums behind them, into the products' cells.
pub fn absorb(graph: &mut Graph) {
    let (uses, live) = (graph.uses(), graph.live());
    let takes: FxHashMap<Bit, usize> =
        graph.registers.iter().enumerate().filter(|(n, _)| live.registers[*n]).map(|(n, r)| (r.d, n)).collect();
    let mut sums: FxHashMap<Bit, Vec<usize>> = FxHashMap::default();
    for (index, unit) in graph.units.iter().enumerate().filter(|(n, _)| live.units[*n]) {
        if matches!(unit.kind, Kind::Add { is_minus: false, .. }) && unit.outputs.len() <= SUM {
            for &bit in unit.inputs.iter().collect::<FxHashSet<_>>() {
                sums.entry(bit).or_default().push(index);
            }
        }
    }
    let mut taken = FxHashSet::default();
    for index in 0..graph.units.len() {
        let Kind::Product(split) = graph.units[index].kind else { continue };
        if !live.units[index] {
            continue;
        }
        let (a, b) = graph.units[index].inputs.split_at(split);
        let mut inputs: Vec<Bit> = [a, b].into_iter().flat_map(|word| behind(graph, &behind(graph, word))).collect();
        let mut outputs = graph.units[index].outputs.clone();
        registered(graph, index, &mut outputs, &mut inputs, &uses, &takes, &live.nodes);
        // a sum with this product alone on one side
        let first = outputs.iter().find(|&&bit| live.nodes[bit as usize]).copied();
        let sum = first.and_then(|bit| sums.get(&bit)).and_then(|list| list.first()).copied();
        if let Some(sum) = sum.filter(|sum| !taken.contains(sum)) {
            let unit = graph.units[sum].clone();
            let (a, b) = unit.inputs.split_at(unit.inputs.len() / 2);
            let of = |word: &[Bit]| word.iter().all(|bit| outputs.contains(bit) || *bit == ZERO);
            let alone = outputs.iter().all(|&bit| uses[bit as usize] <= 1);
            let other = if of(a) { b } else { a };
            if alone && (of(a) || of(b)) {
                taken.insert(sum);
                // what restarts the sum is in the cell as well; what is added otherwise still comes
                inputs.extend(other.iter().flat_map(|&bit| match graph.nodes[bit as usize] {
                    Node::Mux(s, ZERO, word) => [s, word],
                    _ => [bit; 2],
                }));
                outputs = unit.outputs.clone();
                place(graph, index, &outputs);
                graph.units[sum].outputs.clear();
                graph.units[sum].inputs.clear();
                registered(graph, index, &mut outputs, &mut inputs, &uses, &takes, &live.nodes);
            }
        }
        graph.units[index].inputs = inputs;
        graph.units[index].kind = Kind::Product(0);
        graph.units[index].outputs = outputs;
    }
}

/// The inputs of the registers that a word comes from, if all its bits come from one.
fn behind(graph: &Graph, word: &[Bit]) -> Vec<Bit> {
    let registers: Option<Vec<Register>> = word.iter().map(|&bit| register_of(graph, bit)).collect();
    match registers {
        Some(list) => list.iter().map(|register| register.d).collect(),
        None => word.to_vec(),
    }
}

/// Makes the bits of a box outputs of it.
fn place(graph: &mut Graph, index: usize, outputs: &[Bit]) {
    for (n, &bit) in outputs.iter().enumerate() {
        graph.nodes[bit as usize] = Node::Output(index as u32, n as u32);
    }
}

/// Takes the registers behind a box into it, if they alone take its outputs.
fn registered(
    graph: &mut Graph,
    index: usize,
    outputs: &mut Vec<Bit>,
    inputs: &mut Vec<Bit>,
    uses: &[u32],
    takes: &FxHashMap<Bit, usize>,
    live: &[bool],
) {
    let used: Vec<Bit> = outputs.iter().copied().filter(|&bit| live[bit as usize]).collect();
    let all = used.iter().all(|bit| uses[*bit as usize] == 1 && takes.contains_key(bit));
    if !all || used.is_empty() {
        return;
    }
    let list: Vec<Register> = used.iter().map(|bit| graph.registers[takes[bit]]).collect();
    inputs.extend(list.iter().flat_map(|register| [register.enable, register.reset.0]));
    *outputs = list.iter().map(|register| register.q).collect();
    place(graph, index, outputs);
}

/// Registers in chains without another use between them: those that remain registers, and the shift registers.
pub fn chains(graph: &Graph) -> (Vec<usize>, Vec<u32>) {
    let (uses, live) = (graph.uses(), graph.live());
    let is_link = |register: &Register| register.reset.0 == ZERO;
    // the register before, where it goes nowhere else
    let before = |n: usize| match graph.nodes[graph.registers[n].d as usize] {
        Node::Register(index) => {
            let other = &graph.registers[index as usize];
            let fits = uses[other.q as usize] == 1 && other.enable == graph.registers[n].enable;
            (fits && is_link(other) && is_link(&graph.registers[n])).then_some(index as usize)
        }
        _ => None,
    };
    let (mut inner, mut heads) = (vec![false; graph.registers.len()], Vec::new());
    let all: Vec<usize> = (0..graph.registers.len()).filter(|&n| live.registers[n]).collect();
    for &n in &all {
        if let Some(index) = before(n) {
            inner[index] = true;
        }
    }
    let mut gone = vec![false; graph.registers.len()];
    for &n in all.iter().filter(|&&n| !inner[n]) {
        let mut chain = vec![n];
        while let Some(index) = chain.last().and_then(|&last| before(last)) {
            chain.push(index);
        }
        if chain.len() >= CHAIN {
            heads.extend((0..chain.len().div_ceil(32)).map(|_| graph.registers[n].part));
            chain.into_iter().for_each(|index| gone[index] = true);
        }
    }
    (all.into_iter().filter(|&n| !gone[n]).collect(), heads)
}
