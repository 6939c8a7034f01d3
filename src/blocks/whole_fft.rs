//! Forward transform of a whole block per clock, for small blocks: k words in one beat, their packed spectrum in one beat.
//!
//! The reduction of [`super::fft`], bit for bit, laid out in space: a net of adders ([`super::net`]) without multipliers.
//! Products with twiddle factors are shifted sums of few digits with shared parts ([`super::adder_graph`]), and rounding a
//! product is the carry of the butterfly that adds it. Lanes come and go in the sequence of the serial transform's packet:
//! `x[0], x[k/2], x[1], x[1 + k/2], ...`, then `re, im` of position 0, 1, ...
//!
//! | from cycle | what |
//! |---|---|
//! | 0 | words that do not exist become zero; adders, a register behind each |
//! | latency - 2 | `narrow` to the spectrum's format; absent where the format holds every word |

pub mod model;

use super::adder_graph::Term;
use super::fft::Fft;
use super::net::registers::CycleRtl;
use super::net::{self, Net};
use super::verilog::Count;
use super::{Block, Cost, Place, Port, RtlFile, header::Header};
use crate::fixed::{Complex, twiddle};
use askama::Template;

/// A forward transform with k lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WholeFft(
    /// What is computed.
    pub Fft,
);

impl WholeFft {
    /// The same parameters if they can be built, else what is wrong.
    pub fn checked(self) -> Result<WholeFft, String> {
        net::holds(self.0.k)?;
        if self.0.widest.is_some() {
            return Err("words of whole blocks grow: expected no limit".into());
        }
        self.0.checked().map(WholeFft)
    }

    /// Adders, the last narrowing left out.
    pub fn adders(&self) -> usize {
        let (net, words) = self.net();
        net.adders(&words)
    }

    /// The net and the words it gives, position order.
    fn net(&self) -> (Net, Vec<Term>) {
        let Fft { k, input, guard, twiddle: bits, rounding, .. } = self.0;
        let names: Vec<String> = (0..k).map(|lane| format!("x{}", word_at(k, lane))).collect();
        let net = Net::of_inputs(&names, input.width(), rounding);
        let mut words: Vec<Term> = vec![net.input(0, 0); k];
        (0..k).for_each(|lane| words[word_at(k, lane)] = net.input(lane, guard));
        let mut split = Split { net, twiddle: bits, given: words.clone() };
        split.real(&words);
        (split.net, split.given)
    }

    /// Whether the words leave as they are, but for bits added.
    fn is_exact(&self, net: &Net, words: &[Term]) -> bool {
        self.0.shift() <= 0
            && words.iter().all(|&word| net.width(word) as i32 - self.0.shift() <= self.0.output.width() as i32)
    }
}

/// Index of the word at `lane` of a block of `k` words in halves order.
pub(super) fn word_at(k: usize, lane: usize) -> usize {
    lane / 2 + lane % 2 * k / 2
}

/// A reduction on its way: see [`super::fft`].
struct Split {
    net: Net,
    twiddle: u32,
    given: Vec<Term>,
}

impl Split {
    /// A residue modulo `x^m - 1`.
    fn real(&mut self, x: &[Term]) {
        let (m, half) = (x.len(), x.len() / 2);
        let pair = |n: usize| (x[n], x[n + half]);
        let sum: Vec<Term> = (0..half).map(|n| self.net.add(format!("s{half}_{n}"), pair(n).0, pair(n).1)).collect();
        let difference: Vec<Term> =
            (0..half).map(|n| self.net.subtract(format!("d{half}_{n}"), pair(n).0, pair(n).1)).collect();
        if m == 2 {
            (self.given[0], self.given[1]) = (sum[0], difference[0]);
            return;
        }
        let (re, im) = difference.split_at(half / 2);
        self.complex(1, &re.iter().zip(im).map(|(&re, &im)| [re, im]).collect::<Vec<_>>());
        self.real(&sum);
    }

    /// A residue modulo `x^M - w` of group `g`.
    fn complex(&mut self, g: usize, z: &[[Term; 2]]) {
        if let [[re, im]] = *z {
            (self.given[2 * g], self.given[2 * g + 1]) = (re, im);
            return;
        }
        let (lo, hi) = z.split_at(z.len() / 2);
        let factor = twiddle(g, self.twiddle);
        let halves: Vec<_> =
            lo.iter().zip(hi).enumerate().map(|(n, (&lo, &hi))| self.butterfly(g, n, lo, hi, factor)).collect();
        self.complex(2 * g, &halves.iter().map(|half| half.0).collect::<Vec<_>>());
        self.complex(2 * g + 1, &halves.iter().map(|half| half.1).collect::<Vec<_>>());
    }

    /// `lo + hi * factor` and `lo - hi * factor`, the product rounded.
    fn butterfly(
        &mut self,
        g: usize,
        n: usize,
        lo: [Term; 2],
        hi: [Term; 2],
        factor: Complex,
    ) -> ([Term; 2], [Term; 2]) {
        // residues of one group differ in size: the position of the first value names them
        let size = lo[0].node;
        let turned = self.net.turn(&format!("t{size}_g{g}_{n}"), hi, factor, false);
        let mut part = |name: &str, at: usize, subtract: bool| {
            let group = 2 * g + subtract as usize;
            self.net.add_rounded(
                format!("z{size}_g{group}_{n}_{name}"),
                Some(lo[at]),
                turned[at],
                self.twiddle,
                subtract,
            )
        };
        ([part("re", 0, false), part("im", 1, false)], [part("re", 0, true), part("im", 1, true)])
    }
}

impl Block for WholeFft {
    fn stem(&self) -> &'static str {
        "whole_fft"
    }

    fn module(&self, place: &Place) -> String {
        format!("whole_{}", self.0.module(place))
    }

    fn input(&self) -> Port {
        Port { lanes: self.0.k, width: self.0.input.width() }
    }

    fn output(&self) -> Port {
        Port { lanes: self.0.k, width: self.0.output.width() }
    }

    fn latency(&self) -> usize {
        let (net, words) = self.net();
        net.depth(&words) + if self.is_exact(&net, &words) { 0 } else { 2 }
    }

    fn cost(&self) -> Cost {
        Cost::default()
    }

    fn fields(&self) -> String {
        self.0.fields()
    }

    fn rtl(&self, place: &Place) -> Vec<RtlFile> {
        let rtl = WholeFftRtl::new(self, place);
        let text = rtl.render().unwrap_or_else(|e| crate::bug!("template whole_fft.v: {e}"));
        vec![RtlFile { name: format!("rtl/{}.v", rtl.h.module), text }]
    }

    fn cells(&self) -> &'static [&'static str] {
        &["round_add", "narrow", "shift_fit", "packet_valid"]
    }
}

/// A word of the input as the template sees it.
struct Word {
    name: String,
    bits: String,
    /// Whether it may lie beyond the frame.
    ends: bool,
}

/// A word of the output.
struct Given {
    index: usize,
    from: String,
    width: u32,
    bits: String,
}

#[derive(Template)]
#[template(path = "whole_fft.v")]
struct WholeFftRtl {
    h: Header,
    input: String,
    output: String,
    in_msb: usize,
    out_msb: usize,
    word_msb: u32,
    width: u32,
    words: Vec<Word>,
    /// Blocks of a frame, where its last one is not full.
    counts: bool,
    block: Count,
    cycles: Vec<CycleRtl>,
    latency: usize,
    narrows: bool,
    given: Vec<Given>,
    shift: i32,
    more: i32,
    mode: u32,
    out_width: u32,
}

impl WholeFftRtl {
    fn new(whole: &WholeFft, place: &Place) -> WholeFftRtl {
        let Fft { k, input, output, rounding, blocks, valid, .. } = whole.0;
        let (net, words) = whole.net();
        let plan = net.plan(&words);
        let (depth, latency, last) = (net.depth(&words), whole.latency(), valid - (blocks - 1) * k);
        let word = |lane: usize| Word {
            name: format!("x{}_q0", word_at(k, lane)),
            bits: super::verilog::part(lane, input.width() as usize),
            ends: word_at(k, lane) >= last,
        };
        let given = |(index, &word): (usize, &Term)| Given {
            index,
            from: net.extended(&plan, word, depth, net.width(word)),
            width: net.width(word),
            bits: super::verilog::part(index, output.width() as usize),
        };
        WholeFftRtl {
            h: header(whole, place),
            input: input.to_string(),
            output: output.to_string(),
            in_msb: whole.input().bits() - 1,
            out_msb: whole.output().bits() - 1,
            word_msb: input.width() - 1,
            width: input.width(),
            words: (0..k).map(word).collect(),
            counts: last < k,
            block: Count::of(blocks),
            cycles: net.cycles(&plan),
            latency,
            narrows: !whole.is_exact(&net, &words),
            given: words.iter().enumerate().map(given).collect(),
            shift: whole.0.shift(),
            more: -whole.0.shift(),
            mode: rounding.code(),
            out_width: output.width(),
        }
    }
}

fn header(whole: &WholeFft, place: &Place) -> Header {
    let Fft { k, input, guard, twiddle, output, rounding, valid, .. } = whole.0;
    let sentence = format!("{k}-point real transform, a whole block per clock, {} adders", whole.adders());
    let shape = format!("{k} words in halves order to {k} in position order; a frame has {valid}");
    let format = format!(
        "{input} in, {guard} guard bits, twiddles s1.{twiddle}, {output} out, saturated, round {}",
        rounding.name()
    );
    Header::of(whole, place, &sentence, &shape, &format, "1 cycle per block")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_follow_the_sequence_of_the_serial_packet() {
        let words: Vec<usize> = (0..8).map(|lane| word_at(8, lane)).collect();
        assert_eq!(words, [0, 4, 1, 5, 2, 6, 3, 7]);
    }
}
