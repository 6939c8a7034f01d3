//! The units of a circulant layer: which transforms, how many rows, at what pace.
//!
//! Candidates are all combinations of paces that the layer may have, each with the fewest rows that keep the interval.
//! Among those that keep it the one with the fewest multipliers is taken; of equals, one with serial products, and the one
//! with the fewest bits of adders. Complex products take four multipliers; fewer, and more adders, where multipliers are short; there
//! transforms may be folded too, or forward ones of half the pace, which takes blocks longer to pass. Four words per cycle are
//! taken where two would take longer than the interval. Where look-up tables are short the same may be, and bits of adders come first.
//!
//! Neighbours overlap: where a layer's blocks come one after the other over the interval, the next one takes each block for all of
//! its rows as it comes, if its last word leaves sooner so than if it took all blocks for one group of rows after the other.

use crate::blocks::spectral_mac::Products;
use crate::blocks::{Block, bit_ifft::BitIfft, fft::Fft, half_fft::HalfFft, ifft::Ifft};
use crate::blocks::{folded_fft::FoldedFft, folded_ifft::FoldedIfft, wide_fft::WideFft, wide_ifft::WideIfft};
use crate::blocks::{whole_fft::WholeFft, whole_ifft::WholeIfft};
use crate::dataflow::lower::join::Form;
use crate::dataflow::lower::{Order, Units};
use crate::network::dense::pace::{Fold, Pace, Stationary};
use crate::network::{Dense, DenseFormats, Family, Layer, LayerKind};

/// What is short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Short {
    /// Nothing: complex products take four multipliers.
    Nothing,
    /// Multipliers: complex products take three, two in two cycles, or one in three; transforms may be folded or of half the pace.
    Multipliers,
    /// Look-up tables: complex products take four multipliers, or three; transforms may be folded or of half the pace.
    Luts,
}

/// A layer with its units.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The units.
    pub units: Units,
    /// What they give.
    pub(crate) given: Form,
    /// Cycles per frame of the busiest of them.
    pub cycles: usize,
    /// What that one does.
    pub what: String,
    /// Multipliers.
    pub multipliers: usize,
    /// Those of the array, and the products that a frame needs of them.
    pub array: [usize; 2],
    /// Bits of adders, roughly.
    pub adders: usize,
    /// The same with the multiplexers and adders behind whole arrays, and what rounds words.
    pub tables: usize,
}

impl Choice {
    /// What is compared, the least first.
    fn price(&self, short: Short) -> (usize, bool, usize) {
        let whole = self.units.spectra == Pace::Whole;
        match short {
            Short::Luts => (self.tables, whole, self.multipliers),
            _ => (self.multipliers, whole, self.adders),
        }
    }
}

/// A circulant layer that takes `form`.
pub struct Circulant<'a> {
    pub layer: &'a Layer,
    pub dense: &'a Dense,
    pub transforms: &'a Transforms,
    pub(crate) form: Form,
    /// Whether its blocks come one after the other over the interval, rather than as fast as they are taken.
    pub spread: bool,
}

impl Circulant<'_> {
    /// Whether its units are stated to take more words per cycle than come.
    pub fn starves(&self) -> bool {
        self.dense.stated.takes_wide_beats() && self.form.order.lanes < 4
    }

    /// The cheapest units that keep `cycles` per frame; else the fastest.
    pub fn choose(&self, cycles: usize, short: Short) -> Choice {
        let all: Vec<Choice> = self.candidates(cycles, short);
        let within = all.iter().filter(|choice| choice.cycles <= cycles);
        let best = within.min_by_key(|choice| choice.price(short)).or(all.iter().min_by_key(|choice| choice.cycles));
        best.cloned().unwrap_or_else(|| crate::bug!("schedule: layer `{}` has no units", self.layer.name))
    }

    /// The shortest interval with which fewer multipliers do than `chosen` takes, and how many.
    pub fn fewer(&self, chosen: &Choice, cycles: usize, short: Short) -> Option<(usize, usize)> {
        let needs = |cycles| self.choose(cycles, short).multipliers;
        let (p, q) = self.blocks();
        // one row at a time, four cycles for every beat
        let (mut same, mut fewer) = (cycles, cycles.checked_add(4 * p * q.max(2) * self.transforms.k)?);
        if needs(fewer) >= chosen.multipliers {
            return None;
        }
        while fewer - same > 1 {
            let middle = same + (fewer - same) / 2;
            *(if needs(middle) < chosen.multipliers { &mut fewer } else { &mut same }) = middle;
        }
        Some((fewer, needs(fewer)))
    }

    fn candidates(&self, cycles: usize, short: Short) -> Vec<Choice> {
        let stated = &self.dense.stated;
        let paces = |stated: Option<Pace>, among: &[Pace]| -> Vec<Pace> {
            let folds = short != Short::Nothing;
            let known = among.iter().copied().filter(|pace| pace.takes(self.transforms.k));
            let known = known.filter(|pace| folds || ![Pace::Folded, Pace::Half].contains(pace));
            stated.map_or_else(|| known.collect(), |pace| vec![pace])
        };
        let mut all = Vec::new();
        // whole spectra are summed for one group
        let among = if stated.stationary == Some(Stationary::Blocks) { 2 } else { 3 };
        for &spectra in &paces(stated.spectra, &Pace::SPECTRA[..among]) {
            for &forward in &paces(stated.forward, &Pace::FORWARD) {
                for &inverse in &paces(stated.inverse, &Pace::INVERSE) {
                    let folds = [self.fold(0, forward, cycles, short), self.fold(1, inverse, cycles, short)];
                    let units = Units { forward, spectra, inverse, folds, ..Units::default() };
                    let is_given = forward != Pace::Wide || self.form.order.lanes >= 4;
                    if !is_given || !Pace::meet(forward, spectra, inverse) {
                        continue;
                    }
                    let split = spectra != Pace::Whole && [forward, inverse].contains(&Pace::Whole);
                    // a whole transform beside serial products has nothing to do most of the time
                    if split && stated.forward.is_none() && stated.inverse.is_none() {
                        continue;
                    }
                    for products in self.products(short) {
                        // several positions are multiplied in one cycle
                        if spectra == Pace::Serial || products.steps() == 1 {
                            let units = Units { products, ..units };
                            let units = Units { rows: self.rows(&units, cycles), ..units };
                            all.push(self.choice(Units { stationary: self.stationary(&units), ..units }));
                        }
                    }
                }
            }
        }
        all
    }

    fn products(&self, short: Short) -> Vec<Products> {
        match (self.dense.stated.products, short) {
            (Some(1), _) => vec![Products::One],
            (Some(2), _) => vec![Products::Two],
            (Some(3), _) => vec![Products::Three],
            (None, Short::Luts) => vec![Products::Three, Products::Four],
            (None, Short::Multipliers) => vec![Products::One, Products::Two, Products::Three, Products::Four],
            _ => vec![Products::Four],
        }
    }

    /// The units of a folded transform, forward 0 and inverse 1: the cheapest that keep the interval, else the fastest.
    fn fold(&self, side: usize, pace: Pace, cycles: usize, short: Short) -> Fold {
        let (p, q) = self.blocks();
        let each = cycles / [q, p][side];
        match self.dense.stated.folds[side] {
            Some(stated) => stated,
            None if pace == Pace::Folded => self.transforms.cheapest_fold(side, each, short),
            None => Fold::default(),
        }
    }

    fn blocks(&self) -> (usize, usize) {
        (self.layer.outputs.div_ceil(self.transforms.k), self.layer.inputs.div_ceil(self.transforms.k))
    }

    /// Cycles in which a group of rows is computed.
    fn group(&self, units: &Units) -> usize {
        let ((_, q), half) = (self.blocks(), self.transforms.k / 2);
        match (units.spectra, units.inverse) {
            (Pace::Serial, _) if half > 1 => units.products.steps() * q * half,
            (Pace::Whole, Pace::Whole) => q,
            (Pace::Whole, _) => q * half.div_ceil(q),
            (Pace::Wide, _) => q * half / 2,
            _ => q * half,
        }
    }

    fn rows(&self, units: &Units, cycles: usize) -> usize {
        let p = self.blocks().0;
        let fewest = p.div_ceil((cycles / self.group(units)).clamp(1, p));
        self.dense.stated.rows.map_or(fewest, |stated| stated.min(p))
    }

    /// What stays: a spectrum, if blocks come slowly and the frame is then done sooner.
    fn stationary(&self, units: &Units) -> Stationary {
        let (p, q) = self.blocks();
        let groups = p.div_ceil(units.rows);
        if let (Pace::Serial | Pace::Wide, Some(stated)) = (units.spectra, self.dense.stated.stationary) {
            return stated;
        }
        if units.spectra == Pace::Whole || groups == 1 || !self.spread {
            return Stationary::Sums;
        }
        // cycles from the last block that comes to the last one that leaves, transforms apart
        let (group, leaving) = (self.group(units), self.leaving(units));
        let by_sums = (groups - 1) * group + leaving / groups;
        let by_spectra = groups * group / q + leaving;
        if by_spectra < by_sums { Stationary::Blocks } else { Stationary::Sums }
    }

    /// Cycles in which the blocks of a frame pass the inverse transform.
    fn leaving(&self, units: &Units) -> usize {
        let p = self.blocks().0;
        match (units.inverse, units.spectra) {
            (Pace::Whole, Pace::Whole) => p,
            (Pace::Wide, _) => p * self.transforms.k / 4,
            (Pace::Bitwise, _) => p * self.transforms.spacing,
            (Pace::Folded, _) => p * self.transforms.folded(1, units.folds[1]).spacing,
            _ => p * self.transforms.k / 2,
        }
    }

    fn choice(&self, units: Units) -> Choice {
        let Units { rows, forward, spectra, inverse, products, folds, .. } = units;
        let ((p, q), k) = (self.blocks(), self.transforms.k);
        let half = k / 2;
        let order = Order::halves(k);
        let groups = p.div_ceil(rows);
        let words = self.layer.outputs;
        let whole = Form { order: Order { lanes: k, ..order }, beats: p, words };
        let wide = Form { order: Order::split(k), beats: p * half / 2, words };
        let pairs = Form { order, beats: p * half, words };
        let paired = self.form.beats * self.form.order.lanes / 2;
        let reading = match forward {
            Pace::Whole if self.form.packs(k, q) => self.form.beats,
            Pace::Folded => paired.max(q * self.transforms.folded(0, folds[0]).spacing),
            Pace::Wide => (paired / 2).max(q * half / 2),
            Pace::Half => paired.max(q * k),
            _ => paired.max(q * half),
        };
        let leaving = self.leaving(&units);
        let multiplying = groups * self.group(&units);
        let parts = [
            (reading, format!("it takes {reading} beats")),
            (multiplying, format!("it reads its input {groups} times, {} cycles each", multiplying / groups)),
            (leaving, format!("its inverse transform takes {leaving} cycles")),
        ];
        let (cycles, what) = parts.into_iter().rev().max_by_key(|part| part.0).unwrap_or_default();
        let from = self.transforms.cost(0, forward, folds);
        let back = self.transforms.cost(1, inverse, folds);
        // multipliers of a row, and adders of its sums: those of whole arrays are in the multipliers
        let (in_row, sums) = match (spectra, products) {
            _ if k == 2 => (2, 1),
            (Pace::Wide, products) => (2 * products.count(), 2),
            (Pace::Whole, Products::Three) => (2 + 3 * (half - 1), 0),
            (Pace::Whole, Products::Four) => (2 + 4 * (half - 1), 0),
            (_, Products::One) => (1, 1),
            (_, Products::Two) => (2, 1),
            (_, Products::Three) => (3, 1),
            (_, Products::Four) => (4, 1),
        };
        let adders = from.1 + back.1 + rows * (2 + 4 * sums) * self.transforms.sum_width;
        // a whole array adds each product of a bin by itself, in DSP cells where a family's have adders; the sums are held, one beat
        // of them is chosen, and its parts are joined
        let (held, in_cells) = (half * products.count(), self.transforms.family == Some(Family::Xc7));
        let behind = match (spectra, inverse) {
            (Pace::Whole, _) if k == 2 => 0,
            (Pace::Whole, Pace::Whole) => 2 * half + if in_cells { 0 } else { held },
            (Pace::Whole, _) => 2 + if in_cells { held / 8 } else { 3 * held / 2 },
            _ => 0,
        };
        let sums_in_front = match (spectra, products) {
            (Pace::Whole, Products::Three) => half * self.transforms.ends[0],
            (_, Products::Three) => self.transforms.ends[0],
            _ => 0,
        };
        // words given in one cycle are rounded and held within their formats, each by itself
        let ends = forward.words(k) * self.transforms.ends[0] + inverse.words(k) * self.transforms.ends[1];
        Choice {
            units,
            given: match inverse {
                Pace::Whole => whole,
                Pace::Wide => wide,
                _ => pairs,
            },
            cycles,
            what,
            multipliers: from.0 + back.0 + rows * in_row,
            array: [rows * in_row, p * q * (2 + products.real() * (half - 1))],
            adders,
            tables: adders + ends + sums_in_front + rows * behind * self.transforms.sum_width,
        }
    }
}

/// What the transforms of a layer take at each pace.
#[derive(Clone, Debug)]
pub struct Transforms {
    /// Block size.
    k: usize,
    /// The family whose look-up tables have a budget.
    family: Option<Family>,
    /// Bits of a sum of products.
    sum_width: usize,
    /// Bits of what rounds a word that a transform gives, forward and inverse with bias.
    ends: [usize; 2],
    /// Multipliers and bits of adders of the forward and of the inverse transform, at each pace that is not folded.
    paced: [Vec<(Pace, (usize, usize))>; 2],
    /// Folded forward and inverse transforms: all that are tried.
    folded: [Vec<Folded>; 2],
    /// Cycles between blocks of the bitwise inverse transform.
    spacing: usize,
}

impl Transforms {
    /// Those of a circulant layer.
    pub fn of(layer: &Layer, family: Option<Family>) -> Option<Transforms> {
        let LayerKind::Dense(dense) = &layer.kind else { return None };
        let k = dense.block?;
        let DenseFormats { input, guard, spectrum, weight, accumulator, twiddle, output, rounding, .. } =
            dense.formats.unwrap_or_else(|| crate::bug!("schedule: layer `{}` has no formats", layer.name));
        let blocks = layer.inputs.div_ceil(k);
        let fft = Fft {
            k,
            input,
            guard,
            twiddle,
            output: spectrum,
            rounding,
            shifts: true,
            widest: None,
            blocks,
            valid: layer.inputs,
        };
        let ifft = Ifft { k, input: accumulator, twiddle, rounding };
        let bits = k.ilog2() as usize;
        let (inside, outside) = ((input.width() + guard) as usize + bits, accumulator.width() as usize + 1);
        // a stage is a butterfly of four adders beside a rotator, or its share of multiplexers
        let serial = |width: usize| 14 * bits * width;
        let whole = Pace::Whole.takes(k);
        let [forward, inverse] =
            if whole { [WholeFft(fft).adders(), WholeIfft(ifft).adders()] } else { [usize::MAX / 1024; 2] };
        let wide = match Pace::Wide.takes(k) {
            true => [WideFft(fft).cost().multipliers, WideIfft(ifft).cost().multipliers],
            false => [0; 2],
        };
        let halved = match Pace::Half.takes(k) {
            true => HalfFft::of(fft).cost().multipliers,
            false => 0,
        };
        let bitwise = Pace::Bitwise.takes(k);
        let folded = if Pace::Folded.takes(k) { folded(fft, ifft, inside, outside) } else { Default::default() };
        Some(Transforms {
            k,
            family,
            sum_width: (spectrum.width() + weight.width()) as usize + blocks.ilog2() as usize,
            ends: [2 * spectrum.width() as usize, accumulator.width() as usize + 2 * output.width() as usize],
            paced: [
                vec![
                    (Pace::Serial, (fft.cost().multipliers, serial(inside))),
                    (Pace::Wide, (wide[0], 2 * serial(inside))),
                    (Pace::Whole, (0, forward * inside)),
                    (Pace::Half, (halved, serial(inside) / 2)),
                ],
                vec![
                    (Pace::Serial, (ifft.cost().multipliers, serial(outside))),
                    (Pace::Wide, (wide[1], 2 * serial(outside))),
                    (Pace::Whole, (0, inverse * outside)),
                    (Pace::Bitwise, (0, 3 * inverse + 2 * k * outside)),
                ],
            ],
            folded,
            spacing: if bitwise { BitIfft(ifft).spacing() } else { usize::MAX / 1024 },
        })
    }

    /// Multipliers and bits of adders of a transform, forward 0 or inverse 1.
    fn cost(&self, side: usize, pace: Pace, folds: [Fold; 2]) -> (usize, usize) {
        if pace == Pace::Folded {
            let Folded { fold, adders, .. } = self.folded(side, folds[side]);
            return (fold.units * fold.multipliers, adders);
        }
        let known = self.paced[side].iter().find(|(known, _)| *known == pace);
        known.unwrap_or_else(|| crate::bug!("schedule: no cost of {pace:?} transforms")).1
    }

    /// A folded transform.
    fn folded(&self, side: usize, fold: Fold) -> Folded {
        let known = self.folded[side].iter().find(|folded| folded.fold == fold);
        *known.unwrap_or_else(|| crate::bug!("schedule: {fold:?} was not tried"))
    }

    /// The cheapest units that take a block every `each` cycles, of those that the schedule takes by itself; else the fastest.
    fn cheapest_fold(&self, side: usize, each: usize, short: Short) -> Fold {
        let own = self.folded[side].iter().filter(|folded| folded.fold.units <= COPIES[folded.fold.multipliers]);
        let price = |folded: &&Folded| match (folded.fold.units * folded.fold.multipliers, folded.adders) {
            (multipliers, adders) if short == Short::Luts => (adders, multipliers),
            price => price,
        };
        let within = own.clone().filter(|folded| folded.spacing <= each).min_by_key(price);
        within.or(own.min_by_key(|folded| folded.spacing)).map_or(Fold::default(), |folded| folded.fold)
    }

    /// Cycles of a frame beyond which transforms of so many blocks, forward and inverse, take no fewer multipliers.
    pub(super) fn slowest(&self, blocks: [usize; 2]) -> usize {
        let side =
            |side: usize| self.folded[side].iter().map(|folded| folded.spacing).max().unwrap_or(0) * blocks[side];
        side(0).max(side(1))
    }
}

/// Most units that the schedule takes by itself, by the multipliers of a unit: each has buffers of its own.
const COPIES: [usize; 4] = [4, 8, 0, 4];

/// A folded transform.
#[derive(Clone, Copy, Debug)]
struct Folded {
    fold: Fold,
    /// Cycles between blocks.
    spacing: usize,
    /// Bits of adders, roughly.
    adders: usize,
}

/// Every folded transform that can be built, forward and inverse, with words of `inside` and `outside` bits.
fn folded(fft: Fft, ifft: Ifft, inside: usize, outside: usize) -> [Vec<Folded>; 2] {
    let bits = fft.k.ilog2() as usize;
    // two adders for each stage of sums; in a unit a butterfly and what its rotator adds; the walk
    let adders = |fold: Fold, width: usize| {
        let digits = (fft.twiddle as usize + 2).div_ceil(8);
        let turn = [12 * digits, 3, 0, 5][fold.multipliers];
        2 * bits * width + fold.units * ((4 + turn) * width + 8 * bits)
    };
    let counts = |multipliers| (1..=Fold::MOST_UNITS).map(move |units| Fold { multipliers, units });
    let all: Vec<Fold> = Fold::MULTIPLIERS.into_iter().flat_map(counts).collect();
    let forward =
        |&fold: &Fold| Folded { fold, spacing: FoldedFft { fft, fold }.spacing(), adders: adders(fold, inside) };
    let inverse =
        |&fold: &Fold| Folded { fold, spacing: FoldedIfft { ifft, fold }.spacing(), adders: adders(fold, outside) };
    [all.iter().map(forward).collect(), all.iter().map(inverse).collect()]
}
