//! Bits of hardware: gates with shared structure, registers, and boxes (adders, products, memories).

use rustc_hash::{FxHashMap, FxHashSet};

/// A bit: index of a node.
pub type Bit = u32;
/// The constant 0.
pub const ZERO: Bit = 0;
/// The constant 1.
pub const ONE: Bit = 1;

/// What gives a bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// 0 or 1.
    Constant(bool),
    /// An input of the design.
    Input(u32),
    /// A register.
    Register(u32),
    /// An output of a box.
    Output(u32, u32),
    /// Not.
    Not(Bit),
    /// And.
    And(Bit, Bit),
    /// Or.
    Or(Bit, Bit),
    /// Exclusive or.
    Xor(Bit, Bit),
    /// The second where the first is 1, else the third.
    Mux(Bit, Bit, Bit),
}

/// A register of one bit.
#[derive(Clone, Copy, Debug)]
pub struct Register {
    /// Its own bit.
    pub q: Bit,
    /// What it takes.
    pub d: Bit,
    /// When it does.
    pub enable: Bit,
    /// What resets it, and to what.
    pub reset: (Bit, bool),
    /// The part of the design that it is of.
    pub part: u32,
}

/// What a box is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Sum or difference of two words; inputs are both, low bits first.
    Add {
        /// Whether it is a difference.
        is_minus: bool,
        /// Whether it is one of signed words.
        is_signed: bool,
        /// Lowest places, where one of the words has nothing: the result's bits are those of the other one.
        low: usize,
    },
    /// Whether the first word is less; one output.
    Less,
    /// A product; inputs are both words, the first one of so many bits.
    Product(usize),
    /// A reading of a memory; inputs are the address.
    Read(u32),
    /// A writing; inputs are the address, the data and the enable.
    Write(u32),
}

/// A box.
#[derive(Clone, Debug)]
pub struct Unit {
    /// What it is.
    pub kind: Kind,
    /// What goes in.
    pub inputs: Vec<Bit>,
    /// What comes out.
    pub outputs: Vec<Bit>,
    /// The part of the design that it is of.
    pub part: u32,
}

impl Unit {
    /// The inputs that it works with, by words where it adds or compares two.
    pub fn words(&self) -> [&[Bit]; 2] {
        let (low, middle) = match self.kind {
            Kind::Add { low, .. } => (low, self.inputs.len() / 2),
            Kind::Less => (0, self.inputs.len() / 2),
            _ => (0, self.inputs.len()),
        };
        let (a, b) = self.inputs.split_at(middle);
        [a, b].map(|word| word.get(low..).unwrap_or(&[]))
    }

    /// All of [`Unit::words`].
    pub fn taken(&self) -> impl Iterator<Item = Bit> {
        self.words().into_iter().flatten().copied()
    }
}

/// A memory.
#[derive(Clone, Debug)]
pub struct Memory {
    /// Bits of a word.
    pub width: usize,
    /// Words.
    pub depth: usize,
    /// What it holds from the start on, where it is read from a file.
    pub words: Option<Vec<Vec<bool>>>,
    /// Whether an optimiser sees what it holds: it is read only, and becomes tables.
    pub is_seen: bool,
    /// Whether nothing is said of a word that is read in the cycle in which it is written.
    pub is_apart: bool,
    /// The part of the design that it is of.
    pub part: u32,
}

impl Memory {
    /// Whether it is only read.
    pub fn is_rom(&self) -> bool {
        self.words.is_some()
    }
}

/// A design.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// Nodes; what gates are made of comes before them.
    pub nodes: Vec<Node>,
    /// The part of each node.
    pub parts: Vec<u32>,
    /// Registers.
    pub registers: Vec<Register>,
    /// Boxes.
    pub units: Vec<Unit>,
    /// Memories.
    pub memories: Vec<Memory>,
    /// Outputs of the design.
    pub outputs: Vec<Bit>,
    /// The part of what is made now.
    pub part: u32,
    known: FxHashMap<Node, Bit>,
    small: usize,
}

impl Graph {
    /// An empty design; adders of at most `small` bits are made of gates.
    pub fn new(small: usize) -> Graph {
        let mut graph = Graph { small, ..Graph::default() };
        graph.node(Node::Constant(false));
        graph.node(Node::Constant(true));
        graph
    }

    /// The bit of a node, the same for the same one.
    pub fn node(&mut self, node: Node) -> Bit {
        if let Some(&bit) = self.known.get(&node) {
            return bit;
        }
        let bit = self.fresh(node);
        self.known.insert(node, bit);
        bit
    }

    /// The bit of a node that is like no other.
    pub fn fresh(&mut self, node: Node) -> Bit {
        let bit = self.nodes.len() as Bit;
        self.nodes.push(node);
        self.parts.push(self.part);
        bit
    }

    /// Not `a`.
    pub fn not(&mut self, a: Bit) -> Bit {
        match self.nodes[a as usize] {
            Node::Constant(value) => !value as Bit,
            Node::Not(inner) => inner,
            _ => self.node(Node::Not(a)),
        }
    }

    fn opposite(&self, a: Bit, b: Bit) -> bool {
        self.nodes[a as usize] == Node::Not(b) || self.nodes[b as usize] == Node::Not(a)
    }

    /// `a & b`.
    pub fn and(&mut self, a: Bit, b: Bit) -> Bit {
        let (a, b) = (a.min(b), a.max(b));
        match a {
            ZERO => ZERO,
            ONE => b,
            _ if a == b => a,
            _ if self.opposite(a, b) => ZERO,
            _ => self.node(Node::And(a, b)),
        }
    }

    /// `a | b`.
    pub fn or(&mut self, a: Bit, b: Bit) -> Bit {
        let (a, b) = (a.min(b), a.max(b));
        match a {
            ZERO => b,
            ONE => ONE,
            _ if a == b => a,
            _ if self.opposite(a, b) => ONE,
            _ => self.node(Node::Or(a, b)),
        }
    }

    /// `a ^ b`.
    pub fn xor(&mut self, a: Bit, b: Bit) -> Bit {
        let (a, b) = (a.min(b), a.max(b));
        match a {
            ZERO => b,
            ONE => self.not(b),
            _ if a == b => ZERO,
            _ if self.opposite(a, b) => ONE,
            _ => self.node(Node::Xor(a, b)),
        }
    }

    /// `s ? a : b`; a constant stays an operand, as a register may take it as its reset.
    pub fn mux(&mut self, s: Bit, a: Bit, b: Bit) -> Bit {
        match s {
            ONE => a,
            ZERO => b,
            _ if a == b => a,
            _ if b == s => self.mux(s, a, ZERO),
            _ if a == s => self.mux(s, ONE, b),
            _ if a == ONE && b == ZERO => s,
            _ if a == ZERO && b == ONE => self.not(s),
            _ => self.node(Node::Mux(s, a, b)),
        }
    }

    /// All of `bits`.
    pub fn all(&mut self, bits: &[Bit]) -> Bit {
        bits.iter().fold(ONE, |all, &bit| self.and(all, bit))
    }

    /// Any of `bits`.
    pub fn any(&mut self, bits: &[Bit]) -> Bit {
        bits.iter().fold(ZERO, |any, &bit| self.or(any, bit))
    }

    /// A box with `outputs` outputs.
    pub fn unit(&mut self, kind: Kind, inputs: Vec<Bit>, outputs: usize) -> Vec<Bit> {
        let index = self.units.len() as u32;
        let bits: Vec<Bit> = (0..outputs as u32).map(|n| self.fresh(Node::Output(index, n))).collect();
        self.units.push(Unit { kind, inputs, outputs: bits.clone(), part: self.part });
        bits
    }

    /// Bits of a signed word without those that repeat its sign.
    pub fn plain(word: &[Bit]) -> usize {
        1 + (1..word.len()).rev().find(|&n| word[n] != word[n - 1]).unwrap_or(0)
    }

    /// Sum (or difference) of two words of the same width, modulo that width.
    pub fn add(&mut self, a: &[Bit], b: &[Bit], is_minus: bool, is_signed: bool) -> Vec<Bit> {
        let width = a.len();
        let mut low = 0;
        let mut result = Vec::new();
        while low < width && (b[low] == ZERO || (a[low] == ZERO && !is_minus)) {
            result.push(if b[low] == ZERO { a[low] } else { b[low] });
            low += 1;
        }
        let all = (a, b);
        let (a, b) = (&a[low..], &b[low..]);
        let needed = (Graph::plain(a).max(Graph::plain(b)) + 1).min(a.len());
        if let (Some(x), Some(y)) = (self.value(&a[..needed]), self.value(&b[..needed])) {
            let sum = if is_minus { x.wrapping_sub(y) } else { x.wrapping_add(y) };
            result.extend((0..needed).map(|n| (sum >> n.min(127) & 1) as Bit));
        } else if needed > self.small {
            let end = low + needed;
            let inputs = all.0[..end].iter().chain(&all.1[..end]).copied().collect();
            result.extend(&self.unit(Kind::Add { is_minus, is_signed, low }, inputs, end)[low..]);
        } else {
            let mut carry = is_minus as Bit;
            for n in 0..needed {
                let other = if is_minus { self.not(b[n]) } else { b[n] };
                let half = self.xor(a[n], other);
                result.push(self.xor(half, carry));
                let (both, through) = (self.and(a[n], other), self.and(half, carry));
                carry = self.or(both, through);
            }
        }
        let top = result.last().copied().unwrap_or(ZERO);
        result.resize(width, top);
        result
    }

    /// Whether `a < b`; both words of the same width.
    pub fn less(&mut self, a: &[Bit], b: &[Bit], is_signed: bool) -> Bit {
        let extend = |word: &[Bit]| {
            let mut word = word.to_vec();
            word.push(if is_signed { word.last().copied().unwrap_or(ZERO) } else { ZERO });
            word
        };
        let (a, b) = (extend(a), extend(b));
        let needed = (Graph::plain(&a).max(Graph::plain(&b)) + 1).min(a.len());
        if needed - 1 <= self.small || self.value(&a).is_some() && self.value(&b).is_some() {
            let small = self.small;
            self.small = usize::MAX;
            let difference = self.add(&a[..needed], &b[..needed], true, true);
            self.small = small;
            return difference[needed - 1];
        }
        let inputs = a[..needed - 1].iter().chain(&b[..needed - 1]).copied().collect();
        self.unit(Kind::Less, inputs, 1)[0]
    }

    /// The product of two signed words, in so many bits.
    pub fn product(&mut self, a: &[Bit], b: &[Bit], width: usize) -> Vec<Bit> {
        let (a, b) = (&a[..Graph::plain(a)], &b[..Graph::plain(b)]);
        let needed = (a.len() + b.len()).min(width);
        let mut bits = match (self.value(a), self.value(b)) {
            (Some(0), _) | (_, Some(0)) => vec![ZERO],
            _ => self.unit(Kind::Product(a.len()), a.iter().chain(b).copied().collect(), needed),
        };
        let top = bits.last().copied().unwrap_or(ZERO);
        bits.resize(width, top);
        bits
    }

    /// A reading of a memory: where its contents are seen, equal bits of all words are one bit.
    fn read(&mut self, memory: u32, address: Vec<Bit>, width: usize) -> Vec<Bit> {
        let mut bits = self.unit(Kind::Read(memory), address, width);
        let of = &self.memories[memory as usize];
        let Some(words) = of.words.as_ref().filter(|words| of.is_seen && !words.is_empty()) else { return bits };
        let mut first: FxHashMap<Vec<bool>, Bit> = FxHashMap::default();
        for (n, bit) in bits.iter_mut().enumerate() {
            let column: Vec<bool> = words.iter().map(|word| word[n]).collect();
            if column.iter().all(|&value| value == column[0]) {
                *bit = column[0] as Bit;
            } else {
                *bit = *first.entry(column).or_insert(*bit);
            }
        }
        bits
    }

    /// The number that constant bits are, the last one its sign.
    pub fn value(&self, bits: &[Bit]) -> Option<i128> {
        let constant = bits.iter().all(|&bit| bit <= ONE);
        let sign = bits.last().is_some_and(|&bit| bit == ONE);
        let value = bits.iter().take(127).enumerate().fold(0i128, |sum, (n, &bit)| sum | (bit as i128) << n);
        constant.then_some(if sign && bits.len() < 127 { value - (1i128 << bits.len()) } else { value })
    }

    /// What a node is made of.
    pub fn fanin(node: Node) -> ([Bit; 3], usize) {
        match node {
            Node::Not(a) => ([a, 0, 0], 1),
            Node::And(a, b) | Node::Or(a, b) | Node::Xor(a, b) => ([a, b, 0], 2),
            Node::Mux(s, a, b) => ([s, a, b], 3),
            _ => ([0; 3], 0),
        }
    }

    /// Merges registers that always hold the same, and drops those that hold a constant, until nothing changes. Where they
    /// `start` at 0, those that never take another value are constant too.
    pub fn merged(mut self, start: bool) -> Graph {
        self = self.rebuilt(&FxHashMap::default());
        loop {
            let same = self.same_registers(start);
            if same.is_empty() {
                return self;
            }
            self = self.rebuilt(&same);
        }
    }

    /// Registers that another register or a constant may stand for, gates as they are: along chains of registers all at once.
    fn same_registers(&self, start: bool) -> FxHashMap<Bit, Bit> {
        let mut same: FxHashMap<Bit, Bit> = FxHashMap::default();
        let root = |same: &FxHashMap<Bit, Bit>, mut bit: Bit| {
            while let Some(&other) = same.get(&bit) {
                bit = other;
            }
            bit
        };
        loop {
            let known = same.len();
            let mut seen: FxHashMap<(Bit, Bit, Bit, bool), Bit> = FxHashMap::default();
            for register in &self.registers {
                if same.contains_key(&register.q) {
                    continue;
                }
                let value = register.reset.1;
                let [d, enable, reset] = [register.d, register.enable, register.reset.0].map(|bit| root(&same, bit));
                let constant = d <= ONE && (reset == ZERO || value == (d == ONE));
                let settled = constant && (enable == ONE || start && d == ZERO);
                let idle = start && d == register.q && (reset == ZERO || !value);
                if idle {
                    same.insert(register.q, ZERO);
                } else if settled {
                    same.insert(register.q, d);
                } else {
                    let first = *seen.entry((d, enable, reset, value)).or_insert(register.q);
                    if first != register.q {
                        same.insert(register.q, first);
                    }
                }
            }
            if same.len() == known {
                return same.keys().map(|&bit| (bit, root(&same, bit))).collect();
            }
        }
    }

    /// The same design with some registers' bits replaced.
    fn rebuilt(&self, same: &FxHashMap<Bit, Bit>) -> Graph {
        let mut new = Graph { small: self.small, memories: self.memories.clone(), ..Graph::default() };
        new.known.reserve(self.nodes.len());
        let mut map: Vec<Bit> = Vec::with_capacity(self.nodes.len());
        let mut kept = Vec::new();
        let mut units: Vec<Option<Vec<Bit>>> = vec![None; self.units.len()];
        // a register that replaces another one may come after it
        let mut registers = vec![Bit::MAX; self.registers.len()];
        for (bit, &node) in self.nodes.iter().enumerate() {
            new.part = self.parts[bit];
            let mapped = match node {
                Node::Register(_) => {
                    let target = same.get(&(bit as Bit)).copied().unwrap_or(bit as Bit);
                    match self.nodes[target as usize] {
                        Node::Register(target) => {
                            if registers[target as usize] == Bit::MAX {
                                let fresh = new.fresh(Node::Register(kept.len() as u32));
                                registers[target as usize] = fresh;
                                kept.push(target);
                            }
                            registers[target as usize]
                        }
                        _ => target,
                    }
                }
                Node::Not(a) => new.not(map[a as usize]),
                Node::And(a, b) => new.and(map[a as usize], map[b as usize]),
                Node::Or(a, b) => new.or(map[a as usize], map[b as usize]),
                Node::Xor(a, b) => new.xor(map[a as usize], map[b as usize]),
                Node::Mux(s, a, b) => new.mux(map[s as usize], map[a as usize], map[b as usize]),
                Node::Output(index, n) => {
                    if units[index as usize].is_none() {
                        let unit = &self.units[index as usize];
                        let inputs: Vec<Bit> = unit.inputs.iter().map(|&bit| map[bit as usize]).collect();
                        new.part = unit.part;
                        // sums and products are what they are before memories are looked into
                        units[index as usize] = Some(match unit.kind {
                            Kind::Read(memory) => new.read(memory, inputs, unit.outputs.len()),
                            _ => new.unit(unit.kind.clone(), inputs, unit.outputs.len()),
                        });
                    }
                    units[index as usize].as_ref().map_or(ZERO, |outputs| outputs[n as usize])
                }
                other => new.node(other),
            };
            map.push(mapped);
        }
        let at = |bit: Bit| map[bit as usize];
        new.registers = kept
            .iter()
            .map(|&index| {
                let old = self.registers[index as usize];
                let reset = (at(old.reset.0), old.reset.1);
                Register { q: at(old.q), d: at(old.d), enable: at(old.enable), reset, part: old.part }
            })
            .collect();
        let all = |bits: &[Bit]| bits.iter().map(|&bit| at(bit)).collect::<Vec<_>>();
        for unit in self.units.iter().filter(|unit| matches!(unit.kind, Kind::Write(_))) {
            new.part = unit.part;
            let inputs = all(&unit.inputs);
            new.unit(unit.kind.clone(), inputs, 0);
        }
        new.outputs = all(&self.outputs);
        new
    }

    /// How often each bit is used by what is live.
    pub fn uses(&self) -> Vec<u32> {
        let live = self.live();
        let mut uses = vec![0u32; self.nodes.len()];
        let mut add = |bit: Bit| uses[bit as usize] += 1;
        for (&node, _) in self.nodes.iter().zip(&live.nodes).filter(|(_, live)| **live) {
            let (fanin, count) = Graph::fanin(node);
            fanin[..count].iter().for_each(|&from| add(from));
        }
        for register in
            self.registers.iter().enumerate().filter(|(n, _)| live.registers[*n]).map(|(_, register)| register)
        {
            [register.d, register.enable, register.reset.0].into_iter().for_each(&mut add);
        }
        for unit in self.units.iter().enumerate().filter(|(n, _)| live.units[*n]).map(|(_, unit)| unit) {
            for word in unit.words() {
                // a bit repeated as a sign is one wire
                let bits: FxHashSet<Bit> = word.iter().copied().collect();
                bits.into_iter().for_each(&mut add);
            }
        }
        self.outputs.iter().for_each(|&bit| add(bit));
        uses
    }

    /// Address, data and enable of a writing of a memory.
    fn written<'a>(&self, unit: &'a Unit, memory: u32) -> (&'a [Bit], &'a [Bit], Bit) {
        let (enable, rest) = unit.inputs.split_last().unwrap_or((&ZERO, &[]));
        let (address, data) = rest.split_at(rest.len() - self.memories[memory as usize].width);
        (address, data, *enable)
    }

    /// The readings of each memory by those boxes that count, given by their numbers.
    pub fn readers(&self, counts: impl Fn(usize) -> bool) -> Vec<Vec<&Unit>> {
        let mut readers = vec![Vec::new(); self.memories.len()];
        for (index, unit) in self.units.iter().enumerate() {
            if let Kind::Read(memory) = unit.kind
                && counts(index)
            {
                readers[memory as usize].push(unit);
            }
        }
        readers
    }

    /// Which nodes, registers and boxes the outputs need.
    pub fn live(&self) -> Live {
        let mut live = Live {
            nodes: vec![false; self.nodes.len()],
            registers: vec![false; self.registers.len()],
            units: vec![false; self.units.len()],
        };
        let mut writes: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
        for (index, unit) in self.units.iter().enumerate() {
            if let Kind::Write(memory) = unit.kind {
                writes.entry(memory).or_default().push(index);
            }
        }
        let mut todo = self.outputs.clone();
        while let Some(bit) = todo.pop() {
            if std::mem::replace(&mut live.nodes[bit as usize], true) {
                continue;
            }
            match self.nodes[bit as usize] {
                Node::Register(index) => {
                    let register = self.registers[index as usize];
                    live.registers[index as usize] = true;
                    todo.extend([register.d, register.enable, register.reset.0]);
                }
                Node::Output(index, n) => {
                    let unit = &self.units[index as usize];
                    let first = !std::mem::replace(&mut live.units[index as usize], true);
                    if first {
                        todo.extend(unit.taken());
                    }
                    let Kind::Read(memory) = unit.kind else { continue };
                    for &write in writes.get(&memory).map_or(&[][..], |list| list) {
                        // of what is written only the bits that are read; the others of a cell that is read in part stay in
                        // truth, a few at most
                        let (address, data, enable) = self.written(&self.units[write], memory);
                        todo.push(data[n as usize]);
                        if !std::mem::replace(&mut live.units[write], true) {
                            todo.extend(address);
                            todo.push(enable);
                        }
                    }
                }
                node => {
                    let (inputs, count) = Graph::fanin(node);
                    todo.extend(&inputs[..count]);
                }
            }
        }
        live
    }
}

/// What the outputs need.
#[derive(Debug)]
pub struct Live {
    /// Nodes.
    pub nodes: Vec<bool>,
    /// Registers.
    pub registers: Vec<bool>,
    /// Boxes.
    pub units: Vec<bool>,
}

#[cfg(test)]
mod tests {
    use super::super::estimate;

    /// The fixture says how Yosys has been asked.
    #[test]
    fn what_no_read_bit_of_a_memory_needs_is_not_counted() {
        let text = include_str!("../../../testbenches/fixtures/synth/unread.v");
        let files = [("rtl/unread.v".to_string(), text.to_string())].into();
        let found = estimate(&files, "unread", 1, &|_| 0, false).unwrap()[0];
        assert_eq!((found.luts, found.ffs), (4.0, 8.0));
    }
}
