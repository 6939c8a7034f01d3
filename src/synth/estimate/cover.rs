//! Gates to look-up tables: of the ways to cut a gate's cone at no more inputs than a table has, the one that costs the
//! fewest tables, those it shares with others counted in part.

use super::graph::{Bit, Graph, Node};

/// Cuts kept per gate.
const KEPT: usize = 8;
/// Most inputs of a table.
const MOST: usize = 6;

#[derive(Clone, Copy)]
struct Cut {
    leaves: [Bit; MOST],
    count: usize,
    flow: f32,
}

impl Cut {
    fn leaves(&self) -> &[Bit] {
        &self.leaves[..self.count]
    }

    /// The leaves of both, if they are no more than `inputs`.
    fn with(&self, other: &Cut, inputs: usize) -> Option<Cut> {
        let (mut leaves, mut count) = ([0; MOST], 0);
        let (a, b) = (self.leaves(), other.leaves());
        let (mut i, mut j) = (0, 0);
        while i < a.len() || j < b.len() {
            let next = match (a.get(i), b.get(j)) {
                (Some(&x), Some(&y)) if x == y => {
                    i += 1;
                    j += 1;
                    x
                }
                (Some(&x), Some(&y)) if x < y => {
                    i += 1;
                    x
                }
                (Some(&x), None) => {
                    i += 1;
                    x
                }
                (_, Some(&y)) => {
                    j += 1;
                    y
                }
                (None, None) => break,
            };
            if count == inputs {
                return None;
            }
            leaves[count] = next;
            count += 1;
        }
        Some(Cut { leaves, count, flow: 0.0 })
    }
}

fn is_gate(node: Node) -> bool {
    Graph::fanin(node).1 > 0
}

/// The gates that become tables of so many inputs, for the bits in `roots`.
pub fn tables(graph: &Graph, live: &[bool], roots: &[Bit], inputs: usize) -> Vec<Bit> {
    let mut uses = vec![0u32; graph.nodes.len()];
    for (&node, _) in graph.nodes.iter().zip(live).filter(|(_, live)| **live) {
        let (fanin, count) = Graph::fanin(node);
        fanin[..count].iter().for_each(|&from| uses[from as usize] += 1);
    }
    roots.iter().for_each(|&root| uses[root as usize] += 1);
    let empty = Cut { leaves: [0; MOST], count: 0, flow: 0.0 };
    let alone = |bit: Bit| {
        let mut cut = empty;
        (cut.leaves[0], cut.count) = (bit, 1);
        cut
    };
    let mut cuts: Vec<Vec<Cut>> = vec![Vec::new(); graph.nodes.len()];
    let mut flows = vec![0f32; graph.nodes.len()];
    for (bit, &node) in graph.nodes.iter().enumerate() {
        if !live[bit] || !is_gate(node) {
            continue;
        }
        let (fanin, count) = Graph::fanin(node);
        let mut list = vec![empty];
        for &from in &fanin[..count] {
            let mut choices = match graph.nodes[from as usize] {
                Node::Constant(_) => vec![empty],
                _ => vec![alone(from)],
            };
            choices.extend(cuts[from as usize].iter().copied());
            list = list.iter().flat_map(|a| choices.iter().filter_map(|b| a.with(b, inputs))).collect();
            // a mux has three inputs: what cannot be good is left early
            for cut in &mut list {
                cut.flow = cut.leaves().iter().map(|&leaf| flows[leaf as usize]).sum();
            }
            list.sort_by(|a, b| a.flow.total_cmp(&b.flow).then(a.count.cmp(&b.count)));
            list.dedup_by(|a, b| a.leaves() == b.leaves());
            list.truncate(2 * KEPT);
        }
        list.truncate(KEPT);
        let least = list.first().map_or(0.0, |cut| cut.flow);
        flows[bit] = (least + 1.0) / uses[bit].max(1) as f32;
        cuts[bit] = list;
    }
    let (mut made, mut todo, mut chosen) = (vec![false; graph.nodes.len()], roots.to_vec(), Vec::new());
    while let Some(bit) = todo.pop() {
        if !is_gate(graph.nodes[bit as usize]) || std::mem::replace(&mut made[bit as usize], true) {
            continue;
        }
        chosen.push(bit);
        if let Some(cut) = cuts[bit as usize].first() {
            todo.extend(cut.leaves());
        }
    }
    chosen
}
