//! The graph as a picture: a box per actor, an arrow per FIFO, from top to bottom in the order of the data.
//!
//! Self-contained SVG without scripts; its colours are the variables of the page it stands in.

use super::{EdgeId, Graph, Node};
use petgraph::Direction;
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Width of a column, and what a box takes of it.
const COLUMN: (usize, usize) = (340, 300);
/// Where arrows leave and reach a box: at the left, to leave room for their labels.
const ARROW: usize = 28;
/// Height of a box, and from one row of boxes to the next.
const ROW: (usize, usize) = (62, 118);

/// The graph with the depths of its FIFOs.
pub fn svg(graph: &Graph, depths: &BTreeMap<EdgeId, usize>) -> String {
    let places = places(graph);
    let (columns, rows) = places.values().fold((1, 1), |most, at| (most.0.max(at.0 + 1), most.1.max(at.1 + 1)));
    let (width, height) = (columns * COLUMN.0, (rows - 1) * ROW.1 + ROW.0 + 4);
    let mut out = format!(
        "<svg viewBox=\"0 0 {width} {height}\" style=\"max-width:{width}px\" role=\"img\" \
         aria-label=\"actors and streams of {}\">\n",
        graph.name
    );
    for edge in graph.graph.edge_references() {
        let (from, to) = (corner(places[&edge.source()]), corner(places[&edge.target()]));
        let (x1, y1, x2, y2) = (from.0 + ARROW, from.1 + ROW.0, to.0 + ARROW, to.1 - 6);
        let middle = (y1 + y2) / 2;
        let _ = writeln!(out, "<path class=\"wire\" d=\"M{x1} {y1} C{x1} {middle} {x2} {middle} {x2} {y2}\"/>");
        let _ = writeln!(out, "<path class=\"head\" d=\"M{} {y2} h10 l-5 7 z\"/>", x2 - 5);
        let stream = edge.weight();
        let depth = depths.get(&EdgeId(edge.id())).copied().unwrap_or(0);
        let text = format!("{} x {} x {}, depth {depth}", stream.beats, stream.port.lanes, stream.format);
        // the label stands at the arrow's end, where no two meet
        let _ = writeln!(out, "<text class=\"wire-text\" x=\"{}\" y=\"{}\">{}</text>", x2 + 10, y2 - 24, stream.name);
        let _ = writeln!(out, "<text class=\"wire-text\" x=\"{}\" y=\"{}\">{text}</text>", x2 + 10, y2 - 8);
    }
    for node in graph.graph.node_indices() {
        let (x, y) = corner(places[&node]);
        let (class, lines) = lines(&graph.graph[node]);
        let (w, h) = (COLUMN.1, ROW.0);
        let _ = writeln!(out, "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"6\"/>");
        for (at, line) in lines.iter().enumerate() {
            let weight = if at == 0 { " class=\"name\"" } else { "" };
            let _ = writeln!(out, "<text{weight} x=\"{}\" y=\"{}\">{line}</text>", x + 12, y + 20 + 17 * at);
        }
    }
    out + "</svg>\n"
}

/// Column and row of each node: a row below all that it reads.
fn places(graph: &Graph) -> BTreeMap<NodeIndex, (usize, usize)> {
    let mut rows: BTreeMap<NodeIndex, usize> = BTreeMap::new();
    // one round per row at most; a graph is no deeper than it has nodes
    for _ in 0..graph.graph.node_count() {
        for node in graph.graph.node_indices() {
            let above = graph.graph.neighbors_directed(node, Direction::Incoming).filter_map(|from| rows.get(&from));
            let row = above.max().map_or(0, |row| row + 1);
            rows.insert(node, row);
        }
    }
    let mut used: BTreeMap<usize, usize> = BTreeMap::new();
    let mut place = |(node, row): (NodeIndex, usize)| {
        let column = used.entry(row).or_default();
        *column += 1;
        (node, (*column - 1, row))
    };
    rows.into_iter().map(&mut place).collect()
}

fn corner((column, row): (usize, usize)) -> (usize, usize) {
    (column * COLUMN.0 + 2, row * ROW.1 + 2)
}

fn lines(node: &Node) -> (&'static str, Vec<String>) {
    match node {
        Node::Source { beats, port, format } => ("end", vec!["s_axis".into(), of_end(*beats, port.lanes, format)]),
        Node::Sink { beats, port, format } => ("end", vec!["m_axis".into(), of_end(*beats, port.lanes, format)]),
        Node::Actor(actor) => {
            let stems: Vec<&str> = actor.chain.iter().map(|block| block.stem()).collect();
            let time = format!("busy {}, latency {}", actor.busy(), actor.latency());
            ("actor", vec![actor.name.clone(), stems.join(", "), time])
        }
    }
}

fn of_end(beats: usize, lanes: usize, format: &crate::fixed::QFormat) -> String {
    format!("{beats} beats of {lanes} x {format}")
}
