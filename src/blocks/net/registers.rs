//! A net whose words are taken at once: what each cycle adds and registers.

use super::{CHAIN, Net, Op};
use crate::blocks::adder_graph::Term;

impl Net {
    /// When each node that `outputs` need is made and read.
    pub fn plan(&self, outputs: &[Term]) -> Plan {
        let depth = self.depth(outputs);
        let place = |level: usize| Place { made: level.div_ceil(CHAIN), at_once: false, until: None };
        let mut places: Vec<Option<Place>> = self.late(outputs).into_iter().map(|level| level.map(place)).collect();
        outputs.iter().for_each(|term| read(&mut places, term.node, depth));
        for (at, node) in self.nodes.iter().enumerate() {
            let Some(Place { made, .. }) = places[at] else { continue };
            node.op.reads().for_each(|source| read(&mut places, source, made - 1));
        }
        Plan { places, depth }
    }

    /// The net as its template sees it, cycle by cycle.
    pub fn cycles(&self, plan: &Plan) -> Vec<CycleRtl> {
        (0..plan.depth).map(|cycle| self.cycle(plan, cycle)).collect()
    }

    fn cycle(&self, plan: &Plan, cycle: usize) -> CycleRtl {
        let mut rtl = CycleRtl { cycle, sums: Vec::new(), roundings: Vec::new(), registers: Vec::new() };
        for (node, place) in self.nodes.iter().zip(&plan.places) {
            let Some(place) = place else { continue };
            let (name, msb) = (&node.name, node.width - 1);
            let made_now = place.made == cycle + 1;
            let mut value = if made_now { format!("{name}_d{}", cycle + 1) } else { format!("{name}_q{cycle}") };
            match node.op {
                Op::Rounded { left, right, drop, subtract } if made_now => {
                    let rounding = self.rounding(plan, cycle, (left, right), drop);
                    rtl.roundings.push(RoundingRtl {
                        name: value.clone(),
                        msb,
                        width: node.width,
                        subtract: subtract as u32,
                        ..rounding
                    });
                }
                Op::Sum { left, right } if made_now => {
                    let sum = self.sum(plan, cycle, (left, right), node.width);
                    if place.at_once {
                        rtl.sums.push(WordRtl { name: value.clone(), msb, value: sum });
                    } else {
                        value = sum;
                    }
                }
                _ => {}
            }
            if place.made <= cycle + 1 && place.until > Some(cycle) {
                rtl.registers.push(WordRtl { name: format!("{name}_q{}", cycle + 1), msb, value });
            }
        }
        rtl
    }

    fn sum(&self, plan: &Plan, cycle: usize, (left, right): (Term, Term), width: u32) -> String {
        let (left, right_word) = (self.extended(plan, left, cycle, width), self.extended(plan, right, cycle, width));
        let sign = if right.negative { '-' } else { '+' };
        // a line of Verilog has room for two short words
        let between = if left.len() + right_word.len() > 48 { "\n            " } else { " " };
        format!("{left}{between}{sign} {right_word}")
    }

    fn rounding(&self, plan: &Plan, cycle: usize, (left, right): (Option<Term>, Term), drop: u32) -> RoundingRtl {
        let zero = ("1'b0".to_string(), 1);
        let (left, left_width) = left.map_or(zero, |left| {
            let width = self.width(left);
            (self.extended(plan, left, cycle, width), width)
        });
        let (right_name, right_width) = (self.extended(plan, right, cycle, self.width(right)), self.width(right));
        RoundingRtl {
            left,
            left_width,
            right: right_name,
            right_width,
            drop,
            mode: self.rounding.code(),
            negative: right.negative as u32,
            ..RoundingRtl::default()
        }
    }
    /// A term in `width` bits, as it is read in `cycle`; its sign is the reader's.
    pub fn extended(&self, plan: &Plan, term: Term, cycle: usize, width: u32) -> String {
        let node = &self.nodes[term.node];
        let fresh = plan.places[term.node].is_some_and(|place| place.made == cycle + 1);
        let at = if fresh { format!("d{}", cycle + 1) } else { format!("q{cycle}") };
        let (name, msb) = (format!("{}_{at}", node.name), node.width - 1);
        let more = width - node.width - term.shift;
        let sign = match more {
            0 => String::new(),
            1 => format!("{name}[{msb}], "),
            _ => format!("{{{more}{{{name}[{msb}]}}}}, "),
        };
        let zeros = if term.shift == 0 { String::new() } else { format!(", {}'d0", term.shift) };
        if sign.is_empty() && zeros.is_empty() { name } else { format!("{{{sign}{name}{zeros}}}") }
    }
}

/// When the nodes of a net are made and read.
pub(in crate::blocks) struct Plan {
    /// `None`: no output needs it.
    places: Vec<Option<Place>>,
    depth: usize,
}

#[derive(Clone, Copy)]
struct Place {
    /// Its sum is taken in the cycle before.
    made: usize,
    /// A sum of the same cycle reads it.
    at_once: bool,
    /// The last cycle in which it is read from a register.
    until: Option<usize>,
}

/// Notes that a node is read in `cycle`.
fn read(places: &mut [Option<Place>], node: usize, cycle: usize) {
    if let Some(place) = &mut places[node] {
        match place.made == cycle + 1 {
            true => place.at_once = true,
            false => place.until = place.until.max(Some(cycle)),
        }
    }
}

/// What happens in a cycle.
pub(in crate::blocks) struct CycleRtl {
    pub cycle: usize,
    /// Sums that others of the cycle read.
    pub sums: Vec<WordRtl>,
    pub roundings: Vec<RoundingRtl>,
    /// Sums, and words that wait.
    pub registers: Vec<WordRtl>,
}

/// A signal and what it is given.
pub(in crate::blocks) struct WordRtl {
    pub name: String,
    pub msb: u32,
    pub value: String,
}

/// An instance of `round_add`.
#[derive(Default)]
pub(in crate::blocks) struct RoundingRtl {
    pub name: String,
    pub msb: u32,
    pub width: u32,
    pub left: String,
    pub left_width: u32,
    pub right: String,
    pub right_width: u32,
    pub drop: u32,
    pub mode: u32,
    pub negative: u32,
    pub subtract: u32,
}
