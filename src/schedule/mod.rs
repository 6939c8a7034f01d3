//! WHEN: folding, FIFO depths, promised interval and latency.

pub mod fold;
pub mod machine;
pub mod plan;

use crate::dataflow::{EdgeId, Graph, NodeId};
use std::collections::BTreeMap;

/// A graph with time.
#[derive(Debug)]
pub struct Schedule {
    /// What is scheduled.
    pub graph: Graph,
    /// Depth of each FIFO, in pushed beats.
    pub depths: BTreeMap<EdgeId, usize>,
    /// Cycles between frames in steady state when the input never waits and the output is always taken.
    pub interval: usize,
    /// Cycles from a frame's first accepted input beat to its first output beat, the design idle before.
    pub latency_first: usize,
    /// Cycles from a frame's first accepted input beat to its last output beat, the design idle before.
    pub latency_last: usize,
    /// Cycle of the first firing of each actor in an idle design, counted from the first accepted input beat.
    pub starts: BTreeMap<NodeId, usize>,
}
