//! Every signal that model and hardware are compared on, by its hierarchical name: one list for waveforms, for
//! comparison, for messages and for `circlet report --probes`.

use crate::manifest::{ElementOrder, Manifest, ProbeEntry, StreamPort};
use serde::Serialize;

/// A signal of the design.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Signal {
    /// Its name in its module.
    pub name: String,
    /// Its hierarchical name, the top module first: `digits.fc1.fc1_in_push`.
    pub path: String,
    /// Bits.
    pub width: u32,
    /// Words side by side; 1 for control.
    pub lanes: usize,
    /// Bits from one word to the next.
    pub lane_bits: u32,
    /// `s<int>.<frac>` of a word; `None` for control.
    pub format: Option<String>,
    /// The layer that drives it; `None`: a stream at the edge.
    pub layer: Option<String>,
    /// Line of that layer, or of the input, in the source.
    pub line: usize,
    /// What it says.
    pub meaning: String,
    /// The signal that announces it, by name: without that one set its value means nothing.
    pub valid: Option<String>,
    /// Index of [`Signal::valid`] in the list.
    #[serde(skip)]
    pub guard: Option<usize>,
    /// Index of the stream whose beats it belongs to.
    #[serde(skip)]
    pub stream: Option<usize>,
}

/// A stream whose beats can be counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Stream {
    /// `s_axis`, `m_axis`, or the FIFO.
    pub name: String,
    /// The signals that are all set in a cycle in which a beat moves.
    pub fires: Vec<usize>,
    /// Its data, and `tlast` where it has one.
    pub data: Vec<usize>,
    /// Beats per frame; 0: not known.
    pub beats: usize,
    /// The order of elements in a frame.
    pub order: ElementOrder,
}

/// The list, in the order of the data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signals {
    /// The signals.
    pub list: Vec<Signal>,
    /// Their streams.
    pub streams: Vec<Stream>,
    /// Index of the reset.
    pub reset: Option<usize>,
    /// Source file of the network; empty when nothing is known of it.
    pub source: String,
}

impl Signals {
    /// Ports and probes of an output folder.
    pub fn of(manifest: &Manifest) -> Signals {
        let mut signals = Signals { source: manifest.source.clone(), ..Signals::default() };
        let top = manifest.network.as_str();
        let first_line = manifest.probes.first().map_or(0, |probe| probe.line);
        let last_line = manifest.probes.last().map_or(0, |probe| probe.line);
        signals.reset = Some(signals.add(Signal::control(top, "rst", first_line, "synchronous reset")));
        signals.axis(top, "s_axis", &manifest.input, first_line);
        for probe in &manifest.probes {
            signals.fifo(manifest, probe);
        }
        signals.axis(top, "m_axis", &manifest.output, last_line);
        let meaning = "a tlast has disagreed with the frame length since reset";
        signals.add(Signal::control(top, "frame_error", first_line, meaning));
        signals
    }

    /// Adds a signal; gives its index.
    pub fn add(&mut self, signal: Signal) -> usize {
        self.list.push(signal);
        self.list.len() - 1
    }

    /// The signal of a name.
    pub fn find(&self, name: &str) -> Option<&Signal> {
        self.list.iter().find(|signal| signal.name == name)
    }

    /// Some of the signals, and the streams that are whole among them.
    pub fn select(&self, keep: impl Fn(usize, &Signal) -> bool) -> Signals {
        let kept: Vec<usize> = (0..self.list.len()).filter(|&index| keep(index, &self.list[index])).collect();
        let moved = |index: usize| kept.iter().position(|&old| old == index);
        let all = |list: &[usize]| list.iter().map(|&index| moved(index)).collect::<Option<Vec<usize>>>();
        let whole: Vec<(usize, Vec<usize>)> =
            self.streams.iter().enumerate().filter_map(|(index, stream)| Some((index, all(&stream.fires)?))).collect();
        let signal = |&index: &usize| {
            let mut signal = self.list[index].clone();
            signal.guard = signal.guard.and_then(moved);
            signal.stream = signal.stream.and_then(|old| whole.iter().position(|(index, _)| *index == old));
            signal
        };
        let stream = |(index, fires): &(usize, Vec<usize>)| {
            let data = self.streams[*index].data.iter().filter_map(|&signal| moved(signal)).collect();
            Stream { fires: fires.clone(), data, ..self.streams[*index].clone() }
        };
        Signals {
            list: kept.iter().map(signal).collect(),
            streams: whole.iter().map(stream).collect(),
            reset: self.reset.and_then(moved),
            source: self.source.clone(),
        }
    }

    /// A signal is announced by another and belongs to its stream.
    pub fn guard(&mut self, signal: usize, by: usize) {
        self.list[signal].guard = Some(by);
        self.list[signal].valid = Some(self.list[by].name.clone());
    }

    fn axis(&mut self, top: &str, prefix: &str, port: &StreamPort, line: usize) {
        let stream = self.streams.len();
        let side = if prefix == "s_axis" { "a frame's beat is offered" } else { "a result's beat is offered" };
        let valid = self.add(Signal::control(top, &format!("{prefix}_tvalid"), line, side));
        let ready = self.add(Signal::control(top, &format!("{prefix}_tready"), line, "the beat is taken if offered"));
        let last = self.add(Signal::control(top, &format!("{prefix}_tlast"), line, "the beat is a frame's last"));
        let lane_bits = port.bytes as u32 * 8;
        let meaning = format!("{}: words of a beat, sign-extended to bytes, lane 0 lowest", port.name);
        let mut data = Signal::control(top, &format!("{prefix}_tdata"), line, &meaning);
        (data.width, data.lanes, data.lane_bits) = (port.lanes as u32 * lane_bits, port.lanes, lane_bits);
        data.format = Some(port.format.clone());
        let data = self.add(data);
        for signal in [last, data] {
            self.guard(signal, valid);
        }
        [valid, last, data].iter().for_each(|&signal| self.list[signal].stream = Some(stream));
        let order = ElementOrder::default();
        let (fires, data) = (vec![valid, ready], vec![data, last]);
        self.streams.push(Stream { name: prefix.into(), fires, data, beats: port.beats, order });
    }

    fn fifo(&mut self, manifest: &Manifest, probe: &ProbeEntry) {
        let stream = self.streams.len();
        let scope = match &probe.instance {
            Some(instance) => format!("{}.{instance}", manifest.network),
            None => manifest.network.clone(),
        };
        let signal = |role: &str, layer: &Option<String>, line: usize, meaning: String| Signal {
            layer: layer.clone(),
            ..Signal::control(&scope, &format!("{}_{role}", probe.fifo), line, &meaning)
        };
        let fifo = &probe.fifo;
        let writer = &probe.writer;
        let push = self.add(signal("push", writer, probe.line, format!("a beat is stored in FIFO {fifo}")));
        let mut data = signal("push_data", writer, probe.line, format!("words of the beat stored in FIFO {fifo}"));
        (data.width, data.lanes, data.lane_bits) = (probe.lanes as u32 * probe.width, probe.lanes, probe.width);
        data.format = Some(probe.format.clone());
        let data = self.add(data);
        let reader = manifest.layers.iter().find(|entry| Some(&entry.name) == probe.layer.as_ref());
        let line = reader.map_or(probe.line, |entry| entry.line);
        self.add(signal("pop", &probe.layer, line, format!("a beat is read from FIFO {fifo}")));
        self.guard(data, push);
        [push, data].iter().for_each(|&signal| self.list[signal].stream = Some(stream));
        let (fires, data) = (vec![push], vec![data]);
        self.streams.push(Stream { name: fifo.clone(), fires, data, beats: probe.beats, order: probe.order });
    }
}

impl Signal {
    /// A control bit in a scope.
    pub fn control(scope: &str, name: &str, line: usize, meaning: &str) -> Signal {
        let path = if scope.is_empty() { name.to_string() } else { format!("{scope}.{name}") };
        Signal {
            name: name.into(),
            path,
            width: 1,
            lanes: 1,
            lane_bits: 1,
            format: None,
            layer: None,
            line,
            meaning: meaning.into(),
            valid: None,
            guard: None,
            stream: None,
        }
    }

    /// The scope it stands in.
    pub fn scope(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(scope, _)| scope)
    }
}
