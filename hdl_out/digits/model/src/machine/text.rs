//! The text form of a machine: what the compiler writes and every user of the timed model reads.
//!
//! ```text
//! machine digits frame_in=32 frame_out=1
//! memory fc1_weight 24576
//! fifo fc1_in lanes=2 width=12 depth=24 turn=16:0:3:32:32
//! fifo fc1_x lanes=2 width=16 depth=40 replay=32:4:1:4
//! actor fc1_fft in=fc1_in out=fc1_x packet=8 every=1 burst=1 beats=8 latency=27
//! unit fft k=16 in=12 ...
//! ```
//!
//! An actor that pops or pushes several FIFOs names them between commas; with `turns=32,16` it pops its inputs in turn,
//! that many beats of each per frame. `rest` counts the firings after the last producing one of a period, `pause` the
//! cycles after each firing's beats; left out: none.
//! A `unit` belongs to the `actor` above it. `turn` is words, input pair bit (`-`: one lane), output pair bit, beats
//! in, beats out, then with four lanes the second bits of input and output; `replay` is window, repeat, groups, last
//! repeat. A memory is a file of one hexadecimal word per line, two's complement in 64 bits, named after the memory.

use super::fifo::{Access, Fifo, Replay, Turn};
use super::{Actor, Machine, Ports, Timing, Unit};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The `key=value` pairs of one line, and the memories they may name.
pub struct Fields<'a> {
    pairs: BTreeMap<&'a str, &'a str>,
    memories: &'a BTreeMap<String, Rc<[i64]>>,
}

impl<'a> Fields<'a> {
    /// Reads `key=value` pairs between blanks. `memories` holds what pairs may name.
    pub fn read(text: &'a str, memories: &'a BTreeMap<String, Rc<[i64]>>) -> Result<Fields<'a>, String> {
        let pair = |word: &'a str| word.split_once('=').ok_or_else(|| format!("`{word}`: expected key=value"));
        Ok(Fields { pairs: text.split_whitespace().map(pair).collect::<Result<_, _>>()?, memories })
    }

    fn text(&self, key: &str) -> Result<&'a str, String> {
        self.pairs.get(key).copied().ok_or_else(|| format!("`{key}` is missing"))
    }

    /// A number.
    pub fn number<T: std::str::FromStr>(&self, key: &str) -> Result<T, String> {
        let text = self.text(key)?;
        text.parse().map_err(|_| format!("`{key}={text}`: not a number in range"))
    }

    /// Numbers between colons.
    pub fn numbers<T: std::str::FromStr>(&self, key: &str) -> Result<Vec<T>, String> {
        let text = self.text(key)?;
        let number = |number: &str| number.parse().map_err(|_| format!("`{key}={text}`: not numbers in range"));
        text.split(':').map(number).collect()
    }

    /// A rounding mode.
    pub fn round(&self, key: &str) -> Result<crate::fixed::Round, String> {
        let text = self.text(key)?;
        crate::fixed::Round::parse(text).ok_or_else(|| format!("`{key}={text}`: not a rounding mode"))
    }

    /// A word of text.
    pub fn word(&self, key: &str) -> Result<&'a str, String> {
        self.text(key)
    }

    /// The contents of the memory that `key` names.
    pub fn memory(&self, key: &str) -> Result<Rc<[i64]>, String> {
        let name = self.text(key)?;
        self.memories.get(name).cloned().ok_or_else(|| format!("`{key}={name}`: no such memory"))
    }
}

/// Builds a unit from its fields.
pub type Build = fn(&Fields) -> Result<Box<dyn Unit>, String>;

/// Reads a machine. `units` maps the names of units to their models; `memory` fetches the text of a memory file.
///
/// Errors name the line. [`tokens`] reads the same text without values.
pub fn read(
    text: &str,
    units: &[(&str, Build)],
    memory: &mut dyn FnMut(&str) -> Result<String, String>,
) -> Result<Machine, String> {
    Reader::default().read(text, Some(units), memory)
}

/// Reads a machine that moves tokens only: time without values.
pub fn tokens(text: &str) -> Result<Machine, String> {
    Reader::default().read(text, None, &mut |_| Ok(String::new()))
}

/// Name, FIFOs, timing, units.
type ActorLine = (String, Ports, Timing, Vec<Box<dyn Unit>>);

#[derive(Default)]
struct Reader {
    head: Option<(String, usize, usize)>,
    memories: BTreeMap<String, Rc<[i64]>>,
    fifos: Vec<Fifo>,
    actors: Vec<ActorLine>,
}

impl Reader {
    fn read(
        mut self,
        text: &str,
        units: Option<&[(&str, Build)]>,
        memory: &mut dyn FnMut(&str) -> Result<String, String>,
    ) -> Result<Machine, String> {
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                self.line(line, units, memory).map_err(|e| format!("line {}: {e}", number + 1))?;
            }
        }
        let (name, frame_in, frame_out) = self.head.ok_or("no line `machine`")?;
        if self.fifos.is_empty() {
            return Err("no line `fifo`".into());
        }
        let actor = |(name, ports, timing, units)| Actor::new(name, ports, timing, units);
        Ok(Machine::new(name, frame_in, frame_out, self.fifos, self.actors.into_iter().map(actor).collect()))
    }

    fn line(
        &mut self,
        line: &str,
        units: Option<&[(&str, Build)]>,
        memory: &mut dyn FnMut(&str) -> Result<String, String>,
    ) -> Result<(), String> {
        let mut words = line.split_whitespace();
        let kind = words.next().unwrap_or_default();
        let name = words.next().ok_or("a name is missing")?;
        if kind == "memory" {
            let contents = hex_words(&memory(name)?)?;
            self.memories.insert(name.to_string(), contents.into());
            return Ok(());
        }
        let pairs = words
            .map(|word| word.split_once('=').ok_or_else(|| format!("`{word}`: expected key=value")))
            .collect::<Result<_, _>>()?;
        let fields = Fields { pairs, memories: &self.memories };
        match kind {
            "machine" => self.head = Some((name.into(), fields.number("frame_in")?, fields.number("frame_out")?)),
            "fifo" => {
                let (lanes, width) = (fields.number("lanes")?, fields.number("width")?);
                let (depth, access) = (fields.number("depth")?, access(&fields)?);
                if lanes == 0 || depth == 0 || !(1..=62).contains(&width) {
                    return Err("expected lanes and depth from 1, width 1 to 62".into());
                }
                self.fifos.push(Fifo::new(name.into(), lanes, width, depth, access));
            }
            "actor" => {
                let (timing, ports) = (timing(&fields)?, self.ports(&fields)?);
                if ports.inputs.len() > 1 && timing.packet != 1 {
                    return Err("expected packets of one beat where several FIFOs are popped".into());
                }
                self.actors.push((name.into(), ports, timing, Vec::new()));
            }
            "unit" => {
                let Some(units) = units else { return Ok(()) };
                let (_, build) = units.iter().find(|(n, _)| *n == name).ok_or(format!("no unit `{name}`"))?;
                let unit = build(&fields).map_err(|e| format!("unit `{name}`: {e}"))?;
                self.actors.last_mut().ok_or("a unit before any actor")?.3.push(unit);
            }
            other => return Err(format!("`{other}`: expected machine, memory, fifo, actor or unit")),
        }
        Ok(())
    }

    fn ports(&self, fields: &Fields) -> Result<Ports, String> {
        let list = |key| fields.word(key)?.split(',').map(|name| self.fifo(name)).collect::<Result<Vec<_>, String>>();
        let (inputs, outputs) = (list("in")?, list("out")?);
        let turn = |beats: &str| beats.parse().ok().filter(|&beats| beats > 0).ok_or(format!("`turns={beats}`"));
        let turns = match fields.word("turns") {
            Ok(turns) => turns.split(',').map(turn).collect::<Result<Vec<usize>, String>>()?,
            Err(_) => Vec::new(),
        };
        if !turns.is_empty() && turns.len() != inputs.len() {
            return Err("expected one number of `turns` for each FIFO of `in`".into());
        }
        Ok(Ports { inputs, turns, outputs })
    }

    fn fifo(&self, name: &str) -> Result<usize, String> {
        self.fifos.iter().position(|f| f.name == name).ok_or_else(|| format!("no fifo `{name}`"))
    }
}

fn timing(fields: &Fields) -> Result<Timing, String> {
    let timing = Timing {
        packet: fields.number("packet")?,
        pause: if fields.word("pause").is_ok() { fields.number("pause")? } else { 0 },
        every: fields.number("every")?,
        burst: fields.number("burst")?,
        rest: if fields.word("rest").is_ok() { fields.number("rest")? } else { 0 },
        out: fields.number("beats")?,
        latency: fields.number("latency")?,
    };
    let Timing { packet, every, burst, rest, out, latency, .. } = timing;
    if [packet, burst, out, latency].contains(&0) || every.checked_sub(rest).is_none_or(|firings| burst > firings) {
        return Err("expected packet, burst, beats and latency from 1, burst and rest up to every".into());
    }
    Ok(timing)
}

fn access(fields: &Fields) -> Result<Access, String> {
    let numbers = |text: &str| -> Result<Vec<Option<usize>>, String> {
        let number = |t: &str| if t == "-" { Ok(None) } else { t.parse().map(Some).map_err(|_| format!("`{text}`")) };
        text.split(':').map(number).collect()
    };
    if let Ok(text) = fields.word("turn") {
        let parts = numbers(text)?;
        let wrong = || format!("`turn={text}`: expected words:in:out:beats_in:beats_out[:second_in:second_out]");
        let [Some(words), pair_in, Some(pair_out), Some(frame_in), Some(frame_out), ref second @ ..] = parts[..] else {
            return Err(wrong());
        };
        let second = match *second {
            [] => None,
            [Some(second_in), Some(second_out)] => Some([second_in as u32, second_out as u32]),
            _ => return Err(wrong()),
        };
        let (pair_in, pair_out) = (pair_in.map(|bit| bit as u32), pair_out as u32);
        let turn = Turn { words, pair_in, pair_out, second, frame_in, frame_out };
        return turn
            .is_sound()
            .then_some(Access::Turn(turn))
            .ok_or(format!("`turn={text}`: not a turn of whole frames"));
    }
    let text = fields.word("replay")?;
    let [Some(window), Some(repeat), Some(groups), Some(last_repeat)] = numbers(text)?[..] else {
        return Err(format!("`replay={text}`: expected window:repeat:groups:last_repeat"));
    };
    if [window, repeat, groups, last_repeat].contains(&0) {
        return Err(format!("`replay={text}`: expected numbers from 1"));
    }
    Ok(Access::Replay(Replay { window, repeat, groups, last_repeat }))
}

/// The text form of an [`Access`], as a `key=value` pair.
pub fn access_field(access: Access) -> String {
    match access {
        Access::Replay(r) => format!("replay={}:{}:{}:{}", r.window, r.repeat, r.groups, r.last_repeat),
        Access::Turn(t) => {
            let pair_in = t.pair_in.map_or("-".into(), |bit| bit.to_string());
            let second = t.second.map_or(String::new(), |[second_in, second_out]| format!(":{second_in}:{second_out}"));
            format!("turn={}:{pair_in}:{}:{}:{}{second}", t.words, t.pair_out, t.frame_in, t.frame_out)
        }
    }
}

/// Reads one hexadecimal two's complement word per line; `//` starts a comment.
pub fn hex_words(text: &str) -> Result<Vec<i64>, String> {
    let word = |line: &str| match line.split("//").next().unwrap_or("").trim() {
        "" => None,
        digits => {
            Some(u64::from_str_radix(digits, 16).map(|w| w as i64).map_err(|_| format!("`{digits}`: not hexadecimal")))
        }
    };
    text.lines().filter_map(word).collect()
}

/// Writes what [`hex_words`] reads.
pub fn words_hex(words: &[i64]) -> String {
    words.iter().map(|word| format!("{word:x}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TINY: &str = "machine m frame_in=2 frame_out=1\nfifo a lanes=1 width=8 depth=4 turn=4:-:1:4:2\n\
        fifo b lanes=2 width=8 depth=1 replay=1:1:1:1\nactor x in=a out=b packet=1 every=2 burst=1 beats=1 latency=1\n";

    #[test]
    fn a_machine_reads() {
        let machine = read(TINY, &[], &mut |_| Err("none".into())).unwrap();
        assert_eq!((machine.fifos.len(), machine.actors.len(), machine.frame_in), (2, 1, 2));
        assert_eq!(access_field(machine.fifos[0].access), "turn=4:-:1:4:2");
        let four = "turn=64:0:5:16:16:1:4";
        let machine = tokens(&TINY.replacen("turn=4:-:1:4:2", four, 1)).unwrap();
        assert_eq!(access_field(machine.fifos[0].access), four);
    }

    #[test]
    fn what_cannot_be_a_machine_is_refused_with_its_line() {
        let wrong = [
            ("lanes=1 width=8", "lanes=0 width=8", "line 2"),
            ("depth=4", "depth=0", "line 2"),
            ("turn=4:-:1:4:2", "turn=3:-:1:4:2", "line 2"),
            ("turn=4:-:1:4:2", "turn=4:1:1:4:2", "line 2"),
            ("turn=4:-:1:4:2", "turn=4:-:1:4:9", "line 2"),
            ("turn=4:-:1:4:2", "turn=4:-:1:0:2", "line 2"),
            ("turn=4:-:1:4:2", "turn=16:0:3:4:4:1", "line 2"),
            ("turn=4:-:1:4:2", "turn=16:0:3:4:4:0:2", "line 2"),
            ("turn=4:-:1:4:2", "turn=16:-:3:4:4:1:2", "line 2"),
            ("replay=1:1:1:1", "replay=1:0:1:1", "line 3"),
            ("in=a", "in=z", "line 4"),
            ("burst=1", "burst=3", "line 4"),
            ("latency=1", "latency=0", "line 4"),
            ("latency=1", "latency", "line 4"),
            ("every=2", "every=2 rest=2", "line 4"),
            ("in=a", "in=a,b turns=4", "line 4"),
            ("in=a", "in=a turns=0", "line 4"),
            ("in=a out=b packet=1", "in=a,a out=b packet=2", "line 4"),
        ];
        for (from, to, place) in wrong {
            assert!(TINY.contains(from), "{from}");
            let problem = tokens(&TINY.replacen(from, to, 1)).err().expect(to);
            assert!(problem.starts_with(place), "{to}: {problem}");
        }
        assert!(tokens("").is_err());
    }

    #[test]
    fn hexadecimal_words_read_back() {
        let words = [0, -1, i64::MIN, 77];
        assert_eq!(hex_words(&words_hex(&words)).unwrap(), words);
        assert!(hex_words("12 // twelve\n\nxyz").is_err());
    }
}
