//! The graph in the DOT language: one cluster per layer, one arrow per FIFO.

use super::{Actor, Graph, Node};
use petgraph::visit::EdgeRef;
use std::fmt::Write;

/// The graph as DOT text.
pub fn dot(graph: &Graph) -> String {
    let mut out = format!(
        "digraph {} {{\n    rankdir=TB;\n    node [shape=box, fontname=\"monospace\"];\n    edge [fontname=\"monospace\"];\n",
        graph.name
    );
    let layers = graph.actors().map(|(_, actor)| actor.layer + 1).max().unwrap_or(0);
    for layer in 0..layers {
        let members: Vec<_> = graph.actors().filter(|(_, actor)| actor.layer == layer).collect();
        let Some((_, first)) = members.first() else { continue };
        let name = first.name.rsplit_once('_').map_or(first.name.as_str(), |(layer, _)| layer);
        let _ = writeln!(out, "    subgraph cluster_{layer} {{\n        label=\"{name}\";");
        for (id, actor) in members {
            let _ = writeln!(out, "        n{} [label=\"{}\"];", id.0.index(), label(id.0.index(), actor));
        }
        out += "    }\n";
    }
    for id in graph.graph.node_indices() {
        let (text, beats) = match &graph.graph[id] {
            Node::Source { beats, .. } => ("s_axis", beats),
            Node::Sink { beats, .. } => ("m_axis", beats),
            Node::Actor(_) => continue,
        };
        let _ = writeln!(out, "    n{} [label=\"{text}\\n{beats} beats\", shape=plaintext];", id.index());
    }
    for edge in graph.graph.edge_references() {
        let stream = edge.weight();
        let label = format!("{}\\n{} x {} x {}", stream.name, stream.beats, stream.port.lanes, stream.format);
        let _ = writeln!(out, "    n{} -> n{} [label=\"{label}\"];", edge.source().index(), edge.target().index());
    }
    out + "}\n"
}

fn label(index: usize, actor: &Actor) -> String {
    let stems: Vec<&str> = actor.chain.iter().map(|block| block.stem()).collect();
    format!("%n{index} {}\\n{}\\nbusy {}, latency {}", actor.name, stems.join(" > "), actor.busy(), actor.latency())
}
