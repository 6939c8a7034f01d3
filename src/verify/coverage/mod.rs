//! What of a design a set of plans goes through: lines and bits of the Verilog, counted by Verilator.
//!
//! A line is *reached* when everything on it ran: each branch that starts on it was taken and was not taken. A bit is
//! reached when it changed. Instances of a module with the same parameters count together, those with others apart;
//! a line of a cell is reached when it is in every set of parameters the design has.
//!
//! Beside them stand the states that the timed model knows of, counted by [`watch`], and the frames that drive sums to
//! their ends, [`extremes`]. [`points`] reads the counts of lines and bits, [`explained`] is the one list of what cannot be reached, and why.

pub mod explained;
pub mod extremes;
pub mod points;
pub mod watch;

use super::folder::Folder;
use crate::diag::Error;
use crate::manifest::{LayerEntry, ModuleEntry};
use crate::report::table::{Table, grouped};
use points::{Point, Points};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use watch::{Functional, Watch};

/// How many of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Reached.
    pub reached: usize,
    /// In all.
    pub total: usize,
}

impl Share {
    /// Counts one more.
    pub fn add(&mut self, reached: bool) {
        self.reached += reached as usize;
        self.total += 1;
    }

    /// Both together.
    pub fn and(self, other: Share) -> Share {
        Share { reached: self.reached + other.reached, total: self.total + other.total }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}/{}", grouped(self.reached as u64), grouped(self.total as u64))
    }
}

/// What was gone through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// Lines, all modules together.
    pub lines: Share,
    /// Bits that changed, all modules together.
    pub toggles: Share,
    /// The modules, leaves first.
    pub modules: Vec<ModuleCoverage>,
    /// Lines not reached.
    pub missed: Vec<Missed>,
    /// States of FIFOs, ends of ranges, resets.
    pub functional: Functional,
    /// Further rounds of plans beyond the usual ones, and whether time ended them.
    pub rounds: usize,
    /// The budget ended before everything was reached.
    pub out_of_time: bool,
}

/// A module, with every set of parameters it has in the design.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModuleCoverage {
    /// Its name.
    pub module: String,
    /// Its file, relative to the output folder.
    pub file: String,
    /// The layers it belongs to, each with the line of the source; none for cells and the top module.
    pub layers: Vec<(String, usize)>,
    /// Its lines.
    pub lines: Share,
    /// Its bits.
    pub toggles: Share,
}

/// A line that was not reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Missed {
    /// Its file, relative to the output folder.
    pub file: String,
    /// Its number, from 1.
    pub line: usize,
    /// What did not happen: `if`, `else`, `block`, and in which modules.
    pub what: String,
    /// Its text.
    pub text: String,
    /// Why it cannot be reached, where that is known.
    pub reason: Option<String>,
}

impl Coverage {
    /// What `points` say of the design in `folder`.
    pub fn of(folder: &Folder, points: &Points, watch: &Watch) -> Result<Coverage, Error> {
        let (mut modules, mut missed) = (Vec::new(), Vec::new());
        for file in &folder.sources {
            let path = folder.root.join(file);
            let entry = entry(folder, file);
            let text = std::fs::read_to_string(&path).map_err(|cause| Error::Read { path, cause })?;
            let own = || points.counts.iter().filter(|(point, _)| point.file == entry.file);
            let toggles = own().filter(|(point, _)| point.toggle).fold(Share::default(), |mut share, (_, &count)| {
                share.add(count > 0);
                share
            });
            let by_line = by_line(own().filter(|(point, _)| !point.toggle));
            let of_line = |(&line, idle): (&usize, &Vec<&Point>)| missing(&entry, &text, line, idle);
            let lacking: Vec<Missed> = by_line.iter().filter(|(_, idle)| !idle.is_empty()).map(of_line).collect();
            let lines = Share { reached: by_line.len() - lacking.len(), total: by_line.len() };
            missed.extend(lacking);
            modules.push(module(&entry, &folder.manifest.layers, lines, toggles));
        }
        let sum = |of: fn(&ModuleCoverage) -> Share| modules.iter().map(of).fold(Share::default(), Share::and);
        let (lines, toggles) = (sum(|module| module.lines), sum(|module| module.toggles));
        let functional = watch.functional(folder);
        Ok(Coverage { lines, toggles, modules, missed, functional, rounds: 0, out_of_time: false })
    }

    /// Whether every line and every functional point is reached or explained.
    pub fn is_complete(&self) -> bool {
        self.missed.iter().all(|line| line.reason.is_some()) && self.functional.is_complete()
    }
}

/// What the manifest says of a file; of one that it does not name, the module called like the file.
fn entry(folder: &Folder, file: &Path) -> ModuleEntry {
    let name = file.to_string_lossy();
    let known = folder.manifest.modules.iter().find(|module| module.file == name).cloned();
    known.unwrap_or_else(|| ModuleEntry {
        module: file.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        file: name.into_owned(),
        layers: Vec::new(),
        memories: Vec::new(),
    })
}

/// For every line that counts, the points of it that nothing went through.
fn by_line<'a>(points: impl Iterator<Item = (&'a Point, &'a u64)>) -> BTreeMap<usize, Vec<&'a Point>> {
    let mut lines: BTreeMap<usize, Vec<&Point>> = BTreeMap::new();
    for (point, &count) in points {
        // an `else` that nobody wrote stands on the line of its `if`
        for line in point.lines.iter().chain(point.lines.is_empty().then_some(&point.line)) {
            lines.entry(*line).or_default().extend((count == 0).then_some(point));
        }
    }
    lines
}

fn module(entry: &ModuleEntry, layers: &[LayerEntry], lines: Share, toggles: Share) -> ModuleCoverage {
    let line = |name: &str| layers.iter().find(|layer| layer.name == name).map_or(0, |layer| layer.line);
    let layers = entry.layers.iter().map(|name| (name.clone(), line(name))).collect();
    ModuleCoverage { module: entry.module.clone(), file: entry.file.clone(), layers, lines, toggles }
}

fn missing(entry: &ModuleEntry, text: &str, line: usize, idle: &[&Point]) -> Missed {
    let text = text.lines().nth(line - 1).unwrap_or_default().trim().to_string();
    let mut what: Vec<String> = idle.iter().map(|point| format!("{} in {}", point.what, point.module)).collect();
    what.dedup();
    let every =
        idle.iter().map(|point| explained::reason(&entry.module, &text, &point.what)).collect::<Option<Vec<_>>>();
    let reason = every.and_then(|reasons| reasons.first().map(|reason| reason.to_string()));
    Missed { file: entry.file.clone(), line, what: what.join(", "), text, reason }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        writeln!(f, "  lines {}, bits {}", self.lines, self.toggles)?;
        let mut table = Table::new("module layers lines bits", "llrr");
        for module in &self.modules {
            let layers = module.layers.iter().map(|(layer, line)| format!("{layer}:{line}")).collect::<Vec<_>>();
            let layers = if layers.is_empty() { "-".into() } else { layers.join(" ") };
            table.row([module.module.clone(), layers, module.lines.to_string(), module.toggles.to_string()]);
        }
        write!(f, "{table}")?;
        for Missed { file, line, what, text, reason } in &self.missed {
            let reason = reason.as_ref().map_or("NOT REACHED".into(), |reason| format!("cannot be reached: {reason}"));
            writeln!(f, "  {file}:{line}: `{text}`: {what}: {reason}")?;
        }
        write!(f, "{}", self.functional)?;
        let (rounds, lacks) =
            (self.rounds, if self.out_of_time { "; the budget ended before all was reached" } else { "" });
        if rounds > 0 || self.out_of_time {
            writeln!(f, "  {rounds} further rounds of plans{lacks}")?;
        }
        Ok(())
    }
}
