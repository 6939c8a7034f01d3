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
    }
}
