//! The text form of a schedule: the machine file that the timed model reads, and what `--dump-after schedule` prints.

use crate::blocks::Block;
use crate::dataflow::{Actor, EdgeId, Graph, Node};
use crate::machine::text::access_field;
use petgraph::visit::EdgeRef;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The constants of a network by memory name.
pub type Memories = BTreeMap<String, Vec<i64>>;

/// The machine file of `graph` with the given FIFO depths.
pub fn text(graph: &Graph, depths: &BTreeMap<EdgeId, usize>) -> String {
    let (frame_in, frame_out) = graph.frame_beats();
    let mut out = format!("machine {} frame_in={frame_in} frame_out={frame_out}\n", graph.name);
    for (name, words) in memories(graph) {
        let _ = writeln!(out, "memory {name} words={}", words.len());
    }
    for edge in graph.graph.edge_references() {
        let stream = edge.weight();
        let (name, port) = (&stream.name, stream.port);
        let depth = depths[&EdgeId(edge.id())];
        let access = access_field(stream.access);
        let _ = writeln!(out, "fifo {name} lanes={} width={} depth={depth} {access}", port.lanes, port.width);
    }
    for (id, actor) in graph.actors() {
        let names =
            |edges: Vec<EdgeId>| edges.iter().map(|id| graph.graph[id.0].name.as_str()).collect::<Vec<_>>().join(",");
        let (inputs, outputs) = (names(graph.streams_into(id)), names(graph.streams_from(id)));
        let Actor { name, turns, packet, pause, every, burst, rest, out: beats, .. } = actor;
        let list: Vec<String> = turns.iter().map(usize::to_string).collect();
        let turns = if turns.is_empty() { String::new() } else { format!(" turns={}", list.join(",")) };
        let rest = if *rest == 0 { String::new() } else { format!(" rest={rest}") };
        let pause = if *pause == 0 { String::new() } else { format!(" pause={pause}") };
        let latency = actor.latency();
        let _ = writeln!(
            out,
            "actor {name} in={inputs} out={outputs}{turns} packet={packet}{pause} every={every} burst={burst}{rest} \
             beats={beats} latency={latency}"
        );
        for block in &actor.chain {
            let _ = writeln!(out, "unit {} {}{}", block.stem(), block.fields(), constant_fields(actor, block.as_ref()));
        }
    }
    out
}

fn memory_name(actor: &Actor, block: &dyn Block, key: &str) -> String {
    format!("{}_{}_{key}", actor.name, block.stem())
}

fn constant_fields(actor: &Actor, block: &dyn Block) -> String {
    let field = |key: &str| format!(" {key}={}", memory_name(actor, block, key));
    block.constants().iter().map(|constants| field(constants.key)).collect()
}

/// Every constant of every block, under the name that [`text`] gives it.
pub fn memories(graph: &Graph) -> Memories {
    let of_block = |actor: &Actor, block: &dyn Block| {
        let named = block.constants().into_iter().map(|c| (memory_name(actor, block, c.key), c.words));
        named.collect::<Vec<_>>()
    };
    graph
        .graph
        .node_weights()
        .filter_map(Node::actor)
        .flat_map(|actor| actor.chain.iter().flat_map(move |block| of_block(actor, block.as_ref())))
        .collect()
}
