//! How the units of a circulant layer take the words of a block, and in which order its spectra.

/// How many words of a block a unit takes per cycle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// Two words per cycle.
    #[default]
    Serial,
    /// All words in one cycle.
    Whole,
    /// Two words per cycle, then one bit of each: for blocks that come seldom. Inverse transforms alone.
    Bitwise,
    /// Two words per cycle, then complex butterflies in turn: for blocks that come seldom. Transforms alone.
    Folded,
    /// Four words per cycle: two pairs of a block.
    Wide,
    /// Two words per cycle, then as many cycles without: a word per cycle, by half of the units. Forward transforms alone.
    Half,
}

/// The units of a folded transform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// Multipliers of a unit: 0, 1 or 3.
    pub multipliers: usize,
    /// Units that take blocks in turn.
    pub units: usize,
}

impl Default for Fold {
    fn default() -> Fold {
        Fold { multipliers: 1, units: 1 }
    }
}

impl Fold {
    /// The multipliers that a unit may have.
    pub const MULTIPLIERS: [usize; 3] = [0, 1, 3];
    /// Most units of a transform.
    pub const MOST_UNITS: usize = 16;
}

/// The largest block.
pub const LARGEST_BLOCK: usize = 1024;

/// The largest block that a unit takes whole.
pub const LARGEST_WHOLE: usize = 32;

impl Pace {
    /// Those of forward transforms.
    pub const FORWARD: [Pace; 5] = [Pace::Serial, Pace::Wide, Pace::Whole, Pace::Folded, Pace::Half];
    /// Those of inverse transforms.
    pub const INVERSE: [Pace; 5] = [Pace::Serial, Pace::Wide, Pace::Whole, Pace::Bitwise, Pace::Folded];
    /// Those of products of spectra.
    pub const SPECTRA: [Pace; 3] = [Pace::Serial, Pace::Wide, Pace::Whole];

    /// The name in `.circ`.
    pub fn name(self) -> &'static str {
        match self {
            Pace::Serial => "serial",
            Pace::Whole => "whole",
            Pace::Bitwise => "bitwise",
            Pace::Folded => "folded",
            Pace::Wide => "wide",
            Pace::Half => "half",
        }
    }

    /// Smallest and largest block that is taken at this pace.
    pub fn sizes(self) -> (usize, usize) {
        match self {
            Pace::Serial => (2, LARGEST_BLOCK),
            Pace::Whole => (2, LARGEST_WHOLE),
            Pace::Bitwise => (4, LARGEST_WHOLE),
            Pace::Folded => (64, LARGEST_BLOCK),
            Pace::Wide => (32, LARGEST_BLOCK),
            Pace::Half => (4, LARGEST_BLOCK),
        }
    }

    /// Whether products of spectra take what a forward transform gives, and an inverse one what they give: more than two words
    /// per cycle are never put together out of fewer, but for whole spectra.
    pub fn meet(forward: Pace, spectra: Pace, inverse: Pace) -> bool {
        match spectra {
            Pace::Wide => forward == Pace::Wide,
            Pace::Whole => forward != Pace::Wide && inverse != Pace::Wide,
            _ => inverse != Pace::Wide,
        }
    }

    /// What keeps a transform of `k` words from this pace, said in one line.
    pub fn check(self, k: usize) -> Result<(), String> {
        if k.is_power_of_two() && self.takes(k) {
            return Ok(());
        }
        let ((least, most), name) = (self.sizes(), self.name());
        Err(format!("block size `{k}`: expected a power of two from {least} to {most} for a {name} transform"))
    }

    /// Words of a block of `k` that come, or go, in one cycle.
    pub fn words(self, k: usize) -> usize {
        match self {
            Pace::Whole => k,
            Pace::Wide => 4,
            Pace::Serial | Pace::Bitwise | Pace::Folded | Pace::Half => 2,
        }
    }

    /// Whether blocks of `k` words can be taken at this pace.
    pub fn takes(self, k: usize) -> bool {
        let (least, most) = self.sizes();
        (least..=most).contains(&k)
    }
}

/// What stays while the rest goes by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stationary {
    /// The sums of a group: the q spectra come once for each group.
    #[default]
    Sums,
    /// A block's spectrum: it comes once for each group before the next one; the sums of all groups are held.
    Blocks,
}

impl Stationary {
    /// Both.
    pub const ALL: [Stationary; 2] = [Stationary::Sums, Stationary::Blocks];

    /// The name in `.circ` and in machine files.
    pub fn name(self) -> &'static str {
        match self {
            Stationary::Sums => "sums",
            Stationary::Blocks => "blocks",
        }
    }
}
