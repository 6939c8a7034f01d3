//! Proofs by Yosys' own SAT solver: temporal induction over a cell and its properties, for one set of parameters.
//!
//! Induction of depth n: the properties hold in the first n cycles after a reset, and wherever they held for n cycles
//! they hold in the next, whatever the state. So they hold for ever: the proof has no bound.

use circlet::blocks::adder_graph::AdderGraph;
use circlet::blocks::select::Select;
use circlet::blocks::{Block, Place, cells};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// A cell with one set of parameters.
#[derive(Clone, Debug)]
pub struct Case {
    /// Stem of the cell, or of the block.
    pub cell: &'static str,
    /// Its parameters: names and numbers in turn; what is left out keeps the default of the properties' file.
    pub parameters: String,
    /// Most steps of the induction.
    pub steps: usize,
}

/// The memories of turn_fifo, as its properties name them.
const BANKS: [&str; 4] = ["bank0", "bank1", "bank2", "bank3"];

/// What is asked of a case.
#[derive(Clone, Copy, Debug)]
pub enum Goal<'a> {
    /// All properties hold, for ever.
    Prove,
    /// The state that the properties name under `REACH` occurs: the assumptions leave something to prove.
    Reach,
    /// With this text of the cell replaced, a property fails.
    Refute(&'a str, &'a str),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Proved by induction of so many steps.
    Proved(usize),
    /// A counterexample of so many cycles from the beginning.
    Counterexample(usize),
    /// Neither: what the tool said last.
    Open(String),
}

impl Case {
    fn numbers(&self) -> Vec<(&str, i64)> {
        let words: Vec<&str> = self.parameters.split_whitespace().collect();
        words.chunks(2).map(|pair| (pair[0], pair[1].parse().expect("a number"))).collect()
    }

    /// The parameter `name`.
    pub fn number(&self, name: &str) -> i64 {
        let found = self.numbers().into_iter().find(|(own, _)| *own == name);
        found.unwrap_or_else(|| panic!("{self:?} without {name}")).1
    }

    /// Solves the case in a folder below `formal` of `CARGO_TARGET_TMPDIR`; the answer, and the seconds it took.
    pub fn solve(&self, goal: Goal) -> (Answer, f64) {
        let clock = Instant::now();
        let name = format!("{} {} {goal:?}", self.cell, self.parameters);
        let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).take(240).collect();
        let folder = Path::new(option_env!("CARGO_TARGET_TMPDIR").unwrap_or("target/tmp")).join("formal").join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let script = self.write(&folder, goal);
        let output = Command::new("timeout").args(["300", "yosys", "-p", &script]).current_dir(&folder).output();
        let output = output.unwrap_or_else(|e| panic!("`yosys` cannot be started ({e}); `make tools` installs it"));
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (answer(&text), clock.elapsed().as_secs_f64())
    }

    /// Writes cell and properties; the script that solves them.
    fn write(&self, folder: &Path, goal: Goal) -> String {
        let mut files = self.cell_files();
        if let Goal::Refute(from, to) = goal {
            let of_cell = files.iter_mut().find(|(_, text)| text.contains(from));
            let (_, text) = of_cell.unwrap_or_else(|| panic!("no `{from}` in {}", self.cell));
            *text = text.replacen(from, to, 1);
        }
        let (top, properties) = self.properties();
        files.push((format!("{top}.v"), properties));
        let source = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/cells/formal/arithmetic.vh"));
        std::fs::copy(source, folder.join("arithmetic.vh")).unwrap();
        std::fs::write(folder.join("see_mem.vh"), self.memories()).unwrap();
        if let Some(width) = self.word_width() {
            write_words(folder, width, self.number("DEPTH"));
        }
        for (name, text) in &files {
            std::fs::write(folder.join(name), text).unwrap();
        }
        let mut defines = if matches!(goal, Goal::Reach) { "-DREACH".to_string() } else { String::new() };
        if self.cell == "select" {
            let _ = write!(defines, " -DDUT={}", files[0].0.trim_end_matches(".v"));
        }
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        let only = if matches!(goal, Goal::Prove) { "" } else { "-tempinduct-baseonly" };
        format!(
            "read_verilog -formal -defer -I. {defines} {}; hierarchy -top {top} -check; proc; memory_collect; memory_map; \
             flatten; opt -nodffe -nosdff; sat -tempinduct {only} -prove-asserts -set-assumes -maxsteps {} {top}",
            names.join(" "),
            self.steps
        )
    }

    /// Bits of a word of the cell's ROM, where it has one.
    fn word_width(&self) -> Option<i64> {
        match self.cell {
            "rom" | "rom_ahead" => Some(self.number("WIDTH")),
            "threshold_step" => Some(self.number("WIDTH") + 1),
            _ => None,
        }
    }

    fn cell_files(&self) -> Vec<(String, String)> {
        let place = Place { prefix: "dut", origin: "Generated by circlet from a proof." };
        let number = |name| self.number(name) as usize;
        match self.cell {
            "select" => {
                let (lanes, rows) = (number("LANES"), number("ROWS"));
                let (total, packet) = (number("TOTAL"), number("PACKET"));
                let select = Select { lanes, width: number("WIDTH") as u32, rows, total, packet };
                let own = (format!("{}.v", select.module(&place)), select.rtl(&place).remove(0).text);
                [vec![own], of_cells(select.cells())].concat()
            }
            "adder_graph" => {
                let module = format!("{}.v", self.graph().module(number("WIDTH") as u32, number("PRODUCT") as u32));
                let text = self.graph().rtl(number("WIDTH") as u32, number("PRODUCT") as u32).text;
                let cells = cells::closure(["shift_add", "shift_fit"]);
                let cells = cells.into_iter().map(|(stem, text)| (format!("{stem}.v"), text.to_string()));
                cells.chain([(module, text)]).collect()
            }
            "complex_product" | "spectral_row" | "spectral_step_row" => of_cells(&["spectral_operands", self.cell]),
            "rom_ahead" => of_cells(&["read_ahead", self.cell]),
            "spectral_bin" => of_cells(&["spectral_join", self.cell]),
            cell => of_cells(&[cell]),
        }
    }

    fn graph(&self) -> AdderGraph {
        let constants = self.numbers().into_iter().filter(|(name, _)| name.starts_with('C'));
        AdderGraph::of(&constants.map(|(_, value)| value as u64).collect::<Vec<_>>())
    }

    /// The module with the properties and its text, its parameters set.
    fn properties(&self) -> (String, String) {
        let top = format!("{}_props", self.cell);
        if self.cell == "adder_graph" {
            let text = self.products();
            return (top, text);
        }
        let mut text = properties_of(self.cell);
        for (name, value) in self.numbers() {
            let at = text.find(&format!("parameter {name} ")).unwrap_or_else(|| panic!("{top} without {name}"));
            let from = at + text[at..].find('=').unwrap() + 1;
            let to = from + text[from..].find([',', '\n']).unwrap();
            text.replace_range(from..to, &format!(" {value}"));
        }
        (top, text)
    }

    /// Properties of an adder graph: each output is its constant times the input, `depth` cycles before.
    fn products(&self) -> String {
        let (graph, width, product) = (self.graph(), self.number("WIDTH"), self.number("PRODUCT"));
        let (module, depth) = (graph.module(width as u32, product as u32), graph.depth());
        let mut text = format!(
            "`default_nettype none\nmodule adder_graph_props (input wire clk, input wire signed [{}:0] x);\n\
             reg signed [{}:0] past [0:{depth}];\nreg [7:0] age = 8'd0;\ninteger n;\nalways @* past[0] = x;\n\
             always @(posedge clk) begin\nif (age != {depth}) age <= age + 1;\nfor (n = 0; n < {depth}; n = n + 1) \
             past[n+1] <= past[n];\nend\n",
            width - 1,
            product - 1
        );
        // a memory would be one word too many
        text = text.replace("always @* past[0] = x;\n", "").replace("for (n = 0;", "past[1] <= x;\nfor (n = 1;");
        let mut pins = String::new();
        for (_, constant) in self.numbers().into_iter().filter(|(name, _)| name.starts_with('C')) {
            let port = AdderGraph::port(constant as u64);
            let _ = writeln!(text, "wire signed [{}:0] {port};", product - 1);
            let _ = writeln!(text, "wire signed [{}:0] times{constant} = past[{depth}] * {constant};", product - 1);
            let _ = writeln!(text, "always @* if (age == {depth}) assert ({port} == times{constant});");
            let _ = write!(pins, ", .{port}({port})");
        }
        text + &format!("{module} dut (.clk(clk), .x1_q0(x){pins});\nendmodule\n`default_nettype wire\n")
    }

    /// The words of the cell's memories, as the properties see them.
    fn memories(&self) -> String {
        let list: Vec<(&str, String, i64)> = match self.cell {
            "stream_fifo" => vec![("mem", "mem".into(), self.number("DEPTH"))],
            "held_delay" if self.number("DEPTH") >= 4 => {
                vec![("mem", "genblk2.gen_ram.words".into(), self.number("DEPTH") - 1)]
            }
            "turn_fifo" => {
                let lanes = self.number("LANES_IN");
                let banks = if lanes == 4 { 4 } else { 2 };
                let bank = |bank: usize| {
                    (BANKS[bank], format!("gen_memory[{bank}].bank"), self.number("DEPTH") * lanes / banks)
                };
                (0..banks as usize).map(bank).collect()
            }
            "fold_memory" => {
                let banks = [("bank00", 0, 0), ("bank01", 0, 1), ("bank10", 1, 0), ("bank11", 1, 1)];
                let depth = 1 << (self.number("BITS") - 1);
                let path = |(wire, part, bank)| (wire, format!("gen_part[{part}].bank_{bank}"), depth);
                banks.map(path).to_vec()
            }
            _ => Vec::new(),
        };
        let mut text = String::new();
        for (wire, path, depth) in list {
            for word in 0..depth {
                let _ = writeln!(
                    text,
                    "(* hierconn *) wire [WIDTH-1:0] \\dut.{path}[{word}] ; \
                     assign {wire}[{word}*WIDTH +: WIDTH] = \\dut.{path}[{word}] ;"
                );
            }
        }
        text
    }
}

/// The text of a cell's properties.
pub fn properties_of(cell: &str) -> String {
    let path = format!("{}/templates/cells/formal/{cell}_props.v", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn of_cells(stems: &[&str]) -> Vec<(String, String)> {
    let cells = cells::closure(stems.iter().copied());
    cells.into_iter().map(|(stem, text)| (format!("{stem}.v"), text.to_string())).collect()
}

/// Words for a ROM, as a file and as a list of cases.
fn write_words(folder: &Path, width: i64, depth: i64) {
    let words: Vec<i64> = (0..depth).map(|n| (n * 37 + 3) & ((1 << width) - 1)).collect();
    let hex: String = words.iter().map(|word| format!("{word:x}\n")).collect();
    std::fs::write(folder.join("words.hex"), hex).unwrap();
    let cases = words.iter().enumerate();
    let cases: String = cases.map(|(n, word)| format!("            {n}: word = {word};\n")).collect();
    std::fs::write(folder.join("words.vh"), cases).unwrap();
}

/// What Yosys' `sat -tempinduct` says.
fn answer(text: &str) -> Answer {
    let number = |marker: &str| {
        let at = text.rfind(marker)? + marker.len();
        text[at..].split(']').next()?.trim().parse::<usize>().ok()
    };
    if text.contains("Induction step proven: SUCCESS!") {
        return Answer::Proved(number("[induction step ").unwrap_or(0));
    }
    if text.contains("model found for base case: FAIL!") {
        return Answer::Counterexample(number("[base case ").unwrap_or(0));
    }
    let telling = text.lines().rev().filter(|line| !line.trim().is_empty());
    Answer::Open(telling.take(3).collect::<Vec<_>>().join(" / "))
}
