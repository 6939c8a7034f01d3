//! Mutants: an emitted folder with one place of one file changed.

use crate::equal::Gold;
use circlet::verify::{Bench, Options};
use rand::SeedableRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand_chacha::ChaCha8Rng;
use std::path::{Path, PathBuf};

/// What kind of mistake a mutant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// A bit of a word of a memory file.
    Memory,
    /// A sized constant, its lowest bit turned.
    Constant,
    /// A number that is one too large: in the arithmetic of constants, or as a parameter of an instance.
    OffByOne,
    /// Another operator of the same kind.
    Operator,
    /// Another comparison.
    Comparison,
    /// A condition turned round, or left out.
    Condition,
    /// A register that is not reset.
    Reset,
    /// Real and imaginary part exchanged, or the two lanes.
    Exchange,
    /// A sign that is not extended.
    Sign,
}

/// One change: `from` at byte `at` of a file becomes `to`.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// What kind.
    pub class: Class,
    /// The file, relative to the output folder.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    at: usize,
    /// What stands there.
    pub from: String,
    /// What is put there.
    pub to: String,
}

/// What came of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It cannot be built: no mutant.
    Stillborn,
    /// `verify` found it.
    Killed,
    /// Yosys shows that the hardware is the same.
    Equivalent,
    /// It behaves the same at every port that is looked at, for a reason given in `reasons.toml`.
    Harmless,
    /// `verify` did not find it.
    Alive,
}

/// `count` mutants of an output folder, all classes in turn.
pub fn mutants(folder: &Path, count: usize, seed: u64) -> Vec<Mutant> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut lists: Vec<Vec<Mutant>> = Vec::new();
    for mutant in sites(folder, &mut random) {
        match lists.iter_mut().find(|list| list[0].class == mutant.class) {
            Some(list) => list.push(mutant),
            None => lists.push(vec![mutant]),
        }
    }
    lists.sort_by_key(|list| list[0].class);
    lists.iter_mut().for_each(|list| list.shuffle(&mut random));
    let mut chosen = Vec::new();
    while chosen.len() < count && lists.iter().any(|list| !list.is_empty()) {
        chosen.extend(lists.iter_mut().filter_map(Vec::pop));
    }
    chosen.truncate(count);
    chosen
}

/// Every place that can be changed.
fn sites(folder: &Path, random: &mut ChaCha8Rng) -> Vec<Mutant> {
    let mut found = Vec::new();
    let list = std::fs::read_to_string(folder.join("files.f")).unwrap();
    for file in list.lines().filter(|line| line.ends_with(".v")) {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        verilog(file, &text, &mut found);
    }
    let Ok(entries) = std::fs::read_dir(folder.join("rtl/mem")) else { return found };
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    for name in names {
        let file = format!("rtl/mem/{name}");
        let text = std::fs::read_to_string(folder.join(&file)).unwrap();
        let start = text.find("\n").map_or(0, |end| if text.starts_with("//") { end } else { 0 });
        let digits: Vec<usize> = (start..text.len()).filter(|&at| text.as_bytes()[at].is_ascii_hexdigit()).collect();
        for _ in 0..4 {
            let Some(&at) = digits.choose(random) else { continue };
            let value = u32::from_str_radix(&text[at..=at], 16).unwrap() ^ 1;
            found.push(mutant(Class::Memory, &file, &text, at, &text[at..=at], format!("{value:x}")));
        }
    }
    found
}

fn mutant(class: Class, file: &str, text: &str, at: usize, from: &str, to: String) -> Mutant {
    let line = text[..at].matches('\n').count() + 1;
    Mutant { class, file: file.into(), line, at, from: from.into(), to }
}

/// Operators and what they become.
const OPERATORS: [(&str, &str); 8] = [
    (" + ", " - "),
    (" - ", " + "),
    (" && ", " || "),
    (" || ", " && "),
    (" & ", " | "),
    (" | ", " & "),
    ("(|", "(&"),
    ("(&", "(|"),
];
/// Comparisons and what they become.
const COMPARISONS: [(&str, &str); 5] =
    [(" == ", " != "), (" != ", " == "), (" >= ", " > "), (" < ", " <= "), (" > ", " >= ")];

/// The places of one Verilog file. Left out: comments, checks of parameters, lines that only name what is unused.
fn verilog(file: &str, text: &str, found: &mut Vec<Mutant>) {
    let mut start = 0;
    let (mut checks, mut debug) = (false, false);
    for line in text.split_inclusive('\n') {
        let code = &line[..line.find("//").unwrap_or(line.len())];
        checks = checks && !code.trim_start().starts_with("end") || code.contains("gen_check");
        debug = debug && !code.starts_with("`endif") || code.starts_with("`ifdef");
        if !checks && !debug && !code.contains("unused") && !code.contains("stop ()") {
            of_line(file, text, start, code, found);
        }
        start += line.len();
    }
}

fn of_line(file: &str, text: &str, start: usize, code: &str, found: &mut Vec<Mutant>) {
    let mut add = |class, at: usize, from: &str, to: String| {
        found.push(mutant(class, file, text, start + at, from, to));
    };
    let declaration = code.contains("reg ") || code.contains("wire ") || code.contains("put ");
    let (head, tail) = if declaration { code.split_at(code.find(" = ").unwrap_or(code.len())) } else { ("", code) };
    for (from, to) in OPERATORS {
        tail.match_indices(from).for_each(|(at, _)| add(Class::Operator, head.len() + at, from, to.into()));
    }
    for (from, to) in COMPARISONS {
        tail.match_indices(from).for_each(|(at, _)| add(Class::Comparison, head.len() + at, from, to.into()));
    }
    for (at, _) in code.match_indices("'d").chain(code.match_indices("'h")).chain(code.match_indices("'sd")) {
        let from = at + code[at..].find(|c: char| c.is_ascii_digit()).unwrap_or(0);
        let digits: String = code[from..].chars().take_while(char::is_ascii_digit).collect();
        if let Ok(value) = digits.parse::<u64>() {
            add(Class::Constant, from, &digits, (value ^ 1).to_string());
        }
    }
    for (at, bit) in code.match_indices("1'b0").chain(code.match_indices("1'b1")) {
        if !code.contains("{1'b0") && !code.contains("if (rst)") {
            add(Class::Constant, at, bit, if bit == "1'b0" { "1'b1" } else { "1'b0" }.into());
        }
    }
    let constants = code.trim_start().starts_with("localparam") || code.trim_start().starts_with('.');
    for (at, digit) in code.match_indices(|c: char| c.is_ascii_digit()).filter(|_| constants) {
        let alone = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_' && c != '\'');
        if alone(code[..at].chars().next_back()) && alone(code[at + 1..].chars().next()) && !code.contains('[') {
            add(Class::OffByOne, at, digit, (digit.parse::<u32>().unwrap() + 1).to_string());
        }
    }
    if let Some(at) = code.find("if (rst)") {
        add(Class::Reset, at, "if (rst)", "if (1'b0)".into());
    } else if let Some(at) =
        code.find("if (").filter(|_| code.trim_start().starts_with("if (") || code.contains("else if ("))
    {
        let end = code[at..].find(')').map_or(0, |end| at + end);
        let condition = &code[at..code.len().min(end + 1)];
        let constant = condition.chars().any(char::is_uppercase) && !condition.chars().any(char::is_lowercase);
        if condition.matches('(').count() == condition.matches(')').count() && !constant && !code.contains("begin :") {
            add(Class::Condition, at, condition, format!("if (!({}))", &condition[4..condition.len() - 1]));
            add(Class::Condition, at, condition, "if (1'b1)".into());
        }
    }
    for (one, other) in
        [("_re", "_im"), ("_im", "_re"), ("_sum", "_difference"), ("in_low", "in_high"), ("mem_0", "mem_1")]
    {
        for (at, _) in tail.match_indices(one) {
            add(Class::Exchange, head.len() + at, one, other.into());
        }
    }
    for (at, _) in tail.match_indices("-1]}}") {
        let from = tail[..at].rfind('{').map_or(at, |from| from + 1);
        let word = &tail[from..at + 3];
        if word.contains('[') {
            add(Class::Sign, head.len() + from, word, "1'b0".into());
        }
    }
}

impl Mutant {
    /// A copy of `folder` at `to` with the change.
    pub fn write(&self, folder: &Path, to: &Path) {
        copy(folder, to);
        let path = to.join(&self.file);
        let mut text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(&text[self.at..self.at + self.from.len()], self.from);
        text.replace_range(self.at..self.at + self.from.len(), &self.to);
        std::fs::write(path, text).unwrap();
    }

    /// Builds the mutant of `folder` and lets `verify` look for it, with its default plans. What it does not find is shown
    /// to `gold`, if there is one.
    pub fn fate(&self, folder: &Path, gold: Option<&Gold>) -> Fate {
        let place = tempfile::tempdir().unwrap();
        let changed = place.path().join("out");
        self.write(folder, &changed);
        let options = Options::default();
        let Ok(bench) = Bench::build(&changed, &options, &mut |_| ()) else { return Fate::Stillborn };
        match bench.verify(&options, &mut |_| ()) {
            Ok(report) if report.passed() => match gold.is_some_and(|gold| gold.is_same(&changed)) {
                true => Fate::Equivalent,
                false => Fate::Alive,
            },
            // a simulation that broke down was seen as well
            _ => Fate::Killed,
        }
    }
}

/// A folder with all that lies in it.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target: PathBuf = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}
