//! Plain evaluation in wide integers: what the models are held against.

use circlet::blocks::Block;
use circlet::fixed::Round;
use circlet::machine::Unit;

/// `value / 2^shift` rounded and clamped into `width` bits, by division.
pub fn narrowed(value: i128, shift: i32, mode: Round, width: u32) -> i64 {
    let limit = 1i128 << (width - 1);
    let rounded = if shift <= 0 {
        value << -shift
    } else {
        let unit = 1i128 << shift;
        let (floor, twice_rest) = (value.div_euclid(unit), 2 * value.rem_euclid(unit));
        let up = match mode {
            Round::Floor => false,
            Round::HalfUp => twice_rest >= unit,
            Round::HalfEven => twice_rest > unit || (twice_rest == unit && floor.rem_euclid(2) == 1),
        };
        floor + up as i128
    };
    rounded.clamp(-limit, limit - 1) as i64
}

/// Everything a unit gives for `words`, packet by packet.
pub fn outputs(unit: &mut dyn Unit, block: &dyn Block, packet: usize, words: &[i64]) -> Vec<i64> {
    let mut output = Vec::new();
    words.chunks(packet * block.input().lanes).for_each(|packet| unit.run(packet, &mut output));
    output
}
