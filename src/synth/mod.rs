//! What a design takes and how fast it is, measured: Yosys synthesises an output folder, nextpnr places and routes it.
//! Between them registers beside multipliers and memories go into these ([`registers`]); cells are counted as Yosys gives them.
//!
//! Everything is said in the user's terms: an instance belongs to a layer, and a layer to a line ([`places`]). The
//! result lies in the folder as [`FILE`], with a digest of the design it was measured on: of another one it says nothing.

pub mod estimate;
pub mod expected;
pub mod nextpnr;
pub mod places;
pub mod registers;
mod tool;
pub mod yosys;

use crate::diag::Error;
use crate::emit::design::Design;
use crate::manifest::Manifest;
use crate::network::Family;
use crate::report::table::{Table, grouped};
use crate::verify::folder::Folder;
use nextpnr::{How, Placed, Placer};
use places::Place;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use yosys::{Netlist, Yosys};

/// The measurement in an output folder.
pub const FILE: &str = "synth.json";

impl Family {
    /// What the cell named `kind` counts as, and how often.
    pub fn count(self, kind: &str) -> Count {
        let mut count = Count::default();
        match (self, kind) {
            (Family::Ecp5, "LUT4") | (Family::Xc7, "LUT1" | "LUT2" | "LUT3" | "LUT4" | "LUT5" | "LUT6") => {
                count.luts = 1
            }
            (Family::Ecp5, "TRELLIS_FF") => count.ffs = 1,
            (Family::Xc7, _) if ["FDRE", "FDSE", "FDCE", "FDPE"].iter().any(|name| kind.starts_with(name)) => {
                count.ffs = 1
            }
            (Family::Ecp5, "CCU2C") | (Family::Xc7, "CARRY4") => count.carries = 1,
            (Family::Ecp5, "MULT18X18D") | (Family::Xc7, "DSP48E1") => count.dsps = 1,
            (Family::Ecp5, "DP16KD" | "PDPW16KD") | (Family::Xc7, "RAMB18E1") => count.brams = 1,
            (Family::Xc7, "RAMB36E1") => count.brams = 2,
            (Family::Ecp5, "TRELLIS_DPR16X4") => count.lut_rams = 1,
            (Family::Xc7, _) if kind.starts_with("SRL") => count.shift_registers = 1,
            (Family::Xc7, _) if kind.starts_with("RAM") => count.lut_rams = 1,
            _ => {}
        }
        count
    }
}

/// Cells of a design, or of a part of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Look-up tables: `LUT4`; `LUT1` to `LUT6`.
    pub luts: u64,
    /// Flip-flops: `TRELLIS_FF`; `FDRE` and its kin.
    pub ffs: u64,
    /// Carry cells: `CCU2C`, two bits each; `CARRY4`, four bits each.
    pub carries: u64,
    /// `MULT18X18D`; `DSP48E1`.
    pub dsps: u64,
    /// Memory blocks of 18 Kbit: `DP16KD`; `RAMB18E1`, a `RAMB36E1` counts twice.
    pub brams: u64,
    /// Memories in look-up tables: `TRELLIS_DPR16X4`; `RAM32M` and its kin.
    pub lut_rams: u64,
    /// Shift registers in look-up tables: `SRL16E`, `SRLC32E`.
    pub shift_registers: u64,
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Count) {
        self.luts += other.luts;
        self.ffs += other.ffs;
        self.carries += other.carries;
        self.dsps += other.dsps;
        self.brams += other.brams;
        self.lut_rams += other.lut_rams;
        self.shift_registers += other.shift_registers;
    }
}

/// A part of the design: a layer or the edge of the network, and the instances in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Where it is.
    #[serde(flatten)]
    pub place: Place,
    /// Its cells.
    pub count: Count,
    /// Its instances, by name: actors' gates and blocks, FIFOs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

/// What was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// The network.
    pub network: String,
    /// Digest of the Verilog and memory files.
    pub digest: String,
    /// The device family.
    pub family: Family,
    /// The programs, as they name themselves.
    pub tools: Vec<String>,
    /// The whole design after flattening.
    pub total: Count,
    /// Every cell by its name in the family.
    pub cells: BTreeMap<String, u64>,
    /// The same cells by layers: after flattening a cell keeps its instance in its name.
    pub layers: Vec<Part>,
    /// Place and route, where it was done.
    pub placed: Option<Placed>,
    /// Why it was not.
    pub not_placed: Option<String>,
}

/// How to measure.
#[derive(Clone, Debug)]
pub struct Options {
    /// For which family.
    pub family: Family,
    /// Whether to place and route where a tool for it is there.
    pub place: bool,
    /// The clock that place and route aims at, MHz; `None`: the one the network's target states.
    pub clock: Option<f64>,
    /// How place and route is done.
    pub how: How,
    /// Yosys, where it is not the one on the path.
    pub yosys: Option<String>,
    /// nextpnr-ecp5, where it is not the one on the path.
    pub nextpnr: Option<String>,
}

/// Measures the output folder `root`; `progress` hears of each step.
pub fn run(root: &Path, options: &Options, progress: &mut dyn FnMut(&str)) -> Result<Measurement, Error> {
    let folder = Folder::open(root)?;
    folder.check_memories()?;
    let yosys = Yosys::find(options.yosys.as_deref())?;
    // some builds of the tools see nothing outside the folder that they run in
    let work = tempfile::Builder::new().prefix(".synth").tempdir_in(&folder.root);
    let work = work.map_err(|cause| Error::Write { path: root.into(), cause })?;
    let placer = if !options.place {
        Err("not asked for".to_string())
    } else if options.family != Family::Ecp5 {
        Err(format!("no tool for {} is driven; `--family ecp5` is placed and routed", options.family.name()))
    } else {
        Placer::find(options.nextpnr.as_deref()).map_err(|error| error.to_string())
    };
    progress(&format!("synthesise for {} with {}", options.family.name(), yosys.version));
    let netlist = yosys.synthesise(&folder, options.family, work.path())?;
    let mut tools = vec![yosys.version.clone()];
    let (placed, not_placed) = match placer {
        Ok(placer) => {
            let clock_mhz = options.clock.unwrap_or(folder.manifest.clock_hz / 1e6);
            progress(&format!("place and route with {}", placer.version));
            tools.push(placer.version.clone());
            (Some(placer.place(&folder, work.path(), clock_mhz, options.how)?), None)
        }
        Err(reason) => (None, Some(reason)),
    };
    let digest = digest(&folder)?;
    Ok(measured(&folder.manifest, options.family, &netlist, digest, tools, (placed, not_placed)))
}

/// The netlist in the user's terms.
fn measured(
    manifest: &Manifest,
    family: Family,
    netlist: &Netlist,
    digest: String,
    tools: Vec<String>,
    (placed, not_placed): (Option<Placed>, Option<String>),
) -> Measurement {
    let (mut total, mut cells, mut layers) = (Count::default(), BTreeMap::new(), BTreeMap::new());
    for (name, kind) in &netlist.cells {
        let count = family.count(kind);
        total += count;
        *cells.entry(kind.clone()).or_insert(0) += 1;
        let (order, place) = places::outer(manifest, name);
        let (layer, parts) = layers.entry(order).or_insert_with(|| {
            (Part { place, count: Count::default(), parts: Vec::new() }, BTreeMap::<String, Part>::new())
        });
        layer.count += count;
        if let Some(inner) = places::inner(manifest, name) {
            let part = parts.entry(inner.instance.clone());
            part.or_insert_with(|| Part { place: inner, count: Count::default(), parts: Vec::new() }).count += count;
        }
    }
    let layers = layers.into_values().map(|(layer, parts)| Part { parts: parts.into_values().collect(), ..layer });
    let (layers, network) = (layers.collect(), manifest.network.clone());
    Measurement { network, digest, family, tools, total, cells, layers, placed, not_placed }
}

/// FNV-1a, 64 bits, of the Verilog and memory files of a design in their order, as `read` gives them.
fn hash(manifest: &Manifest, mut read: impl FnMut(&str) -> Result<Vec<u8>, Error>) -> Result<String, Error> {
    let memories = manifest.modules.iter().flat_map(|module| &module.memories);
    let files = manifest.modules.iter().map(|module| &module.file).chain(memories.map(|memory| &memory.file));
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for file in files {
        hash = read(file)?.iter().fold(hash, |hash, &byte| (hash ^ byte as u64).wrapping_mul(0x100_0000_01b3));
    }
    Ok(format!("{hash:016x}"))
}

/// The digest of the design in a folder.
fn digest(folder: &Folder) -> Result<String, Error> {
    hash(&folder.manifest, |file| {
        let path = folder.root.join(file);
        std::fs::read(&path).map_err(|cause| Error::Read { path, cause })
    })
}

/// Whether the design of an output folder is the one of a digest.
pub fn is_of(root: &Path, wanted: &str) -> bool {
    Folder::open(root).and_then(|folder| digest(&folder)).is_ok_and(|digest| digest == wanted)
}

/// The measurements of a file; none where it is not there or not of this version.
fn read(file: &Path) -> Vec<Measurement> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// The measurements in an output folder that are of this very design.
pub fn stored(root: &Path, design: &Design) -> Vec<Measurement> {
    let text = |file: &str| Ok(design.files.get(file).map_or(Vec::new(), |text| text.clone().into_bytes()));
    let Ok(digest) = hash(&design.manifest, text) else { return Vec::new() };
    read(&root.join(FILE)).into_iter().filter(|measurement| measurement.digest == digest).collect()
}

/// A measurement, and those of the same design for other families that lie in `file`.
pub fn with(measured: &Measurement, file: &Path) -> Vec<Measurement> {
    let mut list = read(file);
    list.retain(|other| other.digest == measured.digest && other.family != measured.family);
    list.push(measured.clone());
    list.sort_by_key(|measurement| measurement.family);
    list
}

impl fmt::Display for Measurement {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        writeln!(f, "{} for {}: {}\n", self.network, self.family.name(), self.tools.join(", "))?;
        let mut table = Table::new("part line LUT FF carry DSP BRAM LUT-RAM", "lrrrrrrr");
        let mut row = |name: &str, line: Option<usize>, count: &Count| {
            let line = line.map_or(String::new(), |line| line.to_string());
            let rams = count.lut_rams + count.shift_registers;
            let numbers = [count.luts, count.ffs, count.carries, count.dsps, count.brams, rams];
            table.row([name.to_string(), line].into_iter().chain(numbers.map(grouped)));
        };
        for part in &self.layers {
            row(part.place.layer.as_deref().unwrap_or("(edge)"), part.place.line, &part.count);
            part.parts.iter().for_each(|inner| row(&format!("  {}", inner.place.instance), None, &inner.count));
        }
        row("total", None, &self.total);
        write!(f, "{table}")?;
        match (&self.placed, &self.not_placed) {
            (Some(placed), _) => write!(f, "\n{placed}"),
            (None, Some(reason)) => writeln!(f, "\nnot placed and routed: {reason}"),
            (None, None) => Ok(()),
        }
    }
}
