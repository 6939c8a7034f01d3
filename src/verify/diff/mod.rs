//! `circlet diff`: two recordings of a design, compared cycle by cycle or beat by beat.
//!
//! A recording is a VCD or FST file of any simulator, or vectors of an output folder. [`align`] finds the signals of the
//! design in each; one thread per recording makes rows of it ([`super::wave::sample`]); [`compare`] holds the rows
//! against each other; [`report`] says what differs in the user's terms, [`picture`] draws it.

pub mod align;
pub mod beats;
pub mod compare;
pub mod picture;
pub mod report;

use super::folder::Folder;
use super::player::Player;
use super::stimulus::{Frames, Plan};
use super::wave::row::Layout;
use super::wave::sample::{Block, Rows, Sampler};
use super::wave::{Fault, Kind, Wave, vectors};
use crate::diag::Error;
use crate::emit::signals::Signals;
use crate::manifest::Manifest;
use align::{Alignment, Both};
use compare::Side;
use report::{FileReport, Report};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

/// Blocks of rows under way per recording.
const UNDER_WAY: usize = 4;

/// How to compare.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Output folder whose manifest names the signals; else one above the recordings is taken, else names are matched.
    pub folder: Option<PathBuf>,
    /// A file of pairs of hierarchical names.
    pub map: Option<PathBuf>,
    /// Names of the clock in both.
    pub clock: Option<(String, String)>,
    /// Name of the reset.
    pub reset: Option<String>,
    /// Cycles of B that come before the first one of A; negative: of A.
    pub offset: i64,
    /// Least significant bits by which words may differ: of the signals of a name, or of all.
    pub tolerance: Vec<(Option<String>, u64)>,
    /// Compare the beats of each stream whatever their cycles; `None`: where one of the two has no clock.
    pub beats: Option<bool>,
    /// The one that ends first may.
    pub prefix: bool,
    /// An unknown bit equals any other.
    pub unknown_matches: bool,
    /// Compare in later resets as well, not only the reset itself.
    pub in_reset: bool,
}

/// A recording.
pub enum Source {
    /// A file.
    File(PathBuf),
    /// The model of a folder playing a plan; frames to offer, or random ones.
    Model(Box<Folder>, Plan, Option<Vec<Vec<i64>>>),
}

impl Source {
    fn name(&self) -> String {
        match self {
            Source::File(path) => path.display().to_string(),
            Source::Model(..) => "the model".into(),
        }
    }

    fn path(&self) -> &Path {
        match self {
            Source::File(path) => path,
            Source::Model(folder, ..) => &folder.root,
        }
    }
}

/// A recording, opened.
enum Opened {
    Wave(Wave),
    Vectors,
    Model,
}

/// Compares two recordings.
pub fn run(a: Source, b: Source, options: &Options) -> Result<Report, Error> {
    let manifest = manifest(&[&a, &b], options)?;
    let opened = (open(&a)?, open(&b)?);
    for (source, opened) in [(&a, &opened.0), (&b, &opened.1)] {
        if matches!(opened, Opened::Vectors) && manifest.is_none() {
            return Err(Fault::NoManifest.of(source.path()));
        }
    }
    let has_clock = |opened: &Opened| !matches!(opened, Opened::Vectors);
    let by_beats = options.beats.unwrap_or(has_clock(&opened.0) != has_clock(&opened.1));
    let both = align::both(manifest.as_ref(), (&a, header(&opened.0)), (&b, header(&opened.1)), options)?;
    let Both { signals, a: in_a, b: in_b, only } = both;
    let scopes = (in_a.scope.clone(), in_b.scope.clone());
    let names = (a.name(), b.name());
    let start = |source, opened, found| start(source, opened, found, &signals, options.in_reset);
    let sides = (start(a, opened.0, in_a), start(b, opened.1, in_b));
    let found = match by_beats {
        true => beats::compare(&signals, sides.0, sides.1, options)?,
        false => compare::compare(&signals, sides.0, sides.1, options)?,
    };
    let file =
        |path, scope, side: &compare::Ended| FileReport { path, scope, cycles: side.cycles, clock: side.clock() };
    let files = (file(names.0, scopes.0, &found.ends.0), file(names.1, scopes.1, &found.ends.1));
    Ok(Report::new(&signals, files, only, by_beats, found, options))
}

fn open(source: &Source) -> Result<Opened, Error> {
    let Source::File(path) = source else { return Ok(Opened::Model) };
    match Kind::of(path)? {
        Kind::Vectors => Ok(Opened::Vectors),
        kind => Ok(Opened::Wave(Wave::open(path, kind)?)),
    }
}

fn header(opened: &Opened) -> align::Has<'_> {
    match opened {
        Opened::Wave(wave) => align::Has::Variables(wave.header()),
        Opened::Vectors => align::Has::Ports,
        Opened::Model => align::Has::Everything,
    }
}

/// The manifest that was named, or the first one in the folders above the recordings.
fn manifest(sources: &[&Source], options: &Options) -> Result<Option<Manifest>, Error> {
    if let Some(folder) = &options.folder {
        return Folder::open(folder).map(|folder| Some(folder.manifest));
    }
    for source in sources {
        if let Source::Model(folder, ..) = source {
            return Ok(Some(folder.manifest.clone()));
        }
        let path = std::path::absolute(source.path()).unwrap_or_default();
        let above = path.ancestors().skip(1).take(3);
        if let Some(folder) = above.filter(|folder| folder.join("files.f").is_file()).find_map(|f| Folder::open(f).ok())
        {
            return Ok(Some(folder.manifest));
        }
    }
    Ok(None)
}

/// Reads a recording in a thread of its own.
fn start(source: Source, opened: Opened, found: Alignment, signals: &Signals, in_reset: bool) -> Side {
    let (to, blocks) = sync_channel::<Block>(UNDER_WAY);
    let mut rows = Rows::new(signals, in_reset, to);
    let (path, signals) = (source.path().to_path_buf(), signals.clone());
    let name = path.clone();
    let timescale = match &opened {
        Opened::Wave(wave) => wave.header().timescale,
        _ => None,
    };
    let read = move || match (opened, source) {
        (Opened::Wave(wave), _) => {
            let Alignment { slots, clock, clock_name, .. } = found;
            let mut wanted: Vec<bool> = slots.iter().map(|slots| !slots.is_empty()).collect();
            wanted[clock] = true;
            let mut sampler = Sampler::new(rows, slots, clock);
            wave.stream(&wanted, &mut sampler).map_err(|problem| problem.of(&path))?;
            sampler.finish();
            if sampler.edges == 0 { Err(Fault::ClockStandsStill(clock_name).of(&path)) } else { Ok(()) }
        }
        (_, Source::Model(folder, plan, given)) => play(&folder, &plan, given, &signals, &mut rows),
        _ => vectors::stream(&path, &signals, &mut rows).map_err(|problem| problem.of(&path)),
    };
    Side::new(name, blocks, std::thread::spawn(read), timescale)
}

/// The rows of the model playing a plan.
fn play(
    folder: &Folder,
    plan: &Plan,
    given: Option<Vec<Vec<i64>>>,
    signals: &Signals,
    rows: &mut Rows,
) -> Result<(), Error> {
    // rows of a list of its own: the model fills all signals, of which the comparison may want some
    let all = Signals::of(&folder.manifest);
    let mut player = Player::new(folder, plan, Frames::of(given, &folder.manifest.input))?;
    let layout = Layout::new(&all);
    let indices: Vec<_> = signals.list.iter().map(|s| all.list.iter().position(|known| known.name == s.name)).collect();
    let (mut whole, mut row) = (layout.unknown(), rows.layout.unknown());
    let mut cycle = 0;
    while !player.is_over() {
        let (inputs, outputs, machine) = player.step();
        layout.fill(&mut whole, &all, (inputs, outputs, &machine.probes));
        for (signal, index) in indices.iter().enumerate() {
            index.iter().for_each(|index| rows.layout.copy(&mut row, signal, layout.get(&whole, *index)));
        }
        let moved = machine.probes.iter().any(|probe| probe.push || probe.pop);
        player.moved(moved);
        if !rows.push(&row, cycle) {
            return Ok(());
        }
        cycle += 1;
    }
    rows.flush();
    Ok(())
}
