//! The transforms that the hardware is compared with, against the recursion that level `fixed` uses: equal, word by word.

use crate::seeded;
use circlet::blocks::Block;
use circlet::blocks::{fft, ifft};
use circlet::fixed::{QFormat, Round, narrow};
use circlet::machine::Unit;
use circlet::machine::text::{Build, Fields};
use circlet::network::dense::transform::Transform;
use rand::RngExt;
use std::collections::BTreeMap;

const SIZES: [usize; 10] = [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

fn unit(build: Build, block: &dyn Block) -> Box<dyn Unit> {
    build(&Fields::read(&block.fields(), &BTreeMap::new()).unwrap()).unwrap()
}

/// Natural order to `x[t], x[t + k/2]`.
fn halves(block: &[i64]) -> Vec<i64> {
    let half = block.len() / 2;
    (0..half).flat_map(|t| [block[t], block[t + half]]).collect()
}

fn words(random: &mut impl RngExt, k: usize, format: QFormat) -> Vec<i64> {
    (0..k).map(|_| random.random_range(format.min()..=format.max())).collect()
}

#[test]
fn the_forward_unit_is_the_recursion() {
    for k in SIZES {
        // words of 13 bits grow, or are held at 15 bits by levels that halve
        for (rounding, widest) in Round::ALL.into_iter().flat_map(|rounding| [(rounding, None), (rounding, Some(15))]) {
            let mut random = seeded(k as u64);
            let (input, output, guard, twiddle) = (QFormat { int: 1, frac: 9 }, QFormat { int: 5, frac: 7 }, 2, 13);
            // Two blocks a frame, the last word of the second one padding.
            let (blocks, valid) = (2, 2 * k - 1);
            let block = fft::Fft { k, input, guard, twiddle, output, rounding, shifts: true, widest, blocks, valid };
            let halvings = block.halving().count_ones() as i32;
            let mut forward = unit(fft::model::build, &block.checked().unwrap());
            let (transform, mut clipped) = (Transform::new(k, twiddle, rounding).halving(block.halving()), 0);
            for index in 0..6 {
                let mut x = words(&mut random, k, input);
                let mut given = Vec::new();
                forward.run(&halves(&x), &mut given);
                if index % 2 == 1 {
                    x[k - 1] = 0;
                }
                let inside: Vec<i64> = x.iter().map(|word| word << guard).collect();
                let cut = |&word: &i64| narrow(word, 4 - halvings, rounding, output.width(), &mut clipped);
                let expected: Vec<i64> = transform.forward(&inside).iter().map(cut).collect();
                assert_eq!(given, expected, "k {k}, {rounding:?}, {widest:?}");
            }
            assert_eq!(forward.clipped(), clipped);
        }
    }
}

#[test]
fn the_inverse_unit_is_the_recursion() {
    for k in SIZES {
        for rounding in Round::ALL {
            let mut random = seeded(k as u64);
            let (input, twiddle) = (QFormat { int: 6, frac: 11 }, 14);
            let block = ifft::Ifft { k, input, twiddle, rounding };
            let mut inverse = unit(ifft::model::build, &block.checked().unwrap());
            let transform = Transform::new(k, twiddle, rounding);
            for _ in 0..6 {
                let spectrum = words(&mut random, k, input);
                let mut given = Vec::new();
                inverse.run(&spectrum, &mut given);
                assert_eq!(given, halves(&transform.inverse(&spectrum)), "k {k}, {rounding:?}");
            }
        }
    }
}
