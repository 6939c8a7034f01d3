//! The Verilog of layers and of the whole network: instances of FIFOs, gates and blocks, wired by name.

use super::Context;
use crate::blocks::header::Header;
use crate::blocks::{Place, Port};
use crate::dataflow::{Actor, EdgeId, Node, NodeId, Stream};
use crate::fixed::QFormat;
use crate::machine::fifo::Access;
use askama::Template;

/// Bits of a counter that holds 0 to `most`.
fn count_bits(most: usize) -> u32 {
    (most + 1).next_power_of_two().trailing_zeros()
}

/// Bytes of one element on an AXI4-Stream.
pub fn stream_bytes(width: u32) -> usize {
    width.div_ceil(8) as usize
}

/// A FIFO instance.
#[derive(Debug, Clone)]
struct FifoRtl {
    name: String,
    about: String,
    cell: &'static str,
    parameters: String,
    push_msb: usize,
    pop_msb: usize,
    free_msb: u32,
    level_msb: u32,
    free_width: u32,
    level_width: u32,
}

/// The edge of a layer: a stream between it and a neighbour.
#[derive(Debug, Clone)]
struct EdgeRtl {
    fifo: String,
    about: String,
    msb: usize,
    free_msb: u32,
}

#[derive(Debug)]
struct ActorRtl {
    name: String,
    about: String,
    parameters: String,
    input: String,
    free: String,
    reserve: String,
    push: String,
    push_data: String,
    last: String,
    chain: Vec<BlockRtl>,
}

#[derive(Debug)]
struct BlockRtl {
    name: String,
    module: String,
    msb: usize,
    from_valid: String,
    from_data: String,
}

#[derive(Template)]
#[template(path = "layer.v")]
struct LayerRtl {
    h: Header,
    input: EdgeRtl,
    output: EdgeRtl,
    fifos: Vec<FifoRtl>,
    actors: Vec<ActorRtl>,
}

#[derive(Template)]
#[template(path = "top.v")]
struct TopRtl {
    h: Header,
    input: EndRtl,
    output: EndRtl,
    streams: Vec<EdgeRtl>,
    layers: Vec<InstanceRtl>,
    fifo: FifoRtl,
}

#[derive(Debug)]
struct EndRtl {
    about: String,
    msb: usize,
    parameters: String,
    stream: String,
}

#[derive(Debug)]
struct InstanceRtl {
    origin: String,
    module: String,
    name: String,
    input: String,
    output: String,
}

/// Parameter assignments of an instance, one per line.
fn parameters(list: &[(&str, usize)]) -> String {
    let wide = list.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let line = |(name, value): &(&str, usize)| format!(".{name:wide$} ({value})");
    list.iter().map(line).collect::<Vec<_>>().join(",\n        ")
}

fn fifo(context: &Context, edge: EdgeId) -> FifoRtl {
    let stream = &context.schedule.graph.graph[edge.0];
    let depth = context.schedule.depths[&edge];
    let reserve = context.reserve(edge);
    let Port { lanes, width } = stream.port;
    let frame = format!("{} beats of {lanes} x {} per frame", stream.beats, stream.format);
    let (cell, list, pop_bits, levels, about) = match stream.access {
        Access::Replay(r) => {
            let list = vec![
                ("WIDTH", stream.port.bits()),
                ("DEPTH", depth),
                ("WINDOW", r.window),
                ("REPEAT", r.repeat),
                ("GROUPS", r.groups),
                ("LAST_REPEAT", r.last_repeat),
                ("RESERVE", reserve),
            ];
            let again = format!("{frame}, each window of {} read {} times", r.window, r.repeat);
            let about = if r.repeat == 1 && r.last_repeat == 1 { frame } else { again };
            ("stream_fifo", list, stream.port.bits(), depth, about)
        }
        Access::Turn(t) => {
            let list = vec![
                ("WIDTH", width as usize),
                ("LANES_IN", lanes),
                ("DEPTH", depth),
                ("WORDS", t.words),
                ("PAIR_IN", t.pair_in.unwrap_or(0) as usize),
                ("PAIR_OUT", t.pair_out as usize),
                ("FRAME_IN", t.frame_in),
                ("FRAME_OUT", t.frame_out),
                ("RESERVE", reserve),
            ];
            let about = format!("{frame}, leaving as {} beats of words {} apart", t.frame_out, 1 << t.pair_out);
            ("turn_fifo", list, 2 * width as usize, depth / t.window_in() * t.window_out(), about)
        }
    };
    let (free_width, level_width) = (count_bits(depth), count_bits(levels));
    FifoRtl {
        name: stream.name.clone(),
        about,
        cell,
        parameters: parameters(&list),
        push_msb: stream.port.bits() - 1,
        pop_msb: pop_bits - 1,
        free_msb: free_width - 1,
        level_msb: level_width - 1,
        free_width,
        level_width,
    }
}

fn edge(context: &Context, edge: EdgeId) -> EdgeRtl {
    let Stream { name, port, format, beats, .. } = &context.schedule.graph.graph[edge.0];
    EdgeRtl {
        fifo: name.clone(),
        about: format!("{beats} beats of {} x {format} per frame", port.lanes),
        msb: port.bits() - 1,
        free_msb: count_bits(context.schedule.depths[&edge]) - 1,
    }
}

/// The module of one layer.
pub fn layer(context: &Context, index: usize) -> String {
    let members: Vec<(NodeId, &Actor)> = context.actors_of(index).collect();
    let (Some(first), Some(last)) = (members.first(), members.last()) else {
        crate::bug!("emit: layer {index} has no actor");
    };
    let (input, output) = (context.edge_into(first.0), context.edge_from(last.0));
    let fifos: Vec<FifoRtl> = members.iter().map(|(id, _)| fifo(context, context.edge_into(*id))).collect();
    let actors = members.iter().map(|(id, actor)| actor_rtl(context, *id, actor, output)).collect();
    let layer = &context.network.layers[index];
    let words = layer.kind.operator().print(layer).0;
    let cost = context.layer_cost(index);
    let start = context.schedule.starts.get(&first.0).copied().unwrap_or(0);
    let busiest = members.iter().map(|(_, actor)| actor.busy()).max().unwrap_or(0);
    let h = Header {
        module: context.layer_module(index),
        sentence: format!("layer {}, {words}", layer.name),
        origin: context.origin(index),
        shape: format!("{} elements in, {} elements out", layer.inputs, layer.outputs),
        format: format!("{} in, {} out", context.format_into(input), context.format_into(output)),
        latency: format!("first pop {start} cycles after a frame begins in an idle design"),
        interval: format!("{busiest} of {} cycles per frame in its busiest actor", context.schedule.interval),
        cost: format!("{} multipliers, {} bits of memory", cost.multipliers, cost.memory_bits),
        model: "src/machine/mod.rs".into(),
    };
    let (input, output) = (edge(context, input), edge(context, output));
    render(&LayerRtl { h, input, output, fifos, actors })
}

fn actor_rtl(context: &Context, id: NodeId, actor: &Actor, layer_output: EdgeId) -> ActorRtl {
    let (input, output) = (context.edge_into(id), context.edge_from(id));
    let (from, to) = (fifo(context, input), fifo(context, output));
    let list = [
        ("PACKET", actor.packet),
        ("EVERY", actor.every),
        ("BURST", actor.burst),
        ("OUT", actor.out),
        ("LEVEL_W", from.level_width as usize),
        ("FREE_W", to.free_width as usize),
    ];
    let leaves = output == layer_output;
    let signal = |own: &str, edge: &str| if leaves { format!("out_{edge}") } else { format!("{}_{own}", to.name) };
    let mut feeding = (format!("{}_valid", actor.name), format!("{}_data", from.name));
    let mut chain = Vec::new();
    for block in &actor.chain {
        let name = format!("{}_{}", actor.name, block.stem());
        let (from_valid, from_data) = feeding;
        feeding = (format!("{name}_out_valid"), format!("{name}_out_data"));
        let module = block.module(&context.place(actor.layer).borrow());
        chain.push(BlockRtl { module, msb: block.output().bits() - 1, from_valid, from_data, name });
    }
    ActorRtl {
        name: actor.name.clone(),
        about: format!("{} cycles from pop to push, pops {} cycles per frame", actor.latency(), actor.busy()),
        parameters: parameters(&list),
        input: from.name,
        free: signal("free", "free"),
        reserve: signal("reserve", "reserve"),
        push: signal("push", "valid"),
        push_data: signal("push_data", "data"),
        last: chain.last().map(|block: &BlockRtl| block.name.clone()).unwrap_or_default(),
        chain,
    }
}

/// The top module.
pub fn top(context: &Context) -> String {
    let schedule = context.schedule;
    let edges: Vec<EdgeId> = context.boundary_edges();
    let (Some(&first), Some(&last)) = (edges.first(), edges.last()) else {
        crate::bug!("emit: a network without streams")
    };
    let layers = context.network.layers.iter().enumerate().map(|(index, layer)| InstanceRtl {
        origin: context.origin_short(index),
        module: context.layer_module(index),
        name: layer.name.clone(),
        input: schedule.graph.graph[edges[index].0].name.clone(),
        output: schedule.graph.graph[edges[index + 1].0].name.clone(),
    });
    let cost = context.cost();
    let (input, output) = (context.network.input.name.clone(), "m_axis");
    let h = Header {
        module: context.network.name.clone(),
        sentence: format!("the network {} between AXI4-Streams", context.network.name),
        origin: context.network_origin(),
        shape: format!("{} elements in, {} elements out", context.network.input.size(), context.outputs()),
        format: format!("{} in, {} out", context.format_into(first), context.format_into(last)),
        latency: format!(
            "{} cycles to the first output beat, {} to the last",
            schedule.latency_first, schedule.latency_last
        ),
        interval: format!("{} cycles per frame", schedule.interval),
        cost: format!("{} multipliers, {} bits of memory", cost.multipliers, cost.memory_bits),
        model: "src/machine/mod.rs".into(),
    };
    let fifo = fifo(context, last);
    render(&TopRtl {
        h,
        input: end(context, true, &input, edge(context, first).free_msb + 1, &schedule.graph.graph[first.0].name),
        output: end(context, false, output, fifo.level_width, &fifo.name),
        streams: edges.iter().map(|&id| edge(context, id)).collect(),
        layers: layers.collect(),
        fifo,
    })
}

fn end(context: &Context, source: bool, name: &str, counter: u32, stream: &str) -> EndRtl {
    let (beats, port, format) = context.end(source);
    let bytes = stream_bytes(port.width);
    let about = format!("{name}: {beats} beats of {} x {format} per frame, each in {bytes} bytes", port.lanes);
    let list = [
        ("LANES", port.lanes),
        ("WIDTH", port.width as usize),
        ("BYTES", bytes),
        ("FRAME", beats),
        (if source { "FREE_W" } else { "LEVEL_W" }, counter as usize),
    ];
    EndRtl { about, msb: port.lanes * bytes * 8 - 1, parameters: parameters(&list), stream: stream.into() }
}

fn render(template: &impl Template) -> String {
    match template.render() {
        Ok(text) => text,
        Err(problem) => crate::bug!("emit: a template does not render: {problem}"),
    }
}

/// Beats, port and format of an end of the graph.
pub(super) fn end_of(node: &Node) -> Option<(bool, usize, Port, QFormat)> {
    match node {
        Node::Source { beats, port, format } => Some((true, *beats, *port, *format)),
        Node::Sink { beats, port, format } => Some((false, *beats, *port, *format)),
        Node::Actor(_) => None,
    }
}

/// A [`Place`] that owns its texts.
#[derive(Debug)]
pub struct OwnedPlace {
    /// `<network>_<layer>`.
    pub prefix: String,
    /// Banner line.
    pub origin: String,
}

impl OwnedPlace {
    /// The borrowed form that blocks take.
    pub fn borrow(&self) -> Place<'_> {
        Place { prefix: &self.prefix, origin: &self.origin }
    }
}
