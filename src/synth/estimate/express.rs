//! Expressions to bits, by the rules of Verilog for widths and signs; those of constants to numbers.

use super::elaborate::{Elaborator, Made, Source};
use super::graph::{Bit, Kind, ONE, ZERO};
use super::read::{Expr, Range};

impl Elaborator<'_> {
    // ---- constants ----

    pub(super) fn number(&self, frame: usize, expr: &Expr) -> Made<i128> {
        let of = |expr: &Expr| self.number(frame, expr);
        Ok(match expr {
            Expr::Number(value, _) => *value,
            Expr::Name(name) => match self.local.as_ref().and_then(|run| run.variables.get(name)) {
                Some(&value) => value,
                None => self.constant(frame, name).ok_or_else(|| format!("`{name}` is no constant"))?.value,
            },
            Expr::Unary("-", a) => -of(a)?,
            Expr::Unary("!", a) => (of(a)? == 0) as i128,
            Expr::Unary("+", a) => of(a)?,
            Expr::Unary("~", a) => !of(a)?,
            Expr::Call(name, a) if name == "$clog2" => {
                let value = of(a)?;
                if value <= 1 { 0 } else { 128 - (value - 1).leading_zeros() as i128 }
            }
            Expr::Call(_, a) => of(a)?,
            Expr::Choose(c, a, b) => {
                if of(c)? != 0 {
                    of(a)?
                } else {
                    of(b)?
                }
            }
            Expr::Slice(name, high, low) => {
                let (value, high, low) = (of(&Expr::Name(name.clone()))?, of(high)?, of(low)?);
                value >> low & ((1i128 << (high - low + 1)) - 1)
            }
            Expr::Binary(op @ ("==" | "!="), a, b) if self.text(frame, a).is_some() => {
                ((self.text(frame, a) == self.text(frame, b)) == (*op == "==")) as i128
            }
            Expr::Binary(op, a, b) => {
                let (a, b) = (of(a)?, of(b)?);
                match *op {
                    "+" => a + b,
                    "-" => a - b,
                    "*" => a * b,
                    "/" if b != 0 => a / b,
                    "%" if b != 0 => a % b,
                    "<<" | "<<<" => a << b,
                    ">>" | ">>>" => a >> b,
                    "==" => (a == b) as i128,
                    "!=" => (a != b) as i128,
                    "<" => (a < b) as i128,
                    "<=" => (a <= b) as i128,
                    ">" => (a > b) as i128,
                    ">=" => (a >= b) as i128,
                    "&&" => (a != 0 && b != 0) as i128,
                    "||" => (a != 0 || b != 0) as i128,
                    "&" => a & b,
                    "|" => a | b,
                    "^" => a ^ b,
                    "~^" => !(a ^ b),
                    _ => return Err(format!("the operator `{op}` of constants")),
                }
            }
            Expr::Text(_) | Expr::Unknown => 0,
            Expr::Apart(read) => of(read)?,
            Expr::Index(name, at) => of(&Expr::Name(name.clone()))? >> of(at)?.clamp(0, 127) & 1,
            Expr::Part(name, from, width, down) => {
                let (width, from) = (of(width)?, of(from)?);
                let low = if *down { from - width + 1 } else { from };
                let mask = 1i128.checked_shl(width as u32).map_or(-1, |end| end - 1);
                of(&Expr::Name(name.clone()))? >> low.clamp(0, 127) & mask
            }
            // of words longer than the number the low part
            Expr::Concat(list) => {
                let mut value = 0;
                for part in list {
                    let width = self.size(frame, part)?.0 as u32;
                    let mask = 1i128.checked_shl(width).map_or(-1, |end| end - 1);
                    value = self.number(frame, part)? & mask | i128::checked_shl(value, width).unwrap_or(0);
                }
                value
            }
            Expr::Repeat(count, part) => {
                let (count, width) = (self.number(frame, count)?, self.size(frame, part)?.0 as u32);
                let (part, mut value) = (self.number(frame, part)?, 0);
                for _ in 0..count {
                    value = part | i128::checked_shl(value, width).unwrap_or(0);
                }
                value
            }
            _ => return Err(format!("no constant: {expr:?}")),
        })
    }

    pub(super) fn text(&self, frame: usize, expr: &Expr) -> Option<String> {
        match expr {
            Expr::Text(text) => Some(text.clone()),
            Expr::Name(name) => self.constant(frame, name).and_then(|constant| constant.text.clone()),
            _ => None,
        }
    }

    pub(super) fn width(&self, frame: usize, range: &Option<Range>) -> Made<(usize, i128)> {
        let Some((high, low)) = range else { return Ok((1, 0)) };
        let (high, low) = (self.number(frame, high)?, self.number(frame, low)?);
        Ok(((high - low).unsigned_abs() as usize + 1, high.min(low)))
    }

    // ---- bits ----

    /// Bits and sign of an expression by itself.
    pub(super) fn size(&self, frame: usize, expr: &Expr) -> Made<(usize, bool)> {
        Ok(match expr {
            Expr::Number(_, width) => (width.unwrap_or(32) as usize, width.is_none()),
            Expr::Text(_) | Expr::Unknown => (1, false),
            Expr::Apart(read) => self.size(frame, read)?,
            Expr::Name(name) => {
                if self.local.as_ref().is_some_and(|run| run.variables.contains_key(name)) {
                    return Ok((32, true));
                }
                match self.constant(frame, name) {
                    Some(constant) => (constant.width.unwrap_or(32) as usize, constant.width.is_none()),
                    None => {
                        let signal = &self.signals[self.signal(frame, name)?];
                        (signal.width, signal.is_signed)
                    }
                }
            }
            Expr::Index(name, _) => match self.signal(frame, name) {
                Ok(signal) if self.signals[signal].memory.is_some() => (self.signals[signal].width, false),
                _ => (1, false),
            },
            Expr::Slice(_, high, low) => {
                ((self.number(frame, high)? - self.number(frame, low)?).unsigned_abs() as usize + 1, false)
            }
            Expr::Part(_, _, width, _) => (self.number(frame, width)? as usize, false),
            Expr::Unary("~" | "-" | "+", a) => self.size(frame, a)?,
            Expr::Unary(..) => (1, false),
            Expr::Binary("==" | "!=" | "===" | "!==" | "<" | "<=" | ">" | ">=" | "&&" | "||", ..) => (1, false),
            Expr::Binary("<<" | "<<<" | ">>" | ">>>", a, _) => self.size(frame, a)?,
            Expr::Binary(_, a, b) | Expr::Choose(_, a, b) => {
                let ((a, a_signed), (b, b_signed)) = (self.size(frame, a)?, self.size(frame, b)?);
                (a.max(b), a_signed && b_signed)
            }
            Expr::Concat(list) => {
                let sizes: Made<Vec<usize>> = list.iter().map(|part| Ok(self.size(frame, part)?.0)).collect();
                (sizes?.into_iter().sum(), false)
            }
            Expr::Repeat(count, part) => {
                (self.number(frame, count)?.max(0) as usize * self.size(frame, part)?.0, false)
            }
            Expr::Call(name, a) => (self.size(frame, a)?.0, name == "$signed"),
        })
    }

    /// An expression by itself.
    pub(super) fn own(&mut self, frame: usize, expr: &Expr) -> Made<Vec<Bit>> {
        let (width, is_signed) = self.size(frame, expr)?;
        self.eval(frame, expr, width, is_signed)
    }

    /// The one bit of a condition.
    pub(super) fn truth(&mut self, frame: usize, expr: &Expr) -> Made<Bit> {
        let bits = self.own(frame, expr)?;
        Ok(self.graph.any(&bits))
    }

    /// An expression in a context of so many bits.
    pub(super) fn eval(&mut self, frame: usize, expr: &Expr, width: usize, is_signed: bool) -> Made<Vec<Bit>> {
        let mut bits = match expr {
            Expr::Number(value, own) => {
                let own = own.unwrap_or(width.max(32) as u32) as usize;
                (0..own).map(|n| (value >> n.min(126) & 1) as Bit).collect()
            }
            Expr::Name(name) => {
                let variable = self.local.as_ref().and_then(|run| run.variables.get(name)).copied();
                let constant = self.constant(frame, name);
                let number = variable.map(|value| (value, None)).or(constant.map(|c| (c.value, c.width)));
                match number {
                    Some((value, own)) => {
                        let own = own.map_or(width.max(32), |own| own as usize);
                        (0..own).map(|n| (value >> n.min(126) & 1) as Bit).collect()
                    }
                    None => {
                        let signal = self.signal(frame, name)?;
                        self.whole(signal)?
                    }
                }
            }
            Expr::Index(name, index) => return self.indexed(frame, name, index).map(|bits| fit(bits, width, false)),
            Expr::Slice(name, high, low) => {
                let (high, low) = (self.number(frame, high)?, self.number(frame, low)?);
                self.part_of(frame, name, low, (high - low + 1) as usize)?
            }
            Expr::Part(name, from, count, down) => {
                let count = self.number(frame, count)?;
                match self.number(frame, from) {
                    Ok(from) => {
                        self.part_of(frame, name, if *down { from - count + 1 } else { from }, count as usize)?
                    }
                    Err(_) => self.moving(frame, name, from, count as usize)?,
                }
            }
            Expr::Unary("~", a) => {
                let bits = self.eval(frame, a, width, is_signed)?;
                bits.into_iter().map(|bit| self.graph.not(bit)).collect()
            }
            Expr::Unary("-", a) => {
                let bits = self.eval(frame, a, width, is_signed)?;
                self.graph.add(&vec![ZERO; width], &bits, true, is_signed)
            }
            Expr::Unary("+", a) => self.eval(frame, a, width, is_signed)?,
            Expr::Unary(op, a) => {
                let bits = self.own(frame, a)?;
                let bit = match *op {
                    "&" | "~&" => self.graph.all(&bits),
                    "^" | "~^" => bits.iter().fold(ZERO, |sum, &bit| self.graph.xor(sum, bit)),
                    _ => self.graph.any(&bits),
                };
                vec![if op.starts_with(['~', '!']) { self.graph.not(bit) } else { bit }]
            }
            Expr::Binary(op @ ("&&" | "||"), a, b) => {
                let (a, b) = (self.truth(frame, a)?, self.truth(frame, b)?);
                vec![if *op == "&&" { self.graph.and(a, b) } else { self.graph.or(a, b) }]
            }
            Expr::Binary(op @ ("==" | "!=" | "<" | "<=" | ">" | ">="), a, b) => {
                let ((wide_a, signed_a), (wide_b, signed_b)) = (self.size(frame, a)?, self.size(frame, b)?);
                let (wide, is_signed) = (wide_a.max(wide_b), signed_a && signed_b);
                let a = self.eval(frame, a, wide, is_signed)?;
                let b = self.eval(frame, b, wide, is_signed)?;
                let bit = match *op {
                    "==" | "!=" => {
                        let same: Vec<Bit> = a
                            .iter()
                            .zip(&b)
                            .map(|(&a, &b)| {
                                let differ = self.graph.xor(a, b);
                                self.graph.not(differ)
                            })
                            .collect();
                        self.graph.all(&same)
                    }
                    "<" | ">=" => self.graph.less(&a, &b, is_signed),
                    _ => self.graph.less(&b, &a, is_signed),
                };
                vec![if matches!(*op, "!=" | ">=" | "<=") { self.graph.not(bit) } else { bit }]
            }
            Expr::Binary(op @ ("<<" | "<<<" | ">>" | ">>>"), a, by) => {
                let by = self.number(frame, by)? as usize;
                let bits = self.eval(frame, a, width, is_signed)?;
                let top = if is_signed && *op == ">>>" { bits.last().copied().unwrap_or(ZERO) } else { ZERO };
                let pick = |n: usize| match op.starts_with('<') {
                    true => n.checked_sub(by).map_or(ZERO, |n| bits[n]),
                    false => bits.get(n + by).copied().unwrap_or(top),
                };
                (0..width).map(pick).collect()
            }
            Expr::Binary("*", a, b) => {
                let a = self.eval(frame, a, width, is_signed)?;
                let b = self.eval(frame, b, width, is_signed)?;
                self.graph.product(&a, &b, width)
            }
            Expr::Binary(op, a, b) => {
                let a = self.eval(frame, a, width, is_signed)?;
                let b = self.eval(frame, b, width, is_signed)?;
                match *op {
                    "+" => self.graph.add(&a, &b, false, is_signed),
                    "-" => self.graph.add(&a, &b, true, is_signed),
                    _ => {
                        let pairs: Vec<_> = a.into_iter().zip(b).collect();
                        let gate = |(a, b)| match *op {
                            "&" => Ok(self.graph.and(a, b)),
                            "|" => Ok(self.graph.or(a, b)),
                            "^" => Ok(self.graph.xor(a, b)),
                            "~^" => {
                                let differ = self.graph.xor(a, b);
                                Ok(self.graph.not(differ))
                            }
                            _ => Err(format!("the operator `{op}`")),
                        };
                        pairs.into_iter().map(gate).collect::<Made<Vec<Bit>>>()?
                    }
                }
            }
            Expr::Choose(c, a, b) => {
                let c = self.truth(frame, c)?;
                match c {
                    ONE => return self.eval(frame, a, width, is_signed),
                    ZERO => return self.eval(frame, b, width, is_signed),
                    _ => {}
                }
                let a = self.eval(frame, a, width, is_signed)?;
                let b = self.eval(frame, b, width, is_signed)?;
                a.into_iter().zip(b).map(|(a, b)| self.graph.mux(c, a, b)).collect()
            }
            Expr::Concat(list) => {
                let mut bits = Vec::new();
                for part in list.iter().rev() {
                    bits.extend(self.own(frame, part)?);
                }
                return Ok(fit(bits, width, false));
            }
            Expr::Repeat(count, part) => {
                let (count, part) = (self.number(frame, count)?.max(0) as usize, self.own(frame, part)?);
                return Ok(fit(part.repeat(count), width, false));
            }
            Expr::Call(name, a) => {
                let bits = self.own(frame, a)?;
                return Ok(fit(bits, width, name == "$signed"));
            }
            Expr::Text(_) | Expr::Unknown => vec![ZERO],
            Expr::Apart(read) => {
                if let Expr::Index(name, _) = &**read
                    && let Some(memory) = self.signals[self.signal(frame, name)?].memory
                {
                    self.graph.memories[memory as usize].is_apart = true;
                }
                return self.eval(frame, read, width, is_signed);
            }
        };
        let (_, own_signed) = self.size(frame, expr)?;
        if bits.len() > width {
            bits.truncate(width);
        }
        Ok(fit(bits, width, is_signed && own_signed))
    }

    pub(super) fn part_of(&mut self, frame: usize, name: &str, low: i128, width: usize) -> Made<Vec<Bit>> {
        if let Some(constant) = self.constant(frame, name) {
            let value = constant.value >> low;
            return Ok((0..width).map(|n| (value >> n.min(126) & 1) as Bit).collect());
        }
        let signal = self.signal(frame, name)?;
        let low = (low - self.signals[signal].low) as usize;
        (low..low + width).map(|n| self.bit(signal, n)).collect()
    }

    /// A part whose place is a signal: the parts that it may be, one chosen.
    pub(super) fn moving(&mut self, frame: usize, name: &str, from: &Expr, width: usize) -> Made<Vec<Bit>> {
        let (signal, from) = (self.signal(frame, name)?, self.own(frame, from)?);
        let bits = self.whole(signal)?;
        let mut bits: Vec<Bit> = bits;
        for (level, &choice) in from.iter().enumerate() {
            let by = 1usize.checked_shl(level as u32).unwrap_or(usize::MAX);
            let moved = |n: usize| n.checked_add(by).and_then(|n| bits.get(n)).copied().unwrap_or(ZERO);
            let pairs: Vec<_> = (0..bits.len()).map(|n| (moved(n), bits[n])).collect();
            bits = pairs.into_iter().map(|(moved, here)| self.graph.mux(choice, moved, here)).collect();
        }
        bits.truncate(width);
        Ok(bits)
    }

    pub(super) fn indexed(&mut self, frame: usize, name: &str, index: &Expr) -> Made<Vec<Bit>> {
        if self.constant(frame, name).is_some() {
            let index = self.number(frame, index)?;
            return self.part_of(frame, name, index, 1);
        }
        let signal = self.signal(frame, name)?;
        if let Some(memory) = self.signals[signal].memory {
            let address = self.own(frame, index)?;
            let width = self.signals[signal].width;
            // what writes it has to be looked at as well
            let blocks: Vec<usize> = self.signals[signal]
                .drivers
                .iter()
                .filter_map(|driver| if let Source::Block(block) = driver.source { Some(block) } else { None })
                .collect();
            self.pending.extend(blocks.into_iter().map(|block| (usize::MAX, signal, 0, block)));
            self.graph.part = self.frames[frame].part;
            return Ok(self.graph.unit(Kind::Read(memory), address, width));
        }
        match self.number(frame, index) {
            Ok(index) => self.part_of(frame, name, index, 1),
            Err(_) => self.moving(frame, name, index, 1),
        }
    }
}

/// Extends or cuts a word.
fn fit(mut bits: Vec<Bit>, width: usize, is_signed: bool) -> Vec<Bit> {
    let top = if is_signed { bits.last().copied().unwrap_or(ZERO) } else { ZERO };
    bits.resize(width, top);
    bits
}
