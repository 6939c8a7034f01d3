//! A difference in the user's terms: cycle, signal, frame, beat, lane, layer, source line, values.

use super::folder::Folder;
use super::lockstep::Difference;
use super::player::Player;
use super::record::{Layout, Record, flag};
use crate::diag::Error;
use crate::fixed::QFormat;
use crate::manifest::{ElementOrder, Manifest, ProbeEntry};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;

/// The first thing in which the hardware differs from its model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mismatch {
    /// Name of the plan.
    pub plan: String,
    /// Its seed.
    pub seed: u64,
    /// Cycles since the initial reset.
    pub cycle: u64,
    /// The signal.
    pub signal: String,
    /// The module it lives in.
    pub module: String,
    /// What the model shows.
    pub expected: Value,
    /// What the hardware shows.
    pub got: Value,
    /// Which beat it is, for what moves in frames.
    pub place: Option<Place>,
    /// The layer that drives the signal; `None`: one of the two streams.
    pub layer: Option<String>,
    /// Source file of the network.
    pub source: String,
    /// Line of the layer in it.
    pub line: usize,
    /// What a pop waits for: beats in the FIFO it pops, then room in the one behind the actor. The fault may be there.
    pub waits_for: Vec<Owned>,
    /// Other signals that differ in the same cycle.
    pub also: Vec<String>,
    /// A waveform around the cycle, if one was asked for.
    pub wave: Option<PathBuf>,
}

/// A FIFO and the layer whose module it stands in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owned {
    /// The FIFO.
    pub fifo: String,
    /// The layer; `None`: the output stream.
    pub layer: Option<String>,
    /// Line of the layer in the source.
    pub line: Option<usize>,
}

/// A value of a signal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Value {
    /// The integer that the bits mean.
    pub integer: i64,
    /// `s<int>.<frac>`; `None` for a control bit.
    pub format: Option<String>,
    /// The number that this format gives it.
    pub real: Option<f64>,
    /// The bits, where some of them are `x` or `z`; there is no number then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
}

/// A word among frames, counted from the last reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Frame, from 0.
    pub frame: usize,
    /// Beat of the frame, from 0.
    pub beat: usize,
    /// Lane of the beat, for data.
    pub lane: Option<usize>,
    /// Element of the frame, for data.
    pub element: Option<usize>,
}

impl Place {
    /// The place of a word: `beats` have moved in its stream before it, `per_frame` make a frame.
    pub fn of(beats: usize, per_frame: usize, lane: Option<usize>, lanes: usize, order: ElementOrder) -> Place {
        let (frame, beat) = (beats / per_frame.max(1), beats % per_frame.max(1));
        Place { frame, beat, lane, element: lane.map(|lane| order.element(beat, lane, lanes)) }
    }
}

/// A signal that differs.
struct Found<'a> {
    role: &'static str,
    /// FIFO; `None`: a port.
    fifo: Option<usize>,
    probe: Option<&'a ProbeEntry>,
    lane: Option<usize>,
    expected: i64,
    got: i64,
}

/// Explains a difference. `player` plays the plan from its start.
pub fn explain(
    folder: &Folder,
    layout: &Layout,
    difference: &Difference,
    mut player: Player,
) -> Result<Mismatch, Error> {
    let manifest = &folder.manifest;
    let all = differing(manifest, layout, difference);
    let Some(first) = all.first() else { crate::bug!("verify: records differ and their signals do not") };
    let beats = beats_before(&mut player, difference.cycle, first);
    let (layer, line) = origin(manifest, first);
    let per_frame = first.probe.map_or(manifest.output.beats, |probe| probe.beats);
    let counts = matches!(first.role, "push" | "push_data" | "m_axis_tvalid" | "m_axis_tlast" | "m_axis_tdata");
    let (lanes, order) = match first.probe {
        Some(probe) => (probe.lanes, probe.order),
        None => (manifest.output.lanes, ElementOrder::default()),
    };
    let place = Place::of(beats, per_frame, first.lane, lanes, order);
    let format = first.lane.map(|_| first.probe.map_or(&manifest.output.format, |probe| &probe.format));
    Ok(Mismatch {
        plan: String::new(),
        seed: 0,
        cycle: difference.cycle,
        signal: first.name(),
        module: first.probe.map_or(&manifest.network, |probe| &probe.module).clone(),
        expected: Value::of(first.expected, format),
        got: Value::of(first.got, format),
        place: counts.then_some(place),
        layer,
        source: manifest.source.clone(),
        line,
        waits_for: waits_for(folder, first)?,
        also: all[1..].iter().map(Found::name).collect(),
        wave: None,
    })
}

impl Found<'_> {
    fn name(&self) -> String {
        match self.probe {
            Some(probe) => format!("{}_{}", probe.fifo, self.role),
            None => self.role.to_string(),
        }
    }
}

/// Every signal that differs, in the order of the data, then the ports.
fn differing<'a>(manifest: &'a Manifest, layout: &Layout, difference: &Difference) -> Vec<Found<'a>> {
    let (expected, got) = (Record::of(layout, &difference.expected), Record::of(layout, &difference.got));
    let mut all = Vec::new();
    let bit = |role, fifo: Option<usize>, position| {
        let (expected, got) = (expected.flag(position), got.flag(position));
        let probe = fifo.map(|fifo| &manifest.probes[fifo]);
        let found = Found { role, fifo, probe, lane: None, expected: expected as i64, got: got as i64 };
        (expected != got).then_some(found)
    };
    let word = |role, fifo: Option<usize>, expected: Option<Vec<i64>>, got: Option<Vec<i64>>| {
        let (expected, got) = (expected?, got?);
        let lane = (0..expected.len()).find(|&lane| expected[lane] != got[lane])?;
        let probe = fifo.map(|fifo| &manifest.probes[fifo]);
        Some(Found { role, fifo, probe, lane: Some(lane), expected: expected[lane], got: got[lane] })
    };
    for fifo in 0..manifest.probes.len() {
        all.extend(bit("push", Some(fifo), flag::push(fifo)));
        all.extend(word("push_data", Some(fifo), expected.pushed(fifo), got.pushed(fifo)));
        all.extend(bit("pop", Some(fifo), flag::pop(fifo)));
    }
    all.extend(bit("m_axis_tvalid", None, flag::VALID));
    all.extend(word("m_axis_tdata", None, expected.output(), got.output()));
    all.extend(bit("m_axis_tlast", None, flag::LAST));
    all.extend(bit("s_axis_tready", None, flag::READY));
    all.extend(bit("frame_error", None, flag::ERROR));
    all
}

/// Beats of the signal's stream between the last reset and the cycle.
fn beats_before(player: &mut Player, cycle: u64, found: &Found) -> usize {
    let mut beats = 0;
    for _ in 0..cycle {
        let (inputs, outputs, machine) = player.step();
        beats += match found.fifo {
            Some(fifo) => machine.probes[fifo].push,
            None => outputs.valid && inputs.ready,
        } as usize;
        if inputs.rst {
            beats = 0;
        }
    }
    beats
}

/// The layer that drives a signal, and its line: what is pushed comes from the writer, a pop from the reader.
fn origin(manifest: &Manifest, found: &Found) -> (Option<String>, usize) {
    match found.probe {
        Some(probe) if found.role == "pop" => {
            (probe.layer.clone(), line_of(manifest, &probe.layer).unwrap_or(probe.line))
        }
        Some(probe) => (probe.writer.clone(), probe.line),
        None => (None, manifest.probes.last().map_or(0, |probe| probe.line)),
    }
}

fn line_of(manifest: &Manifest, layer: &Option<String>) -> Option<usize> {
    manifest.layers.iter().find(|entry| Some(&entry.name) == layer.as_ref()).map(|entry| entry.line)
}

fn waits_for(folder: &Folder, found: &Found) -> Result<Vec<Owned>, Error> {
    let Some(popped) = found.fifo.filter(|_| found.role == "pop") else { return Ok(Vec::new()) };
    gate_of(folder, popped)
}

/// The FIFOs that decide whether an actor pops that reads the FIFO `popped`: those it pops, then those it pushes.
pub fn gate_of(folder: &Folder, popped: usize) -> Result<Vec<Owned>, Error> {
    let machine = folder.machine()?;
    let fifos = match machine.actors.iter().find(|actor| actor.inputs.contains(&popped)) {
        Some(actor) => [&actor.inputs[..], &actor.outputs].concat(),
        None => vec![popped],
    };
    let owned = |fifo: usize| {
        let ProbeEntry { fifo, layer, .. } = &folder.manifest.probes[fifo];
        Owned { fifo: fifo.clone(), layer: layer.clone(), line: line_of(&folder.manifest, layer) }
    };
    Ok(fifos.into_iter().map(owned).collect())
}

impl Value {
    /// An integer and its format, if it has one.
    pub fn of(integer: i64, format: Option<&String>) -> Value {
        let real = format.and_then(|text| QFormat::parse(text)).map(|format| format.to_real(integer));
        Value { integer, format: format.cloned(), real, unknown: None }
    }

    /// Bits of which some are not known.
    pub fn unknown(bits: String, format: Option<&String>) -> Value {
        Value { integer: 0, format: format.cloned(), real: None, unknown: Some(bits) }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if let Some(bits) = &self.unknown {
            return write!(f, "bits {bits}");
        }
        write!(f, "{}", self.integer)?;
        match (&self.format, self.real) {
            (Some(format), Some(real)) => write!(f, " ({format}: {real})"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Owned {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match (&self.layer, self.line) {
            (Some(layer), Some(line)) => write!(f, "{} (layer `{layer}`, line {line})", self.fifo),
            _ => write!(f, "{} (the output stream)", self.fifo),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "frame {}, beat {}", self.frame, self.beat)?;
        self.lane.map_or(Ok(()), |lane| write!(f, ", lane {lane}"))?;
        self.element.map_or(Ok(()), |element| write!(f, ", element {element}"))
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let layer = self.layer.as_ref().map_or("the streams at the edge".into(), |name| format!("layer `{name}`"));
        writeln!(f, "the hardware differs from its model in {layer}")?;
        writeln!(f, "  source    {}:{}", self.source, self.line)?;
        writeln!(f, "  cycle     {} of plan `{}`, seed {}", self.cycle, self.plan, self.seed)?;
        writeln!(f, "  signal    {} in module {}", self.signal, self.module)?;
        if let Some(place) = self.place {
            writeln!(f, "  place     {place}")?;
        }
        writeln!(f, "  expected  {}", self.expected)?;
        writeln!(f, "  got       {}", self.got)?;
        match &self.waits_for[..] {
            [] => {}
            [input, output] => writeln!(f, "  waits for beats in {input}, and for room in {output}")?,
            fifos => {
                let list: Vec<String> = fifos.iter().map(Owned::to_string).collect();
                writeln!(f, "  waits for beats or room in {}", list.join(", "))?;
            }
        }
        if !self.also.is_empty() {
            writeln!(f, "  also      {}", self.also.join(", "))?;
        }
        self.wave.as_ref().map_or(Ok(()), |wave| writeln!(f, "  wave      {}", wave.display()))
    }
}
