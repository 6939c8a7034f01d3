//! Golden vectors: what the ports bring and show in each cycle of a short run, and a plain Verilog bench for them.
//!
//! One line per clock cycle, hexadecimal fields joined by `_`; `//` lines are comments. `$readmemh` reads it as it is.
//! The fields: `rst, s_axis_tvalid, s_axis_tlast, m_axis_tready` as one digit; `s_axis_tdata`; `frame_error,
//! s_axis_tready, m_axis_tvalid, m_axis_tlast` as one digit; `m_axis_tdata`, zero while not valid.

use super::rtl::stream_bytes;
use super::{Context, model};
use crate::blocks::models::UNITS;
use crate::emit::signals::Signals;
use crate::machine::text::{read, words_hex};
use crate::machine::{Inputs, Machine};
use crate::manifest::{Manifest, StreamPort};
use crate::schedule::machine;
use askama::Template;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fmt::Write;

const SEED: u64 = 1;
const FRAMES: usize = 3;

#[derive(Template)]
#[template(path = "bench.v")]
struct Bench<'a> {
    network: &'a str,
    cycles: usize,
    data_in_bits: usize,
    data_out_bits: usize,
    line_msb: usize,
}

/// A stimulus played and recorded.
#[derive(Template)]
#[template(path = "play.v")]
struct Play<'a> {
    network: &'a str,
    data_in_bits: usize,
    data_out_bits: usize,
    /// Names below the top module.
    paths: Vec<String>,
}

/// The cocotb bench.
#[derive(Template)]
#[template(path = "cocotb.py", escape = "none")]
struct Cocotb<'a> {
    network: &'a str,
    interval: usize,
    latency: usize,
    beats_out: usize,
}

/// Its makefile.
#[derive(Template)]
#[template(path = "cocotb.mk", escape = "none")]
struct CocotbMake<'a> {
    network: &'a str,
}

/// The benches that read the manifest: `tb/<network>_play.v`, `tb/test_<network>.py` and `tb/Makefile`.
pub fn benches(manifest: &Manifest) -> Vec<(String, String)> {
    let network = manifest.network.as_str();
    let bits = |port: &StreamPort| port.lanes * port.bytes * 8;
    let below = |path: &str| path.split_once('.').map_or(path, |(_, below)| below).to_string();
    let paths = Signals::of(manifest).list.iter().map(|signal| below(&signal.path)).collect();
    let (data_in_bits, data_out_bits) = (bits(&manifest.input), bits(&manifest.output));
    let play = Play { network, data_in_bits, data_out_bits, paths };
    let (interval, latency, beats_out) = (manifest.interval, manifest.latency_last, manifest.output.beats);
    let cocotb = Cocotb { network, interval, latency, beats_out };
    vec![
        (format!("tb/{network}_play.v"), model::render(&play)),
        (format!("tb/test_{network}.py"), model::render(&cocotb)),
        ("tb/Makefile".into(), model::render(&CocotbMake { network })),
    ]
}

/// `vectors/cycles.hex`, its copy inside the model crate, and `tb/<network>_tb.v`.
pub fn files(context: &Context) -> Vec<(String, String)> {
    let (text, cycles) = cycles(context);
    let bits = |source: bool| {
        let (_, port, _) = context.end(source);
        port.lanes * stream_bytes(port.width) * 8
    };
    let (data_in_bits, data_out_bits) = (bits(true), bits(false));
    let network = context.network.name.as_str();
    let bench = Bench { network, cycles, data_in_bits, data_out_bits, line_msb: data_in_bits + data_out_bits + 7 };
    vec![
        ("vectors/cycles.hex".into(), text.clone()),
        ("model/vectors/cycles.hex".into(), text),
        (format!("tb/{network}_tb.v"), model::render(&bench)),
    ]
}

/// The machine of a schedule, in its reset state.
pub fn machine_of(context: &Context) -> Machine {
    let schedule = context.schedule;
    let memories = machine::memories(&schedule.graph);
    let text = machine::text(&schedule.graph, &schedule.depths);
    let mut fetch = |name: &str| memories.get(name).map(|words| words_hex(words)).ok_or(format!("no memory `{name}`"));
    match read(&text, UNITS, &mut fetch) {
        Ok(machine) => machine,
        Err(problem) => crate::bug!("emit: the machine file does not read back: {problem}"),
    }
}

/// A few frames of seeded words with bubbles and back-pressure; the text and its number of cycles.
fn cycles(context: &Context) -> (String, usize) {
    let mut machine = machine_of(context);
    let (frame_in, port_in, _) = context.end(true);
    let (frame_out, port_out, format_out) = context.end(false);
    let (low, high) = context.network.input_words();
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let header = format!(
        "// {}: {FRAMES} frames with bubbles and back-pressure, seed {SEED}\n\
         // rst tvalid tlast tready (input side), s_axis_tdata, frame_error tready tvalid tlast (output side), \
         m_axis_tdata ({format_out})\n",
        context.network.name
    );
    let (mut text, mut lines, mut given, mut taken) = (header, 0, 0, 0);
    let mut offered: Option<Vec<i64>> = None;
    while taken < FRAMES * frame_out {
        let rst = lines < 2;
        if !rst && offered.is_none() && given < FRAMES * frame_in && random.random_bool(0.75) {
            offered = Some((0..port_in.lanes).map(|_| random.random_range(low..=high)).collect());
        }
        let last = offered.is_some() && (given + 1) % frame_in == 0;
        let data = offered.clone().unwrap_or_else(|| vec![0; port_in.lanes]);
        let inputs = Inputs { rst, valid: offered.is_some(), data, last, ready: random.random_bool(0.75) };
        let outputs = machine.step(&inputs);
        let control = digit([inputs.rst, inputs.valid, inputs.last, inputs.ready]);
        let state = digit([outputs.frame_error, outputs.ready, outputs.valid, outputs.last]);
        let answer = if outputs.valid { outputs.data } else { vec![0; port_out.lanes] };
        let (data, answer) = (field(&inputs.data, port_in.width), field(&answer, port_out.width));
        let _ = writeln!(text, "{control:x}_{data}_{state:x}_{answer}");
        if inputs.valid && outputs.ready {
            offered = None;
            given += 1;
        }
        taken += (outputs.valid && inputs.ready) as usize;
        lines += 1;
    }
    (text, lines)
}

fn digit(bits: [bool; 4]) -> u8 {
    bits.iter().fold(0, |digit, &bit| digit << 1 | bit as u8)
}

/// Words as they lie in `tdata`: sign-extended to whole bytes, lane 0 in the last digits.
fn field(words: &[i64], width: u32) -> String {
    let digits = 2 * stream_bytes(width);
    let word = |word: &i64| {
        let text = format!("{word:016x}");
        text[16 - digits..].to_string()
    };
    words.iter().rev().map(word).collect()
}
