//! WHEN: units and folding, FIFO depths, promised interval and latency.

pub mod fold;
pub mod machine;
pub mod plan;
pub mod units;
pub mod why;

use crate::blocks::Cost;
use crate::dataflow::{EdgeId, Graph, NodeId};
use crate::machine::fifo::Access;
use petgraph::Direction;
use petgraph::visit::EdgeRef;
use std::collections::BTreeMap;

/// A graph with time.
#[derive(Debug)]
pub struct Schedule {
    /// What is scheduled.
    pub graph: Graph,
    /// Depth of each FIFO, in pushed beats.
    pub depths: BTreeMap<EdgeId, usize>,
    /// Cycles between frames in steady state when the input never waits and the output is always taken.
    pub interval: usize,
    /// Cycles from a frame's first accepted input beat to its first output beat, the design idle before.
    pub latency_first: usize,
    /// Cycles from a frame's first accepted input beat to its last output beat, the design idle before.
    pub latency_last: usize,
    /// Cycle of the first firing of each actor in an idle design, counted from the first accepted input beat.
    pub starts: BTreeMap<NodeId, usize>,
}

impl Schedule {
    /// Cost of the FIFO on a stream.
    pub fn fifo_cost(&self, edge: EdgeId) -> Cost {
        let stream = &self.graph.graph[edge.0];
        let depth = self.depths[&edge];
        let bits = match stream.access {
            Access::Replay(_) => depth * stream.port.bits(),
            // whole read beats, also where the words come one by one
            Access::Turn(turn) => depth / turn.window_in() * turn.words * stream.port.width as usize,
        };
        Cost { multipliers: 0, memory_bits: bits as u64 }
    }

    /// Cost of a layer with the FIFOs it reads.
    pub fn layer_cost(&self, layer: usize) -> Cost {
        let graph = &self.graph.graph;
        let fifos = |node: NodeId| graph.edges_directed(node.0, Direction::Incoming).map(|edge| EdgeId(edge.id()));
        let member = |node: NodeId| graph[node.0].cost() + fifos(node).map(|edge| self.fifo_cost(edge)).sum();
        let members = self.graph.actors().filter(|(_, actor)| actor.layer == layer);
        members.map(|(node, _)| member(node)).sum()
    }

    /// Cost of every block and every FIFO.
    pub fn cost(&self) -> Cost {
        let blocks: Cost = self.graph.graph.node_weights().map(|node| node.cost()).sum();
        blocks + self.graph.graph.edge_indices().map(|edge| self.fifo_cost(EdgeId(edge))).sum()
    }
}
