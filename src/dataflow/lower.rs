//! Network -> Graph: each layer kind becomes its actors, streams are turned where their orders differ.

mod argmax;
mod dense;
pub(crate) mod join;
mod pointwise;

use super::{Actor, Graph, Node, Stream};
use crate::blocks::Port;
use crate::blocks::spectral_mac::Products;
use crate::blocks::{pack::Pack, select::Select};
use crate::fixed::QFormat;
use crate::machine::fifo::{Access, Replay, Turn, quad_index, word_index};
use crate::manifest::ElementOrder;
use crate::network::dense::pace::{Fold, Pace, Stationary};
use crate::network::{Layer, LayerKind, Network};
use join::Form;
use petgraph::graph::{DiGraph, NodeIndex};
use std::rc::Rc;

/// The units of each layer, and how wide the ends are; chosen by `schedule::fold`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folding {
    /// Words per beat of the input stream, a power of two.
    pub input_lanes: usize,
    /// Whether beats of whole blocks leave the network as such, in natural order; in pairs otherwise.
    pub wide_output: bool,
    /// Per layer.
    pub units: Vec<Units>,
}

/// The units of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Units {
    /// Rows (block rows, in circulant layers) in parallel; 1 where a layer has no rows.
    pub rows: usize,
    /// The forward transform; in plain dense layers, whether beats of more than two words are read as they come.
    pub forward: Pace,
    /// The products of spectra: serial or whole.
    pub spectra: Pace,
    /// The inverse transform.
    pub inverse: Pace,
    /// Units of folded transforms, forward and inverse.
    pub folds: [Fold; 2],
    /// How complex values are multiplied.
    pub products: Products,
    /// What stays while products are summed; serial ones.
    pub stationary: Stationary,
}

impl Default for Units {
    fn default() -> Units {
        let serial = Pace::Serial;
        Units {
            rows: 1,
            forward: serial,
            spectra: serial,
            inverse: serial,
            folds: Default::default(),
            products: Products::default(),
            stationary: Stationary::default(),
        }
    }
}

/// Network -> Graph. The network has passed every pass.
pub fn lower(network: &Network, folding: &Folding) -> Graph {
    let format = network.input.format.unwrap_or_else(|| crate::bug!("lower: the input has no format"));
    let mut lowering = Lowering::start(network, folding.input_lanes, format);
    for (index, layer) in network.layers.iter().enumerate() {
        let units = folding.units[index];
        lowering.open = *layer.from[0].of(&lowering.opens);
        match &layer.kind {
            LayerKind::Dense(dense) => dense::lower(&mut lowering, index, layer, dense, units),
            LayerKind::Add(add) => join::add(&mut lowering, index, layer, add),
            LayerKind::Concat(concat) => join::concat(&mut lowering, index, layer, concat),
            LayerKind::Slice(slice) => join::slice(&mut lowering, index, layer, slice),
            LayerKind::Pointwise(pointwise) => pointwise::lower(&mut lowering, index, layer, pointwise),
            LayerKind::Argmax(_) => argmax::lower(&mut lowering, index, layer),
            LayerKind::Affine(_) => crate::bug!("lower: affine layer `{}` was not folded", layer.name),
        }
        lowering.opens.push(lowering.open);
    }
    lowering.finish(folding.wide_output)
}

/// The order of the words of a stream within a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    /// Words per beat. More than two are the next pairs of the order, side by side, unless `split`.
    pub lanes: usize,
    /// The bit in which the two words of a pair differ; `None` with one lane.
    pub pair: Option<u32>,
    /// Whether the two pairs of a beat of four words are the next ones of each half of the window.
    pub split: bool,
    /// Words after which the order repeats, a power of two.
    pub window: usize,
}

impl Order {
    /// One word per beat, natural order.
    pub const SINGLE: Order = Order { lanes: 1, pair: None, split: false, window: 1 };
    /// Two words per beat, natural order.
    pub const PAIRS: Order = Order { lanes: 2, pair: Some(0), split: false, window: 2 };

    /// The order of a transform of `k` words: word t beside word t + k/2.
    pub fn halves(k: usize) -> Order {
        Order { lanes: 2, pair: Some(k.ilog2() - 1), split: false, window: k }
    }

    /// The order of a transform of `k` words at four per clock: words t and t + k/2 beside t + k/4 and t + 3k/4.
    pub fn split(k: usize) -> Order {
        Order { lanes: 4, split: true, ..Order::halves(k) }
    }

    /// The words of the input in beats of `lanes`.
    pub fn natural(lanes: usize) -> Order {
        if lanes == 1 { Order::SINGLE } else { Order { lanes, ..Order::PAIRS } }
    }

    /// Index in the frame of the word at `lane` of `beat`.
    pub fn index(self, beat: usize, lane: usize) -> usize {
        let at = beat * self.lanes + lane;
        match self.pair {
            None => at,
            Some(bit) if self.split => quad_index([bit, bit - 1], beat, lane),
            pair => word_index(pair, at / 2, at % 2),
        }
    }

    /// Beats whose first parts follow each other in the order, before their second parts.
    fn run(self) -> usize {
        if self.split { self.window / self.lanes } else { 1 }
    }

    /// The bit in which the two pairs of a beat of four words differ.
    fn second(self) -> u32 {
        match self.pair {
            Some(bit) if self.split => bit - 1,
            Some(0) => 1,
            _ => 0,
        }
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

    /// Bits of a beat.
    fn port(&self) -> Port {
        Port { lanes: self.order.lanes, width: self.format.width() }
    }

    /// The access that turns the stream into `order` with `beats` beats per frame.
    pub fn turned(&self, order: Order, beats: usize) -> Access {
        let Order { lanes, pair, split, .. } = self.order;
        if (lanes, pair, split, self.beats) == (order.lanes, order.pair, order.split, beats) {
            return Access::Replay(Replay::ONCE);
        }
        let Some(pair_out) = order.pair else { crate::bug!("lower: a stream is never narrowed to one lane") };
        Access::Turn(Turn {
            words: order.window.max(self.order.window),
            pair_in: pair,
            pair_out,
            second: (order.lanes == 4).then(|| [self.order.second(), order.second()]),
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
        let order = Order::natural(lanes);
        let words = network.input.size();
        let beats = words.div_ceil(lanes);
        let mut graph = DiGraph::new();
        let node = graph.add_node(Node::Source { beats, port: Port { lanes, width: format.width() }, format });
        let open = Open { order, format, beats, words, node };
        Lowering { network, open, opens: vec![open], graph }
    }

    /// What the origins of a layer give, in beats of one or two words.
    pub fn origins(&mut self, index: usize, layer: &Layer) -> Vec<Open> {
        let opens: Vec<Open> = layer.from.iter().map(|origin| *origin.of(&self.opens)).collect();
        opens.into_iter().enumerate().map(|(part, open)| self.narrowed(open, index, &format!("narrow{part}"))).collect()
    }

    /// The stream in beats of at most two words, in the same order.
    pub fn narrowed(&mut self, open: Open, index: usize, name: &str) -> Open {
        self.narrowed_to(2, open, index, name)
    }

    /// The stream in beats of at most `lanes` words, in the same order: wider beats are read again for each of their parts
    /// by an actor `<layer>_<name>` of layer `index`.
    pub fn narrowed_to(&mut self, lanes: usize, open: Open, index: usize, name: &str) -> Open {
        if open.order.lanes <= lanes {
            return open;
        }
        let (form, window) = (open.form().narrowed_to(lanes), open.order.run());
        let parts = open.order.lanes / lanes;
        let (beats, width) = (form.beats, open.format.width());
        let select = Select { lanes, width, rows: parts, total: beats / window, packet: window };
        // what is padding of the last beat is left out
        let again = match open.beats * parts - beats {
            0 => Replay { window, repeat: parts, groups: 1, last_repeat: parts },
            padding => Replay { window, repeat: parts, groups: open.beats, last_repeat: parts - padding },
        };
        let actor = self.passing(index, name, vec![Rc::new(select)], beats);
        let next = Next { order: form.order, beats, format: open.format, words: open.words };
        self.link(vec![(open, format!("{name}_in"), Access::Replay(again))], Vec::new(), actor, next)
    }

    /// An actor that gives a beat for each beat.
    fn passing(&self, index: usize, name: &str, chain: Vec<Rc<dyn crate::blocks::Block>>, firings: usize) -> Actor {
        let layer = &self.network.layers[index];
        let (name, span, turns) = (role(layer, name), layer.span, Vec::new());
        let (packet, pause, every, burst, rest, out) = (1, 0, 1, 1, 0, 1);
        Actor { name, layer: index, span, chain, turns, packet, pause, every, burst, rest, out, firings }
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

    fn finish(mut self, wide: bool) -> Graph {
        let (words, last) = (self.open.words, self.network.layers.len() - 1);
        if wide {
            self.count_words(last);
        } else {
            self.open = self.narrowed(self.open, last, "unpack");
        }
        let (order, beats) = match self.open.order {
            Order { lanes: 2, .. } => (Order::PAIRS, words.div_ceil(2)),
            Order { split: true, lanes, .. } => (Order::natural(lanes), words.div_ceil(lanes)),
            order => (order, self.open.beats),
        };
        let port = Port { lanes: order.lanes, width: self.open.format.width() };
        let stream = stream(&self.open, "out".into(), self.open.turned(order, beats));
        let sink = self.graph.add_node(Node::Sink { beats, port, format: self.open.format });
        self.graph.add_edge(self.open.node, sink, stream);
        Graph { name: self.network.name.clone(), graph: self.graph }
    }
}

impl Lowering<'_> {
    /// Puts the words of wide beats into natural order, by an actor of layer `index`.
    fn count_words(&mut self, index: usize) {
        let Open { order, format, beats, words, .. } = self.open;
        let Order { lanes: lanes @ 3.., pair: Some(pair @ 1..), split: false, .. } = order else { return };
        let pack = Pack { lanes, width: format.width(), beats: 1, pairs: (pair, 0), together: false };
        let actor = self.passing(index, "order", vec![Rc::new(pack)], beats);
        let next = Next { order: Order::natural(lanes), format, beats, words };
        self.append("order_in", Access::Replay(Replay::ONCE), actor, next);
    }
}

fn stream(open: &Open, name: String, access: Access) -> Stream {
    let port = open.port();
    let order = ElementOrder { pair: open.order.pair, split: open.order.split, window: open.order.window };
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
