//! Products with constants as shifted sums: a graph of adders, every sum in a register.
//!
//! Constants are written with digits -1, 0, 1, no two neighbours non-zero (\[Avizienis61\]); the two-term sum that occurs
//! most often, in all constants together, becomes a node of its own, until none occurs twice (\[Hartley96\]). What is left
//! of each constant is added up with as few levels as possible. A node is an odd positive multiple of the input.

use super::RtlFile;
use askama::Template;
use std::collections::BTreeMap;

/// `(left << left_shift) + (right << right_shift)`, or the difference; one of the shifts is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Node {
    /// The multiple of the input that this node is; 1 is the input itself.
    times: u64,
    left: (usize, u32),
    right: (usize, u32),
    subtract: bool,
    /// Cycle of the register that holds the sum, counted from the input.
    level: usize,
}

/// `sign * (node << shift)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub node: usize,
    pub shift: u32,
    pub negative: bool,
}

/// The adders that multiply one number by several constants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdderGraph {
    nodes: Vec<Node>,
    /// Each constant, and the node and left shift that make it.
    products: Vec<(u64, Term)>,
}

impl AdderGraph {
    /// The graph for positive `constants`.
    pub fn of(constants: &[u64]) -> AdderGraph {
        let input = Node { times: 1, left: (0, 0), right: (0, 0), subtract: false, level: 0 };
        let mut graph = AdderGraph { nodes: vec![input], products: Vec::new() };
        let mut sums: Vec<Vec<Term>> = constants.iter().map(|&constant| signed_digits(constant)).collect();
        graph.share(&mut sums);
        for (&constant, sum) in constants.iter().zip(sums) {
            let product = graph.add_up(sum);
            graph.products.push((constant, product));
        }
        graph
    }

    /// Cycles from the input to all products.
    pub fn depth(&self) -> usize {
        self.nodes.iter().map(|node| node.level).max().unwrap_or(0)
    }

    /// Adders.
    pub fn adders(&self) -> usize {
        self.nodes.len() - 1
    }

    /// The same sums over another kind of adder: `join` adds two terms of the caller, `input` is one, and the products
    /// come back in the order of the constants. Names of sums begin with the multiple that they are.
    pub(super) fn replay(&self, input: Term, mut join: impl FnMut(u64, Term, Term) -> Term) -> Vec<Term> {
        let mut made = vec![input];
        let shifted = |term: Term, shift: u32| Term { shift: term.shift + shift, ..term };
        for node in &self.nodes[1..] {
            let [left, right] = [node.left, node.right].map(|(of, shift)| shifted(made[of], shift));
            let right = Term { negative: right.negative != node.subtract, ..right };
            let sum = join(node.times, left, right);
            made.push(sum);
        }
        self.products.iter().map(|(_, term)| shifted(made[term.node], term.shift)).collect()
    }

    /// Makes a node of the most frequent pair of terms for as long as one occurs twice.
    fn share(&mut self, sums: &mut [Vec<Term>]) {
        loop {
            let mut found: BTreeMap<(Term2, Term2), usize> = BTreeMap::new();
            for sum in sums.iter() {
                for pair in pairs(sum.len()) {
                    *found.entry(pattern(sum[pair.0], sum[pair.1])).or_default() += 1;
                }
            }
            // pairs that overlap count twice here: what matters is how often the pair can be replaced
            let uses = |key: &(Term2, Term2)| sums.iter().map(|sum| matches(sum, key).len()).sum::<usize>();
            let best = found.iter().filter(|(_, count)| **count > 1).map(|(key, _)| (uses(key), *key)).max();
            let Some((2.., key)) = best else { return };
            for sum in sums.iter_mut() {
                for (i, j) in matches(sum, &key).into_iter().rev() {
                    let (a, b) = (sum[i], sum[j]);
                    sum.remove(j);
                    sum[i] = self.join(a, b);
                }
            }
        }
    }

    /// One term for a sum of terms, joining those that are ready first.
    fn add_up(&mut self, mut sum: Vec<Term>) -> Term {
        while sum.len() > 1 {
            sum.sort_by_key(|term| std::cmp::Reverse((self.nodes[term.node].level, term.shift)));
            if let (Some(a), Some(b)) = (sum.pop(), sum.pop()) {
                let joined = self.join(a, b);
                sum.push(joined);
            }
        }
        sum[0]
    }

    /// The sum of two terms as one, through a node that is a positive multiple.
    fn join(&mut self, a: Term, b: Term) -> Term {
        let shift = a.shift.min(b.shift);
        let (left, right) = ((a.node, a.shift - shift), (b.node, b.shift - shift));
        let value = |(node, shift): (usize, u32)| self.nodes[node].times << shift;
        let subtract = a.negative != b.negative;
        let swap = subtract && value(left) < value(right);
        let (left, right) = if swap { (right, left) } else { (left, right) };
        let negative = if swap { b.negative } else { a.negative };
        let times = if subtract { value(left) - value(right) } else { value(left) + value(right) };
        let level = 1 + self.nodes[left.0].level.max(self.nodes[right.0].level);
        let known = self.nodes.iter().position(|node| node.times == times);
        let node = known.unwrap_or_else(|| {
            self.nodes.push(Node { times, left, right, subtract, level });
            self.nodes.len() - 1
        });
        Term { node, shift, negative }
    }

    /// The last cycle in which a node is read; products are read at the end.
    fn last_use(&self, node: usize) -> usize {
        let readers = self.nodes[1..].iter().filter(|reader| reader.left.0 == node || reader.right.0 == node);
        let is_product = self.products.iter().any(|(_, term)| term.node == node);
        let end = if is_product { self.depth() } else { 0 };
        readers.map(|reader| reader.level - 1).max().unwrap_or(0).max(end)
    }

    /// The module that multiplies a word of `width` bits; every product has `product` bits, modulo their range.
    pub fn rtl(&self, width: u32, product: u32) -> RtlFile {
        let rtl = AdderGraphRtl::new(self, width, product);
        let text = rtl.render().unwrap_or_else(|e| crate::bug!("template adder_graph.v: {e}"));
        RtlFile { name: format!("rtl/{}.v", rtl.module), text }
    }

    /// The module's name: equal names are equal modules.
    pub fn module(&self, width: u32, product: u32) -> String {
        let constants: String = self.products.iter().map(|(constant, _)| format!("_{constant}")).collect();
        format!("times{constants}_w{width}_p{product}")
    }

    /// The name of the output that is `constant` times the input.
    pub fn port(constant: u64) -> String {
        format!("times_{constant}")
    }
}

/// A term relative to another: node, shift, sign.
type Term2 = (usize, u32, bool);

/// What a pair of terms is, whatever their common shift and sign.
fn pattern(a: Term, b: Term) -> (Term2, Term2) {
    let (a, b) = if (a.shift, a.node) <= (b.shift, b.node) { (a, b) } else { (b, a) };
    ((a.node, 0, false), (b.node, b.shift - a.shift, a.negative != b.negative))
}

fn pairs(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(move |i| (i + 1..n).map(move |j| (i, j)))
}

/// Pairs of one sum that show the pattern, no term in two of them.
fn matches(sum: &[Term], key: &(Term2, Term2)) -> Vec<(usize, usize)> {
    let mut used = vec![false; sum.len()];
    let mut found = Vec::new();
    for (i, j) in pairs(sum.len()) {
        if !used[i] && !used[j] && pattern(sum[i], sum[j]) == *key {
            (used[i], used[j]) = (true, true);
            found.push((i, j));
        }
    }
    // removed from the back: the higher index of a later pair must not move an earlier one
    found.sort_by_key(|pair| pair.1);
    found
}

/// Canonical signed digits as terms of the input.
fn signed_digits(constant: u64) -> Vec<Term> {
    let (mut rest, mut shift, mut terms) = (constant, 0, Vec::new());
    while rest > 0 {
        if rest & 1 == 1 {
            let negative = rest & 3 == 3;
            terms.push(Term { node: 0, shift, negative });
            rest = if negative { rest + 1 } else { rest - 1 };
        }
        rest >>= 1;
        shift += 1;
    }
    terms
}

/// An operand or a product: a register, its bits, and how far it is shifted.
struct Operand {
    name: String,
    width: u32,
    shift: u32,
}

struct Sum {
    name: String,
    msb: u32,
    width: u32,
    left: Operand,
    right: Operand,
    subtract: u32,
}

struct Delay {
    name: String,
    from: String,
    msb: u32,
}

struct Product {
    name: String,
    from: Operand,
}

#[derive(Template)]
#[template(path = "adder_graph.v")]
struct AdderGraphRtl {
    module: String,
    adders: usize,
    depth: usize,
    width: u32,
    msb: u32,
    product: u32,
    product_msb: u32,
    sums: Vec<Sum>,
    delays: Vec<Delay>,
    products: Vec<Product>,
}

impl AdderGraphRtl {
    fn new(graph: &AdderGraph, width: u32, product: u32) -> AdderGraphRtl {
        let bits = |node: usize| (width + graph.nodes[node].times.next_power_of_two().ilog2()).min(product);
        let name = |node: usize, cycle: usize| format!("x{}_q{cycle}", graph.nodes[node].times);
        let operand =
            |(node, shift): (usize, u32), cycle| Operand { name: name(node, cycle), width: bits(node), shift };
        let sum = |(at, node): (usize, &Node)| Sum {
            name: name(at, node.level),
            msb: bits(at) - 1,
            width: bits(at),
            left: operand(node.left, node.level - 1),
            right: operand(node.right, node.level - 1),
            subtract: node.subtract as u32,
        };
        let delays = |(at, node): (usize, &Node)| {
            let cycles = node.level + 1..=graph.last_use(at);
            let delay = |cycle| Delay { name: name(at, cycle), from: name(at, cycle - 1), msb: bits(at) - 1 };
            cycles.map(delay).collect::<Vec<_>>()
        };
        let product_of = |&(constant, term): &(u64, Term)| Product {
            name: AdderGraph::port(constant),
            from: operand((term.node, term.shift), graph.depth()),
        };
        AdderGraphRtl {
            module: graph.module(width, product),
            adders: graph.adders(),
            depth: graph.depth(),
            width,
            msb: width - 1,
            product,
            product_msb: product - 1,
            sums: graph.nodes.iter().enumerate().skip(1).map(sum).collect(),
            delays: graph.nodes.iter().enumerate().flat_map(delays).collect(),
            products: graph.products.iter().map(product_of).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the graph computes of 1, node by node.
    fn multiples(graph: &AdderGraph) -> Vec<i64> {
        let mut values: Vec<i64> = vec![1];
        for node in &graph.nodes[1..] {
            let (left, right) = (values[node.left.0] << node.left.1, values[node.right.0] << node.right.1);
            values.push(if node.subtract { left - right } else { left + right });
        }
        values
    }

    #[test]
    fn every_constant_is_made_and_no_sum_is_negative() {
        for constants in
            [vec![1, 2, 3], vec![11585], vec![11585, 15137, 6270], vec![46341, 60547, 25080], vec![7, 56, 448]]
        {
            let graph = AdderGraph::of(&constants);
            let values = multiples(&graph);
            for (constant, term) in &graph.products {
                assert!(!term.negative);
                assert_eq!(values[term.node] << term.shift, *constant as i64, "{constants:?}");
            }
            for (node, value) in graph.nodes.iter().zip(values) {
                assert_eq!(node.times as i64, value);
                assert!(node.level <= graph.depth() && node.left.1.min(node.right.1) == 0);
            }
        }
    }

    #[test]
    fn shared_sums_save_adders() {
        let alone = |c| AdderGraph::of(&[c]).adders();
        assert_eq!((alone(1), alone(7), alone(45)), (0, 1, 2));
        assert_eq!(AdderGraph::of(&[7, 56]).adders(), 1);
        let constants = [11585, 15137, 6270];
        assert!(AdderGraph::of(&constants).adders() < constants.map(alone).iter().sum());
        assert!(AdderGraph::of(&[11585]).depth() <= 3);
    }
}
