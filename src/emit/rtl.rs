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
}

/// What a layer gives to others, or takes: a stream between it and its neighbours.
#[derive(Debug, Clone)]
struct EdgeRtl {
    /// The FIFO; of a layer's output, the stream in the top module.
    name: String,
    /// Prefix of the layer's ports.
    port: String,
    about: String,
    msb: usize,
}

#[derive(Debug)]
struct ActorRtl {
    name: String,
    about: String,
    parameters: String,
    filled: String,
    pop: String,
    join: Option<JoinRtl>,
    room: String,
    reserve: String,
    push: String,
    push_data: String,
    /// What comes out of the last block.
    given: (String, String),
    chain: Vec<BlockRtl>,
}

/// An actor that pops several FIFOs.
#[derive(Debug)]
struct JoinRtl {
    /// Parameters of `in_turn` where they are popped in turn; together otherwise.
    in_turn: Option<String>,
    data_msb: usize,
    filleds: String,
    /// The pop wires, last FIFO first.
    pops: String,
    each_pop: Vec<String>,
    datas: String,
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
    inputs: Vec<EdgeRtl>,
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
    streams: Vec<StreamRtl>,
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

/// What the input or a layer gives, in the top module.
#[derive(Debug)]
struct StreamRtl {
    name: String,
    about: String,
    msb: usize,
    /// Where several FIFOs take it: the room in each.
    fork: Option<Vec<String>>,
}

#[derive(Debug)]
struct InstanceRtl {
    origin: String,
    module: String,
    name: String,
    inputs: Vec<TakenRtl>,
    output: String,
}

/// A stream that a layer takes.
#[derive(Debug)]
struct TakenRtl {
    port: String,
    stream: String,
    room: String,
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
    let (reserve, packet) = (context.reserve(edge), context.packet(edge));
    let Port { lanes, width } = stream.port;
    let frame = format!("{} beats of {lanes} x {} per frame", stream.beats, stream.format);
    let (cell, list, pop_bits, about) = match stream.access {
        Access::Replay(r) => {
            let list = vec![
                ("WIDTH", stream.port.bits()),
                ("DEPTH", depth),
                ("WINDOW", r.window),
                ("REPEAT", r.repeat),
                ("GROUPS", r.groups),
                ("LAST_REPEAT", r.last_repeat),
                ("RESERVE", reserve),
                ("PACKET", packet),
            ];
            let again = format!("{frame}, each window of {} read {} times", r.window, r.repeat);
            let about = if r.repeat == 1 && r.last_repeat == 1 { frame } else { again };
            ("stream_fifo", list, stream.port.bits(), about)
        }
        Access::Turn(t) => {
            let mut list = vec![
                ("WIDTH", width as usize),
                ("LANES_IN", lanes),
                ("DEPTH", depth),
                ("WORDS", t.words),
                ("PAIR_IN", t.pair_in.unwrap_or(0) as usize),
                ("PAIR_OUT", t.pair_out as usize),
            ];
            let mut about = format!("{frame}, leaving as {} beats of words {}", t.frame_out, 1 << t.pair_out);
            if let Some([second_in, second_out]) = t.second {
                list.extend([("SECOND_IN", second_in as usize), ("SECOND_OUT", second_out as usize)]);
                about += &format!(" and {}", 1 << second_out);
            }
            about += " apart";
            list.extend([
                ("FRAME_IN", t.frame_in),
                ("FRAME_OUT", t.frame_out),
                ("RESERVE", reserve),
                ("PACKET", packet),
            ]);
            ("turn_fifo", list, t.lanes_out() * width as usize, about)
        }
    };
    FifoRtl {
        name: stream.name.clone(),
        about,
        cell,
        parameters: parameters(&list),
        push_msb: stream.port.bits() - 1,
        pop_msb: pop_bits - 1,
    }
}

/// A stream that a layer takes: the FIFO is its own.
fn taken(context: &Context, edge: EdgeId) -> EdgeRtl {
    let Stream { name, port, format, beats, .. } = context.stream(edge);
    let layer = context.layer_at(edge, true).map_or("", |layer| &context.network.layers[layer].name);
    EdgeRtl {
        name: name.clone(),
        port: name.strip_prefix(&format!("{layer}_")).unwrap_or(name).into(),
        about: format!("{beats} beats of {} x {format} per frame", port.lanes),
        msb: port.bits() - 1,
    }
}

/// What a layer (`None`: the network's input) gives: to one FIFO, or to several that all take the same.
fn given(context: &Context, layer: Option<usize>) -> EdgeRtl {
    let edges = context.streams_given(layer);
    let Some(&first) = edges.first() else { crate::bug!("emit: layer {layer:?} gives nothing") };
    let name = match (&edges[..], layer) {
        ([_], _) => context.stream(first).name.clone(),
        (_, None) => format!("{}_fork", context.network.input.name),
        (_, Some(layer)) => format!("{}_fork", context.network.layers[layer].name),
    };
    EdgeRtl { name, port: "out".into(), ..taken(context, first) }
}

/// The module of one layer.
pub fn layer(context: &Context, index: usize) -> String {
    let members: Vec<(NodeId, &Actor)> = context.actors_of(index).collect();
    let Some(first) = members.first() else { crate::bug!("emit: layer {index} has no actor") };
    let inputs = context.streams_taken(Some(index));
    let output = given(context, Some(index));
    let graph = &context.schedule.graph;
    let read = members.iter().flat_map(|(id, _)| graph.streams_into(*id));
    let fifos: Vec<FifoRtl> = read.map(|edge| fifo(context, edge)).collect();
    let actors = members.iter().map(|(id, actor)| actor_rtl(context, *id, actor)).collect();
    let layer = &context.network.layers[index];
    let words = layer.kind.operator().print(layer).0;
    let cost = context.layer_cost(index);
    let start = context.schedule.starts.get(&first.0).copied().unwrap_or(0);
    let busiest = members.iter().map(|(_, actor)| actor.busy()).max().unwrap_or(0);
    let formats: Vec<String> = inputs.iter().map(|&edge| context.format_into(edge).to_string()).collect();
    let gives = context.format_into(context.streams_given(Some(index))[0]);
    let h = Header {
        module: context.layer_module(index),
        sentence: format!("layer {}, {words}", layer.name),
        origin: context.origin(index),
        shape: format!("{} elements in, {} elements out", layer.inputs, layer.outputs),
        format: format!("{} in, {gives} out", formats.join(" and ")),
        latency: format!("first pop {start} cycles after a frame begins in an idle design"),
        interval: format!("{busiest} of {} cycles per frame in its busiest actor", context.schedule.interval),
        cost: format!("{} multipliers, {} bits of memory", cost.multipliers, cost.memory_bits),
        model: "src/machine/mod.rs".into(),
    };
    let inputs = inputs.into_iter().map(|edge| taken(context, edge)).collect();
    render(&LayerRtl { h, inputs, output, fifos, actors })
}

fn actor_rtl(context: &Context, id: NodeId, actor: &Actor) -> ActorRtl {
    let graph = &context.schedule.graph;
    let from: Vec<FifoRtl> = graph.streams_into(id).into_iter().map(|edge| fifo(context, edge)).collect();
    let output = graph.streams_from(id)[0];
    let leaves = context.layer_at(output, true) != Some(actor.layer);
    let to = &context.stream(output).name;
    let mut list = vec![("PACKET", actor.packet), ("EVERY", actor.every), ("BURST", actor.burst)];
    list.extend((actor.rest > 0).then_some(("REST", actor.rest)));
    list.extend((actor.pause > 0).then_some(("PAUSE", actor.pause)));
    let signal = |own: &str, edge: &str| if leaves { format!("out_{edge}") } else { format!("{to}_{own}") };
    let join = (from.len() > 1).then(|| join_rtl(context, actor, &from, &graph.streams_into(id)));
    let input = if join.is_some() { &actor.name } else { &from[0].name };
    let mut feeding = (format!("{}_valid", actor.name), format!("{input}_data"));
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
        about: format!(
            "{} cycles from pop to push, pops {} cycles per frame",
            actor.latency(),
            actor.firings * actor.packet
        ),
        parameters: parameters(&list),
        filled: format!("{input}_filled"),
        pop: format!("{input}_pop"),
        join,
        room: signal("room", "room"),
        reserve: signal("reserve", "reserve"),
        push: signal("push", "valid"),
        push_data: signal("push_data", "data"),
        given: feeding,
        chain,
    }
}

/// What stands between the FIFOs of an actor and its gate.
fn join_rtl(context: &Context, actor: &Actor, from: &[FifoRtl], edges: &[EdgeId]) -> JoinRtl {
    let filleds = joined(from.iter().map(|fifo| format!("{}_filled", fifo.name)));
    let each_pop: Vec<String> = from.iter().map(|fifo| format!("{}_pop", fifo.name)).collect();
    let pops = joined(each_pop.iter().cloned());
    let count = from.len();
    if actor.turns.is_empty() {
        let datas = joined(from.iter().map(|fifo| format!("{}_data", fifo.name)));
        let data_msb = from.iter().map(|fifo| fifo.pop_msb + 1).sum::<usize>() - 1;
        return JoinRtl { in_turn: None, data_msb, filleds, pops, each_pop, datas };
    }
    let width = edges.iter().map(|&edge| context.stream(edge).port.width).max().unwrap_or(1);
    let lanes = (from[0].pop_msb + 1) / context.stream(edges[0]).port.width as usize;
    let words = |(fifo, &edge): (&FifoRtl, &EdgeId)| {
        let own = context.stream(edge).port.width;
        let word = |lane| {
            let (low, high) = (lane as u32 * own, (lane as u32 + 1) * own - 1);
            match width - own {
                0 => format!("{}_data[{high}:{low}]", fifo.name),
                signs => format!("{{{signs}{{{0}_data[{high}]}}}}, {0}_data[{high}:{low}]", fifo.name),
            }
        };
        if width == own {
            format!("{}_data", fifo.name)
        } else {
            (0..lanes).rev().map(word).collect::<Vec<_>>().join(", ")
        }
    };
    let beat_width = actor.turns.iter().map(|&beats| count_bits(beats.max(2) - 1)).max().unwrap_or(1);
    let beats = joined(actor.turns.iter().map(|beats| format!("32'd{beats}")));
    let data_width = lanes * width as usize;
    let list = [("COUNT", count), ("DATA_W", data_width), ("BEAT_W", beat_width as usize)];
    JoinRtl {
        in_turn: Some(format!("{},\n        .BEATS  ({beats})", parameters(&list))),
        data_msb: data_width - 1,
        filleds,
        pops,
        each_pop,
        datas: joined(from.iter().zip(edges).map(words)),
    }
}

/// A concatenation, first part in the low bits.
fn joined(parts: impl DoubleEndedIterator<Item = String>) -> String {
    format!("{{{}}}", parts.rev().collect::<Vec<_>>().join(", "))
}

/// The top module.
pub fn top(context: &Context) -> String {
    let schedule = context.schedule;
    let (first, last) = (given(context, None), context.streams_taken(None)[0]);
    let layers = context.network.layers.iter().enumerate().map(|(index, layer)| InstanceRtl {
        origin: context.origin_short(index),
        module: context.layer_module(index),
        name: layer.name.clone(),
        inputs: context.streams_taken(Some(index)).into_iter().map(|edge| instance_input(context, edge)).collect(),
        output: given(context, Some(index)).name,
    });
    let givers = std::iter::once(None).chain((0..context.network.layers.len()).map(Some));
    let cost = context.cost();
    let (input, output) = (context.network.input.name.clone(), "m_axis");
    let h = Header {
        module: context.network.name.clone(),
        sentence: format!("the network {} between AXI4-Streams", context.network.name),
        origin: context.network_origin(),
        shape: format!("{} elements in, {} elements out", context.network.input.size(), context.outputs()),
        format: format!("{} in, {} out", context.end(true).2, context.format_into(last)),
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
        input: end(context, true, &input, &first.name),
        output: end(context, false, output, &fifo.name),
        streams: givers.map(|giver| stream(context, giver)).collect(),
        layers: layers.collect(),
        fifo,
    })
}

/// What the input or a layer gives, with the room of each FIFO where there are several.
fn stream(context: &Context, giver: Option<usize>) -> StreamRtl {
    let EdgeRtl { name, about, msb, .. } = given(context, giver);
    let edges = context.streams_given(giver);
    let rooms = || edges.iter().map(|&edge| format!("{}_room", context.stream(edge).name)).collect();
    let fork = (edges.len() > 1).then(rooms);
    StreamRtl { name, about, msb, fork }
}

/// How a layer is wired to a stream that it takes.
fn instance_input(context: &Context, edge: EdgeId) -> TakenRtl {
    let giver = context.layer_at(edge, false);
    let EdgeRtl { name, port, .. } = taken(context, edge);
    TakenRtl { port, stream: given(context, giver).name, room: format!("{name}_room") }
}

fn end(context: &Context, source: bool, name: &str, stream: &str) -> EndRtl {
    let (beats, port, format) = context.end(source);
    let bytes = stream_bytes(port.width);
    let about = format!("{name}: {beats} beats of {} x {format} per frame, each in {bytes} bytes", port.lanes);
    let list = [("LANES", port.lanes), ("WIDTH", port.width as usize), ("BYTES", bytes), ("FRAME", beats)];
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
