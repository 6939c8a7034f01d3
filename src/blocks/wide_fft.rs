//! Forward transform of a real block, four words per clock: k words in, the packed spectrum of k words out.
//!
//! The values of [`super::fft`], bit for bit. Its first level splits a block into a real residue modulo `x^(k/2) - 1`, whose
//! bins are the even ones, and a complex one modulo `x^(k/2) + 1`, of the odd ones; from there on they have nothing to do with
//! each other. So behind four adders two pipelines of two words per clock each reduce one of them: the even one is
//! that of a block of k/2 words, the odd one its levels with the other half of the groups. Beats carry the words n, n + k/2,
//! n + k/4 and n + 3k/4, which the first level takes as they come: no memory stands before it.
//!
//! | from cycle | what |
//! |---|---|
//! | 0 | words that do not exist become zero; `fft_split`: 1 cycle |
//! | 1 | both pipelines; what the even one takes waits for as long as the odd one takes longer |
//! | latency - 3 | `fft_last`: DC and Nyquist of position 0 |
//! | latency - 2 | `narrow` to the spectrum's format |

pub mod model;

use super::fft::{Fft, Level, Seat, Stage, modules};
use super::verilog::part;
use super::{Block, Cost, Place, Port, RtlFile, distinct, header::Header};
use crate::fixed::QFormat;
use crate::network::dense::pace::Pace;
use askama::Template;

/// A forward transform with four lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WideFft(
    /// What is computed.
    pub Fft,
);

impl WideFft {
    /// The same parameters if they can be built, else what is wrong.
    pub fn checked(self) -> Result<WideFft, String> {
        Pace::Wide.check(self.0.k)?;
        self.0.checked().map(WideFft)
    }

    /// The transform of k/2 words that reduces the sums.
    fn even_fft(&self) -> Fft {
        let input = QFormat::of_width(self.0.start() + 1, self.0.input.frac);
        Fft { k: self.0.k / 2, input, guard: 0, blocks: 1, valid: self.0.k / 2, ..self.0 }
    }

    /// Its levels: they halve where those of the odd bins do.
    fn even(&self) -> impl Iterator<Item = Level> + Clone + use<> {
        let halving = self.0.halving();
        self.even_fft().levels_where(move |index, _| halving >> (index + 1) & 1 == 1)
    }

    /// The levels that reduce the differences: those of the second half of the groups.
    fn odd(&self) -> impl Iterator<Item = Level> + Clone + use<> {
        self.0.levels().skip(1).map(Level::second_half)
    }

    fn beats(&self) -> usize {
        self.0.k / 4
    }

    /// The levels of the even and of the odd pipeline, each with the beats of the memory before it.
    fn pipelines(&self) -> [Vec<(Level, usize)>; 2] {
        let even = self.even_fft();
        [
            self.even().map(|level| (level, even.window(level.index))).collect(),
            self.odd().map(|level| (level, even.window(level.index - 1))).collect(),
        ]
    }

    /// Cycles of the even and of the odd pipeline.
    fn latencies(&self) -> [usize; 2] {
        self.pipelines().map(|levels| levels.into_iter().map(|(level, window)| level.latency(window)).sum())
    }
}

impl Block for WideFft {
    fn stem(&self) -> &'static str {
        "wide_fft"
    }

    fn module(&self, place: &Place) -> String {
        format!("wide_{}", self.0.module(place))
    }

    fn input(&self) -> Port {
        Port { lanes: 4, ..self.0.input() }
    }

    fn output(&self) -> Port {
        Port { lanes: 4, ..self.0.output() }
    }

    fn latency(&self) -> usize {
        1 + self.latencies()[1] + 3
    }

    fn cost(&self) -> Cost {
        let levels = self.pipelines().concat();
        Cost {
            multipliers: levels.iter().map(|(level, _)| level.multipliers()).sum(),
            memory_bits: levels.iter().map(|(level, window)| 2 * *window as u64 * level.width as u64).sum(),
        }
    }

    fn fields(&self) -> String {
        self.0.fields()
    }

    fn rtl(&self, place: &Place) -> Vec<RtlFile> {
        let rtl = WideFftRtl::new(self, place);
        let text = rtl.render().unwrap_or_else(|e| crate::bug!("template wide_fft.v: {e}"));
        let top = RtlFile { name: format!("rtl/{}.v", rtl.h.module), text };
        distinct(std::iter::once(top).chain(modules(self.even().chain(self.odd()))))
    }

    fn cells(&self) -> &'static [&'static str] {
        match self.0.shifts {
            true => &[
                "fft_mask",
                "fft_split",
                "fft_order",
                "fft_first",
                "turn_in",
                "shift_add",
                "turn_out",
                "turn_pair",
                "fft_level",
                "fft_last",
                "narrow",
                "packet_valid",
            ],
            false => &[
                "fft_mask",
                "fft_split",
                "fft_order",
                "fft_first",
                "turn_pair",
                "fft_level",
                "fft_last",
                "narrow",
                "packet_valid",
            ],
        }
    }
}

/// One word of a beat on its way out.
struct Lane {
    index: usize,
    from: String,
    bits: String,
}

#[derive(Template)]
#[template(path = "wide_fft.v")]
struct WideFftRtl {
    h: Header,
    input: String,
    output: String,
    beats: usize,
    /// Index of the first word of lanes 1, 2 and 3.
    half: usize,
    quarter: usize,
    three_quarters: usize,
    width: u32,
    msb: u32,
    in_msb: u32,
    /// Bits of the lanes of the input.
    taken: Vec<String>,
    guard: u32,
    blocks: usize,
    last: usize,
    split_msb: u32,
    split_width: u32,
    /// Cycles that sums wait for.
    wait: usize,
    wait_msb: usize,
    even: Vec<Stage>,
    odd: Vec<Stage>,
    even_end: String,
    odd_end: String,
    end_msb: u32,
    end_width: u32,
    narrowing: String,
    shift: i32,
    mode: u32,
    out_width: u32,
    out_msb: u32,
    lanes: Vec<Lane>,
}

impl WideFftRtl {
    fn new(wide: &WideFft, place: &Place) -> WideFftRtl {
        let Fft { k, input, output, guard, rounding, blocks, valid, .. } = wide.0;
        let [even, odd] = stages(wide);
        let end = |stages: &[Stage]| stages.last().map_or(String::new(), |stage| stage.name().to_string());
        let (width, out_width, end_width) = (input.width(), output.width(), wide.0.width_full());
        let [of_even, of_odd] = wide.latencies();
        let lane = |index: usize| Lane {
            index,
            from: format!("{}_last_{}", ["even", "odd"][index / 2], index % 2),
            bits: part(index, out_width as usize),
        };
        WideFftRtl {
            h: header(wide, place),
            narrowing: format!(
                "{} to {output}, round {}, saturated",
                QFormat::of_width(end_width, wide.0.shift() + output.frac),
                rounding.name()
            ),
            input: input.to_string(),
            output: output.to_string(),
            beats: k / 4,
            half: k / 2,
            quarter: k / 4,
            three_quarters: 3 * k / 4,
            width,
            msb: width - 1,
            in_msb: 4 * width - 1,
            taken: (0..4).map(|lane| part(lane, width as usize)).collect(),
            guard,
            blocks,
            last: valid - (blocks - 1) * k,
            split_msb: width + guard,
            split_width: width + guard + 1,
            wait: of_odd - of_even,
            wait_msb: of_odd - of_even - 1,
            even_end: end(&even),
            odd_end: end(&odd),
            even,
            odd,
            end_width,
            end_msb: end_width - 1,
            shift: wide.0.shift(),
            mode: rounding.code(),
            out_width,
            out_msb: 4 * out_width - 1,
            lanes: (0..4).map(lane).collect(),
        }
    }
}

/// The levels of the even and of the odd pipeline.
fn stages(wide: &WideFft) -> [Vec<Stage>; 2] {
    let [of_even, of_odd] = wide.latencies();
    let [even, odd] = wide.pipelines();
    let pipeline = |word: &str, start: usize, levels: Vec<(Level, usize)>| {
        let (mut from, mut start) = (format!("{word}_in"), start);
        let stage = |(at, (level, window)): (usize, (Level, usize))| {
            let name = format!("{word}{}", at + 1);
            let from = std::mem::replace(&mut from, name.clone());
            let seat = Seat { name, from, start, beats: wide.beats() };
            start += level.latency(window);
            Stage::of(level, seat, window, 0)
        };
        levels.into_iter().enumerate().map(stage).collect()
    };
    [pipeline("even", 1 + of_odd - of_even, even), pipeline("odd", 1, odd)]
}

fn header(wide: &WideFft, place: &Place) -> Header {
    let Fft { k, valid, input, output, guard, twiddle, .. } = wide.0;
    let rounding = wide.0.rounding.name();
    let beats = wide.beats();
    let sentence = format!("{k}-point real transform, four words per clock");
    let shape =
        format!("{beats} x 4 words, two pairs in halves order, to {beats} x 4, two positions; a frame has {valid}");
    let format =
        format!("{input} in, {guard} guard bits, twiddles s1.{twiddle}, {output} out, saturated, round {rounding}");
    Header::of(wide, place, &sentence, &shape, &format, &format!("{beats} cycles per block"))
}
