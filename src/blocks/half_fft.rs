//! Forward transform of a real block at half the rate of [`super::fft`], k cycles for k words, with half of the units.
//!
//! Its levels, bit for bit: words of a pair of values pass in four cycles, one multiplier makes the four products of a
//! complex product, one adder the four sums. Between the first beats of two packets lie k cycles or more. A packet comes
//! and goes in one of two forms:
//!
//! - one word per cycle in k cycles: `x[0], x[k/2], x[1], ...`, then `re, im` of position 0, 1, ...
//! - `paired`: two words per cycle in k/2 cycles one behind the other, as those of [`super::fft`]
//!
//! Of the words one by one:
//!
//! | from cycle | what |
//! |---|---|
//! | 0 | words that do not exist become zero; `half_order`: `k/2 + 1` cycles, then `half_first`: 3 cycles |
//! | ... | levels 1 to n-2: `half_order` over windows of `2^b` words, b = n .. 3: `2^(b-1) + 1` cycles, `half_level`: 9 cycles |
//! | latency - 7 | `half_order`: parts of a value one behind the other; 3 cycles |
//! | latency - 4 | `half_last`: DC and Nyquist of position 0; 2 cycles |
//! | latency - 2 | `narrow` to the spectrum's format |
//!
//! Of pairs the ends alone differ:
//!
//! | from cycle | what |
//! |---|---|
//! | 0 | words that do not exist become zero; `half_take`: `k/4` cycles, 2 for k = 4, then `half_first`: 3 cycles |
//! | ... | the levels and the seven cycles after them, as above |
//! | latency - k/2 - 2 | `half_give`: pairs wait until the last one follows |

pub mod model;

use super::fft::{Fft, Level};
use super::{Block, Cost, Place, Port, RtlFile, header::Header, signed_literal};
use crate::fixed::{QFormat, twiddle};
use askama::Template;

/// A forward transform that takes k words in k cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HalfFft {
    /// What is computed; blocks of 4 words or more, all factors by multipliers.
    pub fft: Fft,
    /// Whether beats are pairs of words, k/2 of them on consecutive cycles; otherwise single words.
    pub paired: bool,
}

impl HalfFft {
    /// What takes the place of `fft` between streams of pairs.
    pub fn of(fft: Fft) -> HalfFft {
        HalfFft { fft: Fft { shifts: false, ..fft }, paired: true }
    }

    /// The same parameters if they can be built, else what is wrong.
    pub fn checked(self) -> Result<HalfFft, String> {
        if self.fft.k < 4 || self.fft.shifts {
            return Err(format!(
                "blocks of {} words at one per clock: expected 4 or more, without shifted sums",
                self.fft.k
            ));
        }
        self.fft.checked().map(|_| self)
    }

    /// Least number of cycles between the first beats of two packets.
    pub fn spacing(&self) -> usize {
        self.fft.k
    }

    /// Words among which the memory before a level brings those together that it joins.
    fn window(&self, level: u32) -> usize {
        self.fft.k >> level.saturating_sub(1)
    }

    fn level_latency(&self, level: Level) -> usize {
        match level.index {
            0 if self.paired => (self.fft.k / 4).max(2) + 3,
            0 => self.fft.k / 2 + 1 + 3,
            index => self.window(index) / 2 + 1 + 9,
        }
    }

    /// Cycles to the first word of the spectrum.
    fn word_latency(&self) -> usize {
        self.fft.levels().map(|level| self.level_latency(level)).sum::<usize>() + 7
    }

    /// Bits of the words behind the last level.
    fn end_width(&self) -> u32 {
        self.fft.levels().last().map_or(0, Level::out)
    }

    /// Bits of the memory that makes pairs of the last words; one pair is a register.
    fn pair_bits(&self) -> u64 {
        if self.paired && self.fft.k > 4 { self.fft.k as u64 / 2 * self.fft.output.width() as u64 } else { 0 }
    }
}

impl Block for HalfFft {
    fn stem(&self) -> &'static str {
        "half_fft"
    }

    fn module(&self, place: &Place) -> String {
        format!("half_{}{}", if self.paired { "pairs_" } else { "" }, self.fft.module(place))
    }

    fn input(&self) -> Port {
        Port { lanes: 1 + self.paired as usize, ..self.fft.input() }
    }

    fn output(&self) -> Port {
        Port { lanes: 1 + self.paired as usize, ..self.fft.output() }
    }

    fn latency(&self) -> usize {
        self.word_latency() + if self.paired { self.fft.k / 2 + 2 } else { 0 }
    }

    fn pause(&self) -> usize {
        if self.paired { self.spacing() - self.fft.k / 2 } else { 0 }
    }

    fn cost(&self) -> Cost {
        let width = |level: Level| if level.index == 0 { self.fft.input.width() } else { level.width };
        let memory = self.fft.levels().map(|level| self.window(level.index) as u64 * width(level) as u64);
        Cost {
            multipliers: self.fft.levels().skip(1).count(),
            memory_bits: memory.sum::<u64>() + 4 * self.end_width() as u64 + self.pair_bits(),
        }
    }

    fn fields(&self) -> String {
        self.fft.fields()
    }

    fn rtl(&self, place: &Place) -> Vec<RtlFile> {
        let rtl = HalfFftRtl::new(self, place);
        let text = rtl.render().unwrap_or_else(|e| crate::bug!("template half_fft.v: {e}"));
        vec![RtlFile { name: format!("rtl/{}.v", rtl.h.module), text }]
    }

    fn cells(&self) -> &'static [&'static str] {
        match (self.fft.k, self.paired) {
            (0..=4, false) => &["half_mask", "half_order", "half_first", "half_last", "narrow", "packet_valid"],
            (5.., false) => {
                &["half_mask", "half_order", "half_first", "half_level", "half_last", "narrow", "packet_valid"]
            }
            (0..=4, true) => &[
                "fft_mask",
                "half_take",
                "half_first",
                "half_order",
                "half_last",
                "narrow",
                "packet_valid",
                "half_give",
            ],
            (5.., true) => &[
                "fft_mask",
                "half_take",
                "half_first",
                "half_order",
                "half_level",
                "half_last",
                "narrow",
                "packet_valid",
                "half_give",
            ],
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
    is_paired: bool,
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
    paired: bool,
    input: String,
    output: String,
    words: usize,
    beats: usize,
    width: u32,
    msb: u32,
    in_msb: u32,
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
    ending: String,
    narrowing: String,
    full_width: u32,
    full_msb: u32,
    shift: i32,
    mode: u32,
    out_width: u32,
    word_msb: u32,
    out_msb: u32,
    give: usize,
}

impl HalfFftRtl {
    fn new(half: &HalfFft, place: &Place) -> HalfFftRtl {
        let Fft { k, input, output, guard, rounding, blocks, valid, .. } = half.fft;
        let levels = stages(half);
        let factor_width = half.fft.twiddle + 2;
        HalfFftRtl {
            h: header(half, place),
            paired: half.paired,
            ending: match half.paired {
                true => format!("from cycle {}", half.word_latency() - 7),
                false => "last seven cycles".into(),
            },
            narrowing: format!(
                "{} to {output}, round {}, saturated",
                QFormat::of_width(half.fft.width_full(), half.fft.shift() + output.frac),
                rounding.name()
            ),
            input: input.to_string(),
            output: output.to_string(),
            words: k,
            beats: k / 2,
            width: input.width(),
            msb: input.width() - 1,
            in_msb: half.input().bits() as u32 - 1,
            guard,
            blocks,
            last: valid - (blocks - 1) * k,
            phase_msb: k.ilog2() - 1,
            twiddle: half.fft.twiddle,
            factor_width,
            factor_msb: factor_width - 1,
            one: signed_literal(factor_width, 1 << half.fft.twiddle),
            end: levels.last().map_or(String::new(), |stage| stage.name.clone()),
            end_width: half.end_width(),
            end_msb: half.end_width() - 1,
            levels,
            full_width: half.fft.width_full(),
            full_msb: half.fft.width_full() - 1,
            shift: half.fft.shift(),
            mode: rounding.code(),
            out_width: output.width(),
            word_msb: output.width() - 1,
            out_msb: half.output().bits() as u32 - 1,
            give: half.word_latency(),
        }
    }
}

fn stages(half: &HalfFft) -> Vec<Stage> {
    let (mut from, mut start, bits) = ("words".to_string(), 0, half.fft.k.ilog2());
    let stage = |level: Level| {
        let name = format!("level{}", level.index);
        let width = if level.index == 0 { half.fft.input.width() } else { level.width };
        let stage = Stage {
            from: std::mem::replace(&mut from, name.clone()),
            start,
            what: format!("{} groups, {width} bits{}", 1 << level.index, if level.halve { ", halves" } else { "" }),
            window: half.window(level.index),
            kind: (level.index == 0) as u32,
            is_first: level.index == 0,
            is_paired: level.index == 0 && half.paired,
            width,
            msb: width - 1,
            out: level.out(),
            out_msb: level.out() - 1,
            group: format!("{name}_phase[{}:{}]", bits - 1, bits - level.index),
            turned: level.turned(),
            halve: level.halve as u32,
            mode: level.product_rounding().code(),
            factors: factors(level.index, half.fft.twiddle),
            name,
        };
        start += half.level_latency(level);
        stage
    };
    half.fft.levels().map(stage).collect()
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
    let Fft { k, valid, input, output, guard, twiddle, .. } = half.fft;
    let rounding = half.fft.rounding.name();
    let (sentence, shape) = match half.paired {
        false => (
            format!("{k}-point real transform, one word per clock"),
            format!("{k} x 1 words in halves order to {k} x 1 in position order; a frame has {valid}"),
        ),
        true => (
            format!("{k}-point real transform, two words per clock in half of the cycles"),
            format!("{0} x 2 words in halves order to {0} x 2 in position order; a frame has {valid}", k / 2),
        ),
    };
    let format =
        format!("{input} in, {guard} guard bits, twiddles s1.{twiddle}, {output} out, saturated, round {rounding}");
    Header::of(half, place, &sentence, &shape, &format, &format!("{k} cycles per block"))
}
