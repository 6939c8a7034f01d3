//! Inverse transform to a real block, four words per clock: the packed spectrum of k words in, k words out.
//!
//! The mirror of [`super::wide_fft`], and the values of [`super::ifft`], bit for bit. A beat is two positions, t and t + k/4:
//! the spectra of the real residue modulo `x^(k/2) - 1` and of the complex one modulo `x^(k/2) + 1`. Two pipelines of two words
//! per clock make the residues, the even one a whole inverse transform to k/2 words, the odd one its stages with the other
//! half of the groups; half their sum and half their difference are the halves of the block.
//!
//! | from cycle | what |
//! |---|---|
//! | 0 | both pipelines; they take the same time |
//! | latency - 2 | two `ifft_back`: butterflies between sums and differences |

pub mod model;

use super::ifft::{Ifft, Stage, stages};
use super::rotator::Rotator;
use super::verilog::part;
use super::{Block, Cost, Place, Port, RtlFile, distinct, header::Header};
use crate::network::dense::pace::Pace;
use askama::Template;

/// An inverse transform with four lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WideIfft(
    /// What is computed.
    pub Ifft,
);

impl WideIfft {
    /// The same parameters if they can be built, else what is wrong.
    pub fn checked(self) -> Result<WideIfft, String> {
        Pace::Wide.check(self.0.k)?;
        self.0.checked().map(WideIfft)
    }

    /// The transform that gives the sums.
    fn even(&self) -> Ifft {
        Ifft { k: self.0.k / 2, ..self.0 }
    }

    /// Stage bits of the odd pipeline: all but the last, which joins the two.
    fn odd(&self) -> impl Iterator<Item = u32> + Clone + use<> {
        0..self.0.bits() - 2
    }

    fn beats(&self) -> usize {
        self.0.k / 4
    }

    fn rotators(&self) -> impl Iterator<Item = Rotator> {
        let (wide, even) = (self.0, self.even());
        even.stages().filter_map(move |b| even.rotator(b)).chain(self.odd().filter_map(move |b| wide.rotator(b)))
    }
}

impl Block for WideIfft {
    fn stem(&self) -> &'static str {
        "wide_ifft"
    }

    fn module(&self, place: &Place) -> String {
        format!("wide_{}", self.0.module(place))
    }

    fn input(&self) -> Port {
        Port { lanes: 4, ..self.0.input() }
    }

    fn output(&self) -> Port {
        Port { lanes: 4, width: self.0.width() }
    }

    fn latency(&self) -> usize {
        self.even().latency() + 2
    }

    fn cost(&self) -> Cost {
        let of_odd: u64 = self.odd().map(|b| self.0.stage_memory(b)).sum();
        Cost {
            multipliers: self.rotators().map(Rotator::multipliers).sum(),
            memory_bits: self.even().cost().memory_bits + of_odd,
        }
    }

    fn fields(&self) -> String {
        self.0.fields()
    }

    fn rtl(&self, place: &Place) -> Vec<RtlFile> {
        let rtl = WideIfftRtl::new(self, place);
        let text = rtl.render().unwrap_or_else(|e| crate::bug!("template wide_ifft.v: {e}"));
        let top = RtlFile { name: format!("rtl/{}.v", rtl.h.module), text };
        distinct(std::iter::once(top).chain(self.rotators().flat_map(Rotator::rtl)))
    }

    fn cells(&self) -> &'static [&'static str] {
        &["ifft_stage", "turn_in", "shift_add", "turn_out", "rotate", "halve", "ifft_back", "packet_valid"]
    }
}

#[derive(Template)]
#[template(path = "wide_ifft.v")]
struct WideIfftRtl {
    h: Header,
    input: String,
    output: String,
    beats: usize,
    half: usize,
    quarter: usize,
    three_quarters: usize,
    in_width: u32,
    in_msb: u32,
    width: u32,
    msb: u32,
    even: Vec<Stage>,
    odd: Vec<Stage>,
    even_end: String,
    odd_end: String,
    mode: u32,
    out_msb: u32,
    /// Bits of the lanes of the input and of the output.
    taken: Vec<String>,
    given: Vec<String>,
}

impl WideIfftRtl {
    fn new(wide: &WideIfft, place: &Place) -> WideIfftRtl {
        let Ifft { k, input, rounding, .. } = wide.0;
        let (even, odd) = (stages(&wide.even(), "even", false), stages(&wide.0, "odd", true));
        let end = |stages: &[Stage]| stages.last().map_or(String::new(), |stage| stage.name().to_string());
        let (in_width, width) = (input.width(), wide.0.width());
        WideIfftRtl {
            h: header(wide, place),
            input: input.to_string(),
            output: wide.0.output().to_string(),
            beats: k / 4,
            half: k / 2,
            quarter: k / 4,
            three_quarters: 3 * k / 4,
            in_width,
            in_msb: 4 * in_width - 1,
            width,
            msb: width - 1,
            even_end: end(&even),
            odd_end: end(&odd),
            even,
            odd,
            mode: rounding.code(),
            out_msb: 4 * width - 1,
            taken: (0..4).map(|lane| part(lane, in_width as usize)).collect(),
            given: (0..4).map(|lane| part(lane, width as usize)).collect(),
        }
    }
}

fn header(wide: &WideIfft, place: &Place) -> Header {
    let Ifft { k, input, twiddle, rounding, .. } = wide.0;
    let beats = wide.beats();
    let sentence = format!("{k}-point inverse real transform, four words per clock");
    let shape = format!("{beats} x 4 words, two positions, to {beats} x 4, two pairs in halves order");
    let format = format!("{input} in, twiddles s1.{twiddle}, {} out, round {}", wide.0.output(), rounding.name());
    Header::of(wide, place, &sentence, &shape, &format, &format!("{beats} cycles per block"))
}
