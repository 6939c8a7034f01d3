//! What Verilator counts: the file `coverage.dat` of version 5.006, and of the newer ones.
//!
//! A line is `C '<keys>' <count>`, its keys each `\x01<key>\x02<value>`: `f` file, `l` line, `n` column, `page`
//! (`v_line/`, `v_branch/` or `v_toggle/` and the module with its parameters), `o` what (`if`, `else`, the name of a bit;
//! newer versions count both edges of a bit, `data[3]:0->1`), `S` the lines that the point stands for, as `12,14-16`.

use crate::diag::Error;
use crate::verify::lockstep::Lockstep;
use std::collections::BTreeMap;
use std::path::Path;

/// A place in the Verilog where something is counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// The file, relative to the output folder.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// The module with its parameters; all instances of them count together.
    pub module: String,
    /// A bit, not a line.
    pub toggle: bool,
    /// Which branch, or which bit.
    pub what: String,
    /// The lines that run with it.
    pub lines: Vec<usize>,
}

/// How often each place was passed.
#[derive(Clone, Debug, Default)]
pub struct Points {
    /// Every place there is.
    pub counts: BTreeMap<Point, u64>,
}

impl Points {
    /// Adds what the last plan went through; nothing where it ended early.
    pub fn add(&mut self, lockstep: &Lockstep) -> Result<(), Error> {
        let Some(path) = lockstep.counts.as_ref().filter(|path| path.is_file()) else { return Ok(()) };
        self.take(path, |_| true)?;
        // of the time before the first reset ends: blocks that run once
        self.take(&path.with_extension("dat.start"), |point| !point.toggle && point.what == "block")
    }

    fn take(&mut self, path: &Path, counts: impl Fn(&Point) -> bool) -> Result<(), Error> {
        let bytes = std::fs::read(path).map_err(|cause| Error::Read { path: path.into(), cause })?;
        let read = self.read(&String::from_utf8_lossy(&bytes), counts);
        read.map_err(|problem| Error::Malformed { path: path.into(), problem })?;
        std::fs::remove_file(path).map_err(|cause| Error::Write { path: path.into(), cause })
    }

    /// Adds the counts of a file, of those points that `counts` takes.
    pub fn read(&mut self, text: &str, counts: impl Fn(&Point) -> bool) -> Result<(), String> {
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let (point, count) =
                parse(line).ok_or_else(|| format!("line {}: not a count of Verilator's", index + 1))?;
            let count = if counts(&point) { count } else { 0 };
            *self.counts.entry(point).or_default() += count;
        }
        Ok(())
    }
}

fn parse(line: &str) -> Option<(Point, u64)> {
    let (keys, count) = line.strip_prefix("C '")?.rsplit_once("' ")?;
    let pairs: BTreeMap<&str, &str> = keys.split('\x01').filter_map(|pair| pair.split_once('\x02')).collect();
    let get = |key: &str| pairs.get(key).copied();
    let (kind, module) = get("page")?.split_once('/')?;
    let lines = get("S").map_or(Some(Vec::new()), ranges)?;
    let point = Point {
        file: get("f")?.into(),
        line: get("l")?.parse().ok()?,
        column: get("n")?.parse().ok()?,
        module: module.into(),
        toggle: kind == "v_toggle",
        what: get("o").unwrap_or_default().into(),
        lines,
    };
    Some((point, count.trim().parse().ok()?))
}

/// `12,14-16`.
fn ranges(text: &str) -> Option<Vec<usize>> {
    let mut lines = Vec::new();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        lines.extend(first.parse::<usize>().ok()?..=last.parse().ok()?);
    }
    Some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "# SystemC::Coverage-3\n\
        C '\x01f\x02rtl/gate.v\x01l\x0252\x01n\x029\x01page\x02v_branch/gate__P4\x01o\x02if\x01S\x0252,54-55\x01h\x02.t' 7\n\
        C '\x01f\x02rtl/gate.v\x01l\x0230\x01n\x023\x01page\x02v_toggle/gate__P4\x01o\x02level[3]\x01h\x02.t' 0\n";
    const NEW: &str = "# SystemC::Coverage-3\n\
        C '\x01f\x02rtl/gate.v\x01l\x0230\x01n\x023\x01t\x02toggle\x01page\x02v_toggle/gate__P4\x01o\x02pop:0->1\x01h\x02.t' 2\n";

    #[test]
    fn counts_add_up() {
        let mut points = Points::default();
        points.read(OLD, |_| true).unwrap();
        points.read(OLD, |_| true).unwrap();
        points.read(NEW, |_| true).unwrap();
        let found: Vec<(&str, &[usize], bool, u64)> =
            points.counts.iter().map(|(p, &n)| (p.what.as_str(), &p.lines[..], p.toggle, n)).collect();
        assert_eq!(
            found,
            [("level[3]", &[][..], true, 0), ("pop:0->1", &[][..], true, 2), ("if", &[52, 54, 55][..], false, 14)]
        );
    }

    #[test]
    fn what_is_no_count_is_named_by_its_line() {
        let problem = Points::default().read("# head\nC 'x' 7\n", |_| true).unwrap_err();
        assert!(problem.starts_with("line 2"), "{problem}");
    }
}
