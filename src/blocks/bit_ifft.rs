//! Inverse transform of small blocks, one bit of every word per clock: for rows whose sums come seldom.
//!
//! The net of [`super::whole_ifft`] with adders of one bit ([`super::net`]), bit for bit the same words. A packet comes and
//! goes as those of [`super::ifft`], two words per clock; between the first beats of two packets lie [`BitIfft::spacing`]
//! cycles or more: an output's bits and those that roundings drop on the way.
//!
//! | from cycle | what |
//! |---|---|
//! | 0 | each word into a shift register of its own, bits follow at once |
//! | 2 | adders of one bit; shifting is waiting |
//! | latency - 1 | words leave their shift registers as they become whole, one pair per clock |

pub mod model;

use super::adder_graph::Term;
use super::ifft::Ifft;
use super::net::Net;
use super::net::bits::{BitRtl, Bits};
use super::verilog::{Count, part};
use super::whole_ifft::WholeIfft;
use super::{Block, Cost, Place, Port, RtlFile, header::Header};
use askama::Template;

/// An inverse transform that takes a bit of every word per clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BitIfft(
    /// What is computed.
    pub Ifft,
);

impl BitIfft {
    /// The same parameters if they can be built, else what is wrong.
    pub fn checked(self) -> Result<BitIfft, String> {
        if self.0.k < 4 {
            return Err(format!("block size `{}`: expected at least 4 for a transform bit by bit", self.0.k));
        }
        WholeIfft(self.0).checked().map(|_| self)
    }

    /// Least number of cycles between the first beats of two packets.
    pub fn spacing(&self) -> usize {
        self.plan().bits.spacing().max(self.0.k / 2)
    }

    fn plan(&self) -> BitPlan {
        let (net, words) = WholeIfft(self.0).net();
        let (half, width) = (self.0.k / 2, self.0.output().width() as usize);
        let starts: Vec<usize> = (0..self.0.k).map(|lane| 1 + lane / 2).collect();
        let mut bits = net.bits(&words, &starts, width);
        let ready = |(n, word): (usize, &Term)| bits.start(word.node) + width - n % half;
        let whole = words.iter().enumerate().map(ready).max().unwrap_or(0);
        for (n, word) in words.iter().enumerate() {
            bits.read_at(word.node, whole + n % half - width);
        }
        BitPlan { net, words, bits, whole }
    }
}

/// The net, and when its streams begin.
struct BitPlan {
    net: Net,
    /// The block, natural order.
    words: Vec<Term>,
    bits: Bits,
    /// The cycle in which word 0 and word k/2 stand in their shift registers; pair t follows t cycles later.
    whole: usize,
}

impl Block for BitIfft {
    fn stem(&self) -> &'static str {
        "bit_ifft"
    }

    fn module(&self, place: &Place) -> String {
        format!("bit_{}", self.0.module(place))
    }

    fn input(&self) -> Port {
        self.0.input()
    }

    fn output(&self) -> Port {
        Port { lanes: 2, width: self.0.output().width() }
    }

    fn latency(&self) -> usize {
        self.plan().whole + 1
    }

    fn pause(&self) -> usize {
        self.spacing() - self.0.k / 2
    }

    fn cost(&self) -> Cost {
        Cost::default()
    }

    fn fields(&self) -> String {
        self.0.fields()
    }

    fn rtl(&self, place: &Place) -> Vec<RtlFile> {
        let rtl = BitIfftRtl::new(self, place);
        let text = rtl.render().unwrap_or_else(|e| crate::bug!("template bit_ifft.v: {e}"));
        vec![RtlFile { name: format!("rtl/{}.v", rtl.h.module), text }]
    }

    fn cells(&self) -> &'static [&'static str] {
        &["bit_add", "bit_round", "packet_valid", "word_mux"]
    }
}

/// A word of the input.
struct Word {
    name: String,
    /// The signal that loads it, and its bits of a beat.
    load: String,
    bits: String,
    late: usize,
}

/// A window in which what is shifted is still zero.
struct Zero {
    name: String,
    set: String,
    clear: String,
}

/// A word of the output.
struct Given {
    name: String,
    bit: String,
}

/// A pair of words.
struct Pair {
    low: String,
    high: String,
}

#[derive(Template)]
#[template(path = "bit_ifft.v")]
struct BitIfftRtl {
    h: Header,
    input: String,
    output: String,
    in_msb: usize,
    out_msb: usize,
    word_msb: u32,
    given_msb: u32,
    beats: usize,
    position: Count,
    ticks: usize,
    whole: usize,
    words: Vec<Word>,
    zeros: Vec<Zero>,
    adders: Vec<BitRtl>,
    given: Vec<Given>,
    /// The last one to leave first.
    pairs: Vec<Pair>,
}

impl BitIfftRtl {
    fn new(block: &BitIfft, place: &Place) -> BitIfftRtl {
        let Ifft { k, input, .. } = block.0;
        let BitPlan { net, words, bits, whole } = block.plan();
        let (half, width) = (k / 2, block.0.output().width() as usize);
        let tick = |cycle: usize| if cycle == 0 { "first".to_string() } else { format!("tick[{cycle}]") };
        let word = |lane: usize| Word {
            name: format!("y{lane}"),
            load: tick(lane / 2),
            bits: part(lane % 2, input.width() as usize),
            late: bits.late(lane),
        };
        let zero = |&(from, length): &(usize, u32)| Zero {
            name: format!("zero_{from}_{length}"),
            set: tick(from - 1),
            clear: tick(from + length as usize - 1),
        };
        let given = |(n, word): (usize, &Term)| Given {
            name: format!("out{n}"),
            bit: net.bit(&bits, word.node, whole + n % half - width),
        };
        let pair = |t: usize| Pair { low: format!("out{t}"), high: format!("out{}", t + half) };
        BitIfftRtl {
            h: header(block, place),
            input: input.to_string(),
            output: block.0.output().to_string(),
            in_msb: block.input().bits() - 1,
            out_msb: block.output().bits() - 1,
            word_msb: input.width() - 1,
            given_msb: block.0.output().width() - 1,
            beats: half,
            ticks: whole,
            whole,
            words: (0..k).map(word).collect(),
            zeros: bits.zeros.iter().map(zero).collect(),
            adders: net.bit_adders(&bits),
            given: words.iter().enumerate().map(given).collect(),
            pairs: (0..half).rev().map(pair).collect(),
            position: Count::of(half),
        }
    }
}

fn header(block: &BitIfft, place: &Place) -> Header {
    let Ifft { k, input, twiddle, rounding } = block.0;
    let sentence = format!("{k}-point inverse real transform, a bit of every word per clock");
    let shape = format!("{} x 2 words in position order to {0} x 2 in halves order", k / 2);
    let output = block.0.output();
    let format = format!("{input} in, twiddles s1.{twiddle}, {output} out, round {}", rounding.name());
    Header::of(block, place, &sentence, &shape, &format, &format!("{} cycles per block", block.spacing()))
}
