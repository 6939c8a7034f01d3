//! Forward transform of a real block, one word per clock: k words in, the packed spectrum of k words out.
//!
//! The levels of [`super::fft`], bit for bit, at half the rate with half of the units: words of a pair of values pass in
//! four cycles, one multiplier makes the four products of a complex product, one adder the four sums. Words come and go
//! in the sequence of the packet of two words per clock: `x[0], x[k/2], x[1], ...`, then `re, im` of position 0, 1, ...
//!
//! | from cycle | what |
//! |---|---|
//! | 0 | words that do not exist become zero; `half_order`: `k/2 + 1` cycles, then `half_first`: 3 cycles |
//! | ... | levels 1 to n-2: `half_order` over windows of `2^b` words, b = n .. 3: `2^(b-1) + 1` cycles, `half_level`: 9 cycles |
//! | latency - 7 | `half_order`: parts of a value one behind the other; 3 cycles |
//! | latency - 4 | `half_last`: DC and Nyquist of position 0; 2 cycles |
//! | latency - 2 | `narrow` to the spectrum's format |

pub mod model;

use super::fft::{Fft, Level};
use super::{Block, Cost, Place, Port, RtlFile, header::Header, signed_literal};
use crate::fixed::{QFormat, twiddle};
use askama::Template;

/// A forward transform with one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HalfFft(
    /// What is computed; blocks of 4 words or more, all factors by multipliers.
    pub Fft,
);

impl HalfFft {
    /// The same parameters if they can be built, else what is wrong.
    pub fn checked(self) -> Result<HalfFft, String> {
        if self.0.k < 4 || self.0.shifts {
            return Err(format!(
                "blocks of {} words at one per clock: expected 4 or more, without shifted sums",
                self.0.k
            ));
        }
        self.0.checked().map(HalfFft)
    }

    /// Words among which the memory before a level brings those together that it joins.
    fn window(&self, level: u32) -> usize {
        self.0.k >> level.saturating_sub(1)
    }

    fn level_latency(&self, level: Level) -> usize {
        self.window(level.index) / 2 + 1 + if level.index == 0 { 3 } else { 9 }
    }

    /// Bits of the words behind the last level.
    fn end_width(&self) -> u32 {
        self.0.levels().last().map_or(0, Level::out)
    }
}

impl Block for HalfFft {
    fn stem(&self) -> &'static str {
        "half_fft"
    }

    fn module(&self, place: &Place) -> String {
        format!("half_{}", self.0.module(place))
    }

    fn input(&self) -> Port {
        Port { lanes: 1, ..self.0.input() }
    }

    fn output(&self) -> Port {
        Port { lanes: 1, ..self.0.output() }
    }

    fn latency(&self) -> usize {
        self.0.levels().map(|level| self.level_latency(level)).sum::<usize>() + 7
    }

    fn cost(&self) -> Cost {
        let width = |level: Level| if level.index == 0 { self.0.input.width() } else { level.width };
        let memory = self.0.levels().map(|level| self.window(level.index) as u64 * width(level) as u64);
        Cost {
            multipliers: self.0.levels().skip(1).count(),
            memory_bits: memory.sum::<u64>() + 4 * self.end_width() as u64,
        }
    }

    fn fields(&self) -> String {
        self.0.fields()
    }

    fn rtl(&self, place: &Place) -> Vec<RtlFile> {
        let rtl = HalfFftRtl::new(self, place);
        let text = rtl.render().unwrap_or_else(|e| crate::bug!("template half_fft.v: {e}"));
        vec![RtlFile { name: format!("rtl/{}.v", rtl.h.module), text }]
    }

    fn cells(&self) -> &'static [&'static str] {
        match self.0.k {
            0..=4 => &["half_mask", "half_order", "half_first", "half_last", "narrow", "packet_valid"],
            5.. => &["half_mask", "half_order", "half_first", "half_level", "half_last", "narrow", "packet_valid"],
        }
    }
}

/// What a word is multiplied with in one phase: group, then cycle.
struct Factor {
    phase: String,
    value: String,
}

/// A level as the template sees it.
struct Stage {
    name: String,
    from: String,
    start: usize,
    what: String,
    window: usize,
    kind: u32,
    is_first: bool,
    width: u32,
    msb: u32,
    out: u32,
    out_msb: u32,
    group: String,
    turned: u32,
    halve: u32,
    mode: u32,
    factors: Vec<Factor>,
}

#[derive(Template)]
#[template(path = "half_fft.v")]
struct HalfFftRtl {
    h: Header,
    input: String,
    output: String,
    words: usize,
    beats: usize,
    width: u32,
    msb: u32,
    guard: u32,
    blocks: usize,
    last: usize,
    phase_msb: u32,
    twiddle: u32,
    factor_width: u32,
    factor_msb: u32,
    one: String,
    levels: Vec<Stage>,
    end: String,
    end_msb: u32,
    end_width: u32,
    narrowing: String,
    full_width: u32,
    full_msb: u32,
    shift: i32,
    mode: u32,
    out_width: u32,
    out_msb: u32,
}

impl HalfFftRtl {
    fn new(half: &HalfFft, place: &Place) -> HalfFftRtl {
        let Fft { k, input, output, guard, rounding, blocks, valid, .. } = half.0;
        let levels = stages(half);
        let factor_width = half.0.twiddle + 2;
        HalfFftRtl {
            h: header(half, place),
            narrowing: format!(
                "{} to {output}, round {}, saturated",
                QFormat::of_width(half.0.width_full(), half.0.shift() + output.frac),
                rounding.name()
            ),
            input: input.to_string(),
            output: output.to_string(),
            words: k,
            beats: k / 2,
            width: input.width(),
            msb: input.width() - 1,
            guard,
            blocks,
            last: valid - (blocks - 1) * k,
            phase_msb: k.ilog2() - 1,
            twiddle: half.0.twiddle,
            factor_width,
            factor_msb: factor_width - 1,
            one: signed_literal(factor_width, 1 << half.0.twiddle),
            end: levels.last().map_or(String::new(), |stage| stage.name.clone()),
            end_width: half.end_width(),
            end_msb: half.end_width() - 1,
            levels,
            full_width: half.0.width_full(),
            full_msb: half.0.width_full() - 1,
            shift: half.0.shift(),
            mode: rounding.code(),
            out_width: output.width(),
            out_msb: output.width() - 1,
        }
    }
}

fn stages(half: &HalfFft) -> Vec<Stage> {
    let (mut from, mut start, bits) = ("words".to_string(), 0, half.0.k.ilog2());
    let stage = |level: Level| {
        let name = format!("level{}", level.index);
        let width = if level.index == 0 { half.0.input.width() } else { level.width };
        let stage = Stage {
            from: std::mem::replace(&mut from, name.clone()),
            start,
            what: format!("{} groups, {width} bits{}", 1 << level.index, if level.halve { ", halves" } else { "" }),
            window: half.window(level.index),
            kind: (level.index == 0) as u32,
            is_first: level.index == 0,
            width,
            msb: width - 1,
            out: level.out(),
            out_msb: level.out() - 1,
            group: format!("{name}_phase[{}:{}]", bits - 1, bits - level.index),
            turned: level.turned(),
            halve: level.halve as u32,
            mode: level.product_rounding().code(),
            factors: factors(level.index, half.0.twiddle),
            name,
        };
        start += half.level_latency(level);
        stage
    };
    half.0.levels().map(stage).collect()
}

/// The factors `c, s, - s, c` of every group but the real one, whose `s` is 0.
fn factors(index: u32, bits: u32) -> Vec<Factor> {
    let of_group = |g: usize| {
        let factor = twiddle(g, bits);
        let phase = move |(at, value)| Factor {
            phase: format!("{}'d{}", index + 2, 4 * g + at),
            value: signed_literal(bits + 2, value),
        };
        [factor.re, factor.im, -factor.im, factor.re].into_iter().enumerate().map(phase)
    };
    (1..1 << index).flat_map(of_group).collect()
}

fn header(half: &HalfFft, place: &Place) -> Header {
    let Fft { k, valid, input, output, guard, twiddle, .. } = half.0;
    let rounding = half.0.rounding.name();
    let sentence = format!("{k}-point real transform, one word per clock");
    let shape = format!("{k} x 1 words in halves order to {k} x 1 in position order; a frame has {valid}");
    let format =
        format!("{input} in, {guard} guard bits, twiddles s1.{twiddle}, {output} out, saturated, round {rounding}");
    Header::of(half, place, &sentence, &shape, &format, &format!("{k} cycles per block"))
}
