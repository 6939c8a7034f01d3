//! Inverse transform of a whole block per clock, for small blocks: a packed spectrum in one beat, k words in one beat.
//!
//! The reconstruction of [`super::ifft`], bit for bit, laid out in space as [`super::whole_fft`] is: adders without
//! multipliers, each halving or turning rounded once. Lanes come and go in the sequence of the serial transform's packet:
//! `re, im` of position 0, 1, ..., then `x[0], x[k/2], x[1], x[1 + k/2], ...`

pub mod model;

use super::adder_graph::Term;
use super::ifft::Ifft;
use super::net::registers::CycleRtl;
use super::net::{self, Net};
use super::whole_fft::word_at;
use super::{Block, Cost, Place, Port, RtlFile, header::Header};
use crate::fixed::{Complex, twiddle};
use askama::Template;

/// An inverse transform with k lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WholeIfft(
    /// What is computed.
    pub Ifft,
);

impl WholeIfft {
    /// The same parameters if they can be built, else what is wrong.
    pub fn checked(self) -> Result<WholeIfft, String> {
        net::holds(self.0.k)?;
        self.0.checked().map(WholeIfft)
    }

    /// Adders.
    pub fn adders(&self) -> usize {
        let (net, words) = self.net();
        net.adders(&words)
    }

    /// The net and the words it gives, natural order.
    pub(super) fn net(&self) -> (Net, Vec<Term>) {
        let Ifft { k, input, twiddle, rounding } = self.0;
        let names: Vec<String> = (0..k).map(|lane| format!("y{lane}")).collect();
        let net = Net::of_inputs(&names, input.width(), rounding);
        let words: Vec<Term> = (0..k).map(|lane| net.input(lane, 0)).collect();
        let mut join = Join { net, twiddle, words };
        let given = join.real(k);
        (join.net, given)
    }
}

/// A reconstruction on its way: see [`super::ifft`].
struct Join {
    net: Net,
    twiddle: u32,
    /// The spectrum, position order.
    words: Vec<Term>,
}

impl Join {
    /// The residue modulo `x^m - 1`.
    fn real(&mut self, m: usize) -> Vec<Term> {
        let half = m / 2;
        let (sum, difference) = if half == 1 {
            (vec![self.words[0]], vec![self.words[1]])
        } else {
            let z = self.complex(1, half / 2);
            (self.real(half), z.iter().map(|z| z[0]).chain(z.iter().map(|z| z[1])).collect())
        };
        let lower = (0..half).map(|n| self.halved(format!("x{m}_{n}"), sum[n], difference[n], false));
        let lower: Vec<Term> = lower.collect();
        let upper = (0..half).map(|n| self.halved(format!("x{m}_{}", n + half), sum[n], difference[n], true));
        lower.into_iter().chain(upper.collect::<Vec<_>>()).collect()
    }

    /// The residue of `size` values modulo `x^M - w` of group `g`.
    fn complex(&mut self, g: usize, size: usize) -> Vec<[Term; 2]> {
        if size == 1 {
            return vec![[self.words[2 * g], self.words[2 * g + 1]]];
        }
        let (u, v) = (self.complex(2 * g, size / 2), self.complex(2 * g + 1, size / 2));
        let factor = twiddle(g, self.twiddle);
        let pairs: Vec<_> = u.into_iter().zip(v).enumerate().collect();
        let joined: Vec<_> =
            pairs.into_iter().map(|(n, (u, v))| self.butterfly(&format!("z{size}_g{g}_{n}"), u, v, factor)).collect();
        joined.iter().map(|pair| pair.0).chain(joined.iter().map(|pair| pair.1)).collect()
    }

    /// `(u + v) / 2` and `(u - v) / (2 factor)`, each rounded once.
    fn butterfly(&mut self, name: &str, u: [Term; 2], v: [Term; 2], factor: Complex) -> ([Term; 2], [Term; 2]) {
        let lo = [("re", 0), ("im", 1)].map(|(part, at)| self.halved(format!("{name}_lo_{part}"), u[at], v[at], false));
        let difference =
            [("re", 0), ("im", 1)].map(|(part, at)| self.net.subtract(format!("{name}_d_{part}"), u[at], v[at]));
        let turned = self.net.turn(&format!("{name}_t"), difference, factor, true);
        let drop = self.twiddle + 1;
        let hi = [("re", 0), ("im", 1)]
            .map(|(part, at)| self.net.add_rounded(format!("{name}_hi_{part}"), None, turned[at], drop, false));
        (lo, hi)
    }

    /// `(a + b) / 2` or `(a - b) / 2`.
    fn halved(&mut self, name: String, a: Term, b: Term, subtract: bool) -> Term {
        let twice = format!("{name}_twice");
        let sum = if subtract { self.net.subtract(twice, a, b) } else { self.net.add(twice, a, b) };
        self.net.add_rounded(name, None, sum, 1, false)
    }
}

impl Block for WholeIfft {
    fn stem(&self) -> &'static str {
        "whole_ifft"
    }

    fn module(&self, place: &Place) -> String {
        format!("whole_{}", self.0.module(place))
    }

    fn input(&self) -> Port {
        Port { lanes: self.0.k, width: self.0.input.width() }
    }

    fn output(&self) -> Port {
        Port { lanes: self.0.k, width: self.0.output().width() }
    }

    fn latency(&self) -> usize {
        let (net, words) = self.net();
        net.depth(&words)
    }

    fn cost(&self) -> Cost {
        Cost::default()
    }

    fn fields(&self) -> String {
        self.0.fields()
    }

    fn rtl(&self, place: &Place) -> Vec<RtlFile> {
        let rtl = WholeIfftRtl::new(self, place);
        let text = rtl.render().unwrap_or_else(|e| crate::bug!("template whole_ifft.v: {e}"));
        vec![RtlFile { name: format!("rtl/{}.v", rtl.h.module), text }]
    }

    fn cells(&self) -> &'static [&'static str] {
        &["round_add", "shift_fit", "packet_valid"]
    }
}

/// A word of the input or of the output as the template sees it.
struct Word {
    name: String,
    bits: String,
    width: u32,
}

#[derive(Template)]
#[template(path = "whole_ifft.v")]
struct WholeIfftRtl {
    h: Header,
    input: String,
    output: String,
    in_msb: usize,
    out_msb: usize,
    word_msb: u32,
    words: Vec<Word>,
    cycles: Vec<CycleRtl>,
    latency: usize,
    given: Vec<Word>,
    out_width: u32,
}

impl WholeIfftRtl {
    fn new(whole: &WholeIfft, place: &Place) -> WholeIfftRtl {
        let Ifft { k, input, .. } = whole.0;
        let (net, words) = whole.net();
        let plan = net.plan(&words);
        let (latency, out_width) = (whole.latency(), whole.0.output().width());
        let word = |lane: usize| Word {
            name: format!("y{lane}_q0"),
            bits: super::verilog::part(lane, input.width() as usize),
            width: input.width(),
        };
        let given = |lane: usize| Word {
            name: net.extended(&plan, words[word_at(k, lane)], latency, net.width(words[word_at(k, lane)])),
            bits: super::verilog::part(lane, out_width as usize),
            width: net.width(words[word_at(k, lane)]),
        };
        WholeIfftRtl {
            h: header(whole, place),
            input: input.to_string(),
            output: whole.0.output().to_string(),
            in_msb: whole.input().bits() - 1,
            out_msb: whole.output().bits() - 1,
            word_msb: input.width() - 1,
            words: (0..k).map(word).collect(),
            cycles: net.cycles(&plan),
            latency,
            given: (0..k).map(given).collect(),
            out_width,
        }
    }
}

fn header(whole: &WholeIfft, place: &Place) -> Header {
    let Ifft { k, input, twiddle, rounding } = whole.0;
    let sentence = format!("{k}-point inverse real transform, a whole block per clock, {} adders", whole.adders());
    let shape = format!("{k} words in position order to {k} in halves order");
    let output = whole.0.output();
    let format = format!("{input} in, twiddles s1.{twiddle}, {output} out, round {}", rounding.name());
    Header::of(whole, place, &sentence, &shape, &format, "1 cycle per block")
}
