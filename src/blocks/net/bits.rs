//! A net one bit at a time (\[Denyer85\]): every word a stream of bits, the lowest first, every adder one bit wide.
//!
//! Shifting left is waiting, shifting right is not waiting. A word must be given as many bits as its readers use, with its
//! sign repeated: that sets how soon the next beat may follow.

use super::{Net, Op};
use crate::blocks::adder_graph::Term;
use std::collections::BTreeSet;

/// When each stream begins, and what that needs.
pub(in crate::blocks) struct Bits {
    /// Cycle of the lowest bit of each node that the outputs need.
    starts: Vec<Option<usize>>,
    /// Cycles for which each node's bits are kept.
    late: Vec<usize>,
    /// Bits of each node that are read.
    read: Vec<usize>,
    /// Windows, by first cycle and length, in which the shifted operand of a sum is still zero.
    pub zeros: BTreeSet<(usize, u32)>,
}

/// An adder and the delays behind it.
pub(in crate::blocks) struct BitRtl {
    pub name: String,
    /// Cycles for which its bits are kept.
    pub late: usize,
    /// The sum of two streams, or one that rounds.
    pub rounds: bool,
    pub left: String,
    pub right: String,
    /// Cycle of the lowest bits.
    pub first: usize,
    /// The carry of a sum into its lowest bits.
    pub carry: u32,
    /// Rounding: the cycle after the lowest bit of what is rounded.
    pub begin: usize,
    pub single: u32,
    pub alone: u32,
    pub mode: u32,
    pub negative: u32,
}

impl Net {
    /// The streams that give `width` bits of each output, where input n begins in cycle `inputs[n]`.
    pub fn bits(&self, outputs: &[Term], inputs: &[usize], width: usize) -> Bits {
        let needed = self.late(outputs);
        let count = self.nodes.len();
        let mut bits =
            Bits { starts: vec![None; count], late: vec![0; count], read: vec![0; count], zeros: BTreeSet::new() };
        for (at, node) in self.nodes.iter().enumerate().filter(|(at, _)| needed[*at].is_some()) {
            bits.starts[at] = Some(match node.op {
                Op::Input => inputs[at],
                _ => 1 + bits.first(node.op),
            });
            bits.keep(node.op);
        }
        outputs.iter().for_each(|term| bits.read[term.node] = width);
        for (at, node) in self.nodes.iter().enumerate().rev() {
            let own = bits.read[at];
            let mut need = |term: Term, more: usize| {
                let shift = term.shift as usize;
                bits.read[term.node] = bits.read[term.node].max((own + more).saturating_sub(shift));
            };
            match node.op {
                Op::Input => {}
                Op::Sum { left, right } => [left, right].into_iter().for_each(|term| need(term, 0)),
                Op::Rounded { left, right, drop, .. } => {
                    left.into_iter().for_each(|term| need(term, 0));
                    need(right, drop as usize);
                }
            }
        }
        bits
    }

    /// The adders of a net of bits, in the order of the data.
    pub fn bit_adders(&self, bits: &Bits) -> Vec<BitRtl> {
        let needed = self.nodes.iter().enumerate().filter(|(at, _)| bits.starts[*at].is_some());
        needed.filter_map(|(at, _)| self.bit_adder(bits, at)).collect()
    }

    fn bit_adder(&self, bits: &Bits, at: usize) -> Option<BitRtl> {
        let node = &self.nodes[at];
        let first = bits.first(node.op);
        let adder = BitRtl {
            name: node.name.clone(),
            late: bits.late[at],
            rounds: false,
            left: "1'b0".into(),
            right: String::new(),
            first,
            carry: 0,
            begin: 0,
            single: 0,
            alone: 0,
            mode: self.rounding.code(),
            negative: 0,
        };
        let shifted = |term: Term| {
            let bit = self.bit(bits, term.node, first + term.shift as usize);
            if term.shift == 0 { bit } else { format!("({bit} & ~zero_{first}_{})", term.shift) }
        };
        match node.op {
            Op::Input => None,
            Op::Sum { left, right } => {
                let sign = if right.negative { "~" } else { "" };
                let right_bit = format!("{sign}{}", shifted(right));
                Some(BitRtl { left: shifted(left), right: right_bit, carry: right.negative as u32, ..adder })
            }
            Op::Rounded { left, right, drop, .. } => Some(BitRtl {
                rounds: true,
                left: left.map_or(adder.left.clone(), shifted),
                right: self.bit(bits, right.node, first - drop as usize),
                begin: first + 1 - drop as usize,
                single: (drop == 1) as u32,
                alone: left.is_none() as u32,
                negative: right.negative as u32,
                ..adder
            }),
        }
    }

    /// The bit of a node whose stream begins in `cycle`, which is not before its own.
    pub fn bit(&self, bits: &Bits, node: usize, cycle: usize) -> String {
        let (name, late) = (&self.nodes[node].name, cycle - bits.start(node));
        if late == 0 { name.clone() } else { format!("{name}_late[{late}]") }
    }
}

impl Bits {
    /// The cycle of a node's lowest bit.
    pub fn start(&self, node: usize) -> usize {
        self.starts[node].unwrap_or_else(|| crate::bug!("net: a stream that is not made is read"))
    }

    /// Cycles between beats: the bits that are read of the inputs.
    pub fn spacing(&self) -> usize {
        self.read.iter().copied().max().unwrap_or(0)
    }

    /// Cycles for which an input's bits are kept.
    pub fn late(&self, node: usize) -> usize {
        self.late[node]
    }

    /// Notes that a node is read with its lowest bit in `cycle`.
    pub fn read_at(&mut self, node: usize, cycle: usize) {
        self.late[node] = self.late[node].max(cycle - self.start(node));
    }

    /// The cycle in which an adder sees the lowest bits of both operands.
    fn first(&self, op: Op) -> usize {
        let shifted = |term: Term| self.start(term.node).saturating_sub(term.shift as usize);
        match op {
            Op::Input => 0,
            Op::Sum { left, right } => shifted(left).max(shifted(right)).max(1),
            Op::Rounded { left, right, drop, .. } => {
                left.map_or(0, shifted).max(self.start(right.node) + drop as usize)
            }
        }
    }

    /// Notes what an adder reads.
    fn keep(&mut self, op: Op) {
        let first = self.first(op);
        let mut shifted = |term: Term| {
            self.read_at(term.node, first + term.shift as usize);
            if term.shift > 0 {
                self.zeros.insert((first, term.shift));
            }
        };
        match op {
            Op::Input => {}
            Op::Sum { left, right } => [left, right].into_iter().for_each(shifted),
            Op::Rounded { left, right, drop, .. } => {
                left.into_iter().for_each(&mut shifted);
                self.read_at(right.node, first - drop as usize);
            }
        }
    }
}
