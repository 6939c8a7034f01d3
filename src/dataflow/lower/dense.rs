//! Dense layers: block-circulant ones become transform, spectral array and inverse transform; plain ones an array.

use super::{Lowering, Next, Open, Order, role};
use crate::blocks::Block;
use crate::blocks::{
    activate::Activate,
    dense_mac::DenseMac,
    fft::Fft,
    ifft::Ifft,
    select::Select,
    spectral_mac::{Products, SpectralMac},
    threshold::Threshold,
};
use crate::dataflow::Actor;
use crate::fixed::QFormat;
use crate::machine::fifo::{Access, Replay};
use crate::network::{Dense, DenseFormats, Layer, Thresholds};
use crate::spectra;
use std::rc::Rc;

pub(super) fn lower(lowering: &mut Lowering, index: usize, layer: &Layer, dense: &Dense, rows: usize) {
    let formats = dense.formats.unwrap_or_else(|| crate::bug!("lower: layer `{}` has no formats", layer.name));
    let part = Part { index, layer, dense, formats, rows };
    match dense.block {
        Some(k) => part.circulant(lowering, k),
        None => part.plain(lowering),
    }
}

/// A layer on its way into the graph.
struct Part<'a> {
    index: usize,
    layer: &'a Layer,
    dense: &'a Dense,
    formats: DenseFormats,
    rows: usize,
}

impl Part<'_> {
    /// `fft -> spectral_mac -> [select, ifft, activate]`.
    fn circulant(&self, lowering: &mut Lowering, k: usize) {
        let DenseFormats { input, guard, spectrum, weight, accumulator, twiddle, product, rounding, .. } = self.formats;
        let (p, q) = (self.layer.outputs.div_ceil(k), self.layer.inputs.div_ceil(k));
        let (half, groups) = (k / 2, p.div_ceil(self.rows));
        let order = Order::halves(k);

        let valid = lowering.open.words;
        let fft = Fft { k, input, guard, twiddle, output: spectrum, rounding, blocks: q, valid };
        let access = lowering.open.turned(order, q * half);
        let transform = self.actor("fft", vec![Rc::new(fft)], [half, 1, 1, half], q);
        let spectra = Next { order, format: spectrum, beats: q * half, words: q * k };
        lowering.append("in", access, transform, spectra);

        let weights = spectra::quantised(self.dense)[..].into();
        let products = Products::default();
        let mac = SpectralMac { k, rows: self.rows, p, q, spectrum, weight, accumulator, rounding, products, weights };
        let again = Replay { window: q * half, repeat: groups, groups: 1, last_repeat: groups };
        let array = self.actor("mac", vec![Rc::new(mac)], [1, q * half, half, 1], groups * q * half);
        let lanes = 2 * self.rows;
        let sums = Next { order: Order { lanes, ..order }, format: accumulator, beats: groups * half, words: p * k };
        lowering.append("spectra", Access::Replay(again), array, sums);

        let ifft = Ifft { k, input: accumulator, twiddle, rounding };
        let after = Open { order, beats: p * half, words: self.layer.outputs, ..lowering.open };
        let mut chain = self.select(2, accumulator.width(), p, half);
        chain.push(Rc::new(ifft));
        chain.push(self.activate(&after, product));
        let each_row = self.each_row(half, p);
        let inverse = self.actor("ifft", chain, [half, 1, 1, half], p);
        let given = Next { order, format: self.formats.output, beats: p * half, words: self.layer.outputs };
        lowering.append("sums", each_row, inverse, given);
    }

    /// `dense_mac -> [select, activate]`.
    fn plain(&self, lowering: &mut Lowering) {
        let DenseFormats { input, weight, product, .. } = self.formats;
        let (open, outputs) = (lowering.open, self.layer.outputs);
        let (beats, lanes, groups) = (open.beats, open.order.lanes, outputs.div_ceil(self.rows));

        let weights = self.in_stream_order(&open).into();
        let mac = DenseMac { lanes, beats, rows: self.rows, outputs, input, weight, product, weights };
        let again = Replay { window: beats, repeat: groups, groups: 1, last_repeat: groups };
        let array = self.actor("mac", vec![Rc::new(mac)], [1, beats, 1, 1], groups * beats);
        let order = Order { lanes: self.rows, pair: None, window: 1 };
        let sums = Next { order, format: product, beats: groups, words: outputs };
        lowering.append("in", Access::Replay(again), array, sums);

        let after = Open { order: Order::SINGLE, beats: outputs, words: outputs, ..lowering.open };
        let mut chain = self.select(1, product.width(), outputs, 1);
        chain.push(self.activate(&after, product));
        let activation = self.actor("activate", chain, [1, 1, 1, 1], outputs);
        let given = Next { order: Order::SINGLE, format: self.formats.output, beats: outputs, words: outputs };
        lowering.append("sums", self.each_row(1, outputs), activation, given);
    }

    /// The rows of the array's output leave one after the other: each window is read once per row.
    fn each_row(&self, window: usize, total: usize) -> Access {
        let groups = total.div_ceil(self.rows);
        let last_repeat = total - (groups - 1) * self.rows;
        Access::Replay(Replay { window, repeat: self.rows, groups, last_repeat })
    }

    fn select(&self, lanes: usize, width: u32, total: usize, packet: usize) -> Vec<Rc<dyn Block>> {
        if self.rows == 1 {
            return Vec::new();
        }
        vec![Rc::new(Select { lanes, width, rows: self.rows, total, packet })]
    }

    fn activate(&self, stream: &Open, product: QFormat) -> Rc<dyn Block> {
        let DenseFormats { bias, table, output, rounding, .. } = self.formats;
        if let Some(thresholds) = &self.dense.thresholds {
            let words = thresholds.words(product, &self.dense.bias);
            return Rc::new(threshold(stream, thresholds, &words, product));
        }
        let natural = spectra::quantised_bias(self.dense);
        let in_order = in_stream(stream, |index| natural.get(index).copied().unwrap_or(0));
        Rc::new(Activate {
            lanes: stream.order.lanes,
            beats: stream.beats,
            product,
            bias: if natural.iter().all(|&word| word == 0) { Rc::new([]) } else { in_order.into() },
            bias_width: bias.width(),
            activation: self.dense.activation,
            table,
            output,
            rounding,
        })
    }

    /// The rows of a plain matrix, each in the order in which the words arrive; padding meets zeros.
    fn in_stream_order(&self, open: &Open) -> Vec<i64> {
        let natural = spectra::quantised(self.dense);
        let inputs = self.layer.inputs;
        let row = |i: usize| in_stream(open, |n| if n < inputs { natural[i * inputs + n] } else { 0 });
        (0..self.layer.outputs).flat_map(row).collect()
    }

    fn actor(&self, name: &str, chain: Vec<Rc<dyn Block>>, rule: [usize; 4], firings: usize) -> Actor {
        let [packet, every, burst, out] = rule;
        let (layer, span) = (self.index, self.layer.span);
        let (name, turns) = (role(self.layer, name), Vec::new());
        Actor { name, layer, span, chain, turns, packet, pause: 0, every, burst, rest: 0, out, firings }
    }
}

/// The unit that counts thresholds; `words` are `[channels][levels]` in words of `input`, one bit wider.
pub(super) fn threshold(stream: &Open, thresholds: &Thresholds, words: &[i64], input: QFormat) -> Threshold {
    let &Thresholds { low, levels, .. } = thresholds;
    let row = |index: usize| words.chunks(levels).nth(index).or(words.chunks(levels).next()).unwrap_or_default();
    let in_order = match words.len() == levels {
        true => words.into(),
        false => in_stream(stream, row).concat().into(),
    };
    let (lanes, beats, output) = (stream.order.lanes, stream.beats, thresholds.format());
    Threshold { lanes, beats, input, levels, low, thresholds: in_order, output }
}

/// One value per word of a frame, in the order of a stream.
fn in_stream<T>(stream: &Open, value: impl Fn(usize) -> T) -> Vec<T> {
    let lanes = stream.order.lanes;
    (0..stream.beats * lanes).map(|at| value(stream.order.index(at / lanes, at % lanes))).collect()
}
