//! Dense layers: block-circulant ones become transform, spectral array and inverse transform; plain ones an array.

use super::{Lowering, Next, Open, Order, Units, role};
use crate::blocks::Block;
use crate::blocks::{
    activate::Activate, bit_ifft::BitIfft, dense_mac::DenseMac, fft::Fft, folded_fft::FoldedFft,
    folded_ifft::FoldedIfft, half_fft::HalfFft, ifft::Ifft, pack::Pack, select::Select, spectral_array::SpectralArray,
    spectral_mac::SpectralMac, threshold::Threshold, whole_fft::WholeFft, whole_ifft::WholeIfft, wide_fft::WideFft,
    wide_ifft::WideIfft,
};
use crate::dataflow::Actor;
use crate::fixed::QFormat;
use crate::machine::fifo::{Access, Replay};
use crate::network::dense::pace::{Pace, Stationary};
use crate::network::{Dense, DenseFormats, Layer, Thresholds};
use crate::spectra;
use std::rc::Rc;

pub(super) fn lower(lowering: &mut Lowering, index: usize, layer: &Layer, dense: &Dense, units: Units) {
    let formats = dense.formats.unwrap_or_else(|| crate::bug!("lower: layer `{}` has no formats", layer.name));
    let part = Part { index, layer, dense, formats, units };
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
    units: Units,
}

impl Part<'_> {
    /// Transform, array and inverse transform, each at its pace.
    fn circulant(&self, lowering: &mut Lowering, k: usize) {
        let (p, q) = (self.layer.outputs.div_ceil(k), self.layer.inputs.div_ceil(k));
        self.forward(lowering, k, q);
        self.products(lowering, k, p, q);
        self.inverse(lowering, k, p);
    }

    /// `[fft]`, `[wide_fft]` or `[pack, whole_fft]`; `[fft, pack]` in front of a whole array.
    fn forward(&self, lowering: &mut Lowering, k: usize, q: usize) {
        let DenseFormats { input, guard, spectrum, twiddle, rounding, .. } = self.formats;
        let (half, order, valid) = (k / 2, Order::halves(k), lowering.open.words);
        let fft =
            Fft { k, input, guard, twiddle, output: spectrum, rounding, shifts: true, widest: None, blocks: q, valid };
        let given = Next { order, format: spectrum, beats: q * half, words: q * k };
        if self.units.forward == Pace::Wide {
            return self.forward_wide(lowering, WideFft(fft), given);
        }
        let read = self.units.forward == Pace::Whole && lowering.open.form().packs(k, q);
        if !read {
            lowering.open = lowering.narrowed(lowering.open, self.index, "narrow");
        }
        let access = if read { Access::Replay(Replay::ONCE) } else { lowering.open.turned(order, q * half) };
        let whole = Next { order: Order { lanes: k, ..order }, beats: q, ..given };
        let pack = |lanes, width, from: Option<u32>, together| {
            let pairs = (from.unwrap_or(0), order.pair.unwrap_or(0));
            Pack { lanes, width, beats: k / lanes, pairs, together }
        };
        let pairs: Rc<dyn Block> = match self.units.forward {
            Pace::Folded => Rc::new(FoldedFft { fft, fold: self.units.folds[0] }),
            Pace::Half => Rc::new(HalfFft::of(fft)),
            _ => Rc::new(fft),
        };
        let (transform, next) = match (self.units.forward, self.units.spectra) {
            (Pace::Whole, _) => {
                let taken = if read { lowering.open.order } else { order };
                let pack = pack(taken.lanes, input.width(), taken.pair, false);
                let mut chain: Vec<Rc<dyn Block>> = Vec::new();
                chain.extend(pack.changes().then(|| Rc::new(pack) as Rc<dyn Block>));
                chain.push(Rc::new(WholeFft(fft)));
                (self.actor("fft", chain, [1, pack.beats, 1, 1], q * pack.beats), whole)
            }
            (_, Pace::Whole) if half > 1 => {
                let pack = pack(2, spectrum.width(), order.pair, true);
                (self.actor("fft", vec![pairs, Rc::new(pack)], [half, 1, 1, 1], q), whole)
            }
            _ => (self.actor("fft", vec![pairs], [half, 1, 1, half], q), given),
        };
        lowering.append("in", access, transform, next);
        self.spread(lowering, k);
    }

    /// `[wide_fft]`: of wider beats four words at a time.
    fn forward_wide(&self, lowering: &mut Lowering, wide: WideFft, given: Next) {
        let (order, beats) = (Order::split(wide.0.k), given.beats / 2);
        lowering.open = lowering.narrowed_to(order.lanes, lowering.open, self.index, "narrow");
        let access = lowering.open.turned(order, beats);
        let (block, blocks) = (wide.0.k / 4, wide.0.blocks);
        let transform = self.actor("fft", vec![Rc::new(wide)], [block, 1, 1, block], blocks);
        lowering.append("in", access, transform, Next { order, beats, ..given });
        self.spread(lowering, wide.0.k);
    }

    /// Spectra in beats as their products take them.
    fn spread(&self, lowering: &mut Lowering, k: usize) {
        let lanes = self.units.spectra.words(k);
        lowering.open = lowering.narrowed_to(lanes, lowering.open, self.index, "spread");
    }

    /// `spectral_mac` or `spectral_array`.
    fn products(&self, lowering: &mut Lowering, k: usize, p: usize, q: usize) {
        let DenseFormats { spectrum, weight, accumulator, rounding, .. } = self.formats;
        let Units { rows, spectra, inverse, products, stationary, .. } = self.units;
        let (groups, order) = (p.div_ceil(rows), Order::halves(k));
        let weights = spectra::quantised(self.dense)[..].into();
        let paths = if spectra == Pace::Wide { 2 } else { 1 };
        let mac = SpectralMac {
            k,
            rows,
            p,
            q,
            spectrum,
            weight,
            accumulator,
            rounding,
            products,
            stationary,
            paths,
            weights,
        };
        let beats = k / 2 / paths;
        let all = groups * beats;
        let (array, window, out) = if spectra == Pace::Whole {
            let out = if inverse == Pace::Whole { 1 } else { beats };
            let spacing = out.div_ceil(q);
            let array = SpectralArray { mac, beats_out: out, spacing };
            (self.actor("mac", vec![Rc::new(array)], [1, q, 1, out], groups * q), q, out)
        } else {
            let (every, burst, window) = match stationary {
                Stationary::Sums => (q * beats, beats, q * beats),
                Stationary::Blocks => (q * all, all, beats),
            };
            (self.actor("mac", vec![Rc::new(mac)], [1, every, burst, 1], q * all), window, beats)
        };
        let again = Replay { window, repeat: groups, groups: 1, last_repeat: groups };
        let order = Order { lanes: rows * k / out, ..order };
        let sums = Next { order, format: accumulator, beats: groups * out, words: p * k };
        lowering.append("spectra", Access::Replay(again), array, sums);
    }

    /// `[select, ifft, activate]`, or another inverse transform.
    fn inverse(&self, lowering: &mut Lowering, k: usize, p: usize) {
        let DenseFormats { accumulator, twiddle, product, rounding, output, .. } = self.formats;
        let Units { spectra, inverse, .. } = self.units;
        let (half, order, width) = (k / 2, Order::halves(k), accumulator.width());
        let ifft = Ifft { k, input: accumulator, twiddle, rounding };
        let whole = inverse == Pace::Whole;
        let order = match inverse {
            Pace::Whole => Order { lanes: k, ..order },
            Pace::Wide => Order::split(k),
            _ => order,
        };
        let lanes = order.lanes;
        let after = Open { order, beats: p * k / lanes, words: self.layer.outputs, ..lowering.open };
        let window = if whole { if spectra == Pace::Whole { 1 } else { half } } else { k / lanes };
        let (access, mut chain) = if spectra == Pace::Wide && inverse != Pace::Wide {
            self.positions(lowering, k, p);
            (Access::Replay(Replay::ONCE), Vec::new())
        } else {
            let taken = if window == 1 {
                k
            } else if whole {
                2
            } else {
                lanes
            };
            (self.each_row(self.units.rows, window, p), self.select(taken, width, p, window))
        };
        let bits = order.pair.unwrap_or(0);
        let pack = Pack { lanes: 2, width, beats: window, pairs: (bits, bits), together: false };
        if whole && window > 1 {
            chain.push(Rc::new(pack));
        }
        chain.push(match inverse {
            Pace::Serial => Rc::new(ifft),
            Pace::Wide => Rc::new(WideIfft(ifft)),
            Pace::Whole => Rc::new(WholeIfft(ifft)),
            Pace::Bitwise => Rc::new(BitIfft(ifft)),
            Pace::Half => crate::bug!("lower: layer `{}` has an inverse transform of half the pace", self.layer.name),
            Pace::Folded => Rc::new(FoldedIfft { ifft, fold: self.units.folds[1] }),
        });
        chain.push(self.activate(&after, product));
        let (rule, firings) = if whole { ([1, window, 1, 1], p * window) } else { ([window, 1, 1, window], p) };
        let actor = self.actor("ifft", chain, rule, firings);
        let given = Next { order: after.order, format: output, beats: after.beats, words: self.layer.outputs };
        lowering.append("sums", access, actor, given);
    }

    /// `[select]`: sums of even and of odd bins as spectra of two words per beat.
    fn positions(&self, lowering: &mut Lowering, k: usize, p: usize) {
        let (window, parts) = (k / 4, 2 * self.units.rows);
        let format = self.formats.accumulator;
        let select = Select { lanes: 2, width: format.width(), rows: parts, total: 2 * p, packet: window };
        let beats = 2 * p * window;
        let actor = self.actor("join", vec![Rc::new(select)], [1, 1, 1, 1], beats);
        let next = Next { order: Order::halves(k), format, beats, words: p * k };
        lowering.append("parts", self.each_row(parts, window, 2 * p), actor, next);
    }

    /// `dense_mac -> [select, activate]`.
    fn plain(&self, lowering: &mut Lowering) {
        let DenseFormats { input, weight, product, .. } = self.formats;
        let (outputs, rows) = (self.layer.outputs, self.units.rows);
        if self.units.forward != Pace::Whole {
            lowering.open = lowering.narrowed(lowering.open, self.index, "narrow");
        }
        let open = lowering.open;
        let (beats, lanes, groups) = (open.beats, open.order.lanes, outputs.div_ceil(rows));

        let weights = self.in_stream_order(&open).into();
        let mac = DenseMac { lanes, beats, rows, outputs, input, weight, product, weights };
        let again = Replay { window: beats, repeat: groups, groups: 1, last_repeat: groups };
        let array = self.actor("mac", vec![Rc::new(mac)], [1, beats, 1, 1], groups * beats);
        let order = Order { lanes: rows, ..Order::SINGLE };
        let sums = Next { order, format: product, beats: groups, words: outputs };
        lowering.append("in", Access::Replay(again), array, sums);

        let after = Open { order: Order::SINGLE, beats: outputs, words: outputs, ..lowering.open };
        let mut chain = self.select(1, product.width(), outputs, 1);
        chain.push(self.activate(&after, product));
        let activation = self.actor("activate", chain, [1, 1, 1, 1], outputs);
        let given = Next { order: Order::SINGLE, format: self.formats.output, beats: outputs, words: outputs };
        lowering.append("sums", self.each_row(rows, 1, outputs), activation, given);
    }

    /// The rows of an array's output leave one after the other: each window is read once per row.
    fn each_row(&self, rows: usize, window: usize, total: usize) -> Access {
        let groups = total.div_ceil(rows);
        let last_repeat = total - (groups - 1) * rows;
        Access::Replay(Replay { window, repeat: rows, groups, last_repeat })
    }

    fn select(&self, lanes: usize, width: u32, total: usize, packet: usize) -> Vec<Rc<dyn Block>> {
        let rows = self.units.rows;
        if rows == 1 { Vec::new() } else { vec![Rc::new(Select { lanes, width, rows, total, packet })] }
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
        let pause = chain.iter().map(|block| block.pause()).max().unwrap_or(0);
        Actor { name, layer, span, chain, turns, packet, pause, every, burst, rest: 0, out, firings }
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
