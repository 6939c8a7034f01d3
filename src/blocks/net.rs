//! A net of adders: linear maps of a beat's words, a beat in every cycle, registers behind every second adder.
//!
//! A node is a sum of two shifted words, or a word plus another one that is rounded on the way: rounding up is the carry
//! of that adder and costs nothing. How large a node can become follows from its coefficients, so that every register is
//! as wide as its words and no wider. Sums are taken as late as their readers allow: what waits is the narrower input.

pub mod bits;
pub mod registers;

use super::adder_graph::{AdderGraph, Term};
use crate::fixed::{Complex, Round};

/// Adders between two registers. One would double the registers; carry chains in a row overlap.
const CHAIN: usize = 2;

/// The largest block that a net transforms.
pub const LARGEST: usize = 32;

/// Whether blocks of `k` words are small enough for a net, else what is wrong.
pub(super) fn holds(k: usize) -> Result<(), String> {
    match k {
        ..=LARGEST => Ok(()),
        _ => Err(format!("block size `{k}`: expected at most {LARGEST} for a whole block per clock")),
    }
}

/// The words of a beat on their way through adders.
#[derive(Debug)]
pub(super) struct Net {
    nodes: Vec<Node>,
    input_width: u32,
    rounding: Round,
}

#[derive(Debug)]
struct Node {
    name: String,
    op: Op,
    /// What each input contributes.
    coefficients: Vec<f64>,
    /// How far rounding can have taken the node from that sum.
    error: f64,
    width: u32,
    /// Adders in a row on the way to it; inputs: 0.
    level: usize,
}

#[derive(Clone, Copy, Debug)]
enum Op {
    Input,
    /// `left + right`; only `right` may be negative.
    Sum {
        left: Term,
        right: Term,
    },
    /// `left + right / 2^drop`, the quotient rounded; `left` is not negative. Subtracting is not adding what is negative:
    /// ties go the other way.
    Rounded {
        left: Option<Term>,
        right: Term,
        drop: u32,
        subtract: bool,
    },
}

impl Op {
    fn reads(self) -> impl Iterator<Item = usize> {
        let (left, right) = match self {
            Op::Input => (None, None),
            Op::Sum { left, right } => (Some(left), Some(right)),
            Op::Rounded { left, right, .. } => (left, Some(right)),
        };
        left.into_iter().chain(right).map(|term| term.node)
    }
}

impl Net {
    /// A net of `words` inputs of `width` bits; `names` gives them names.
    pub fn of_inputs(names: &[String], width: u32, rounding: Round) -> Net {
        let input = |(at, name): (usize, &String)| Node {
            name: name.clone(),
            op: Op::Input,
            coefficients: (0..names.len()).map(|n| (n == at) as u8 as f64).collect(),
            error: 0.0,
            width,
            level: 0,
        };
        Net { nodes: names.iter().enumerate().map(input).collect(), input_width: width, rounding }
    }

    /// Input `at`, times `2^shift`.
    pub fn input(&self, at: usize, shift: u32) -> Term {
        Term { node: at, shift, negative: false }
    }

    /// `a + b`.
    pub fn add(&mut self, name: String, a: Term, b: Term) -> Term {
        let shift = a.shift.min(b.shift);
        let (left, right) = if a.negative && !b.negative { (b, a) } else { (a, b) };
        let negative = left.negative;
        let lowered = |term: Term, negative| Term { shift: term.shift - shift, negative, ..term };
        let (left, right) = (lowered(left, false), lowered(right, left.negative != right.negative));
        let sign = if right.negative { -1.0 } else { 1.0 };
        let node = self.push(name, Op::Sum { left, right }, Some(left), (right, sign), 0.0);
        Term { node, shift, negative }
    }

    /// `a - b`.
    pub fn subtract(&mut self, name: String, a: Term, b: Term) -> Term {
        self.add(name, a, Term { negative: !b.negative, ..b })
    }

    /// `left + round(right / 2^drop)`, or the difference.
    pub fn add_rounded(&mut self, name: String, left: Option<Term>, right: Term, drop: u32, subtract: bool) -> Term {
        if right.shift >= drop {
            let right = Term { shift: right.shift - drop, negative: right.negative != subtract, ..right };
            return match left {
                Some(left) => self.add(name, left, right),
                None => right,
            };
        }
        let drop = drop - right.shift;
        let right = Term { shift: 0, ..right };
        let sign = if right.negative != subtract { -1.0 } else { 1.0 } * (-(drop as f64)).exp2();
        let op = Op::Rounded { left, right, drop, subtract };
        Term { node: self.push(name, op, left, (right, sign), 1.0), shift: 0, negative: false }
    }

    /// `(re + j im) * factor`, unrounded, or with the factor's conjugate.
    pub fn turn(&mut self, name: &str, [re, im]: [Term; 2], factor: Complex, conjugate: bool) -> [Term; 2] {
        let turn = Complex { im: if conjugate { -factor.im } else { factor.im }, ..factor };
        let (a, b) = (turn.re.unsigned_abs(), turn.im.unsigned_abs());
        let signed = |term: Term, sign: i64| Term { negative: term.negative != (sign < 0), ..term };
        if a == b {
            let parts = [
                self.subtract(format!("{name}_a"), signed(re, turn.re), signed(im, turn.im)),
                self.add(format!("{name}_b"), signed(re, turn.im), signed(im, turn.re)),
            ];
            return parts.map(|part| self.times(part, &[a])[0]);
        }
        let [re, im] = [re, im].map(|part| self.times(part, &[a, b]));
        [
            self.subtract(format!("{name}_re"), signed(re[0], turn.re), signed(im[1], turn.im)),
            self.add(format!("{name}_im"), signed(re[1], turn.im), signed(im[0], turn.re)),
        ]
    }

    /// Products of a word with positive constants.
    fn times(&mut self, word: Term, constants: &[u64]) -> Vec<Term> {
        let base = self.nodes[word.node].name.clone();
        let (sign, word) = (word.negative, Term { negative: false, ..word });
        let products = AdderGraph::of(constants).replay(word, |times, a, b| self.add(format!("{base}_x{times}"), a, b));
        products.into_iter().map(|product| Term { negative: product.negative != sign, ..product }).collect()
    }

    fn push(&mut self, name: String, op: Op, left: Option<Term>, (right, sign): (Term, f64), rounding: f64) -> usize {
        let [own, other] = [left.map(|left| (left, 1.0)), Some((right, sign))].map(|part| {
            part.map_or((vec![0.0; self.inputs()], 0.0, 0, 1), |(term, sign)| {
                let (node, scale) = (&self.nodes[term.node], sign * (term.shift as f64).exp2());
                let scaled = node.coefficients.iter().map(|c| c * scale).collect();
                (scaled, node.error * scale.abs(), node.level, node.width + term.shift)
            })
        });
        let coefficients: Vec<f64> = own.0.iter().zip(&other.0).map(|(a, b)| a + b).collect();
        let error = own.1 + other.1 + rounding;
        // an adder is at least as wide as what it adds; a quotient fits by its coefficients
        let summed = if let Op::Rounded { .. } = op { 0 } else { other.3 };
        let width = self.width_of(&coefficients, error).max(own.3).max(summed);
        self.nodes.push(Node { name, op, coefficients, error, width, level: 1 + own.2.max(other.2) });
        self.nodes.len() - 1
    }

    /// The least width that holds a sum of inputs with these coefficients.
    fn width_of(&self, coefficients: &[f64], error: f64) -> u32 {
        let lowest = (self.input_width as f64 - 1.0).exp2();
        let highest = lowest - 1.0;
        let sum = |sign: f64| coefficients.iter().map(|c| (c * sign).max(0.0)).sum::<f64>();
        let (positive, negative) = (sum(1.0), sum(-1.0));
        let high = positive * highest + negative * lowest + error;
        let low = positive * lowest + negative * highest + error;
        let holds = |width: u32| high <= (width as f64 - 1.0).exp2() - 0.5 && low <= (width as f64 - 1.0).exp2();
        (2..=62).find(|&width| holds(width)).unwrap_or_else(|| crate::bug!("net: a sum has more than 62 bits"))
    }

    fn inputs(&self) -> usize {
        self.nodes.iter().take_while(|node| matches!(node.op, Op::Input)).count()
    }

    /// Bits of a term.
    pub fn width(&self, term: Term) -> u32 {
        self.nodes[term.node].width + term.shift
    }

    /// Cycles from a beat to `outputs`.
    pub fn depth(&self, outputs: &[Term]) -> usize {
        outputs.iter().map(|term| self.nodes[term.node].level).max().unwrap_or(0).div_ceil(CHAIN)
    }

    /// Adders on the way to `outputs`.
    pub fn adders(&self, outputs: &[Term]) -> usize {
        self.late(outputs).iter().flatten().count() - self.inputs()
    }

    /// The level of each node's adder, as late as possible, inputs excepted; `None`: no output needs it.
    fn late(&self, outputs: &[Term]) -> Vec<Option<usize>> {
        let last = self.depth(outputs) * CHAIN;
        let mut late: Vec<Option<usize>> = vec![None; self.nodes.len()];
        outputs.iter().for_each(|term| late[term.node] = Some(last));
        for (at, node) in self.nodes.iter().enumerate().rev() {
            let Some(level) = late[at] else { continue };
            for read in node.op.reads() {
                late[read] = Some(late[read].map_or(level - 1, |known| known.min(level - 1)));
            }
        }
        late[..self.inputs()].fill(Some(0));
        late
    }
}
