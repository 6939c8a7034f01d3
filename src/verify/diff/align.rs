//! The signals of a design found in a recording, whatever scopes stand above it there.

use super::{Options, Source};
use crate::diag::Error;
use crate::emit::signals::{Signal, Signals, Stream};
use crate::manifest::Manifest;
use crate::verify::wave::{Fault, Header, vectors};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Names a reset may have when nothing else is said.
const RESETS: [&str; 4] = ["rst", "reset", "rst_i", "i_rst"];
/// Most variables of one name that are tried against each other.
const ALIKE: usize = 64;

/// What a recording shows.
#[derive(Clone, Copy)]
pub enum Has<'a> {
    /// These variables.
    Variables(&'a Header),
    /// What vectors hold.
    Ports,
    /// Every signal of the design.
    Everything,
}

/// Where the signals stand in a recording.
#[derive(Clone, Debug, Default)]
pub struct Alignment {
    /// The scope of the design.
    pub scope: String,
    /// Signals of the list, per signal of the file.
    pub slots: Vec<Vec<usize>>,
    /// The clock's signal in the file.
    pub clock: usize,
    /// Its name.
    pub clock_name: String,
}

/// Two recordings of one design.
pub struct Both {
    /// What is in both.
    pub signals: Signals,
    /// Where in A.
    pub a: Alignment,
    /// Where in B.
    pub b: Alignment,
    /// Signals of the design that are only in A, and only in B.
    pub only: (Vec<String>, Vec<String>),
}

/// Finds in both recordings what they share.
pub fn both(
    manifest: Option<&Manifest>,
    a: (&Source, Has),
    b: (&Source, Has),
    options: &Options,
) -> Result<Both, Error> {
    let known = manifest.map(Signals::of);
    let (signals, [in_a, in_b]) = match (&options.map, known) {
        (Some(map), known) => mapped(&pairs(map)?, known.as_ref(), a, b)?,
        (None, Some(signals)) => {
            let places = [place(&signals, a.1), place(&signals, b.1)];
            (signals, places)
        }
        (None, None) => matched(a, b, options)?,
    };
    let none = |(source, has): (&Source, Has), in_it: &Places| {
        let what = match (in_it.vars.iter().any(Option::is_some), manifest) {
            (false, Some(manifest)) => format!("the design `{}`", manifest.network),
            _ => "the other one".into(),
        };
        Fault::NoCommonSignals { what, found: sample_of(has) }.of(source.path())
    };
    let in_both = |index: usize| in_a.vars[index].is_some() && in_b.vars[index].is_some();
    let clocked = |signal: &Signal| options.clock.as_ref().is_none_or(|(name, _)| signal.name != *name);
    let common = signals.select(|index, signal| in_both(index) && clocked(signal));
    if common.list.is_empty() {
        return Err(if in_a.vars.iter().any(Option::is_some) { none(b, &in_b) } else { none(a, &in_a) });
    }
    let kept: Vec<usize> = (0..signals.list.len()).filter(|&i| in_both(i) && clocked(&signals.list[i])).collect();
    let clocks = options.clock.clone().map_or((None, None), |(a, b)| (Some(a), Some(b)));
    let alone = |here: &Places, there: &Places| {
        let alone = |&index: &usize| here.vars[index].is_some() && there.vars[index].is_none();
        (0..signals.list.len()).filter(alone).map(|index| signals.list[index].path.clone()).collect()
    };
    let only = (alone(&in_a, &in_b), alone(&in_b, &in_a));
    Ok(Both {
        a: aligned(a, &in_a, &common, &kept, clocks.0)?,
        b: aligned(b, &in_b, &common, &kept, clocks.1)?,
        signals: common,
        only,
    })
}

/// The variable of each signal, in the scope where most of them are.
struct Places {
    scope: String,
    vars: Vec<Option<usize>>,
}

/// Finds signals by their names below the design's top.
fn place(signals: &Signals, has: Has) -> Places {
    let header = match has {
        Has::Everything => return Places { scope: String::new(), vars: vec![Some(0); signals.list.len()] },
        Has::Ports => {
            let vars = signals.list.iter().map(|signal| vectors::hold(&signal.name).then_some(0));
            return Places { scope: String::new(), vars: vars.collect() };
        }
        Has::Variables(header) => header,
    };
    // below the top: its name differs from bench to bench
    let below: Vec<&str> = signals.list.iter().map(|s| s.path.split_once('.').map_or(&s.path[..], |p| p.1)).collect();
    let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
    let index: HashMap<&str, usize> =
        header.variables.iter().enumerate().rev().map(|(index, variable)| (variable.path.as_str(), index)).collect();
    for variable in &header.variables {
        let name = variable.path.rsplit('.').next().unwrap_or_default();
        for below in below.iter().filter(|below| below.rsplit('.').next() == Some(name)) {
            if let Some(scope) = variable.path.strip_suffix(*below).filter(|s| s.is_empty() || s.ends_with('.')) {
                *votes.entry(scope).or_default() += 1;
            }
        }
    }
    // the outermost of equals
    let best = votes.iter().max_by_key(|(scope, count)| (**count, std::cmp::Reverse(scope.len())));
    let scope = best.map_or("", |(scope, _)| scope);
    let vars = below.iter().map(|below| index.get(format!("{scope}{below}").as_str()).copied()).collect();
    Places { scope: scope.trim_end_matches('.').to_string(), vars }
}

/// Without a manifest: the two scopes below which most names agree, and all that agree.
fn matched(a: (&Source, Has), b: (&Source, Has), options: &Options) -> Result<(Signals, [Places; 2]), Error> {
    let (Has::Variables(in_a), Has::Variables(in_b)) = (a.1, b.1) else {
        return Err(Fault::NoManifest.of(a.0.path()));
    };
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, variable) in in_b.variables.iter().enumerate() {
        by_name.entry(variable.path.rsplit('.').next().unwrap_or_default()).or_default().push(index);
    }
    let mut votes: BTreeMap<(&str, &str), Vec<(usize, usize)>> = BTreeMap::new();
    for (index, variable) in in_a.variables.iter().enumerate() {
        let name = variable.path.rsplit('.').next().unwrap_or_default();
        for &other in by_name.get(name).into_iter().flatten().take(ALIKE) {
            let scopes = without_common_end(&variable.path, &in_b.variables[other].path);
            votes.entry(scopes).or_default().push((index, other));
        }
    }
    let best = votes.into_iter().max_by_key(|((a, b), pairs)| (pairs.len(), std::cmp::Reverse(a.len() + b.len())));
    let Some(((scope_a, scope_b), mut found)) = best else {
        let fault = Fault::NoCommonSignals { what: format!("`{}`", a.0.name()), found: sample_of(b.1) };
        return Err(fault.of(b.0.path()));
    };
    let clock = options.clock.as_ref().map_or("clk", |(name, _)| name.rsplit('.').next().unwrap_or(name));
    found.retain(|(index, _)| in_a.variables[*index].path.rsplit('.').next() != Some(clock));
    found.dedup_by_key(|(index, _)| *index);
    let mut signals = Signals::default();
    for (index, _) in &found {
        let variable = &in_a.variables[*index];
        signals.add(plain(&variable.path, variable.width));
    }
    conventions(&mut signals, options.reset.as_deref());
    let places = |scope: &str, vars: Vec<Option<usize>>| Places { scope: scope.trim_end_matches('.').into(), vars };
    let a = places(scope_a, found.iter().map(|(a, _)| Some(*a)).collect());
    let b = places(scope_b, found.iter().map(|(_, b)| Some(*b)).collect());
    Ok((signals, [a, b]))
}

/// `tb.dut.fc1.x` and `TOP.net.fc1.x` -> (`tb.dut.`, `TOP.net.`).
fn without_common_end<'a>(a: &'a str, b: &'a str) -> (&'a str, &'a str) {
    let common = a.rsplit('.').zip(b.rsplit('.')).take_while(|(a, b)| a == b);
    let length = common.map(|(part, _)| part.len() + 1).sum::<usize>();
    (&a[..(a.len() + 1).saturating_sub(length)], &b[..(b.len() + 1).saturating_sub(length)])
}

/// A signal of which only its name and width are known.
fn plain(path: &str, width: u32) -> Signal {
    let (scope, name) = path.rsplit_once('.').unwrap_or(("", path));
    let mut signal = Signal::control(scope, name, 0, "");
    (signal.width, signal.lane_bits) = (width, width);
    signal
}

/// What names tell: the reset, and which signal announces which.
fn conventions(signals: &mut Signals, reset: Option<&str>) {
    let named = |signal: &Signal| reset.map_or(RESETS.contains(&signal.name.as_str()), |reset| signal.name == reset);
    signals.reset = signals.list.iter().position(|signal| signal.width == 1 && named(signal));
    let index: HashMap<String, usize> =
        signals.list.iter().zip(0..).map(|(s, index)| (s.path.clone(), index)).collect();
    let mut streams: BTreeMap<usize, usize> = BTreeMap::new();
    for signal in 0..signals.list.len() {
        let path = signals.list[signal].path.clone();
        for (end, announced) in [("_tdata", "_tvalid"), ("_tlast", "_tvalid"), ("_push_data", "_push")] {
            let Some(stem) = path.strip_suffix(end) else { continue };
            let Some(&guard) = index.get(&format!("{stem}{announced}")) else { continue };
            signals.guard(signal, guard);
            let next = signals.streams.len();
            let stream = *streams.entry(guard).or_insert(next);
            if stream == next {
                let ready = index.get(&format!("{stem}_tready")).copied().filter(|_| announced == "_tvalid");
                let fires = [Some(guard), ready].into_iter().flatten().collect();
                let name = stem.rsplit('.').next().unwrap_or(stem).to_string();
                signals.streams.push(Stream { name, fires, data: Vec::new(), beats: 0, order: Default::default() });
                signals.list[guard].stream = Some(stream);
            }
            signals.streams[stream].data.push(signal);
            signals.list[signal].stream = Some(stream);
        }
    }
}

/// The lines of a map file: a name in A, a name in B; `//` starts a comment.
fn pairs(path: &Path) -> Result<Vec<(String, String)>, Error> {
    let text = std::fs::read_to_string(path).map_err(|cause| Error::Read { path: path.into(), cause })?;
    let pair = |(number, line): (usize, &str)| {
        let words: Vec<&str> = line.split("//").next().unwrap_or_default().split_whitespace().collect();
        match words[..] {
            [] => None,
            [a, b] => Some(Ok((a.to_string(), b.to_string()))),
            _ => {
                let problem = format!("line {}: expected a name in A and a name in B", number + 1);
                Some(Err(Error::Malformed { path: path.into(), problem }))
            }
        }
    };
    text.lines().enumerate().filter_map(pair).collect()
}

/// The signals of a map.
fn mapped(
    pairs: &[(String, String)],
    known: Option<&Signals>,
    a: (&Source, Has),
    b: (&Source, Has),
) -> Result<(Signals, [Places; 2]), Error> {
    let find = |(source, has): (&Source, Has), path: &str| match has {
        Has::Variables(header) => {
            let found = header.variables.iter().position(|variable| variable.path == path);
            found.ok_or_else(|| Fault::UnknownSignal(path.into()).of(source.path()))
        }
        _ => Err(Fault::UnknownSignal(path.into()).of(source.path())),
    };
    let mut signals = known.map_or(Signals::default(), |known| known.select(|_, _| true));
    let mut vars = [vec![None; signals.list.len()], vec![None; signals.list.len()]];
    for (path_a, path_b) in pairs {
        let (var_a, var_b) = (find(a, path_a)?, find(b, path_b)?);
        let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_string();
        let known = [last(path_a), last(path_b)];
        let slot = signals.list.iter().position(|signal| known.contains(&signal.name));
        let slot = slot.unwrap_or_else(|| {
            vars.iter_mut().for_each(|vars| vars.push(None));
            let Has::Variables(header) = a.1 else { return signals.add(plain(path_a, 1)) };
            signals.add(plain(path_a, header.variables[var_a].width))
        });
        (vars[0][slot], vars[1][slot]) = (Some(var_a), Some(var_b));
    }
    if known.is_none() {
        conventions(&mut signals, None);
    }
    let scope = |path: &str| path.rsplit_once('.').map_or(String::new(), |(scope, _)| scope.to_string());
    let (scope_a, scope_b) = pairs.first().map_or(Default::default(), |(a, b)| (scope(a), scope(b)));
    let [in_a, in_b] = vars;
    Ok((signals, [Places { scope: scope_a, vars: in_a }, Places { scope: scope_b, vars: in_b }]))
}

/// The alignment of one recording with the common signals, `kept` being their indices before the selection.
fn aligned(
    (source, has): (&Source, Has),
    places: &Places,
    common: &Signals,
    kept: &[usize],
    clock: Option<String>,
) -> Result<Alignment, Error> {
    let Has::Variables(header) = has else { return Ok(Alignment::default()) };
    let mut slots = vec![Vec::new(); header.signals];
    for (slot, &index) in kept.iter().enumerate() {
        let Some(variable) = places.vars[index].map(|var| &header.variables[var]) else { continue };
        let expected = common.list[slot].width;
        if variable.width != expected {
            let (signal, found) = (variable.path.clone(), variable.width);
            return Err(Fault::WidthDiffers { signal, found, expected }.of(source.path()));
        }
        slots[variable.signal].push(slot);
    }
    let name = clock.unwrap_or("clk".into());
    let Some(clock) = find_clock(header, &places.scope, &name) else {
        return Err(Fault::NoClock { name, within: places.scope.clone() }.of(source.path()));
    };
    Ok(Alignment { scope: places.scope.clone(), slots, clock, clock_name: name })
}

/// The clock: in the scope of the design, else in one around it, else the first one of the name anywhere.
fn find_clock(header: &Header, scope: &str, name: &str) -> Option<usize> {
    let by_path = |path: &str| {
        let variable = header.variables.iter().find(|variable| variable.path == path && variable.width == 1);
        variable.map(|variable| variable.signal)
    };
    let mut scope = scope;
    loop {
        let found = if scope.is_empty() { by_path(name) } else { by_path(&format!("{scope}.{name}")) };
        if found.is_some() {
            return found;
        }
        if scope.is_empty() {
            let named = |path: &str| path.strip_suffix(name).is_some_and(|scope| scope.ends_with('.'));
            let found = header.variables.iter().find(|variable| variable.width == 1 && named(&variable.path));
            return found.map(|variable| variable.signal);
        }
        scope = scope.rsplit_once('.').map_or("", |(outer, _)| outer);
    }
}

/// A few names, for a message.
fn sample_of(has: Has) -> String {
    match has {
        Has::Variables(header) if header.variables.is_empty() => "no signals".into(),
        Has::Variables(header) => {
            let names: Vec<String> = header.variables.iter().take(3).map(|v| format!("`{}`", v.path)).collect();
            format!("{} signals, such as {}", header.variables.len(), names.join(", "))
        }
        _ => "the ports of its design".into(),
    }
}
