//! HOW: a graph of actors and streams.
//!
//! A node is an [`Actor`]: a chain of blocks behind one gate, or one of the two ends. An edge is a [`Stream`]: the
//! FIFO that will stand there, all but its depth. petgraph lives here and in `schedule`.

pub mod dot;
pub mod lower;
pub mod svg;

use crate::blocks::{Block, Cost, Port};
use crate::diag::Span;
use crate::fixed::QFormat;
use crate::machine::fifo::Access;
use crate::manifest::ElementOrder;
use petgraph::Direction;
use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;
use std::rc::Rc;

/// The graph of a network.
#[derive(Debug)]
pub struct Graph {
    /// The network's name.
    pub name: String,
    /// Actors and streams, in the order of the data.
    pub graph: DiGraph<Node, Stream>,
}

/// A node id, printed `%n3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub NodeIndex);

/// An edge id, printed `%e3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgeId(pub EdgeIndex);

/// A node of the graph.
#[derive(Debug, Clone)]
pub enum Node {
    /// The AXI4-Stream input: beats per frame.
    Source {
        /// Beats of one frame.
        beats: usize,
        /// Words of one beat and their width.
        port: Port,
        /// Format of the words.
        format: QFormat,
    },
    /// A gate and a pipeline.
    Actor(Actor),
    /// The AXI4-Stream output.
    Sink {
        /// Beats of one frame.
        beats: usize,
        /// Words of one beat and their width.
        port: Port,
        /// Format of the words.
        format: QFormat,
    },
}

/// A gate and the chain of blocks behind it.
#[derive(Debug, Clone)]
pub struct Actor {
    /// `<layer>_<role>`.
    pub name: String,
    /// Index of the layer it belongs to.
    pub layer: usize,
    /// The layer's place in the source.
    pub span: Span,
    /// The pipeline, first block first; empty: beats pass as they are.
    pub chain: Vec<Rc<dyn Block>>,
    /// Beats of a frame popped of each stream, in turn; empty: each firing pops all its streams.
    pub turns: Vec<usize>,
    /// Firing rule; see [`crate::machine`].
    pub packet: usize,
    /// Cycles after a packet in which nothing is popped.
    pub pause: usize,
    /// Firings in one period.
    pub every: usize,
    /// Producing firings of a period.
    pub burst: usize,
    /// Firings after them.
    pub rest: usize,
    /// Beats of a producing firing.
    pub out: usize,
    /// Firings in one frame.
    pub firings: usize,
}

impl Actor {
    /// Cycles from the first pop of a producing firing to its first push: one for the FIFO's read, then the chain.
    pub fn latency(&self) -> usize {
        1 + self.chain.iter().map(|block| block.latency()).sum::<usize>()
    }

    /// Cycles per frame in which the gate pops, or pauses after it.
    pub fn busy(&self) -> usize {
        self.firings * (self.packet + self.pause)
    }
}

/// An edge: the FIFO between two actors.
#[derive(Debug, Clone)]
pub struct Stream {
    /// `<layer>_<role>`; the FIFO belongs to the layer that reads it.
    pub name: String,
    /// Words of one pushed beat.
    pub port: Port,
    /// Format of the words.
    pub format: QFormat,
    /// Order and repetition.
    pub access: Access,
    /// Beats pushed per frame.
    pub beats: usize,
    /// The order in which they carry the elements of a frame.
    pub order: ElementOrder,
}

impl Node {
    /// The actor, unless the node is one of the ends.
    pub fn actor(&self) -> Option<&Actor> {
        match self {
            Node::Actor(actor) => Some(actor),
            Node::Source { .. } | Node::Sink { .. } => None,
        }
    }

    /// What the node's blocks cost; FIFOs are counted by the schedule.
    pub fn cost(&self) -> Cost {
        self.actor().map(|actor| actor.chain.iter().map(|block| block.cost()).sum()).unwrap_or_default()
    }
}

impl Graph {
    /// Beats of one frame at the input and at the output.
    pub fn frame_beats(&self) -> (usize, usize) {
        let mut beats = (0, 0);
        for node in self.graph.node_weights() {
            match node {
                Node::Source { beats: count, .. } => beats.0 = *count,
                Node::Sink { beats: count, .. } => beats.1 = *count,
                Node::Actor(_) => {}
            }
        }
        beats
    }

    /// The actors in the order of the data.
    pub fn actors(&self) -> impl Iterator<Item = (NodeId, &Actor)> {
        let actor = |id| Some((NodeId(id), self.graph[id].actor()?));
        self.graph.node_indices().filter_map(actor)
    }

    /// The streams that a node pops, in the order of what it takes.
    pub fn streams_into(&self, node: NodeId) -> Vec<EdgeId> {
        self.streams(node, Direction::Incoming)
    }

    /// The streams that a node pushes: all of them the same beats.
    pub fn streams_from(&self, node: NodeId) -> Vec<EdgeId> {
        self.streams(node, Direction::Outgoing)
    }

    fn streams(&self, node: NodeId, direction: Direction) -> Vec<EdgeId> {
        let mut edges: Vec<EdgeId> =
            self.graph.edges_directed(node.0, direction).map(|edge| EdgeId(edge.id())).collect();
        edges.sort();
        if edges.is_empty() {
            crate::bug!("dataflow: %n{} has no {direction:?} stream", node.0.index());
        }
        edges
    }
}
