//! The graph as a picture: a box per actor, an arrow per FIFO, from top to bottom in the order of the data.
//!
//! Self-contained SVG without scripts; its colours are the variables of the page it stands in.

use super::{EdgeId, Graph, Node};
use petgraph::Direction;
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Width of a column, and what a box takes of it.
const COLUMN: (usize, usize) = (340, 300);
/// Height of a box.
const BOX: usize = 62;
/// Room above a box for an arrow with its label, and for each further one.
const GAP: (usize, usize) = (56, 34);
/// Where arrows leave and reach a box, and from one arrow to the next: at the left, to leave room for labels.
const ARROW: (usize, usize) = (28, 14);

/// The graph with the depths of its FIFOs.
pub fn svg(graph: &Graph, depths: &BTreeMap<EdgeId, usize>) -> String {
    let places = Places::new(graph);
    let (width, height) = places.size;
    let mut out = format!(
        "<svg viewBox=\"0 0 {width} {height}\" style=\"max-width:{width}px\" role=\"img\" \
         aria-label=\"actors and streams of {}\">\n",
        graph.name
    );
    for edge in graph.graph.edge_references() {
        let (path, (x, y)) = places.arrow(edge.id());
        let _ = writeln!(out, "<path class=\"wire\" d=\"{path}\"/>");
        let _ = writeln!(out, "<path class=\"head\" d=\"M{} {y} h10 l-5 7 z\"/>", x - 5);
        let stream = edge.weight();
        let depth = depths.get(&EdgeId(edge.id())).copied().unwrap_or(0);
        let text = format!("{} x {} x {}, depth {depth}", stream.beats, stream.port.lanes, stream.format);
        let (x, y) = places.label(edge.id());
        let _ = writeln!(out, "<text class=\"wire-text\" x=\"{x}\" y=\"{}\">{}</text>", y - 16, stream.name);
        let _ = writeln!(out, "<text class=\"wire-text\" x=\"{x}\" y=\"{y}\">{text}</text>");
    }
    for node in graph.graph.node_indices() {
        let (x, y) = places.corners[&node];
        let (class, lines) = lines(&graph.graph[node]);
        let (w, h) = (COLUMN.1, BOX);
        let _ = writeln!(out, "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"6\"/>");
        for (at, line) in lines.iter().enumerate() {
            let weight = if at == 0 { " class=\"name\"" } else { "" };
            let _ = writeln!(out, "<text{weight} x=\"{}\" y=\"{}\">{line}</text>", x + 12, y + 20 + 17 * at);
        }
    }
    out + "</svg>\n"
}

/// Where everything stands.
struct Places {
    /// Upper left corner of each box.
    corners: BTreeMap<NodeIndex, (usize, usize)>,
    /// Both ends of each arrow, its number among those that reach the same box and how many those are.
    arrows: BTreeMap<EdgeIndex, (NodeIndex, NodeIndex, usize, usize)>,
    /// Arrows past a box run beside all boxes, each in a lane of its own.
    lanes: BTreeMap<EdgeIndex, usize>,
    /// Width and height of the picture.
    size: (usize, usize),
}

impl Places {
    fn new(graph: &Graph) -> Places {
        let rows = rows(graph);
        let into = |node| graph.graph.edges_directed(node, Direction::Incoming);
        let mut arrows = BTreeMap::new();
        let mut lanes = BTreeMap::new();
        let mut columns: BTreeMap<usize, usize> = BTreeMap::new();
        let mut most_into: BTreeMap<usize, usize> = BTreeMap::new();
        let mut column_of = BTreeMap::new();
        for (&node, &row) in &rows {
            let mut reaching: Vec<_> = into(node).collect();
            reaching.sort_by_key(|edge| edge.id());
            let column = columns.entry(row).or_default();
            column_of.insert(node, *column);
            *column += 1;
            let most = most_into.entry(row).or_default();
            *most = reaching.len().max(*most);
            for (at, edge) in reaching.iter().enumerate() {
                arrows.insert(edge.id(), (edge.source(), node, at, reaching.len()));
                if row > rows[&edge.source()] + 1 {
                    lanes.insert(edge.id(), 0);
                }
            }
        }
        let right = columns.values().max().copied().unwrap_or(1) * COLUMN.0;
        lanes.values_mut().enumerate().for_each(|(at, lane)| *lane = right + ARROW.1 * at);
        let mut tops = BTreeMap::new();
        let mut bottom = 2;
        for (&row, &arrows) in &most_into {
            let gap = if arrows == 0 { 0 } else { GAP.0 + GAP.1 * (arrows - 1) };
            tops.insert(row, bottom + gap);
            bottom += gap + BOX;
        }
        let corner = |(&node, row): (&NodeIndex, &usize)| (node, (column_of[&node] * COLUMN.0 + 2, tops[row]));
        let corners = rows.iter().map(corner).collect();
        let size = (right + ARROW.1 * lanes.len(), bottom + 2);
        Places { corners, arrows, lanes, size }
    }

    /// The line of an arrow, and where its head stands.
    fn arrow(&self, edge: EdgeIndex) -> (String, (usize, usize)) {
        let (from, to, at, all) = self.arrows[&edge];
        let ((left, top), (x2, y2)) = (self.corners[&from], self.corners[&to]);
        let (x1, y1, x2, y2) = (left + ARROW.0, top + BOX, x2 + ARROW.0 + ARROW.1 * at, y2 - 7);
        let path = match self.lanes.get(&edge) {
            Some(lane) => {
                // above the labels, below the boxes before
                let arrival = self.corners[&to].1 + 11 - GAP.0 - GAP.1 * (all - 1);
                format!("M{x1} {y1} v7 H{lane} V{arrival} H{x2} V{y2}")
            }
            None => {
                let middle = (y1 + y2) / 2;
                format!("M{x1} {y1} C{x1} {middle} {x2} {middle} {x2} {y2}")
            }
        };
        (path, (x2, y2))
    }

    /// Where the second line of an arrow's label stands: right of all arrows that reach the box, one below the other.
    fn label(&self, edge: EdgeIndex) -> (usize, usize) {
        let (_, to, at, all) = self.arrows[&edge];
        let (x, y) = self.corners[&to];
        (x + ARROW.0 + ARROW.1 * (all - 1) + 10, y - 15 - GAP.1 * (all - 1 - at))
    }
}

/// The row of each node: below all that it reads.
fn rows(graph: &Graph) -> BTreeMap<NodeIndex, usize> {
    let mut rows: BTreeMap<NodeIndex, usize> = BTreeMap::new();
    // one round per row at most; a graph is no deeper than it has nodes
    for _ in 0..graph.graph.node_count() {
        for node in graph.graph.node_indices() {
            let above = graph.graph.neighbors_directed(node, Direction::Incoming).filter_map(|from| rows.get(&from));
            let row = above.max().map_or(0, |row| row + 1);
            rows.insert(node, row);
        }
    }
    rows
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
