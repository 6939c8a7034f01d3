//! States of the timed model that a stimulus should bring about, counted cycle by cycle beside the simulation.
//!
//! Of every FIFO: empty again, full (the next claim of its producer does not fit), its ends held in every combination,
//! and pushes and pops alone, together, with one beat left and with no room left. An end is *held* when it could move
//! but for what the other side of it says: the producer for want of room, the consumer although beats wait for it.
//! Of every stream: the least and the greatest word. Of the design: a reset in every phase.

use super::Share;
use crate::diag::Error;
use crate::machine::{Inputs, Machine, Outputs};
use crate::report::table::Table;
use crate::verify::folder::Folder;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The states of a FIFO, by index.
const STATES: [&str; 11] = [
    "empty again",
    "full",
    "producer held",
    "consumer held",
    "both held",
    "consumer waits for beats",
    "push alone",
    "pop alone",
    "push and pop",
    "push and pop with one beat readable",
    "push and pop without room",
];

/// The phases in which a reset comes, by index. Filling: nothing has left since the
/// last one; draining: no input is offered; stalled: the output is valid and not taken.
const PHASES: [&str; 5] = ["idle", "filling", "streaming", "draining", "stalled"];

/// What has been seen.
pub struct Watch {
    fifos: Vec<Seen>,
    phases: [u64; PHASES.len()],
    /// Level and free beats of each FIFO when the cycle began.
    before: Vec<(usize, usize)>,
    idle: bool,
    /// A reset is going on; output has been valid since the last one.
    resetting: bool,
    given: bool,
}

/// What has been seen of a FIFO.
#[derive(Clone, Default)]
struct Seen {
    states: [u64; STATES.len()],
    least_free: usize,
    low: i64,
    high: i64,
}

impl Watch {
    /// Nothing seen of a design.
    pub fn new(folder: &Folder) -> Result<Watch, Error> {
        let machine = folder.machine()?;
        let seen = |depth| Seen { least_free: depth, low: i64::MAX, high: i64::MIN, ..Seen::default() };
        let fifos = machine.fifos.iter().map(|fifo| seen(fifo.depth)).collect();
        let mut watch =
            Watch { fifos, phases: Default::default(), before: Vec::new(), idle: true, resetting: false, given: false };
        watch.restart();
        Ok(watch)
    }

    /// A new plan begins, with a machine after reset.
    pub fn restart(&mut self) {
        self.before.clear();
        (self.idle, self.resetting, self.given) = (true, false, false);
    }

    /// Looks at a cycle that the machine has just taken.
    pub fn see(&mut self, inputs: &Inputs, outputs: &Outputs, machine: &Machine) {
        if self.before.is_empty() {
            self.before = machine.fifos.iter().map(|fifo| (0, fifo.depth)).collect();
        }
        self.see_reset(inputs, outputs);
        if !inputs.rst {
            (0..machine.fifos.len()).for_each(|index| self.see_fifo(index, inputs, machine));
        }
        for (before, fifo) in self.before.iter_mut().zip(&machine.fifos) {
            *before = (fifo.level(), fifo.free());
        }
        self.idle = machine.is_idle();
    }

    fn see_reset(&mut self, inputs: &Inputs, outputs: &Outputs) {
        if inputs.rst && !self.resetting {
            let phase = match (self.idle, outputs.valid && !inputs.ready) {
                (true, _) => 0,
                (_, true) => 4,
                _ if !self.given => 1,
                _ if !inputs.valid => 3,
                _ => 2,
            };
            self.phases[phase] += 1;
        }
        self.resetting = inputs.rst;
        self.given = !inputs.rst && (self.given || outputs.valid);
    }

    fn see_fifo(&mut self, index: usize, inputs: &Inputs, machine: &Machine) {
        let (level, free) = self.before[index];
        let probe = &machine.probes[index];
        let (claim, producer) = self.producer(index, inputs, machine);
        let packet = consumer(index, machine);
        let held = (producer && free < claim, !probe.pop && level >= packet);
        // an input pushes in the cycle in which it claims: the last beat that fits leaves no room
        let no_room = if claim == 1 && producer_of(index, machine).is_none() { free <= 1 } else { free < claim };
        let now = [
            self.fifos[index].states[6] > 0 && level == 0,
            free < claim,
            held.0,
            held.1,
            held.0 && held.1,
            !probe.pop && level < packet,
            probe.push && !probe.pop,
            probe.pop && !probe.push,
            probe.push && probe.pop,
            probe.push && probe.pop && level == 1,
            probe.push && probe.pop && no_room,
        ];
        let seen = &mut self.fifos[index];
        seen.states.iter_mut().zip(now).for_each(|(count, now)| *count += now as u64);
        seen.least_free = seen.least_free.min(free);
        for &word in &probe.data {
            (seen.low, seen.high) = (seen.low.min(word), seen.high.max(word));
        }
    }

    /// Beats that the producer of a FIFO claims at once, and whether it waits with all that it needs.
    fn producer(&self, index: usize, inputs: &Inputs, machine: &Machine) -> (usize, bool) {
        let Some(actor) = producer_of(index, machine) else { return (1, inputs.valid) };
        let ready = |&fifo: &usize| !machine.probes[fifo].pop && self.before[fifo].0 >= actor.timing.packet;
        (actor.timing.out, actor.inputs.iter().all(ready))
    }

    /// What has been seen, as a report.
    pub fn functional(&self, folder: &Folder) -> Functional {
        let mut functional = Functional::default();
        for (seen, probe) in self.fifos.iter().zip(&folder.manifest.probes) {
            let layer = probe.layer.clone().unwrap_or("output".into());
            let missed = |state: usize| Unreached {
                point: format!("{} {}", probe.fifo, STATES[state]),
                reason: seen.reason(state, probe.depth),
            };
            functional.add(&layer, (0..STATES.len()).map(|state| (seen.states[state] > 0, missed(state))));
            functional.streams.push(Stream {
                fifo: probe.fifo.clone(),
                writer: probe.writer.clone(),
                depth: probe.depth,
                filled: probe.depth - seen.least_free,
                low: seen.low.min(seen.high),
                high: seen.high.max(seen.low.min(0)),
                bound: 1 << (probe.width - 1),
                format: probe.format.clone(),
            });
        }
        let phase = |(name, &count): (&&str, &u64)| {
            (count > 0, Unreached { point: format!("reset while {name}"), reason: None })
        };
        functional.add("design", PHASES.iter().zip(&self.phases).map(phase));
        functional
    }
}

fn producer_of(index: usize, machine: &Machine) -> Option<&crate::machine::Actor> {
    machine.actors.iter().find(|actor| actor.outputs.contains(&index))
}

/// Beats that the consumer of a FIFO needs at once.
fn consumer(index: usize, machine: &Machine) -> usize {
    let actor = machine.actors.iter().find(|actor| actor.inputs.contains(&index));
    actor.map_or(1, |actor| actor.timing.packet)
}

impl Seen {
    /// Why a state cannot come about.
    fn reason(&self, state: usize, depth: usize) -> Option<String> {
        let together = (8..STATES.len()).contains(&state);
        let why = "room for one beat: it can be claimed again only after the cycle of its pop";
        (together && depth == 1).then(|| why.into())
    }
}

/// What has been reached of the states.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Functional {
    /// By layer: a FIFO belongs to the layer that reads it.
    pub layers: Vec<LayerPoints>,
    /// Every stream, in the order of the data.
    pub streams: Vec<Stream>,
}

/// The states of one layer's FIFOs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerPoints {
    /// The layer; `output` for the last FIFO, `design` for resets.
    pub layer: String,
    /// Reached, of all.
    pub points: Share,
    /// Those that were not.
    pub missed: Vec<Unreached>,
}

/// A state that was not reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unreached {
    /// FIFO and state.
    pub point: String,
    /// Why it cannot be reached, where that is known.
    pub reason: Option<String>,
}

/// What a stream has carried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stream {
    /// Its FIFO.
    pub fifo: String,
    /// The layer that writes it; none for the input.
    pub writer: Option<String>,
    /// Depth of the FIFO, beats.
    pub depth: usize,
    /// Most beats in it, claimed ones counted.
    pub filled: usize,
    /// Least word.
    pub low: i64,
    /// Greatest word.
    pub high: i64,
    /// The format holds words from minus this up to this less one.
    pub bound: i64,
    /// `s<int>.<frac>`.
    pub format: String,
}

impl Stream {
    /// Whether the least and the greatest word of the format have been there: where it narrows, saturation on both sides.
    pub fn ends(&self) -> (bool, bool) {
        (self.low == -self.bound, self.high == self.bound - 1)
    }
}

impl Functional {
    fn add(&mut self, layer: &str, points: impl Iterator<Item = (bool, Unreached)>) {
        let at = self.layers.iter().position(|known| known.layer == layer);
        let at = at.unwrap_or_else(|| {
            let empty = LayerPoints { layer: layer.into(), points: Share::default(), missed: Vec::new() };
            self.layers.push(empty);
            self.layers.len() - 1
        });
        let known = &mut self.layers[at];
        for (reached, missed) in points {
            known.points.add(reached);
            known.missed.extend((!reached).then_some(missed));
        }
    }

    /// All layers together.
    pub fn points(&self) -> Share {
        self.layers.iter().map(|layer| layer.points).fold(Share::default(), Share::and)
    }

    /// Whether every state is reached or explained.
    pub fn is_complete(&self) -> bool {
        self.layers.iter().flat_map(|layer| &layer.missed).all(|missed| missed.reason.is_some())
    }
}

impl fmt::Display for Functional {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        writeln!(f, "  states {}", self.points())?;
        for LayerPoints { layer, points, missed } in &self.layers {
            writeln!(f, "  {layer}: {points}")?;
            for Unreached { point, reason } in missed {
                let reason = reason.as_ref().map_or("NOT REACHED".into(), |why| format!("cannot be reached: {why}"));
                writeln!(f, "    {point}: {reason}")?;
            }
        }
        let mut table = Table::new("stream filled least greatest bound format", "lrrrrl");
        for stream in &self.streams {
            let Stream { fifo, depth, filled, low, high, bound, format, .. } = stream;
            let (low_end, high_end) = stream.ends();
            let shown = |word: &i64, end: bool| format!("{word}{}", if end { " (end)" } else { "" });
            table.row([
                fifo.clone(),
                format!("{filled}/{depth}"),
                shown(low, low_end),
                shown(high, high_end),
                bound.to_string(),
                format.clone(),
            ]);
        }
        write!(f, "{table}")
    }
}
