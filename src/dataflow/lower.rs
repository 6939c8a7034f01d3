//! Network -> Graph: each layer kind becomes its actors, streams are turned where their orders differ.

mod argmax;
mod dense;
pub(crate) mod join;
mod pointwise;

use super::{Actor, Graph, Node, Stream};
use crate::blocks::Port;
use crate::fixed::QFormat;
use crate::machine::fifo::{Access, Replay, Turn, word_index};
use crate::manifest::ElementOrder;
use crate::network::{Layer, LayerKind, Network};
use join::Form;
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
        lowering.open = *layer.from[0].of(&lowering.opens);
        match &layer.kind {
            LayerKind::Dense(dense) => dense::lower(&mut lowering, index, layer, dense, rows),
            LayerKind::Add(add) => join::add(&mut lowering, index, layer, add),
            LayerKind::Concat(concat) => join::concat(&mut lowering, index, layer, concat),
            LayerKind::Slice(slice) => join::slice(&mut lowering, index, layer, slice),
            LayerKind::Pointwise(pointwise) => pointwise::lower(&mut lowering, index, layer, pointwise),
            LayerKind::Argmax(_) => argmax::lower(&mut lowering, index, layer),
            LayerKind::Affine(_) => crate::bug!("lower: affine layer `{}` was not folded", layer.name),
        }
        lowering.opens.push(lowering.open);
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

/// What a lowered layer gives: an open end of the graph.
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

impl Open {
    /// Its order and length.
    pub fn form(&self) -> Form {
        Form { order: self.order, beats: self.beats, words: self.words }
    }

    /// The access that turns the stream into `order` with `beats` beats per frame.
    pub fn turned(&self, order: Order, beats: usize) -> Access {
        if self.order.pair == order.pair && self.order.lanes == order.lanes && self.beats == beats {
            return Access::Replay(Replay::ONCE);
        }
        let Some(pair_out) = order.pair else { crate::bug!("lower: a stream is never narrowed to one lane") };
        Access::Turn(Turn {
            words: order.window.max(self.order.window),
            pair_in: self.order.pair,
            pair_out,
            frame_in: self.beats,
            frame_out: beats,
        })
    }
}

/// The graph so far and its open ends.
pub(crate) struct Lowering<'a> {
    pub network: &'a Network,
    /// What the layer being lowered reads, then what it gives.
    pub open: Open,
    /// What the input and the layers so far give.
    opens: Vec<Open>,
    graph: DiGraph<Node, Stream>,
}

impl<'a> Lowering<'a> {
    fn start(network: &'a Network, lanes: usize, format: QFormat) -> Lowering<'a> {
        let order = if lanes == 1 { Order::SINGLE } else { Order::PAIRS };
        let words = network.input.size();
        let beats = words.div_ceil(lanes);
        let mut graph = DiGraph::new();
        let node = graph.add_node(Node::Source { beats, port: Port { lanes, width: format.width() }, format });
        let open = Open { order, format, beats, words, node };
        Lowering { network, open, opens: vec![open], graph }
    }

    /// What the origins of a layer give.
    pub fn origins(&self, layer: &Layer) -> Vec<Open> {
        layer.from.iter().map(|origin| *origin.of(&self.opens)).collect()
    }

    /// Appends an actor behind a FIFO named `<layer>_<fifo>`; the actor becomes the open end.
    pub fn append(&mut self, fifo: &str, access: Access, actor: Actor, next: Next) {
        self.join(vec![(self.open, fifo.to_string(), access)], Vec::new(), actor, next);
    }

    /// Appends an actor behind several FIFOs, popped together or in `turns`; it becomes the open end.
    pub fn join(&mut self, sources: Vec<(Open, String, Access)>, turns: Vec<usize>, actor: Actor, next: Next) {
        self.open = self.link(sources, turns, actor, next);
    }

    /// Adds an actor behind FIFOs named `<layer>_<fifo>`: what it gives.
    pub fn link(&mut self, sources: Vec<(Open, String, Access)>, turns: Vec<usize>, actor: Actor, next: Next) -> Open {
        let layer = &self.network.layers[actor.layer].name;
        let node = self.graph.add_node(Node::Actor(Actor { turns, ..actor }));
        for (open, fifo, access) in sources {
            self.graph.add_edge(open.node, node, stream(&open, format!("{layer}_{fifo}"), access));
        }
        let Next { order, format, beats, words } = next;
        Open { order, format, beats, words, node }
    }

    fn finish(mut self) -> Graph {
        let words = self.open.words;
        let (order, beats) = match self.open.order {
            Order { lanes: 1, .. } => (Order::SINGLE, self.open.beats),
            _ => (Order::PAIRS, words.div_ceil(2)),
        };
        let port = Port { lanes: order.lanes, width: self.open.format.width() };
        let stream = stream(&self.open, "out".into(), self.open.turned(order, beats));
        let sink = self.graph.add_node(Node::Sink { beats, port, format: self.open.format });
        self.graph.add_edge(self.open.node, sink, stream);
        Graph { name: self.network.name.clone(), graph: self.graph }
    }
}

fn stream(open: &Open, name: String, access: Access) -> Stream {
    let port = Port { lanes: open.order.lanes, width: open.format.width() };
    let order = ElementOrder { pair: open.order.pair, window: open.order.window };
    Stream { name, port, format: open.format, access, beats: open.beats, order }
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
