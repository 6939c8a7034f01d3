//! The FIFO cells against the timed model: every output, every cycle, under random traffic with resets.
//!
//! One module holds one FIFO for each set of parameters, so that one simulator serves them all. The files stay in
//! `cells/` below `CARGO_TARGET_TMPDIR`. Gates and stream edges are compared as parts of whole designs in `verify.rs`.

#[path = "common/tools.rs"]
#[allow(dead_code)]
mod tools;

use circlet::blocks::cells;
use circlet::emit::harness::{Dut, Signal};
use circlet::machine::fifo::{Access, Fifo, Replay, Turn};
use circlet::verify::compiler::Means;
use circlet::verify::process::Process;
use circlet::verify::verilator::{Build, Verilator};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// A FIFO under test: `lanes` words of `width` bits, `depth` beats, claimed `reserve` and popped `packet` at a time.
#[derive(Clone, Copy, Debug)]
struct Case {
    lanes: usize,
    width: u32,
    depth: usize,
    reserve: usize,
    packet: usize,
    access: Access,
}

impl Case {
    fn lanes_out(&self) -> usize {
        match self.access {
            Access::Replay(_) => self.lanes,
            Access::Turn(t) => t.lanes_out(),
        }
    }

    fn instance(&self, index: usize) -> String {
        let Case { lanes, width, depth, reserve, packet, .. } = self;
        let cell = match self.access {
            Access::Replay(r) => format!(
                "stream_fifo #(.WIDTH({}), .DEPTH({depth}), .WINDOW({}), .REPEAT({}), .GROUPS({}), .LAST_REPEAT({}), .RESERVE({reserve}), .PACKET({packet}))",
                lanes * *width as usize,
                r.window,
                r.repeat,
                r.groups,
                r.last_repeat
            ),
            Access::Turn(t) => format!(
                "turn_fifo #(.WIDTH({width}), .LANES_IN({lanes}), .DEPTH({depth}), .WORDS({}), .PAIR_IN({}), .PAIR_OUT({}), \
                 {}.FRAME_IN({}), .FRAME_OUT({}), .RESERVE({reserve}), .PACKET({packet}))",
                t.words,
                t.pair_in.unwrap_or(0),
                t.pair_out,
                t.second.map_or(String::new(), |[a, b]| format!(".SECOND_IN({a}), .SECOND_OUT({b}), ")),
                t.frame_in,
                t.frame_out
            ),
        };
        let pins = ["in_valid", "in_data", "reserve", "room", "pop", "filled", "out_data"];
        let pins: String = pins.map(|pin| format!(", .{pin}(f{index}_{pin})")).concat();
        format!("    {cell} f{index} (.clk(clk), .rst(rst){pins});\n")
    }

    fn inputs(&self, index: usize) -> [Signal; 4] {
        let data = self.lanes * self.width as usize;
        [("in_valid", 1), ("reserve", 1), ("pop", 1), ("in_data", data)]
            .map(|(pin, bits)| Signal::port(&format!("f{index}_{pin}"), bits))
    }

    fn outputs(&self, index: usize) -> [Signal; 3] {
        let data = self.lanes_out() * self.width as usize;
        [("room", 1), ("filled", 1), ("out_data", data)]
            .map(|(pin, bits)| Signal::port(&format!("f{index}_{pin}"), bits))
    }
}

/// `at_once`: beats claimed and beats popped.
fn replay(lanes: usize, width: u32, depth: usize, at_once: (usize, usize), replay: [usize; 4]) -> Case {
    let (reserve, packet) = at_once;
    let [window, repeat, groups, last_repeat] = replay;
    Case {
        lanes,
        width,
        depth,
        reserve,
        packet,
        access: Access::Replay(Replay { window, repeat, groups, last_repeat }),
    }
}

/// `at_once`: beats claimed and beats popped; `pair`: bits in which written and read pairs differ; `frame`: beats written and read.
fn turn(
    width: u32,
    depth: usize,
    at_once: (usize, usize),
    words: usize,
    pair: (Option<u32>, u32),
    frame: (usize, usize),
) -> Case {
    let turn = Turn { words, pair_in: pair.0, pair_out: pair.1, second: None, frame_in: frame.0, frame_out: frame.1 };
    turned(width, depth, at_once, turn)
}

/// [`turn`] of four lanes; `bits`: pair and second bit of written and of read beats.
fn turn_four(
    width: u32,
    depth: usize,
    at_once: (usize, usize),
    words: usize,
    bits: ([u32; 2], [u32; 2]),
    frame: (usize, usize),
) -> Case {
    let ([pair_in, second_in], [pair_out, second_out]) = bits;
    let (pair_in, second) = (Some(pair_in), Some([second_in, second_out]));
    turned(width, depth, at_once, Turn { words, pair_in, pair_out, second, frame_in: frame.0, frame_out: frame.1 })
}

fn turned(width: u32, depth: usize, (reserve, packet): (usize, usize), turn: Turn) -> Case {
    assert!(turn.is_sound(), "{turn:?}");
    Case { lanes: turn.lanes_in(), width, depth, reserve, packet, access: Access::Turn(turn) }
}

fn cases() -> Vec<Case> {
    vec![
        replay(1, 2, 1, (1, 1), [1, 1, 1, 1]),
        replay(1, 8, 2, (1, 2), [1, 1, 1, 1]),
        replay(2, 9, 3, (1, 1), [1, 1, 1, 1]),
        replay(2, 12, 16, (4, 8), [1, 1, 1, 1]),
        replay(4, 20, 23, (8, 5), [1, 1, 1, 1]),
        replay(1, 7, 1, (1, 1), [1, 3, 1, 3]),
        replay(2, 11, 8, (8, 8), [8, 2, 1, 2]),
        replay(2, 16, 21, (4, 3), [8, 3, 1, 3]),
        replay(2, 16, 40, (8, 1), [8, 2, 4, 1]),
        replay(1, 10, 12, (3, 4), [3, 1, 3, 4]),
        replay(2, 5, 7, (1, 5), [5, 4, 2, 5]),
        turn(8, 4, (1, 1), 8, (Some(0), 2), (4, 4)),
        turn(8, 4, (4, 2), 8, (Some(2), 0), (8, 8)),
        turn(9, 12, (2, 4), 8, (Some(0), 1), (6, 8)),
        turn(10, 16, (5, 3), 16, (Some(0), 3), (5, 3)),
        turn(7, 24, (1, 5), 16, (Some(1), 3), (21, 20)),
        turn(33, 96, (8, 32), 64, (Some(2), 5), (40, 49)),
        turn(6, 4, (2, 2), 4, (Some(1), 0), (4, 4)),
        turn(5, 2, (1, 1), 2, (None, 0), (2, 1)),
        turn(5, 6, (3, 2), 2, (None, 0), (3, 2)),
        turn(12, 24, (1, 7), 8, (None, 2), (13, 7)),
        turn(12, 16, (4, 8), 16, (None, 3), (16, 8)),
        turn(12, 48, (5, 2), 16, (None, 0), (10, 8)),
        turn_four(9, 32, (1, 16), 64, ([0, 1], [5, 4]), (16, 16)),
        turn_four(9, 48, (16, 4), 64, ([5, 4], [0, 1]), (48, 48)),
        turn_four(7, 16, (4, 1), 64, ([5, 0], [5, 4]), (16, 16)),
        turn_four(12, 64, (8, 8), 128, ([6, 5], [5, 4]), (32, 32)),
        turn_four(11, 32, (2, 2), 128, ([5, 4], [6, 5]), (64, 64)),
        turn_four(10, 32, (3, 3), 64, ([0, 1], [5, 4]), (9, 13)),
        turn_four(33, 96, (5, 7), 128, ([6, 5], [5, 4]), (50, 47)),
        turn_four(8, 12, (1, 2), 16, ([0, 1], [1, 0]), (7, 6)),
        turn_four(8, 24, (2, 3), 16, ([2, 0], [3, 0]), (6, 7)),
        turn_four(5, 2, (1, 1), 4, ([1, 0], [0, 1]), (1, 1)),
        turn_four(6, 4, (2, 2), 8, ([0, 2], [1, 0]), (2, 2)),
    ]
}

/// The module with all FIFOs.
fn design(cases: &[Case]) -> (Dut, String) {
    let inputs: Vec<Signal> = cases.iter().enumerate().flat_map(|(i, c)| c.inputs(i)).collect();
    let outputs: Vec<Signal> = cases.iter().enumerate().flat_map(|(i, c)| c.outputs(i)).collect();
    let mut text = "`default_nettype none\nmodule fifos (\n    input wire clk,\n    input wire rst".to_string();
    for (direction, signals) in [("input", &inputs), ("output", &outputs)] {
        for Signal { name, bits, .. } in signals {
            let _ = write!(
                text,
                ",\n    {direction} wire {}{name}",
                if *bits == 1 { String::new() } else { format!("[{}:0] ", bits - 1) }
            );
        }
    }
    text += "\n);\n";
    cases.iter().enumerate().for_each(|(i, c)| text += &c.instance(i));
    text += "endmodule\n`default_nettype wire\n";
    let inputs = [vec![Signal::port("rst", 1)], inputs].concat();
    // `Dut` wants flags before values, among inputs as among outputs
    let flags_first = |mut signals: Vec<Signal>| {
        signals.sort_by_key(|s| !s.is_flag());
        signals
    };
    (Dut { top: "fifos".into(), inputs: flags_first(inputs), outputs: flags_first(outputs) }, text)
}

/// Small and seeded: the same traffic everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn one_in(&mut self, n: u64) -> bool {
        (self.next() >> 20).is_multiple_of(n)
    }
}

/// Words by signal.
type Signals<T> = Vec<(String, Vec<T>)>;

/// Random traffic at the two ends of one FIFO, and what its model says.
struct Ends {
    case: Case,
    fifo: Fifo,
    claimed: usize,
    read: Option<Vec<i64>>,
}

impl Ends {
    /// The input words of this cycle by signal, and the expected output ones; `None`: anything may stand there.
    fn cycle(&mut self, index: usize, random: &mut Random, phase: u64) -> (Signals<i64>, Signals<Option<i64>>) {
        let (fifo, case) = (&mut self.fifo, self.case);
        let shown = match self.read.take() {
            Some(words) => words.into_iter().map(|w| (w != 0).then_some(w)).collect(),
            None => vec![None; case.lanes_out()],
        };
        let bit = |value: bool| vec![Some(value as i64)];
        let expected = [
            ("room", bit(fifo.free() >= case.reserve)),
            ("filled", bit(fifo.level() >= case.packet)),
            ("out_data", shown),
        ];
        let (write_rarely, read_rarely) = (phase % 3 == 1, phase % 3 == 2);
        let reserve = fifo.free() >= case.reserve && (!write_rarely || random.one_in(5));
        self.claimed += if reserve { case.reserve } else { 0 };
        let push = self.claimed > 0 && !random.one_in(4);
        let pop = fifo.level() > 0 && (!read_rarely || random.one_in(5)) && !random.one_in(6);
        let mask = (1u64 << case.width) - 1;
        // zero is what the model shows for a word that was never written
        let data: Vec<i64> = (0..case.lanes).map(|_| (random.next() >> 3 & mask).max(1) as i64).collect();
        if reserve {
            fifo.reserve(case.reserve);
        }
        if push {
            fifo.push(&data);
            self.claimed -= 1;
        }
        if pop {
            let mut words = Vec::new();
            fifo.pop(&mut words);
            self.read = Some(words);
        }
        fifo.clock();
        let name = |pin: &str| format!("f{index}_{pin}");
        let bit = |pin: &str, value: bool| (name(pin), vec![value as i64]);
        let inputs = vec![bit("in_valid", push), bit("reserve", reserve), bit("pop", pop), (name("in_data"), data)];
        (inputs, expected.into_iter().map(|(pin, words)| (name(pin), words)).collect())
    }

    fn reset(&mut self) {
        self.fifo.reset();
        // the memory's output register has no reset
        self.claimed = 0;
    }
}

/// Where a signal lies in a record: its first bit.
fn position(signals: &[Signal], name: &str) -> usize {
    let flags = signals.iter().filter(|s| s.is_flag()).count();
    let mut word = flags.div_ceil(32);
    for (index, signal) in signals.iter().enumerate() {
        match signal.is_flag() {
            true if signal.name == name => return index,
            true => {}
            false if signal.name == name => return word * 32,
            false => word += signal.words(),
        }
    }
    panic!("no signal {name}");
}

fn put(record: &mut [u32], position: usize, width: u32, words: &[i64]) {
    for bit in 0..words.len() * width as usize {
        let at = position + bit;
        record[at / 32] |= ((words[bit / width as usize] >> (bit % width as usize) & 1) as u32) << (at % 32);
    }
}

fn get(record: &[u32], position: usize, bits: usize) -> i64 {
    (0..bits).map(|bit| i64::from(record[(position + bit) / 32] >> ((position + bit) % 32) & 1) << bit).sum()
}

fn prepared(dut_text: &str) -> (PathBuf, Vec<PathBuf>) {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cells");
    std::fs::create_dir_all(&dir).unwrap();
    let mut files: Vec<_> =
        cells::closure(["stream_fifo", "turn_fifo"]).into_iter().map(|(s, t)| (format!("{s}.v"), t)).collect();
    files.push(("fifos.v".into(), dut_text));
    for (name, text) in &files {
        std::fs::write(dir.join(name), text).unwrap();
    }
    (dir, files.into_iter().map(|(name, _)| name.into()).collect())
}

#[test]
fn fifos_are_their_models() {
    const CYCLES: usize = 30_000;
    let cases = cases();
    let (dut, text) = design(&cases);
    let (dir, sources) = prepared(&text);
    tools::lint(&dir, "fifos", &sources.iter().map(|p| p.display().to_string()).collect::<Vec<_>>());
    let build = Build { dut: &dut, root: &dir, sources: &sources, means: Means::default(), cycles: CYCLES as u64 };
    let program = Verilator::find("verilator").unwrap().build(&build, &dir).unwrap();

    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let new = |case: &Case| Fifo::new("f".into(), case.lanes, case.width, case.depth, case.access);
    let mut ends: Vec<Ends> =
        cases.iter().map(|&case| Ends { case, fifo: new(&case), claimed: 0, read: None }).collect();
    let mut stimulus = Vec::new();
    let mut expected = Vec::new();
    for cycle in 0..CYCLES {
        let mut record = vec![0u32; dut.input_words()];
        let rst = random.one_in(900) || cycle % 5000 == 4999;
        record[0] |= rst as u32;
        let mut shown = Vec::new();
        for (index, end) in ends.iter_mut().enumerate() {
            let (inputs, outputs) = end.cycle(index, &mut random, cycle as u64 / 700);
            for (name, words) in inputs {
                let width = if words.len() == 1 && !name.ends_with("data") { 1 } else { end.case.width };
                put(&mut record, position(&dut.inputs, &name), width, &words);
            }
            shown.extend(outputs);
            if rst {
                end.reset();
            }
        }
        stimulus.extend(record);
        expected.push(shown);
    }

    let mut process = Process::start(&program, &dir, 7, None, None).unwrap();
    let mut reset = vec![0u32; 2 * dut.input_words()];
    reset[0] = 1;
    reset[dut.input_words()] = 1;
    process.send(2, true, &reset).unwrap();
    process.send(CYCLES, false, &stimulus).unwrap();
    assert!(process.receive().unwrap().is_empty());
    let records = process.receive().unwrap();
    process.finish().unwrap();
    let words = records.len() / CYCLES;
    let mut compared = 0;
    for (cycle, (record, shown)) in records.chunks(words).zip(&expected).enumerate() {
        for (name, values) in shown {
            let signal = dut.outputs.iter().find(|s| &s.name == name).unwrap();
            let bits = signal.bits / values.len();
            for (lane, value) in values.iter().enumerate() {
                let Some(value) = value else { continue };
                let got = get(record, position(&dut.outputs, name) + lane * bits, bits);
                let case = &cases[name[1..].split('_').next().unwrap().parse::<usize>().unwrap()];
                assert_eq!(got, *value, "cycle {cycle}, `{name}` lane {lane} of {case:?}");
                compared += 1;
            }
        }
    }
    assert!(compared > CYCLES * cases.len() * 2, "only {compared} values compared");
}
