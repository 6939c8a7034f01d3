//! Units in which all complex butterflies of a block take turns at one rotator: part of the folded transforms.
//!
//! The complex residues of a block of k words have k/2 positions and `(log2 k - 3) k/4 + 1` butterflies with a product each
//! ([`super::fft`]). A unit (`templates/fold_unit.v`) makes them in place, one after the other,
//! stage by stage, in an order in which no butterfly waits for the pipeline; a block is loaded into one of two buffers, and
//! read from it, while the other one is worked on. Several units take blocks in turn.
//!
//! A complex product is three real ones. The rotator has three multipliers, or one that takes three cycles, or none: shifted
//! sums, a quarter of the factor's digits of radix 4 per cycle (\[Booth51\]).

use super::RtlFile;
use super::weights::memory_file;
use crate::fixed::{Complex, twiddle};
pub use crate::network::dense::pace::Fold;
use crate::network::dense::pace::Pace;
use askama::Template;

impl Fold {
    /// What cannot be built, said in one line.
    pub(super) fn check(self, k: usize, twiddle: u32) -> Result<(), String> {
        let Fold { multipliers, units } = self;
        Pace::Folded.check(k)?;
        if !Fold::MULTIPLIERS.contains(&multipliers) || !(1..=Fold::MOST_UNITS).contains(&units) {
            return Err(format!(
                "{units} units of {multipliers} multipliers: expected 1 to {} of 0, 1 or 3 multipliers",
                Fold::MOST_UNITS
            ));
        }
        if multipliers == 0 && twiddle < 4 {
            return Err(format!(
                "`{twiddle}` fraction bits of twiddle factors: expected 4 or more without multipliers"
            ));
        }
        Ok(())
    }

    /// Cycles of a complex product.
    pub fn clocks(self) -> usize {
        [4, 3, 0, 1][self.multipliers]
    }

    /// Complex butterflies of a block.
    pub fn butterflies(k: usize) -> usize {
        (k.ilog2() as usize - 3) * k / 4 + 1
    }

    /// Cycles in which a unit makes those of a block.
    pub(super) fn busy(self, k: usize) -> usize {
        Fold::butterflies(k) * self.clocks()
    }

    /// Cycles from a butterfly's addresses to the cycle in which its words are written.
    pub(super) fn write(self) -> usize {
        self.clocks() + 6
    }

    /// Cycles between blocks, if a unit can take one every `unit` cycles.
    pub(super) fn spacing(self, k: usize, unit: usize) -> usize {
        unit.max(self.busy(k)).div_ceil(self.units).max(k / 2)
    }

    /// Words of a factor: `{c + d, d - c, c}` for multipliers, `{d, c}` for digits.
    pub(super) fn factor_words(self) -> usize {
        if self.multipliers == 0 { 2 } else { 3 }
    }

    /// Bits of a part of a factor with `frac` fraction bits.
    pub(super) fn factor_width(frac: u32) -> u32 {
        frac + 2
    }

    /// Bits of the memories of all units, words of `width` bits, and of the factors.
    pub(super) fn memory_bits(self, k: usize, width: u32, frac: u32) -> u64 {
        let factors = k / 4 * self.factor_words() * Fold::factor_width(frac) as usize;
        (self.units * 2 * k * width as usize + factors) as u64
    }

    /// The file of factors, turned back with `inverse`.
    pub(super) fn factors(self, k: usize, frac: u32, inverse: bool) -> String {
        let words = (0..k / 4).flat_map(|g| {
            let Complex { re, im } = if g == 0 { Complex::default() } else { twiddle(g, frac) };
            let im = if inverse { -im } else { im };
            if self.multipliers == 0 { vec![re, im] } else { vec![re, im - re, re + im] }
        });
        let what = if self.multipliers == 0 { "{d, c}" } else { "{c + d, d - c, c}" };
        let way = if inverse { ", turned back" } else { "" };
        let about = format!("factors c + jd of groups 0 (not used) to {}{way}, {what}, s1.{frac}", k / 4 - 1);
        memory_file(&about, &words.collect::<Vec<i64>>(), self.factor_words(), Fold::factor_width(frac))
    }

    /// The module of a unit; its parameters say what it does.
    pub(super) fn unit() -> RtlFile {
        let text = UnitRtl { module: "fold_unit" }.render();
        let text = text.unwrap_or_else(|e| crate::bug!("template fold_unit.v: {e}"));
        RtlFile { name: "rtl/fold_unit.v".into(), text }
    }

    /// Part of a module's name.
    pub(super) fn name(self) -> String {
        format!("u{}_m{}", self.units, self.multipliers)
    }

    /// What it says of itself: `2 units of 3 multipliers`.
    pub(super) fn sentence(self) -> String {
        let units = if self.units == 1 { "one unit".into() } else { format!("{} units", self.units) };
        match self.multipliers {
            0 => format!("{units} without multipliers"),
            1 => format!("{units} of one multiplier"),
            more => format!("{units} of {more} multipliers"),
        }
    }
}

#[derive(Template)]
#[template(path = "fold_unit.v")]
struct UnitRtl {
    module: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The butterflies of a block in the order of a unit of the forward transform: positions and span.
    fn walk(k: usize) -> Vec<[usize; 2]> {
        let quarter = k / 4;
        let spans = (0..quarter.ilog2()).rev();
        let of_span = |b: u32| {
            (1usize << b..quarter).map(move |c| {
                let a = (c >> b << (b + 1)) | (c & ((1 << b) - 1));
                [a, a + (1 << b)]
            })
        };
        spans.flat_map(of_span).collect()
    }

    #[test]
    fn every_position_meets_its_stages_and_no_butterfly_waits_for_another() {
        for k in [64, 128, 256, 512, 1024] {
            let forward = walk(k);
            assert_eq!(forward.len(), Fold::butterflies(k));
            let backward: Vec<_> = forward.iter().rev().copied().collect();
            for order in [forward, backward] {
                let mut last = vec![None; k / 2];
                let mut nearest = usize::MAX;
                for (n, pair) in order.iter().enumerate() {
                    for &position in pair {
                        nearest = nearest.min(last[position].map_or(usize::MAX, |last| n - last));
                        last[position] = Some(n);
                    }
                }
                for multipliers in [0, 1, 3] {
                    let fold = Fold { multipliers, units: 1 };
                    assert!(nearest * fold.clocks() > fold.write(), "k {k}, {multipliers}: {nearest}");
                }
            }
        }
    }
}
