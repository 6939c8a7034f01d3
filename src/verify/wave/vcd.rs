//! A streaming reader of value change dumps (IEEE 1364-2005, clause 18), byte by byte and in bounded memory.

use super::{Fault, Header, Problem, Sink, Variable};
use std::collections::HashMap;
use std::io::Read;

/// Bytes read at once; the longest word that is taken.
const BUFFER: usize = 1 << 20;
/// Longest header, bytes: what it declares is kept in memory.
const HEADER: usize = 1 << 28;

/// A dump with its header read.
pub struct Vcd<R> {
    /// What it declares.
    pub header: Header,
    words: Words<R>,
    codes: Codes,
}

/// Signals by their identifier codes.
#[derive(Default)]
struct Codes {
    /// Index plus one, by [`number`] of the code.
    table: Vec<u32>,
    long: HashMap<Vec<u8>, u32>,
}

/// Codes of up to three printable characters as numbers, without gaps.
fn number(code: &[u8]) -> Option<usize> {
    if code.len() > 3 {
        return None;
    }
    let mut number = 0;
    for &byte in code {
        number = number * 94 + usize::from(byte.checked_sub(b'!').filter(|&digit| digit < 94)?) + 1;
    }
    Some(number)
}

impl Codes {
    fn get(&self, code: &[u8]) -> Option<usize> {
        let index = match number(code) {
            Some(number) => *self.table.get(number)?,
            None => *self.long.get(code)?,
        };
        (index as usize).checked_sub(1)
    }

    /// The index of a code, a new one if it is not known.
    fn enter(&mut self, code: &[u8], signals: &mut usize) -> usize {
        if let Some(index) = self.get(code) {
            return index;
        }
        *signals += 1;
        let index = *signals as u32;
        match number(code) {
            Some(number) => {
                if self.table.len() <= number {
                    self.table.resize(number + 1, 0);
                }
                self.table[number] = index;
            }
            None => {
                self.long.insert(code.to_vec(), index);
            }
        }
        *signals - 1
    }
}

impl<R: Read> Vcd<R> {
    /// Reads the header.
    pub fn open(file: R) -> Result<Vcd<R>, Problem> {
        let mut words = Words::new(file);
        let (mut header, mut codes, mut scopes) = (Header::default(), Codes::default(), Vec::<String>::new());
        loop {
            let Some(word) = words.next()? else { return Err(Fault::Truncated("before `$enddefinitions`").into()) };
            let word = word.to_vec();
            if words.position() > HEADER {
                return Err(words.syntax(&word, "a header of at most 256 MB").into());
            }
            match &word[..] {
                b"$enddefinitions" => {
                    words.until_end()?;
                    return Ok(Vcd { header, words, codes });
                }
                b"$scope" => {
                    let said = words.until_end()?;
                    match said.get(1) {
                        Some(name) => scopes.push(name.clone()),
                        None => return Err(words.syntax(b"$end", "the name of a scope").into()),
                    }
                }
                b"$upscope" => {
                    words.until_end()?;
                    if scopes.pop().is_none() {
                        return Err(words.syntax(b"$upscope", "a scope to be open").into());
                    }
                }
                b"$timescale" => header.timescale = timescale(&words.until_end()?.concat()),
                b"$var" => variable(&mut words, &mut header, &mut codes, &scopes)?,
                [b'$', ..] => drop(words.until_end()?),
                _ => return Err(words.syntax(&word, "a command such as `$var`").into()),
            }
        }
    }

    /// Gives the changes of the signals in `wanted` to a sink.
    pub fn stream(mut self, wanted: &[bool], sink: &mut impl Sink) -> Result<(), Problem> {
        let words = &mut self.words;
        let mut held = Vec::new();
        while let Some(word) = words.next()? {
            match word[0] {
                b'#' => match decimal(&word[1..]) {
                    Some(time) => {
                        if !sink.time(time)? {
                            return Ok(());
                        }
                    }
                    None => return Err(words.last_syntax("a time such as `#100`").into()),
                },
                b'0' | b'1' | b'x' | b'X' | b'z' | b'Z' => match self.codes.get(&word[1..]) {
                    Some(signal) => {
                        if wanted[signal] {
                            sink.change(signal, &word[..1]);
                        }
                    }
                    None => return Err(words.last_syntax("a value and a declared code").into()),
                },
                b'b' | b'B' => {
                    held.clear();
                    held.extend_from_slice(&word[1..]);
                    let Some(code) = words.next()? else { return Err(Fault::Truncated("after a value").into()) };
                    match self.codes.get(code) {
                        Some(signal) => {
                            if wanted[signal] {
                                if !is_value(&held) {
                                    return Err(words.syntax(&held, "bits 0, 1, x and z").into());
                                }
                                sink.change(signal, &held);
                            }
                        }
                        None => return Err(words.last_syntax("a declared code").into()),
                    }
                }
                b'r' | b'R' | b's' | b'S' => {
                    if words.next()?.is_none() {
                        return Err(Fault::Truncated("after a value").into());
                    }
                }
                b'$' => match &word[1..] {
                    b"dumpvars" | b"dumpall" | b"dumpon" | b"dumpoff" | b"end" => {}
                    _ => drop(words.until_end()?),
                },
                _ => return Err(words.last_syntax("a change, such as `1!` or `b101 !`").into()),
            }
        }
        if words.ends_with_line { Ok(()) } else { Err(Fault::Truncated("in the middle of a line").into()) }
    }
}

fn is_value(bits: &[u8]) -> bool {
    !bits.is_empty() && bits.iter().all(|bit| matches!(bit, b'0' | b'1' | b'x' | b'X' | b'z' | b'Z'))
}

fn decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0u64, |number, &digit| {
        let digit = digit.checked_sub(b'0').filter(|&digit| digit < 10)?;
        number.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

/// `1ns` -> (1, -9).
fn timescale(text: &str) -> Option<(u32, i8)> {
    let at = text.find(|c: char| !c.is_ascii_digit())?;
    let power = [("s", 0), ("ms", -3), ("us", -6), ("ns", -9), ("ps", -12), ("fs", -15)];
    let (_, power) = power.into_iter().find(|(unit, _)| *unit == text[at..].trim())?;
    Some((text[..at].parse().ok()?, power))
}

/// `wire 20 # data [19:0] $end`.
fn variable<R: Read>(
    words: &mut Words<R>,
    header: &mut Header,
    codes: &mut Codes,
    scopes: &[String],
) -> Result<(), Problem> {
    let said = words.until_end()?;
    let [_, width, code, name, ..] = &said[..] else {
        return Err(words.syntax(said.concat().as_bytes(), "type, width, code and name of a variable").into());
    };
    let Some(width) = width.parse::<u32>().ok().filter(|width| (1..=1 << 20).contains(width)) else {
        return Err(words.syntax(width.as_bytes(), "a width from 1 to 1048576 bits").into());
    };
    let name = name.trim_start_matches('\\');
    let name = name.find('[').filter(|&at| at > 0).map_or(name, |at| &name[..at]);
    let path = scopes.iter().map(String::as_str).chain([name]).collect::<Vec<_>>().join(".");
    let signal = codes.enter(code.as_bytes(), &mut header.signals);
    header.variables.push(Variable { path, width, signal });
    Ok(())
}

/// The words of a file, with blanks between them.
struct Words<R> {
    file: R,
    buffer: Vec<u8>,
    /// The next byte to look at, and the end of what was read.
    at: usize,
    end: usize,
    /// Start of the last word.
    start: usize,
    /// Bytes before the buffer.
    before: usize,
    /// Whether the file, as far as it was read, ends with a line's end.
    ends_with_line: bool,
}

impl<R: Read> Words<R> {
    fn new(file: R) -> Words<R> {
        Words { file, buffer: vec![0; BUFFER], at: 0, end: 0, start: 0, before: 0, ends_with_line: true }
    }

    /// Bytes of the file up to here.
    fn position(&self) -> usize {
        self.before + self.at
    }

    /// The next word; `None` at the end of the file. Inlined: it is most of what reading costs.
    #[inline(always)]
    fn next(&mut self) -> Result<Option<&[u8]>, Problem> {
        loop {
            while self.at < self.end && self.buffer[self.at] <= b' ' {
                self.at += 1;
            }
            let mut stop = self.at;
            while stop < self.end && self.buffer[stop] > b' ' {
                stop += 1;
            }
            if stop < self.end {
                self.start = self.at;
                self.at = stop;
                return Ok(Some(&self.buffer[self.start..stop]));
            }
            if !self.fill()? {
                (self.start, self.at) = (self.at, self.end);
                return Ok((self.start < self.end).then_some(&self.buffer[self.start..self.end]));
            }
        }
    }

    /// Reads on behind what is left, which moves to the front; `false` at the end of the file.
    #[cold]
    fn fill(&mut self) -> Result<bool, Problem> {
        self.buffer.copy_within(self.at..self.end, 0);
        self.before += self.at;
        (self.at, self.end) = (0, self.end - self.at);
        if self.end == self.buffer.len() {
            return Err(self.syntax(&self.buffer[..32], "words of less than a million bytes").into());
        }
        loop {
            match self.file.read(&mut self.buffer[self.end..]) {
                Ok(0) => return Ok(false),
                Ok(count) => {
                    self.end += count;
                    self.ends_with_line = self.buffer[self.end - 1] == b'\n';
                    return Ok(true);
                }
                Err(cause) if cause.kind() == std::io::ErrorKind::Interrupted => {}
                Err(cause) => return Err(Problem::Io(cause)),
            }
        }
    }

    /// The words up to `$end`.
    fn until_end(&mut self) -> Result<Vec<String>, Problem> {
        let (mut said, from) = (Vec::new(), self.position());
        loop {
            let Some(word) = self.next()? else { return Err(Fault::Truncated("before `$end`").into()) };
            if word == b"$end" {
                return Ok(said);
            }
            // of a long comment only the beginning is kept
            if said.len() < 64 {
                said.push(String::from_utf8_lossy(word).into_owned());
            }
            if self.position() - from > HEADER {
                return Err(self.last_syntax("`$end`").into());
            }
        }
    }

    fn syntax(&self, word: &[u8], expected: &'static str) -> Fault {
        let word = &word[..word.len().min(40)];
        let found = String::from_utf8_lossy(word).chars().map(|c| if c.is_control() { '?' } else { c }).collect();
        Fault::Syntax { place: format!("byte {}", self.position().saturating_sub(word.len())), found, expected }
    }

    /// The fault of the word that was read last.
    #[cold]
    fn last_syntax(&self, expected: &'static str) -> Fault {
        self.syntax(&self.buffer[self.start..self.at], expected)
    }
}
