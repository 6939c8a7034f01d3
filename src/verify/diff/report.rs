//! What a comparison found, in the user's terms.

use super::Options;
use super::compare::{First, Found};
use super::picture;
use crate::diag::counted;
use crate::emit::signals::Signals;
use crate::verify::mismatch::{Place, Value};
use crate::verify::wave::row::Layout;
use serde::Serialize;
use std::fmt;

/// The result of [`super::run`].
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The first recording.
    pub a: FileReport,
    /// The second one.
    pub b: FileReport,
    /// Whether beats were compared, not cycles.
    pub by_beats: bool,
    /// Beats compared, all streams together; 0 when cycles were.
    pub beats: u64,
    /// Signals compared.
    pub signals: usize,
    /// Signals of the design that only A shows, and only B.
    pub only: (Vec<String>, Vec<String>),
    /// Cycles, or beats, that differ.
    pub differences: u64,
    /// The first one.
    pub first: Option<Difference>,
    /// Signals that differ, in the order of the data.
    pub summary: Vec<SignalReport>,
    /// What goes on in one recording after the end of the other.
    pub rest: Option<String>,
    /// That may be.
    pub prefix: bool,
    /// The window around the first difference, drawn.
    #[serde(skip)]
    pub picture: Option<String>,
}

/// A recording.
#[derive(Clone, Debug, Serialize)]
pub struct FileReport {
    /// Its name.
    pub path: String,
    /// The scope of the design in it.
    pub scope: String,
    /// Cycles compared.
    pub cycles: u64,
    /// Period of its clock, seconds.
    pub clock: Option<f64>,
}

/// The first difference.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// Cycles since the initial reset, in A and B.
    pub cycle: (u64, u64),
    /// Times of the clock's edges, in steps of each file.
    pub time: (u64, u64),
    /// The signal.
    pub signal: String,
    /// Its hierarchical name.
    pub path: String,
    /// The layer that drives it; `None`: a stream at the edge, or nothing is known of the design.
    pub layer: Option<String>,
    /// Source file and line of the layer.
    pub source: Option<(String, usize)>,
    /// Which beat it is, for what belongs to a stream.
    pub place: Option<Place>,
    /// The value in A.
    pub a: Value,
    /// The value in B.
    pub b: Value,
    /// Other signals that differ in the same cycle.
    pub also: Vec<String>,
}

/// How often a signal differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SignalReport {
    /// Its hierarchical name.
    pub signal: String,
    /// The layer that drives it.
    pub layer: Option<String>,
    /// Line of the layer.
    pub line: usize,
    /// Cycles, or beats, in which it differs.
    pub count: u64,
    /// The first of those cycles.
    pub first: u64,
}

impl Report {
    /// Puts the findings into words.
    pub fn new(
        signals: &Signals,
        (a, b): (FileReport, FileReport),
        only: (Vec<String>, Vec<String>),
        by_beats: bool,
        found: Found,
        options: &Options,
    ) -> Report {
        let first = found.first.as_ref().map(|first| Difference::new(signals, &found.layout, first));
        let differing = signals.list.iter().zip(&found.counts).filter(|(_, count)| count.count > 0);
        let summary = differing.map(|(signal, count)| SignalReport {
            signal: signal.path.clone(),
            layer: signal.layer.clone(),
            line: signal.line,
            count: count.count,
            first: count.first,
        });
        let mut report = Report {
            a,
            b,
            by_beats,
            beats: found.beats,
            signals: signals.list.len(),
            only,
            differences: found.differences,
            summary: summary.collect(),
            first,
            rest: found.rest.clone(),
            prefix: options.prefix,
            picture: None,
        };
        report.picture = report.first.as_ref().map(|_| picture::html(signals, &found, &report));
        report
    }

    /// Whether both recordings show the same.
    pub fn is_equal(&self) -> bool {
        self.differences == 0 && (self.prefix || self.rest.is_none())
    }
}

impl Difference {
    /// A first difference in words.
    pub fn new(signals: &Signals, layout: &Layout, first: &First) -> Difference {
        let index = first.signals[0];
        let signal = &signals.list[index];
        let stream = signal.stream.map(|stream| &signals.streams[stream]);
        let place = first.beats.zip(stream).map(|(beats, stream)| {
            let frame = if stream.beats == 0 { usize::MAX } else { stream.beats };
            Place::of(beats as usize, frame, first.lane, signal.lanes, stream.order)
        });
        let value = |row: &[u64]| {
            let (lane, bits) = (first.lane.unwrap_or(0), signal.lane_bits);
            match (bits <= 62).then(|| layout.lane(row, index, lane, bits)).flatten() {
                // a bit by itself has no sign
                Some(integer) if signal.width == 1 => Value::of(integer & 1, None),
                Some(integer) => Value::of(integer, signal.format.as_ref()),
                None => {
                    let bits = layout.ascii(row, index, lane * bits as usize, bits as usize);
                    Value::unknown(bits, signal.format.as_ref())
                }
            }
        };
        Difference {
            cycle: first.cycles,
            time: first.times,
            signal: signal.name.clone(),
            path: signal.path.clone(),
            layer: signal.layer.clone(),
            source: (!signals.source.is_empty()).then(|| (signals.source.clone(), signal.line)),
            place,
            a: value(&first.rows.0),
            b: value(&first.rows.1),
            also: first.signals[1..].iter().map(|&other| signals.list[other].name.clone()).collect(),
        }
    }

    /// `layer `fc1``, or where else a signal belongs.
    pub fn owner(&self) -> String {
        match (&self.layer, &self.source) {
            (Some(layer), _) => format!("layer `{layer}`"),
            (None, Some(_)) => "the streams at the edge".into(),
            (None, None) => format!("`{}`", self.path),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if let Some((source, line)) = &self.source {
            writeln!(f, "  source    {source}:{line}")?;
        }
        let ((cycle_a, cycle_b), (time_a, time_b)) = (self.cycle, self.time);
        match cycle_a == cycle_b {
            true => writeln!(f, "  cycle     {cycle_a}, at time {time_a} of A and {time_b} of B")?,
            false => writeln!(f, "  cycle     {cycle_a} of A, {cycle_b} of B, at times {time_a} and {time_b}")?,
        }
        writeln!(f, "  signal    {}", self.path)?;
        if let Some(place) = self.place {
            writeln!(f, "  place     {place}")?;
        }
        writeln!(f, "  A         {}", self.a)?;
        writeln!(f, "  B         {}", self.b)?;
        if !self.also.is_empty() {
            writeln!(f, "  also      {}", self.also.join(", "))?;
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (name, file) in [("A", &self.a), ("B", &self.b)] {
            let scope = if file.scope.is_empty() { String::new() } else { format!(", design in {}", file.scope) };
            let clock = file.clock.map_or(String::new(), |seconds| format!(", clock {}", period(seconds)));
            writeln!(f, "{name}  {}{scope}{clock}", file.path)?;
        }
        if let Some(first) = &self.first {
            writeln!(f, "first difference: in {}", first.owner())?;
            write!(f, "{first}")?;
            writeln!(f, "signals that differ")?;
            let wide = self.summary.iter().map(|line| line.signal.len()).max().unwrap_or(0);
            for line in &self.summary {
                let layer = line.layer.as_ref().map_or("-".into(), |layer| format!("{layer}, line {}", line.line));
                let (signal, count) = (&line.signal, counted(line.count as usize, self.unit()));
                writeln!(f, "  {signal:wide$}  {layer:16}  {count}, first in cycle {}", line.first)?;
            }
        }
        for (name, only) in [("A", &self.only.0), ("B", &self.only.1)] {
            if !only.is_empty() {
                writeln!(f, "only in {name}: {}", only.join(", "))?;
            }
        }
        if let Some(rest) = &self.rest {
            writeln!(f, "{rest}{}", if self.prefix { "" } else { "; `--prefix` allows that" })?;
        }
        let what = match self.by_beats {
            true => format!("{} beats", self.beats),
            false => format!("{} cycles of {} signals", self.a.cycles, self.signals),
        };
        let verdict = if self.is_equal() { "equal" } else { "different" };
        writeln!(f, "{what} compared: {}, {verdict}", counted(self.differences as usize, "difference"))
    }
}

impl Report {
    fn unit(&self) -> &'static str {
        if self.by_beats { "beat" } else { "cycle" }
    }
}

/// `10 ns`.
fn period(seconds: f64) -> String {
    let units = [(1.0, "s"), (1e-3, "ms"), (1e-6, "us"), (1e-9, "ns"), (1e-12, "ps")];
    let (unit, name) = units.into_iter().find(|(unit, _)| seconds >= *unit * 0.999).unwrap_or((1e-15, "fs"));
    format!("{} {name}", (seconds / unit * 1000.0).round() / 1000.0)
}
