//! Rows of two recordings held against each other: what differs first, and how often each signal does.

use super::Options;
use crate::diag::Error;
use crate::emit::signals::{Signal, Signals};
use crate::verify::wave::Fault;
use crate::verify::wave::row::Layout;
use crate::verify::wave::sample::{Block, count};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::thread::JoinHandle;

/// Cycles shown before and after the first difference.
pub const WINDOW: (usize, usize) = (24, 12);

/// A recording as it comes.
pub struct Side {
    path: PathBuf,
    blocks: Receiver<Block>,
    thread: Option<JoinHandle<Result<(), Error>>>,
    block: Block,
    at: usize,
    ended: Ended,
}

/// What was seen of a recording.
#[derive(Clone, Debug, Default)]
pub struct Ended {
    /// Cycles compared, those after its last common one not counted.
    pub cycles: u64,
    times: Option<(u64, u64)>,
    timescale: Option<(u32, i8)>,
}

impl Ended {
    /// Seconds from one rising edge to the next on the whole, where the file tells.
    pub fn clock(&self) -> Option<f64> {
        let ((first, last), (factor, power)) = (self.times?, self.timescale?);
        let edges = self.cycles.checked_sub(1).filter(|&edges| edges > 0)?;
        Some((last - first) as f64 / edges as f64 * f64::from(factor) * 10f64.powi(i32::from(power)))
    }
}

impl Side {
    /// A recording read by a thread.
    pub fn new(
        path: PathBuf,
        blocks: Receiver<Block>,
        thread: JoinHandle<Result<(), Error>>,
        timescale: Option<(u32, i8)>,
    ) -> Side {
        let ended = Ended { timescale, ..Ended::default() };
        Side { path, blocks, thread: Some(thread), block: Block::default(), at: 0, ended }
    }

    /// Rows at hand, after waiting for the next block where there is none; 0 at the end.
    pub fn ready(&mut self) -> Result<usize, Error> {
        if self.at == self.block.times.len() {
            self.at = 0;
            self.block = match self.blocks.recv() {
                Ok(block) => block,
                Err(_) => {
                    self.finish()?;
                    Block::default()
                }
            };
        }
        Ok(self.block.times.len() - self.at)
    }

    fn finish(&mut self) -> Result<(), Error> {
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            Some(Err(_)) => crate::bug!("diff: the reader of a recording ended"),
            None => Ok(()),
        }
    }

    /// The next `rows` rows.
    pub fn rows(&self, rows: usize, words: usize) -> &[u64] {
        &self.block.rows[self.at * words..(self.at + rows) * words]
    }

    /// The time of the next row's edge.
    pub fn time(&self) -> u64 {
        self.block.times[self.at]
    }

    /// The cycle of the next row.
    pub fn cycle(&self) -> u64 {
        self.ended.cycles
    }

    /// Goes on by `rows` rows.
    pub fn skip(&mut self, rows: usize) {
        let times = &self.block.times[self.at..self.at + rows];
        if let (Some(&first), Some(&last)) = (times.first(), times.last()) {
            self.ended.times = Some((self.ended.times.map_or(first, |(first, _)| first), last));
        }
        self.at += rows;
        self.ended.cycles += rows as u64;
    }

    /// Beats of a stream since the last reset, before the next row.
    pub fn beats_before(&self, signals: &Signals, layout: &Layout, stream: usize) -> u64 {
        let fires: Vec<Vec<usize>> = signals.streams.iter().map(|stream| stream.fires.clone()).collect();
        let mut beats = self.block.beats.clone();
        let rows = self.block.rows.chunks(layout.words()).take(self.at);
        rows.for_each(|row| count(layout, &fires, row, &mut beats));
        beats[stream]
    }

    /// What was seen; the reader ends.
    pub fn end(self) -> Ended {
        self.ended
    }
}

/// A cycle of both, for the picture.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its number.
    pub cycle: u64,
    /// Times of its edge.
    pub times: (u64, u64),
    /// Rows of A and B.
    pub rows: (Vec<u64>, Vec<u64>),
}

/// The first difference: a signal, in a cycle.
#[derive(Clone, Debug)]
pub struct First {
    /// The cycles in A and B, and the times of their edges.
    pub cycles: (u64, u64),
    /// Times of the edges.
    pub times: (u64, u64),
    /// The signals that differ, in the order of the data.
    pub signals: Vec<usize>,
    /// The lane of the first one, for words.
    pub lane: Option<usize>,
    /// Beats of its stream since the last reset.
    pub beats: Option<u64>,
    /// Rows of A and B.
    pub rows: (Vec<u64>, Vec<u64>),
}

/// How often a signal differs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Count {
    /// Cycles, or beats.
    pub count: u64,
    /// The first one.
    pub first: u64,
}

/// Everything found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Where the signals stand in rows.
    pub layout: Layout,
    /// The first difference.
    pub first: Option<First>,
    /// Cycles, or beats, that differ.
    pub differences: u64,
    /// By signal.
    pub counts: Vec<Count>,
    /// Around the first difference.
    pub window: Vec<Shown>,
    /// What was seen of A and B.
    pub ends: (Ended, Ended),
    /// Beats compared, where beats were.
    pub beats: u64,
    /// What goes on in one of the two after the end of the other.
    pub rest: Option<String>,
}

impl Found {
    /// Nothing yet.
    pub fn new(signals: &Signals) -> Found {
        Found {
            layout: Layout::new(signals),
            first: None,
            differences: 0,
            counts: vec![Count::default(); signals.list.len()],
            window: Vec::new(),
            ends: Default::default(),
            beats: 0,
            rest: None,
        }
    }

    /// A cycle or beat in which signals differ.
    pub fn note(&mut self, signals: &[usize], at: u64) {
        self.differences += 1;
        for &signal in signals {
            let count = &mut self.counts[signal];
            if count.count == 0 {
                count.first = at;
            }
            count.count += 1;
        }
    }
}

/// Compares cycle by cycle.
pub fn compare(signals: &Signals, mut a: Side, mut b: Side, options: &Options) -> Result<Found, Error> {
    let mut found = Found::new(signals);
    let rule = Rule::new(signals, options);
    let words = found.layout.words();
    let mut before: VecDeque<Shown> = VecDeque::new();
    pass_over(if options.offset > 0 { &mut b } else { &mut a }, options.offset.unsigned_abs())?;
    let mut compared = 0u64;
    loop {
        let ready = a.ready()?.min(b.ready()?);
        if ready == 0 {
            break;
        }
        let same = if a.rows(ready, words) == b.rows(ready, words) { ready } else { equal(&a, &b, ready, words) };
        keep(&mut before, &mut found, &mut a, &mut b, same, words);
        compared += same as u64;
        if same == ready {
            continue;
        }
        let differing = rule.differing(signals, &found.layout, a.rows(1, words), b.rows(1, words));
        if !differing.is_empty() {
            if found.first.is_none() {
                found.first = Some(first(signals, &found.layout, &a, &b, &differing, &rule));
                found.window.extend(before.drain(..));
            }
            let at = a.cycle();
            found.note(&differing, at);
        }
        keep(&mut before, &mut found, &mut a, &mut b, 1, words);
        compared += 1;
    }
    if compared == 0 {
        return Err(nothing(&mut a, &b)?);
    }
    let rest = (a.ready()?, b.ready()?);
    found.rest = match rest {
        (0, 0) => None,
        (_, 0) => Some(format!("B ends after {} cycles, A goes on", b.cycle())),
        _ => Some(format!("A ends after {} cycles, B goes on", a.cycle())),
    };
    found.ends = (a.end(), b.end());
    Ok(found)
}

/// Whichever has no cycle left.
fn nothing(a: &mut Side, b: &Side) -> Result<Error, Error> {
    let side = if a.ready()? == 0 { a } else { b };
    Ok(Fault::NothingToCompare.of(&side.path))
}

fn pass_over(side: &mut Side, mut cycles: u64) -> Result<(), Error> {
    while cycles > 0 {
        let rows = side.ready()?.min(cycles as usize);
        if rows == 0 {
            return Ok(());
        }
        side.skip(rows);
        cycles -= rows as u64;
    }
    Ok(())
}

/// Equal rows at the start.
fn equal(a: &Side, b: &Side, rows: usize, words: usize) -> usize {
    let pairs = a.rows(rows, words).chunks(words).zip(b.rows(rows, words).chunks(words));
    pairs.take_while(|(a, b)| a == b).count()
}

/// Goes on by `rows` rows, the last of which may be shown.
fn keep(before: &mut VecDeque<Shown>, found: &mut Found, a: &mut Side, b: &mut Side, rows: usize, words: usize) {
    let wanted =
        if found.first.is_none() { WINDOW.0 } else { (WINDOW.0 + WINDOW.1 + 1).saturating_sub(found.window.len()) };
    // before the first difference the last rows count, after it the first ones
    let passed = if found.first.is_none() { rows.saturating_sub(wanted) } else { 0 };
    a.skip(passed);
    b.skip(passed);
    for index in passed..rows {
        if index - passed < wanted {
            let rows = (a.rows(1, words).to_vec(), b.rows(1, words).to_vec());
            let shown = Shown { cycle: a.cycle(), times: (a.time(), b.time()), rows };
            if found.first.is_some() {
                found.window.push(shown);
            } else {
                if before.len() == WINDOW.0 {
                    before.pop_front();
                }
                before.push_back(shown);
            }
        }
        a.skip(1);
        b.skip(1);
    }
}

fn first(signals: &Signals, layout: &Layout, a: &Side, b: &Side, differing: &[usize], rule: &Rule) -> First {
    let words = layout.words();
    let signal = differing[0];
    let rows = (a.rows(1, words).to_vec(), b.rows(1, words).to_vec());
    First {
        cycles: (a.cycle(), b.cycle()),
        times: (a.time(), b.time()),
        signals: differing.to_vec(),
        lane: rule.lane(signals, layout, signal, (&rows.0, &rows.1)),
        beats: signals.list[signal].stream.map(|stream| a.beats_before(signals, layout, stream)),
        rows,
    }
}

/// What counts as a difference.
pub struct Rule {
    tolerance: Vec<u64>,
    unknown_matches: bool,
}

impl Rule {
    /// As the options say.
    pub fn new(signals: &Signals, options: &Options) -> Rule {
        let tolerance = |signal: &Signal| {
            let asked = options.tolerance.iter().filter(|(name, _)| match name {
                Some(name) => *name == signal.name || *name == signal.path,
                None => signal.width > 1,
            });
            asked.map(|(_, tolerance)| *tolerance).next_back().unwrap_or(0)
        };
        let tolerance = signals.list.iter().map(tolerance).collect();
        Rule { tolerance, unknown_matches: options.unknown_matches }
    }

    /// The signals that differ; data counts where both announce it.
    pub fn differing(&self, signals: &Signals, layout: &Layout, a: &[u64], b: &[u64]) -> Vec<usize> {
        let resets = (layout.resets(a), layout.resets(b));
        let counts = |&signal: &usize| {
            let announced = signals.list[signal].guard.is_none_or(|by| layout.is_set(a, by) && layout.is_set(b, by));
            announced && (resets.0 == resets.1 || signals.reset == Some(signal))
        };
        (0..signals.list.len()).filter(counts).filter(|&signal| self.differs(signals, layout, signal, a, b)).collect()
    }

    /// Whether a signal differs.
    pub fn differs(&self, signals: &Signals, layout: &Layout, signal: usize, a: &[u64], b: &[u64]) -> bool {
        let (in_a, in_b) = (layout.get(a, signal), layout.get(b, signal));
        if in_a == in_b {
            return false;
        }
        (0..signals.list[signal].lanes).any(|lane| self.lane_differs(signals, layout, (signal, lane), (a, b)))
    }

    /// The first lane that differs, of a signal that has words.
    pub fn lane(&self, signals: &Signals, layout: &Layout, signal: usize, rows: (&[u64], &[u64])) -> Option<usize> {
        let words = signals.list[signal].width > 1;
        let mut lanes = (0..signals.list[signal].lanes).filter(|_| words);
        lanes.find(|&lane| self.lane_differs(signals, layout, (signal, lane), rows))
    }

    fn lane_differs(
        &self,
        signals: &Signals,
        layout: &Layout,
        (signal, lane): (usize, usize),
        (a, b): (&[u64], &[u64]),
    ) -> bool {
        let bits = signals.list[signal].lane_bits;
        let text = |row| layout.ascii(row, signal, lane * bits as usize, bits as usize);
        let numbers = |row| (bits <= 64).then(|| layout.lane(row, signal, lane, bits)).flatten();
        match (numbers(a), numbers(b)) {
            (Some(a), Some(b)) => a.abs_diff(b) > self.tolerance[signal],
            _ => {
                let unknown = |bit: char| self.unknown_matches && matches!(bit, 'x' | 'z');
                text(a).chars().zip(text(b).chars()).any(|(a, b)| a != b && !unknown(a) && !unknown(b))
            }
        }
    }
}
