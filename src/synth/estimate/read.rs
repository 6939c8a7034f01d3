//! The Verilog that circlet writes, read back: the subset of its own templates and cells, nothing more.
//!
//! Checks (`gen_check*`), initial blocks and what is for debugging stand for no hardware and are left out where they lie.

use super::tokens::{KEEP, Token, tokens};
use std::collections::BTreeMap;
use std::rc::Rc;

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A number: value and, where stated, width.
    Number(i128, Option<u32>),
    /// A bit of any value.
    Unknown,
    /// A text, of a file name.
    Text(String),
    /// A parameter, signal or loop variable.
    Name(String),
    /// `name[index]`.
    Index(String, Box<Expr>),
    /// `name[index]` of a memory, where nothing is said of what is written in the same cycle.
    Apart(Box<Expr>),
    /// `name[high:low]`.
    Slice(String, Box<Expr>, Box<Expr>),
    /// `name[from +: width]`, or `-:` where the flag is set.
    Part(String, Box<Expr>, Box<Expr>, bool),
    /// `op a`.
    Unary(&'static str, Box<Expr>),
    /// `a op b`.
    Binary(&'static str, Box<Expr>, Box<Expr>),
    /// `a ? b : c`.
    Choose(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `{a, b}`.
    Concat(Vec<Expr>),
    /// `{n{a}}`.
    Repeat(Box<Expr>, Box<Expr>),
    /// `$clog2(a)`, `$signed(a)`, `$unsigned(a)`.
    Call(String, Box<Expr>),
}

impl Expr {
    /// Whether no bit of it is known.
    fn is_unknown(&self) -> bool {
        match self {
            Expr::Unknown => true,
            Expr::Repeat(_, part) => part.is_unknown(),
            Expr::Concat(parts) => parts.iter().all(Expr::is_unknown),
            _ => false,
        }
    }
}

/// A statement of an always block.
#[derive(Clone, Debug)]
pub enum Statement {
    /// `begin ... end`.
    Block(Vec<Statement>),
    /// `lhs <= value` or `lhs = value`.
    Assign(Expr, Expr),
    /// `if (c) a else b`.
    If(Expr, Box<Statement>, Option<Box<Statement>>),
    /// `case (e) ... endcase`; no labels: the default.
    Case(Expr, Vec<(Vec<Expr>, Statement)>),
    /// `for (i = from; while; i = next) body`.
    For(String, Expr, Expr, Expr, Box<Statement>),
    /// Nothing.
    Nothing,
}

/// What a module holds.
#[derive(Clone, Debug)]
pub enum Item {
    /// A constant: name and value.
    Constant(String, Option<Range>, Expr),
    /// A signal: name, whether it is signed, its range, that of its words where it is a memory.
    Signal(String, bool, Option<Range>, Option<Range>),
    /// A signal that stays though nothing reads it.
    Keep(String),
    /// `assign`.
    Assign(Expr, Expr),
    /// `always @(posedge clk)`, or `always @*` where the flag is not set.
    Always(bool, Rc<Statement>),
    /// `initial $readmemh(file, memory)`.
    Load(Expr, String),
    /// `if` of a generate block.
    If(Expr, Vec<Item>, Vec<Item>),
    /// `for` of a generate block.
    For(String, Expr, Expr, Expr, Vec<Item>),
    /// An instance: module, name, parameters, ports.
    Instance(String, String, Vec<(String, Expr)>, Vec<(String, Expr)>),
}

/// `[high:low]`.
pub type Range = (Expr, Expr);

/// A port.
#[derive(Clone, Debug)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// Whether it is an output.
    pub is_output: bool,
    /// Whether it is signed.
    pub is_signed: bool,
    /// Its range.
    pub range: Option<Range>,
}

/// A module.
#[derive(Clone, Debug)]
pub struct Module {
    /// Parameters in their order.
    pub parameters: Vec<(String, Expr)>,
    /// Ports in their order.
    pub ports: Vec<Port>,
    /// What it holds.
    pub items: Vec<Item>,
}

/// Reads the modules of a file.
pub fn modules(text: &str) -> Result<BTreeMap<String, Module>, String> {
    let tokens = tokens(text)?;
    let mut reader = Reader { tokens, at: 0 };
    let mut found = BTreeMap::new();
    while reader.take("module") {
        let (name, module) = reader.module().map_err(|problem| reader.place(&problem))?;
        found.insert(name, module);
    }
    if reader.at < reader.tokens.len() { Err(reader.place("expected a module")) } else { Ok(found) }
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
}

type Read<T> = Result<T, String>;

impl Reader {
    fn place(&self, problem: &str) -> String {
        format!(
            "{problem} before {:?}",
            &self.tokens[self.at.min(self.tokens.len())..(self.at + 6).min(self.tokens.len())]
        )
    }

    fn peek(&self, text: &str) -> bool {
        match self.tokens.get(self.at) {
            Some(Token::Name(name)) => name == text,
            Some(Token::Sign(sign)) => *sign == text,
            _ => false,
        }
    }

    fn take(&mut self, text: &str) -> bool {
        let there = self.peek(text);
        self.at += there as usize;
        there
    }

    fn want(&mut self, text: &str) -> Read<()> {
        if self.take(text) { Ok(()) } else { Err(format!("expected `{text}`")) }
    }

    fn name(&mut self) -> Read<String> {
        match self.tokens.get(self.at) {
            Some(Token::Name(name)) => {
                self.at += 1;
                Ok(name.clone())
            }
            _ => Err("expected a name".into()),
        }
    }

    fn range(&mut self) -> Read<Option<Range>> {
        if !self.take("[") {
            return Ok(None);
        }
        let high = self.expr()?;
        self.want(":")?;
        let low = self.expr()?;
        self.want("]")?;
        Ok(Some((high, low)))
    }

    fn module(&mut self) -> Read<(String, Module)> {
        let name = self.name()?;
        let (mut parameters, mut ports) = (Vec::new(), Vec::new());
        if self.take("#") {
            self.want("(")?;
            while !self.take(")") {
                self.take("parameter");
                self.take("signed");
                self.range()?;
                let name = self.name()?;
                self.want("=")?;
                parameters.push((name, self.expr()?));
                self.take(",");
            }
        }
        let mut items = Vec::new();
        self.want("(")?;
        while !self.take(")") {
            let is_kept = self.take(KEEP);
            let is_output = if self.take("output") { true } else { !self.take("input") };
            let _ = self.take("wire") || self.take("reg");
            let is_signed = self.take("signed");
            let range = self.range()?;
            let name = self.name()?;
            if is_kept {
                items.push(Item::Keep(name.clone()));
            }
            ports.push(Port { name, is_output, is_signed, range });
            self.take(",");
        }
        self.want(";")?;
        while !self.take("endmodule") {
            self.item(&mut items)?;
        }
        Ok((name, Module { parameters, ports, items }))
    }

    fn item(&mut self, items: &mut Vec<Item>) -> Read<()> {
        if self.take("generate") || self.take("endgenerate") || self.take(";") {
            return Ok(());
        }
        if self.take("genvar") || self.take("integer") {
            while !self.take(";") {
                self.at += 1;
            }
            return Ok(());
        }
        if self.take("localparam") {
            self.take("signed");
            let range = self.range()?;
            loop {
                let name = self.name()?;
                self.want("=")?;
                items.push(Item::Constant(name, range.clone(), self.expr()?));
                if self.take(";") {
                    return Ok(());
                }
                self.want(",")?;
            }
        }
        let is_kept = self.take(KEEP);
        if self.take("wire") || self.take("reg") {
            let is_signed = self.take("signed");
            let range = self.range()?;
            loop {
                let name = self.name()?;
                if is_kept {
                    items.push(Item::Keep(name.clone()));
                }
                let words = self.range()?;
                items.push(Item::Signal(name.clone(), is_signed, range.clone(), words));
                if self.take("=") {
                    items.push(Item::Assign(Expr::Name(name), self.expr()?));
                }
                if self.take(";") {
                    return Ok(());
                }
                self.want(",")?;
            }
        }
        if self.take("assign") {
            let to = self.primary()?;
            self.want("=")?;
            items.push(Item::Assign(to, self.expr()?));
            return self.want(";");
        }
        if self.take("always") {
            self.want("@")?;
            let is_clocked = if self.take("*") {
                false
            } else {
                self.want("(")?;
                let is_clocked = self.take("posedge");
                self.at += 1;
                self.want(")")?;
                is_clocked
            };
            items.push(Item::Always(is_clocked, Rc::new(self.statement()?)));
            return Ok(());
        }
        if self.take("initial") {
            if self.take("$readmemh") {
                self.want("(")?;
                let file = self.expr()?;
                self.want(",")?;
                items.push(Item::Load(file, self.name()?));
                self.want(")")?;
                return self.want(";");
            }
            self.statement()?;
            return Ok(());
        }
        if self.take("if") {
            self.want("(")?;
            let condition = self.expr()?;
            self.want(")")?;
            let (yes, check) = self.items()?;
            let no = if self.take("else") { self.items()?.0 } else { Vec::new() };
            items.push(Item::If(condition, if check { Vec::new() } else { yes }, no));
            return Ok(());
        }
        if self.take("for") {
            self.want("(")?;
            let variable = self.name()?;
            self.want("=")?;
            let from = self.expr()?;
            self.want(";")?;
            let goes = self.expr()?;
            self.want(";")?;
            self.name()?;
            self.want("=")?;
            let next = self.expr()?;
            self.want(")")?;
            let (body, _) = self.items()?;
            items.push(Item::For(variable, from, goes, next, body));
            return Ok(());
        }
        let module = self.name()?;
        let parameters = if self.take("#") { self.connections()? } else { Vec::new() };
        let name = self.name()?;
        let ports = self.connections()?;
        items.push(Item::Instance(module, name, parameters, ports));
        self.want(";")
    }

    /// The items of a branch, and whether it only complains.
    fn items(&mut self) -> Read<(Vec<Item>, bool)> {
        let mut items = Vec::new();
        if !self.take("begin") {
            self.item(&mut items)?;
            return Ok((items, false));
        }
        let name = if self.take(":") { self.name()? } else { String::new() };
        while !self.take("end") {
            self.item(&mut items)?;
        }
        Ok((items, name.starts_with("gen_check")))
    }

    fn connections(&mut self) -> Read<Vec<(String, Expr)>> {
        let mut list = Vec::new();
        self.want("(")?;
        while !self.take(")") {
            self.want(".")?;
            let name = self.name()?;
            self.want("(")?;
            if !self.take(")") {
                list.push((name, self.expr()?));
                self.want(")")?;
            }
            self.take(",");
        }
        Ok(list)
    }

    fn statement(&mut self) -> Read<Statement> {
        if self.take(";") {
            return Ok(Statement::Nothing);
        }
        if self.take("begin") {
            if self.take(":") {
                self.name()?;
            }
            let mut list = Vec::new();
            while !self.take("end") {
                list.push(self.statement()?);
            }
            return Ok(Statement::Block(list));
        }
        if self.take("if") {
            self.want("(")?;
            let condition = self.expr()?;
            self.want(")")?;
            let yes = Box::new(self.statement()?);
            let no = if self.take("else") { Some(Box::new(self.statement()?)) } else { None };
            return Ok(Statement::If(condition, yes, no));
        }
        if self.take("for") {
            self.want("(")?;
            let variable = self.name()?;
            self.want("=")?;
            let from = self.expr()?;
            self.want(";")?;
            let goes = self.expr()?;
            self.want(";")?;
            self.name()?;
            self.want("=")?;
            let next = self.expr()?;
            self.want(")")?;
            return Ok(Statement::For(variable, from, goes, next, Box::new(self.statement()?)));
        }
        if self.take("case") {
            self.want("(")?;
            let of = self.expr()?;
            self.want(")")?;
            let mut arms = Vec::new();
            while !self.take("endcase") {
                let mut labels = Vec::new();
                if self.take("default") {
                    self.take(":");
                } else {
                    loop {
                        labels.push(self.expr()?);
                        if self.take(":") {
                            break;
                        }
                        self.want(",")?;
                    }
                }
                arms.push((labels, self.statement()?));
            }
            return Ok(Statement::Case(of, arms));
        }
        if matches!(self.tokens.get(self.at), Some(Token::Name(name)) if name.starts_with('$')) {
            while !self.take(";") {
                self.at += 1;
            }
            return Ok(Statement::Nothing);
        }
        let to = self.primary()?;
        if !self.take("<=") {
            self.want("=")?;
        }
        let value = self.expr()?;
        self.want(";")?;
        Ok(Statement::Assign(to, value))
    }

    fn expr(&mut self) -> Read<Expr> {
        let condition = self.binary(0)?;
        if !self.take("?") {
            return Ok(condition);
        }
        let yes = self.expr()?;
        self.want(":")?;
        let no = self.expr()?;
        // what may be anything is the other one
        if yes.is_unknown() {
            return Ok(if let Expr::Index(..) = no { Expr::Apart(Box::new(no)) } else { no });
        }
        Ok(Expr::Choose(Box::new(condition), Box::new(yes), Box::new(no)))
    }

    /// An expression of operators that bind as strongly as those of `level`, or more.
    fn binary(&mut self, level: usize) -> Read<Expr> {
        /// Weakest first.
        const LEVELS: [&[&str]; 10] = [
            &["||"],
            &["&&"],
            &["|"],
            &["^", "~^"],
            &["&"],
            &["==", "!=", "===", "!=="],
            &["<", "<=", ">", ">="],
            &["<<<", ">>>", "<<", ">>"],
            &["+", "-"],
            &["*", "/", "%"],
        ];
        let mut left = self.unary()?;
        while let Some(&Token::Sign(sign)) = self.tokens.get(self.at)
            && let Some(found) = LEVELS.iter().position(|signs| signs.contains(&sign))
            && found >= level
        {
            self.at += 1;
            left = Expr::Binary(sign, Box::new(left), Box::new(self.binary(found + 1)?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Read<Expr> {
        if !matches!(self.tokens.get(self.at), Some(Token::Sign(_))) {
            return self.primary();
        }
        for sign in ["~&", "~|", "~^", "~", "!", "-", "+", "&", "|", "^"] {
            if self.take(sign) {
                return Ok(Expr::Unary(sign, Box::new(self.unary()?)));
            }
        }
        self.primary()
    }

    fn primary(&mut self) -> Read<Expr> {
        match self.tokens.get(self.at).cloned() {
            Some(Token::Number(value, width)) => {
                self.at += 1;
                Ok(Expr::Number(value, width))
            }
            Some(Token::Unknown) => {
                self.at += 1;
                Ok(Expr::Unknown)
            }
            Some(Token::Text(text)) => {
                self.at += 1;
                Ok(Expr::Text(text))
            }
            Some(Token::Sign("(")) => {
                self.at += 1;
                let inner = self.expr()?;
                self.want(")")?;
                Ok(inner)
            }
            Some(Token::Sign("{")) => {
                self.at += 1;
                let first = self.expr()?;
                if self.take("{") {
                    let mut list = vec![self.expr()?];
                    while self.take(",") {
                        list.push(self.expr()?);
                    }
                    self.want("}")?;
                    self.want("}")?;
                    return Ok(Expr::Repeat(Box::new(first), Box::new(Expr::Concat(list))));
                }
                let mut list = vec![first];
                while self.take(",") {
                    list.push(self.expr()?);
                }
                self.want("}")?;
                Ok(Expr::Concat(list))
            }
            Some(Token::Name(name)) => {
                self.at += 1;
                if name.starts_with('$') {
                    self.want("(")?;
                    let inner = self.expr()?;
                    self.want(")")?;
                    return Ok(Expr::Call(name, Box::new(inner)));
                }
                if !self.take("[") {
                    return Ok(Expr::Name(name));
                }
                let first = Box::new(self.expr()?);
                let found = if self.take(":") {
                    Expr::Slice(name, first, Box::new(self.expr()?))
                } else if self.take("+:") {
                    Expr::Part(name, first, Box::new(self.expr()?), false)
                } else if self.take("-:") {
                    Expr::Part(name, first, Box::new(self.expr()?), true)
                } else {
                    Expr::Index(name, first)
                };
                self.want("]")?;
                // a word of a memory, and bits of it
                Ok(found)
            }
            _ => Err("expected an expression".into()),
        }
    }
}
