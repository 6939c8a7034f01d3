//! Pieces of Verilog text that templates interpolate.

/// A counter that runs from 0 to `n - 1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// Bits; 1 for a counter that stands still.
    pub width: u32,
    /// Its most significant bit.
    pub msb: u32,
    /// The literal 0.
    pub zero: String,
    /// The literal n - 1.
    pub last: String,
}

impl Count {
    /// The counter of `n >= 1` states.
    pub fn of(n: usize) -> Count {
        let width = (usize::BITS - (n - 1).leading_zeros()).max(1);
        Count { width, msb: width - 1, zero: format!("{width}'d0"), last: format!("{width}'d{}", n - 1) }
    }
}

/// A counter that runs through `n` states, each of them a bit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ring {
    /// Its most significant bit.
    pub msb: usize,
    /// The literal with bit 0.
    pub first: String,
}

impl Ring {
    /// The ring of `n >= 2` states.
    pub fn of(n: usize) -> Ring {
        Ring { msb: n - 1, first: format!("{n}'d1") }
    }

    /// The state after the one in the register `name`.
    pub fn next(&self, name: &str) -> String {
        format!("{{{name}[{}:0], {name}[{}]}}", self.msb - 1, self.msb)
    }
}

/// The range of part `index` of a vector of parts of `bits` bits.
pub fn part(index: usize, bits: usize) -> String {
    format!("{}:{}", (index + 1) * bits - 1, index * bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_have_room_for_their_last_state() {
        let last = |n| Count::of(n).last;
        assert_eq!([1, 2, 3, 4, 5, 64].map(last), ["1'd0", "1'd1", "2'd2", "2'd3", "3'd4", "6'd63"]);
        assert_eq!(part(2, 12), "35:24");
        assert_eq!(Ring::of(10).next("row_q"), "{row_q[8:0], row_q[9]}");
    }
}
