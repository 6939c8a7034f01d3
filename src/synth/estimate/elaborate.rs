//! Modules to bits: parameters become numbers, instances and loops are unrolled, expressions become gates.
//!
//! Bits are made on demand, from the outputs backwards; a register's input is looked at after the register is known.

use super::graph::{Bit, Graph, Memory, Node, ONE, Register, ZERO};
use super::read::{Expr, Item, Module, Statement};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::rc::Rc;

pub(super) type Made<T> = Result<T, String>;

/// A constant: a number with its width, or a text.
#[derive(Clone, Debug)]
pub(super) struct Constant {
    pub(super) value: i128,
    pub(super) width: Option<u32>,
    pub(super) text: Option<String>,
}

/// Names of a module or of a generate block in it.
pub(super) struct Frame {
    pub(super) parent: Option<usize>,
    pub(super) constants: FxHashMap<String, Constant>,
    pub(super) signals: FxHashMap<String, usize>,
    pub(super) part: u32,
}

pub(super) struct Signal {
    pub(super) width: usize,
    pub(super) low: i128,
    pub(super) is_signed: bool,
    /// The memory, if it is one.
    pub(super) memory: Option<u32>,
    pub(super) drivers: Vec<Driver>,
    pub(super) bits: Vec<Option<Bit>>,
}

#[derive(Clone, Copy)]
pub(super) struct Driver {
    pub(super) low: usize,
    pub(super) width: usize,
    pub(super) source: Source,
}

#[derive(Clone, Copy)]
pub(super) enum Source {
    /// Bits of a value from an offset on.
    Value(usize, usize),
    /// Bits of another signal from an offset on.
    Signal(usize, usize),
    /// An always block.
    Block(usize),
}

pub(super) struct Value {
    pub(super) frame: usize,
    pub(super) expr: Expr,
    pub(super) width: usize,
    pub(super) bits: Option<Vec<Bit>>,
}

pub(super) struct Block {
    pub(super) frame: usize,
    pub(super) is_clocked: bool,
    pub(super) body: Rc<Statement>,
    pub(super) done: Option<Rc<Next>>,
}

pub(super) type Next = FxHashMap<(usize, usize), Bit>;

/// What an always block has assigned so far.
#[derive(Default)]
pub(super) struct Run {
    /// On the present path: what each branch has assigned by itself, the innermost last.
    pub(super) next: Vec<Next>,
    pub(super) is_clocked: bool,
    /// Loop variables.
    pub(super) variables: BTreeMap<String, i128>,
    pub(super) writes: Vec<(u32, Vec<Bit>, Vec<Bit>, Bit)>,
}

impl Run {
    /// What a bit of a signal was assigned last.
    pub(super) fn assigned(&self, slot: (usize, usize)) -> Option<Bit> {
        self.next.iter().rev().find_map(|next| next.get(&slot)).copied()
    }
}

/// Elaborates `top`; `part` gives the part of an instance in the top module, `memory` the text of a memory file.
pub fn elaborate(
    modules: &BTreeMap<String, Module>,
    top: &str,
    small: usize,
    part: &dyn Fn(&str) -> u32,
    memory: &dyn Fn(&str) -> Option<String>,
) -> Made<Graph> {
    let (frames, signals, values, blocks) = Default::default();
    let mut made = Elaborator {
        modules,
        part,
        memory,
        graph: Graph::new(small),
        frames,
        signals,
        values,
        blocks,
        kept: Vec::new(),
        pending: Vec::new(),
        local: None,
    };
    let module = modules.get(top).ok_or_else(|| format!("no module `{top}`"))?;
    let frame = made.frame(None, 0);
    let ports = made.module(module, frame, &[])?;
    for (index, _) in module.ports.iter().enumerate().filter(|(_, port)| !port.is_output) {
        for n in 0..made.signals[ports[index]].width {
            let bit = made.graph.node(Node::Input((index * 65536 + n) as u32));
            made.signals[ports[index]].bits[n] = Some(bit);
        }
    }
    for (index, _) in module.ports.iter().enumerate().filter(|(_, port)| port.is_output) {
        let bits = made.whole(ports[index])?;
        made.graph.outputs.extend(bits);
    }
    for signal in std::mem::take(&mut made.kept) {
        let bits = made.whole(signal)?;
        made.graph.outputs.extend(bits);
    }
    made.finish()?;
    Ok(made.graph)
}

pub(super) struct Elaborator<'a> {
    pub(super) modules: &'a BTreeMap<String, Module>,
    pub(super) part: &'a dyn Fn(&str) -> u32,
    pub(super) memory: &'a dyn Fn(&str) -> Option<String>,
    pub(super) graph: Graph,
    pub(super) frames: Vec<Frame>,
    pub(super) signals: Vec<Signal>,
    pub(super) values: Vec<Value>,
    pub(super) blocks: Vec<Block>,
    /// Signals that stay though nothing reads them.
    pub(super) kept: Vec<usize>,
    /// Registers whose inputs are not known yet: index, signal, bit, block.
    pub(super) pending: Vec<(usize, usize, usize, usize)>,
    /// What the present always block sees of its own variables.
    pub(super) local: Option<Run>,
}

impl Elaborator<'_> {
    pub(super) fn frame(&mut self, parent: Option<usize>, part: u32) -> usize {
        let (constants, signals) = Default::default();
        self.frames.push(Frame { parent, constants, signals, part });
        self.frames.len() - 1
    }

    pub(super) fn constant(&self, frame: usize, name: &str) -> Option<&Constant> {
        let mut at = Some(frame);
        while let Some(index) = at {
            let frame = &self.frames[index];
            if let Some(found) = frame.constants.get(name) {
                return Some(found);
            }
            if frame.signals.contains_key(name) {
                return None;
            }
            at = frame.parent;
        }
        None
    }

    pub(super) fn signal(&self, frame: usize, name: &str) -> Made<usize> {
        let mut at = Some(frame);
        while let Some(index) = at {
            if let Some(&found) = self.frames[index].signals.get(name) {
                return Ok(found);
            }
            at = self.frames[index].parent;
        }
        Err(format!("no signal `{name}`"))
    }

    // ---- structure ----

    /// Makes the signals and drivers of an instance; the signals of its ports in their order.
    pub(super) fn module(&mut self, module: &Module, frame: usize, given: &[(String, Constant)]) -> Made<Vec<usize>> {
        for (name, default) in &module.parameters {
            let constant = match given.iter().find(|(given, _)| given == name) {
                Some((_, constant)) => constant.clone(),
                None => Constant { value: self.number(frame, default)?, width: None, text: self.text(frame, default) },
            };
            self.frames[frame].constants.insert(name.clone(), constant);
        }
        // ports may use constants of the body
        let mut ports = Vec::new();
        for port in &module.ports {
            let (width, low) = self.width(frame, &port.range)?;
            ports.push(self.declare(frame, &port.name, width, low, port.is_signed));
        }
        self.items(&module.items, frame)?;
        Ok(ports)
    }

    pub(super) fn declare(&mut self, frame: usize, name: &str, width: usize, low: i128, is_signed: bool) -> usize {
        let bits = vec![None; width];
        self.signals.push(Signal { width, low, is_signed, memory: None, drivers: Vec::new(), bits });
        self.frames[frame].signals.insert(name.into(), self.signals.len() - 1);
        self.signals.len() - 1
    }

    pub(super) fn items(&mut self, items: &[Item], frame: usize) -> Made<()> {
        // names first: they may be used before they are declared
        for item in items {
            match item {
                Item::Constant(name, range, value) => {
                    let width = match range {
                        Some(_) => Some(self.width(frame, range)?.0 as u32),
                        None => None,
                    };
                    let value = self.number(frame, value)?;
                    self.frames[frame].constants.insert(name.clone(), Constant { value, width, text: None });
                }
                Item::Signal(name, is_signed, range, words) => {
                    let (width, low) = self.width(frame, range)?;
                    let signal = self.declare(frame, name, width, low, *is_signed);
                    if words.is_some() {
                        let (depth, _) = self.width(frame, words)?;
                        let part = self.frames[frame].part;
                        self.graph.memories.push(Memory {
                            width,
                            depth,
                            words: None,
                            is_seen: false,
                            is_apart: false,
                            part,
                        });
                        self.signals[signal].memory = Some(self.graph.memories.len() as u32 - 1);
                    }
                }
                _ => {}
            }
        }
        for item in items {
            match item {
                Item::Assign(to, value) => {
                    let places = self.places(frame, to)?;
                    let width = places.iter().map(|(_, _, width)| width).sum();
                    self.values.push(Value { frame, expr: value.clone(), width, bits: None });
                    let (index, mut offset) = (self.values.len() - 1, 0);
                    for (signal, low, width) in places {
                        let source = Source::Value(index, offset);
                        self.signals[signal].drivers.push(Driver { low, width, source });
                        offset += width;
                    }
                }
                Item::Always(is_clocked, body) => {
                    let (is_clocked, body) = (*is_clocked, body.clone());
                    self.blocks.push(Block { frame, is_clocked, body: body.clone(), done: None });
                    let block = self.blocks.len() - 1;
                    self.drive(frame, &body, block)?;
                }
                Item::Load(file, name) => {
                    let signal = self.signal(frame, name)?;
                    let text = self.text(frame, file).and_then(|file| (self.memory)(&file));
                    if let (Some(memory), Some(text)) = (self.signals[signal].memory, text) {
                        let width = self.signals[signal].width;
                        self.graph.memories[memory as usize].words = Some(words(&text, width));
                    }
                }
                Item::If(condition, yes, no) => {
                    let branch = if self.number(frame, condition)? != 0 { yes } else { no };
                    let inner = self.frame(Some(frame), self.frames[frame].part);
                    self.items(branch, inner)?;
                }
                Item::For(variable, from, goes, next, body) => {
                    let mut value = self.number(frame, from)?;
                    loop {
                        let inner = self.frame(Some(frame), self.frames[frame].part);
                        let constant = Constant { value, width: None, text: None };
                        self.frames[inner].constants.insert(variable.clone(), constant);
                        if self.number(inner, goes)? == 0 {
                            break;
                        }
                        self.items(body, inner)?;
                        value = self.number(inner, next)?;
                    }
                }
                Item::Instance(module, name, parameters, ports) => {
                    self.instance(frame, module, name, parameters, ports).map_err(|e| format!("{e}\n in {name}"))?
                }
                Item::Keep(name) => self.kept.push(self.signal(frame, name)?),
                Item::Constant(..) | Item::Signal(..) => {}
            }
        }
        Ok(())
    }

    pub(super) fn instance(
        &mut self,
        frame: usize,
        name: &str,
        instance: &str,
        parameters: &[(String, Expr)],
        ports: &[(String, Expr)],
    ) -> Made<()> {
        let modules = self.modules;
        let module = modules.get(name).ok_or_else(|| format!("no module `{name}`"))?;
        let mut given = Vec::new();
        for (parameter, value) in parameters {
            let (value, text) = (self.number(frame, value)?, self.text(frame, value));
            given.push((parameter.clone(), Constant { value, width: None, text }));
        }
        let part = if frame == 0 { (self.part)(instance) } else { self.frames[frame].part };
        let inner = self.frame(None, part);
        let signals = self.module(module, inner, &given)?;
        for (port, expr) in ports {
            let index = module.ports.iter().position(|known| known.name == *port);
            let index = index.ok_or_else(|| format!("`{name}` has no port `{port}`"))?;
            let (signal, width) = (signals[index], self.signals[signals[index]].width);
            if module.ports[index].is_output {
                let mut offset = 0;
                for (to, low, width) in self.places(frame, expr)? {
                    let source = Source::Signal(signal, offset);
                    self.signals[to].drivers.push(Driver { low, width, source });
                    offset += width;
                }
            } else {
                self.values.push(Value { frame, expr: expr.clone(), width, bits: None });
                let source = Source::Value(self.values.len() - 1, 0);
                self.signals[signal].drivers.push(Driver { low: 0, width, source });
            }
        }
        Ok(())
    }

    /// Where an assignment goes, lowest bits first: signal, first bit, bits.
    pub(super) fn places(&self, frame: usize, to: &Expr) -> Made<Vec<(usize, usize, usize)>> {
        let one = |name: &str, low: i128, width: i128| -> Made<Vec<(usize, usize, usize)>> {
            let signal = self.signal(frame, name)?;
            let low = low - self.signals[signal].low;
            Ok(vec![(signal, low as usize, width as usize)])
        };
        match to {
            Expr::Name(name) => {
                let signal = self.signal(frame, name)?;
                Ok(vec![(signal, 0, self.signals[signal].width)])
            }
            Expr::Index(name, index) => one(name, self.number(frame, index)?, 1),
            Expr::Slice(name, high, low) => {
                let (high, low) = (self.number(frame, high)?, self.number(frame, low)?);
                one(name, low, high - low + 1)
            }
            Expr::Part(name, from, width, down) => {
                let (from, width) = (self.number(frame, from)?, self.number(frame, width)?);
                one(name, if *down { from - width + 1 } else { from }, width)
            }
            Expr::Concat(list) => {
                let mut places = Vec::new();
                for part in list.iter().rev() {
                    places.extend(self.places(frame, part)?);
                }
                Ok(places)
            }
            _ => Err(format!("no place: {to:?}")),
        }
    }

    /// Makes an always block the driver of what it assigns.
    pub(super) fn drive(&mut self, frame: usize, statement: &Statement, block: usize) -> Made<()> {
        match statement {
            Statement::Block(list) => list.iter().try_for_each(|inner| self.drive(frame, inner, block)),
            Statement::Assign(to, _) => {
                if let Expr::Index(name, _) = to
                    && self.signals[self.signal(frame, name)?].memory.is_some()
                {
                    let signal = self.signal(frame, name)?;
                    let source = Source::Block(block);
                    self.signals[signal].drivers.push(Driver { low: 0, width: 0, source });
                    return Ok(());
                }
                for (signal, low, width) in self.places(frame, to)? {
                    let drivers = &mut self.signals[signal].drivers;
                    let known = |d: &Driver| {
                        d.low == low && d.width == width && matches!(d.source, Source::Block(known) if known == block)
                    };
                    if !drivers.iter().any(known) {
                        drivers.push(Driver { low, width, source: Source::Block(block) });
                    }
                }
                Ok(())
            }
            Statement::If(_, yes, no) => {
                self.drive(frame, yes, block)?;
                no.as_ref().map_or(Ok(()), |no| self.drive(frame, no, block))
            }
            Statement::Case(_, arms) => arms.iter().try_for_each(|(_, arm)| self.drive(frame, arm, block)),
            // which part a loop assigns may depend on its variable
            Statement::For(.., body) => self.drive(frame, &of_whole_signals(body), block),
            Statement::Nothing => Ok(()),
        }
    }

    // ---- bits ----

    pub(super) fn whole(&mut self, signal: usize) -> Made<Vec<Bit>> {
        (0..self.signals[signal].width).map(|n| self.bit(signal, n)).collect()
    }

    pub(super) fn bit(&mut self, signal: usize, n: usize) -> Made<Bit> {
        if let Some(run) = &self.local
            && !run.is_clocked
            && let Some(bit) = run.assigned((signal, n))
        {
            return Ok(bit);
        }
        let Some(slot) = self.signals[signal].bits.get(n) else { return Ok(ZERO) };
        if let Some(bit) = slot {
            return Ok(*bit);
        }
        let drivers = &self.signals[signal].drivers;
        let driver = drivers.iter().find(|driver| (driver.low..driver.low + driver.width).contains(&n)).copied();
        let bit = match driver.map(|driver| (driver.source, n - driver.low)) {
            None => ZERO,
            Some((Source::Signal(other, offset), n)) => self.bit(other, n + offset)?,
            Some((Source::Value(value, offset), n)) => self.value(value)?[n + offset],
            Some((Source::Block(block), _)) if self.blocks[block].is_clocked => {
                let index = self.graph.registers.len();
                let part = self.frames[self.blocks[block].frame].part;
                self.graph.part = part;
                let q = self.graph.fresh(Node::Register(index as u32));
                self.graph.registers.push(Register { q, d: ZERO, enable: ONE, reset: (ZERO, false), part });
                self.pending.push((index, signal, n, block));
                q
            }
            Some((Source::Block(block), _)) => {
                let next = self.run(block)?;
                next.get(&(signal, n)).copied().unwrap_or(ZERO)
            }
        };
        self.signals[signal].bits[n] = Some(bit);
        Ok(bit)
    }

    pub(super) fn value(&mut self, index: usize) -> Made<Vec<Bit>> {
        if let Some(bits) = &self.values[index].bits {
            return Ok(bits.clone());
        }
        let (frame, width, expr) =
            (self.values[index].frame, self.values[index].width, self.values[index].expr.clone());
        let run = self.local.take();
        let bits = self.assigned(frame, &expr, width);
        self.local = run;
        let bits = bits?;
        self.values[index].bits = Some(bits.clone());
        Ok(bits)
    }

    /// An expression as it is assigned to so many bits.
    pub(super) fn assigned(&mut self, frame: usize, expr: &Expr, width: usize) -> Made<Vec<Bit>> {
        let (own, is_signed) = self.size(frame, expr)?;
        self.graph.part = self.frames[frame].part;
        let mut bits = self.eval(frame, expr, own.max(width), is_signed)?;
        bits.truncate(width);
        Ok(bits)
    }
}

/// The words of a memory file.
fn words(text: &str, width: usize) -> Vec<Vec<bool>> {
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or("").trim()).filter(|line| !line.is_empty());
    let word = |line: &str| {
        let nibbles = line.bytes().rev().filter_map(|byte| (byte as char).to_digit(16));
        let mut bits: Vec<bool> = nibbles.flat_map(|digit| (0..4).map(move |n| digit >> n & 1 == 1)).collect();
        bits.resize(width, false);
        bits
    };
    lines.map(word).collect()
}

/// A statement that assigns whole signals where it assigns parts of them.
fn of_whole_signals(statement: &Statement) -> Statement {
    let boxed = |inner: &Statement| Box::new(of_whole_signals(inner));
    match statement {
        Statement::Block(list) => Statement::Block(list.iter().map(of_whole_signals).collect()),
        Statement::Assign(Expr::Part(name, ..) | Expr::Slice(name, ..), from) => {
            Statement::Assign(Expr::Name(name.clone()), from.clone())
        }
        Statement::If(condition, yes, no) => Statement::If(condition.clone(), boxed(yes), no.as_deref().map(boxed)),
        Statement::For(variable, from, goes, next, body) => {
            Statement::For(variable.clone(), from.clone(), goes.clone(), next.clone(), boxed(body))
        }
        other => other.clone(),
    }
}
