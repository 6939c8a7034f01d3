//! Graph -> Schedule: FIFO depths, promised interval and latency.
//!
//! The graph is cyclo-static dataflow whose timing does not depend on values, so moving tokens through it says
//! everything. First an ideal run: FIFOs without limit, input beats spread evenly over the interval of the busiest
//! actor. The largest filling of each FIFO in that run is its depth. Self-timed execution is monotonic
//! (\[Wiggers09\]): with those depths and an input that never waits, no firing comes later than in the ideal run,
//! so the interval is kept. A second, self-timed run gives the figures that are promised.

use super::Schedule;
use super::machine::text;
use crate::dataflow::{EdgeId, Graph, Node, NodeId};
use crate::machine::fifo::Access;
use crate::machine::{Inputs, Machine, text as machine_text};
use std::collections::BTreeMap;

/// Graph -> Schedule.
pub fn plan(graph: Graph) -> Schedule {
    let pace = busiest(&graph);
    let depths = depths(&graph, pace);
    let mut run = Run::new(&graph, &depths);
    let (interval, first, last) = run.self_timed();
    if interval > pace {
        crate::bug!("schedule: `{}` takes {interval} cycles per frame where {pace} were planned", graph.name);
    }
    Schedule { interval, latency_first: first, latency_last: last, starts: run.starts, depths, graph }
}

/// Cycles per frame of the busiest actor or end.
pub fn busiest(graph: &Graph) -> usize {
    let busy = |node: &Node| match node {
        Node::Source { beats, .. } | Node::Sink { beats, .. } => *beats,
        Node::Actor(actor) => actor.busy(),
    };
    graph.graph.node_weights().map(busy).max().unwrap_or(1).max(1)
}

/// Depth of each FIFO: its largest filling when nothing holds the data up.
fn depths(graph: &Graph, pace: usize) -> BTreeMap<EdgeId, usize> {
    let unlimited = graph.graph.edge_indices().map(|id| (EdgeId(id), graph.graph[id].beats * 64 + 4096)).collect();
    let mut run = Run::new(graph, &unlimited);
    run.paced(pace);
    let fifos = graph.graph.edge_indices().zip(&run.machine.fifos);
    let depth = |peak: usize, access: Access| match access {
        Access::Turn(turn) => peak.max(1).next_multiple_of(turn.window_in()),
        Access::Replay(_) => peak.max(1),
    };
    fifos.map(|(id, fifo)| (EdgeId(id), depth(fifo.peak(), graph.graph[id].access))).collect()
}

/// Tokens moving through a graph.
struct Run {
    machine: Machine,
    frame: usize,
    nodes: Vec<(NodeId, usize)>,
    starts: BTreeMap<NodeId, usize>,
}

impl Run {
    fn new(graph: &Graph, depths: &BTreeMap<EdgeId, usize>) -> Run {
        let text = text(graph, depths);
        let machine = match machine_text::tokens(&text) {
            Ok(machine) => machine,
            Err(problem) => crate::bug!("schedule: the machine file does not read back: {problem}"),
        };
        let fifo = |name: &str| machine.fifos.iter().position(|f| f.name == name).unwrap_or(0);
        let first = |id| &graph.graph[graph.streams_into(id)[0].0].name;
        let nodes = graph.actors().map(|(id, _)| (id, fifo(first(id)))).collect();
        Run { frame: machine.frame_in, machine, nodes, starts: BTreeMap::new() }
    }

    /// Runs until the fillings have not changed for several frames, beats arriving evenly spread.
    fn paced(&mut self, pace: usize) {
        let peaks = |machine: &Machine| machine.fifos.iter().map(|f| f.peak()).collect::<Vec<_>>();
        let settled = 3 + self.machine.actors.len();
        let (mut known, mut unchanged) = (Vec::new(), 0);
        while unchanged < settled {
            let mut given = 0;
            for cycle in 0..pace {
                let valid = given * pace <= cycle * self.frame && given < self.frame;
                self.step(valid, given + 1 == self.frame);
                given += valid as usize;
            }
            let now = peaks(&self.machine);
            unchanged = if now == known { unchanged + 1 } else { 0 };
            known = now;
        }
    }

    /// One cycle; whether an input beat was taken and an output beat given, and whether that one began a frame.
    fn step(&mut self, valid: bool, last: bool) -> (bool, bool, bool) {
        let inputs = Inputs { valid, last, ready: true, ..Inputs::default() };
        let cycle = self.machine.cycle() as usize;
        let outputs = self.machine.step(&inputs);
        for &(id, fifo) in &self.nodes {
            if self.machine.probes[fifo].pop {
                self.starts.entry(id).or_insert(cycle);
            }
        }
        (valid && outputs.ready, outputs.valid, outputs.last)
    }

    /// Interval in steady state, and the latencies of the first frame, with an input that never waits.
    fn self_timed(&mut self) -> (usize, usize, usize) {
        let settled = 3 + self.machine.actors.len();
        let (mut given, mut begins) = (0, true);
        let mut frames: Vec<(usize, usize)> = Vec::new();
        loop {
            let cycle = self.machine.cycle() as usize;
            let (taken, out, last) = self.step(true, (given + 1) % self.frame == 0);
            given += taken as usize;
            if out && begins {
                frames.push((cycle, cycle));
            }
            if out {
                begins = last;
            }
            if out && last {
                let Some(frame) = frames.last_mut() else { continue };
                frame.1 = cycle;
                if let Some(interval) = steady(&frames, settled) {
                    return (interval, frames[0].0, frames[0].1);
                }
            }
        }
    }
}

/// The interval, once the last `settled` ones were the same.
fn steady(frames: &[(usize, usize)], settled: usize) -> Option<usize> {
    let recent = frames.len().checked_sub(settled + 1).map(|from| &frames[from..])?;
    let mut intervals = recent.windows(2).map(|pair| pair[1].0 - pair[0].0);
    let first = intervals.next()?;
    intervals.all(|interval| interval == first).then_some(first)
}
