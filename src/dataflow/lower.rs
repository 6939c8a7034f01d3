//! Network -> Graph: each layer kind becomes its actors, streams are turned where their orders differ.

mod argmax;
mod dense;
mod pointwise;

use super::{Actor, Graph, Node, Stream};
use crate::blocks::Port;
use crate::fixed::QFormat;
use crate::machine::fifo::{Access, Replay, Turn, word_index};
use crate::network::{Layer, LayerKind, Network};
use petgraph::graph::{DiGraph, NodeIndex};

/// How many output rows each layer computes in parallel, and how wide the ends are; chosen by `schedule::fold`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folding {
    /// Words per beat of the input stream, 1 or 2.
    pub input_lanes: usize,
    /// Rows (block rows, in circulant layers) in parallel, per layer; 1 where a layer has no rows.
    pub rows: Vec<usize>,
}

/// Network -> Graph. The network has passed every pass.
pub fn lower(network: &Network, folding: &Folding) -> Graph {
    let format = network.input.format.unwrap_or_else(|| crate::bug!("lower: the input has no format"));
    let mut lowering = Lowering::start(network, folding.input_lanes, format);
    for (index, layer) in network.layers.iter().enumerate() {
        let rows = folding.rows[index];
        match &layer.kind {
            LayerKind::Dense(dense) => dense::lower(&mut lowering, index, layer, dense, rows),
            LayerKind::Pointwise(pointwise) => pointwise::lower(&mut lowering, index, layer, pointwise),
            LayerKind::Argmax(_) => argmax::lower(&mut lowering, index, layer),
            LayerKind::Affine(_) => crate::bug!("lower: affine layer `{}` was not folded", layer.name),
        }
    }
    lowering.finish()
}

/// The order of the words of a stream within a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    /// Words per beat.
    pub lanes: usize,
    /// The bit in which the two words of a beat differ; `None` with one lane.
    pub pair: Option<u32>,
    /// Words after which the order repeats, a power of two.
    pub window: usize,
}

impl Order {
    /// One word per beat, natural order.
    pub const SINGLE: Order = Order { lanes: 1, pair: None, window: 1 };
    /// Two words per beat, natural order.
    pub const PAIRS: Order = Order { lanes: 2, pair: Some(0), window: 2 };

    /// The order of a transform of `k` words: word t beside word t + k/2.
    pub fn halves(k: usize) -> Order {
        Order { lanes: 2, pair: Some(k.ilog2() - 1), window: k }
    }

    /// Index in the frame of the word at `lane` of `beat`.
    pub fn index(self, beat: usize, lane: usize) -> usize {
        let beats = self.window / self.lanes;
        beat / beats * self.window + word_index(self.pair, beat % beats, lane)
    }
}

/// What the last lowered layer gives: the open end of the graph.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Open {
    /// Its order.
    pub order: Order,
    /// Format of its words.
    pub format: QFormat,
    /// Beats per frame.
    pub beats: usize,
    /// Words per frame that mean something; what follows in the last beats is padding.
    pub words: usize,
    node: NodeIndex,
}

/// The graph so far and its open end.
pub(crate) struct Lowering<'a> {
    pub network: &'a Network,
    pub open: Open,
    graph: DiGraph<Node, Stream>,
}

impl<'a> Lowering<'a> {
    fn start(network: &'a Network, lanes: usize, format: QFormat) -> Lowering<'a> {
        let order = if lanes == 1 { Order::SINGLE } else { Order::PAIRS };
        let words = network.input.size();
        let beats = words.div_ceil(lanes);
        let mut graph = DiGraph::new();
        let node = graph.add_node(Node::Source { beats, port: Port { lanes, width: format.width() }, format });
        Lowering { network, open: Open { order, format, beats, words, node }, graph }
    }

    /// The access that turns the open stream into `order` with `beats` beats per frame.
    pub fn turned(&self, order: Order, beats: usize) -> Access {
        let open = &self.open;
        if open.order.pair == order.pair && open.order.lanes == order.lanes && open.beats == beats {
            return Access::Replay(Replay::ONCE);
        }
        let Some(pair_out) = order.pair else { crate::bug!("lower: a stream is never narrowed to one lane") };
        Access::Turn(Turn {
            words: order.window.max(open.order.window),
            pair_in: open.order.pair,
            pair_out,
            frame_in: open.beats,
            frame_out: beats,
        })
    }

    /// Appends an actor behind a FIFO named `<layer>_<fifo>`; the actor becomes the open end.
    pub fn append(&mut self, fifo: &str, access: Access, actor: Actor, next: Next) {
        let layer = &self.network.layers[actor.layer];
        let stream = self.stream(format!("{}_{fifo}", layer.name), access);
        let node = self.graph.add_node(Node::Actor(actor));
        self.graph.add_edge(self.open.node, node, stream);
        let Next { order, format, beats, words } = next;
        self.open = Open { order, format, beats, words, node };
    }

    fn stream(&self, name: String, access: Access) -> Stream {
        let open = &self.open;
        let port = Port { lanes: open.order.lanes, width: open.format.width() };
        Stream { name, port, format: open.format, access, beats: open.beats }
    }

    fn finish(mut self) -> Graph {
        let words = self.open.words;
        let (order, beats) = match self.open.order {
            Order { lanes: 1, .. } => (Order::SINGLE, self.open.beats),
            _ => (Order::PAIRS, words.div_ceil(2)),
        };
        let port = Port { lanes: order.lanes, width: self.open.format.width() };
        let stream = self.stream("out".into(), self.turned(order, beats));
        let sink = self.graph.add_node(Node::Sink { beats, port, format: self.open.format });
        self.graph.add_edge(self.open.node, sink, stream);
        Graph { name: self.network.name.clone(), graph: self.graph }
    }
}

/// What an appended actor gives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Next {
    pub order: Order,
    pub format: QFormat,
    pub beats: usize,
    pub words: usize,
}

/// Name of an actor or FIFO of a layer.
pub(crate) fn role(layer: &Layer, role: &str) -> String {
    format!("{}_{role}", layer.name)
}
