//! Always blocks to bits: what each path through the statements leaves, joined where the paths join.

use super::elaborate::{Elaborator, Made, Next, Run};
use super::graph::{Bit, Kind, Node, ONE, Register, ZERO};
use super::read::{Expr, Statement};
use std::rc::Rc;

impl Elaborator<'_> {
    // ---- always blocks ----

    pub(super) fn run(&mut self, block: usize) -> Made<Rc<Next>> {
        if let Some(done) = &self.blocks[block].done {
            return Ok(done.clone());
        }
        let (frame, is_clocked, body) =
            (self.blocks[block].frame, self.blocks[block].is_clocked, self.blocks[block].body.clone());
        let outer = self.local.replace(Run { is_clocked, next: vec![Next::default()], ..Run::default() });
        let said = self.statement(frame, &body, ONE);
        let run = std::mem::replace(&mut self.local, outer);
        said?;
        let Some(mut run) = run else { return Err("an always block was lost".into()) };
        self.graph.part = self.frames[frame].part;
        for (memory, address, data, enable) in run.writes {
            let inputs = address.into_iter().chain(data).chain([enable]).collect();
            self.graph.unit(Kind::Write(memory), inputs, 0);
        }
        let next = Rc::new(run.next.pop().unwrap_or_default());
        self.blocks[block].done = Some(next.clone());
        Ok(next)
    }

    pub(super) fn statement(&mut self, frame: usize, statement: &Statement, when: Bit) -> Made<()> {
        match statement {
            Statement::Block(list) => list.iter().try_for_each(|inner| self.statement(frame, inner, when)),
            Statement::Nothing => Ok(()),
            Statement::Assign(to, value) => {
                if let Expr::Index(name, index) = to {
                    let signal = self.signal(frame, name)?;
                    if let Some(memory) = self.signals[signal].memory {
                        let address = self.own(frame, index)?;
                        let data = self.assigned(frame, value, self.signals[signal].width)?;
                        if let Some(run) = &mut self.local {
                            run.writes.push((memory, address, data, when));
                        }
                        return Ok(());
                    }
                }
                let places = self.places(frame, to)?;
                let width = places.iter().map(|(_, _, width)| width).sum();
                let bits = self.assigned(frame, value, width)?;
                let slots =
                    places.iter().flat_map(|&(signal, low, width)| (low..low + width).map(move |n| (signal, n)));
                self.assign(slots.zip(bits));
                Ok(())
            }
            Statement::If(condition, yes, no) => {
                let condition = self.truth(frame, condition)?;
                let not = self.graph.not(condition);
                let (when_yes, when_no) = (self.graph.and(when, condition), self.graph.and(when, not));
                if condition == ONE {
                    return self.statement(frame, yes, when);
                }
                let after_yes = match condition {
                    ZERO => Next::default(),
                    _ => self.branch(frame, yes, when_yes)?,
                };
                let after_no = match no {
                    Some(no) => self.branch(frame, no, when_no)?,
                    None => Next::default(),
                };
                let joined = self.join(condition, after_yes, after_no)?;
                self.assign(joined);
                Ok(())
            }
            Statement::Case(of, arms) => self.case(frame, of, arms, when),
            Statement::For(variable, from, goes, next, body) => {
                let mut value = self.number(frame, from)?;
                loop {
                    if let Some(run) = &mut self.local {
                        run.variables.insert(variable.clone(), value);
                    }
                    if self.number(frame, goes)? == 0 {
                        return Ok(());
                    }
                    self.statement(frame, body, when)?;
                    value = self.number(frame, next)?;
                }
            }
        }
    }

    pub(super) fn case(&mut self, frame: usize, of: &Expr, arms: &[(Vec<Expr>, Statement)], when: Bit) -> Made<()> {
        let (mut branches, mut joined) = (Vec::new(), Next::default());
        for (labels, arm) in arms {
            if labels.is_empty() {
                joined = self.branch(frame, arm, when)?;
                break;
            }
            let mut condition = ZERO;
            for label in labels {
                let same = Expr::Binary("==", Box::new(of.clone()), Box::new(label.clone()));
                let same = self.truth(frame, &same)?;
                condition = self.graph.or(condition, same);
            }
            branches.push((condition, self.branch(frame, arm, when)?));
        }
        for (condition, branch) in branches.into_iter().rev() {
            joined = self.join(condition, branch, joined)?;
        }
        self.assign(joined);
        Ok(())
    }

    /// What a branch assigns by itself.
    fn branch(&mut self, frame: usize, statement: &Statement, when: Bit) -> Made<Next> {
        if let Some(run) = &mut self.local {
            run.next.push(Next::default());
        }
        let said = self.statement(frame, statement, when);
        let next = self.local.as_mut().and_then(|run| run.next.pop()).unwrap_or_default();
        said.map(|()| next)
    }

    /// Assigns bits on the present path.
    fn assign(&mut self, bits: impl IntoIterator<Item = ((usize, usize), Bit)>) {
        if let Some(next) = self.local.as_mut().and_then(|run| run.next.last_mut()) {
            next.extend(bits);
        }
    }

    /// What two branches assign, one of them taken.
    fn join(&mut self, condition: Bit, yes: Next, no: Next) -> Made<Next> {
        let mut keys: Vec<(usize, usize)> = yes.keys().chain(no.keys()).copied().collect();
        keys.sort_unstable();
        keys.dedup();
        let mut joined = Next::with_capacity_and_hasher(keys.len(), Default::default());
        for key in keys {
            let mut side = |next: &Next| match next.get(&key) {
                Some(&bit) => Ok(bit),
                None => self.before(key),
            };
            let (a, b) = (side(&yes)?, side(&no)?);
            joined.insert(key, self.graph.mux(condition, a, b));
        }
        Ok(joined)
    }

    /// What a bit of a signal has where a branch does not assign it.
    fn before(&mut self, slot: (usize, usize)) -> Made<Bit> {
        let run = self.local.as_ref();
        match run.and_then(|run| run.assigned(slot)) {
            Some(bit) => Ok(bit),
            None if run.is_some_and(|run| run.is_clocked) => self.bit(slot.0, slot.1),
            None => Ok(ZERO),
        }
    }

    /// Inputs of registers, until there are no new registers.
    pub(super) fn finish(&mut self) -> Made<()> {
        while let Some((index, signal, n, block)) = self.pending.pop() {
            let next = self.run(block)?;
            if index == usize::MAX {
                continue;
            }
            let q = self.graph.registers[index].q;
            let mut d = next.get(&(signal, n)).copied().unwrap_or(q);
            let (mut enable, mut reset) = (ONE, (ZERO, false));
            if let Node::Mux(s, value, rest) = self.graph.nodes[d as usize]
                && value <= ONE
            {
                (reset, d) = ((s, value == ONE), rest);
            }
            loop {
                match self.graph.nodes[d as usize] {
                    Node::Mux(s, a, b) if b == q => {
                        enable = self.graph.and(enable, s);
                        d = a;
                    }
                    Node::Mux(s, a, b) if a == q => {
                        let not = self.graph.not(s);
                        enable = self.graph.and(enable, not);
                        d = b;
                    }
                    _ => break,
                }
            }
            let part = self.graph.registers[index].part;
            self.graph.registers[index] = Register { q, d, enable, reset, part };
        }
        Ok(())
    }
}
