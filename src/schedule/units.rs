//! The units of a circulant layer: which transforms, how many rows, at what pace.
//!
//! Candidates are all combinations of paces that the layer may have, each with the fewest rows that keep the interval.
//! Among those that keep it the one with the fewest multipliers is taken; of equals, one with serial products, and the one
//! with the fewest bits of adders. Complex products take four multipliers; fewer, and more adders, where multipliers are short.
//!
//! Neighbours overlap: where a layer's blocks come one after the other over the interval, the next one takes each block for all of
//! its rows as it comes, if its last word leaves sooner so than if it took all blocks for one group of rows after the other.

use crate::blocks::spectral_mac::Products;
use crate::blocks::{Block, bit_ifft::BitIfft, fft::Fft, ifft::Ifft, whole_fft::WholeFft, whole_ifft::WholeIfft};
use crate::dataflow::lower::join::Form;
use crate::dataflow::lower::{Order, Units};
use crate::network::dense::pace::{Pace, Stationary};
use crate::network::{Dense, DenseFormats, Layer, LayerKind};

/// What is short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Short {
    /// Nothing: complex products take four multipliers.
    Nothing,
    /// Multipliers: complex products take three, or two in two cycles.
    Multipliers,
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
    /// Bits of adders, roughly.
    pub adders: usize,
}

impl Choice {
    /// What is compared, the least first.
    fn price(&self) -> (usize, bool, usize) {
        (self.multipliers, self.units.spectra == Pace::Whole, self.adders)
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
    /// The cheapest units that keep `cycles` per frame; else the fastest.
    pub fn choose(&self, cycles: usize, short: Short) -> Choice {
        let all: Vec<Choice> = self.candidates(cycles, short);
        let within = all.iter().filter(|choice| choice.cycles <= cycles);
        let best = within.min_by_key(|choice| choice.price()).or(all.iter().min_by_key(|choice| choice.cycles));
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
            let known = among.iter().copied().filter(|pace| pace.takes(self.transforms.k));
            stated.map_or_else(|| known.collect(), |pace| vec![pace])
        };
        let mut all = Vec::new();
        // whole spectra are summed for one group
        let among = if stated.stationary == Some(Stationary::Blocks) { 1 } else { 2 };
        for &spectra in &paces(stated.spectra, &[Pace::Serial, Pace::Whole][..among]) {
            for &forward in &paces(stated.forward, &[Pace::Serial, Pace::Whole]) {
                for &inverse in &paces(stated.inverse, &Pace::ALL) {
                    let units = Units { forward, spectra, inverse, ..Units::default() };
                    let split = spectra == Pace::Serial && [forward, inverse].contains(&Pace::Whole);
                    // a whole transform beside serial products has nothing to do most of the time
                    if split && stated.forward.is_none() && stated.inverse.is_none() {
                        continue;
                    }
                    for products in self.products(short) {
                        // whole spectra are multiplied in one cycle
                        if spectra == Pace::Serial || products != Products::Two {
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
            (Some(2), _) => vec![Products::Two],
            (Some(3), _) => vec![Products::Three],
            (None, Short::Multipliers) => vec![Products::Two, Products::Three, Products::Four],
            _ => vec![Products::Four],
        }
    }

    fn blocks(&self) -> (usize, usize) {
        (self.layer.outputs.div_ceil(self.transforms.k), self.layer.inputs.div_ceil(self.transforms.k))
    }

    /// Cycles in which a group of rows is computed.
    fn group(&self, units: &Units) -> usize {
        let ((_, q), half) = (self.blocks(), self.transforms.k / 2);
        match (units.spectra, units.inverse) {
            (Pace::Serial, _) if units.products == Products::Two && half > 1 => 2 * q * half,
            (Pace::Whole, Pace::Whole) => q,
            (Pace::Whole, _) => q * half.div_ceil(q),
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
        if let (Pace::Serial, Some(stated)) = (units.spectra, self.dense.stated.stationary) {
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
            (Pace::Bitwise, _) => p * self.transforms.spacing,
            _ => p * self.transforms.k / 2,
        }
    }

    fn choice(&self, units: Units) -> Choice {
        let Units { rows, forward, spectra, inverse, products, .. } = units;
        let ((p, q), k) = (self.blocks(), self.transforms.k);
        let half = k / 2;
        let order = Order::halves(k);
        let groups = p.div_ceil(rows);
        let wide = Form { order: Order { lanes: k, ..order }, beats: p, words: self.layer.outputs };
        let pairs = Form { order, beats: p * half, words: self.layer.outputs };
        let reading = match forward {
            Pace::Whole if self.form.packs(k, q) => self.form.beats,
            _ => (self.form.beats * self.form.order.lanes / 2).max(q * half),
        };
        let leaving = self.leaving(&units);
        let multiplying = groups * self.group(&units);
        let parts = [
            (reading, format!("it takes {reading} beats")),
            (multiplying, format!("it reads its input {groups} times, {} cycles each", multiplying / groups)),
            (leaving, format!("its inverse transform takes {leaving} cycles")),
        ];
        let (cycles, what) = parts.into_iter().rev().max_by_key(|part| part.0).unwrap_or_default();
        let from = self.transforms.forward[forward as usize];
        let back = self.transforms.inverse[inverse as usize];
        // multipliers of a row, and adders of its sums: those of whole arrays are in the multipliers
        let (in_row, sums) = match (spectra, products) {
            _ if k == 2 => (2, 1),
            (Pace::Whole, Products::Three) => (2 + 3 * (half - 1), 0),
            (Pace::Whole, Products::Four) => (2 + 4 * (half - 1), 0),
            (_, Products::Two) => (2, 1),
            (_, Products::Three) => (3, 1),
            (_, Products::Four) => (4, 1),
        };
        Choice {
            units,
            given: if inverse == Pace::Whole { wide } else { pairs },
            cycles,
            what,
            multipliers: from.0 + back.0 + rows * in_row,
            adders: from.1 + back.1 + rows * (2 + 4 * sums) * self.transforms.sum_width,
        }
    }
}

/// What the transforms of a layer take at each pace.
#[derive(Clone, Copy, Debug)]
pub struct Transforms {
    /// Block size.
    k: usize,
    /// Bits of a sum of products.
    sum_width: usize,
    /// Multipliers and bits of adders of the forward transform, serial and whole.
    forward: [(usize, usize); 2],
    /// Of the inverse transform, in the order of [`Pace::ALL`].
    inverse: [(usize, usize); 3],
    /// Cycles between blocks of the bitwise inverse transform.
    spacing: usize,
}

impl Transforms {
    /// Those of a circulant layer.
    pub fn of(layer: &Layer) -> Option<Transforms> {
        let LayerKind::Dense(dense) = &layer.kind else { return None };
        let k = dense.block?;
        let DenseFormats { input, guard, spectrum, weight, accumulator, twiddle, rounding, .. } =
            dense.formats.unwrap_or_else(|| crate::bug!("schedule: layer `{}` has no formats", layer.name));
        let blocks = layer.inputs.div_ceil(k);
        let fft = Fft { k, input, guard, twiddle, output: spectrum, rounding, shifts: true, widest: None, blocks, valid: layer.inputs };
        let ifft = Ifft { k, input: accumulator, twiddle, rounding };
        let bits = k.ilog2() as usize;
        let (inside, outside) = ((input.width() + guard) as usize + bits, accumulator.width() as usize + 1);
        // a stage is a butterfly of four adders beside a rotator, or its share of multiplexers
        let serial = |width: usize| 14 * bits * width;
        let whole = Pace::Whole.takes(k);
        let [forward, inverse] =
            if whole { [WholeFft(fft).adders(), WholeIfft(ifft).adders()] } else { [usize::MAX / 1024; 2] };
        let bitwise = Pace::Bitwise.takes(k);
        Some(Transforms {
            k,
            sum_width: (spectrum.width() + weight.width()) as usize + blocks.ilog2() as usize,
            forward: [(fft.cost().multipliers, serial(inside)), (0, forward * inside)],
            inverse: [
                (ifft.cost().multipliers, serial(outside)),
                (0, inverse * outside),
                (0, 3 * inverse + 2 * k * outside),
            ],
            spacing: if bitwise { BitIfft(ifft).spacing() } else { usize::MAX / 1024 },
        })
    }
}
