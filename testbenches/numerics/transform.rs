//! The integer transforms against f64: never beyond their derived bound, and not far below it.

use crate::{distance, seeded};
use circlet::fixed::{QFormat, Round, narrow};
use circlet::network::dense::bounds::{Forward, Inverse};
use circlet::network::dense::transform::Transform;
use circlet::spectra::RealTransform;
use rand::RngExt;

const SIZES: [usize; 10] = [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
const BLOCKS: usize = 12;

/// Random words over the whole format; every third block has nothing but extremes.
fn block(random: &mut impl rand::Rng, k: usize, format: QFormat, index: usize) -> Vec<i64> {
    let word = |random: &mut _| match index % 3 {
        0 => [format.min(), format.max()][rand::RngExt::random_range(random, 0..2usize)],
        _ => rand::RngExt::random_range(random, format.min()..=format.max()),
    };
    (0..k).map(|_| word(random)).collect()
}

fn real(words: &[i64], format: QFormat) -> Vec<f64> {
    words.iter().map(|&word| format.to_real(word)).collect()
}

/// Largest error of [`BLOCKS`] transforms, in real units. The spectrum is wide enough never to saturate.
fn forward_error(forward: &Forward) -> f64 {
    let &Forward { k, input, guard, twiddle, output, rounding } = forward;
    let mut random = seeded(k as u64);
    let (integer, exact) = (Transform::new(k, twiddle, rounding), RealTransform::new(k));
    let shift = input.frac + guard as i32 - output.frac;
    let mut worst = 0.0f64;
    for index in 0..BLOCKS {
        let block = block(&mut random, k, input, index);
        let inside: Vec<i64> = block.iter().map(|word| word << guard).collect();
        let mut clipped = 0;
        let narrowed = |&word: &i64| narrow(word, shift, rounding, output.width(), &mut clipped);
        let words: Vec<i64> = integer.forward(&inside).iter().map(narrowed).collect();
        assert_eq!(clipped, 0);
        worst = worst.max(distance(&real(&words, output), &exact.forward(&real(&block, input))));
    }
    worst
}

fn inverse_error(inverse: &Inverse) -> f64 {
    let &Inverse { k, input, twiddle, rounding } = inverse;
    let mut random = seeded(k as u64);
    let (integer, exact) = (Transform::new(k, twiddle, rounding), RealTransform::new(k));
    let mut worst = 0.0f64;
    for index in 0..BLOCKS {
        let words = block(&mut random, k, input, index);
        let block = integer.inverse(&words);
        let width = input.width() + 1;
        assert!(block.iter().all(|word| word.unsigned_abs() <= 1 << (width - 1)), "one bit of growth is enough");
        worst = worst.max(distance(&real(&block, input), &exact.inverse(&real(&words, input))));
    }
    worst
}

/// Widths 8, 12, 18 of the input; a spectrum as fine as the inside of the transform, and a coarse one.
fn forwards(k: usize, rounding: Round) -> Vec<Forward> {
    let growth = k.ilog2();
    let mut all = Vec::new();
    for width in [8, 12, 18] {
        let input = QFormat::of_width(width, width as i32 - 1);
        for (guard, twiddle) in [(0, 10), (2, 16)] {
            let whole = QFormat::of_width(width + guard + growth + 1, input.frac + guard as i32);
            let usual = QFormat { int: whole.int, frac: input.frac - growth as i32 / 2 - 1 };
            all.extend([whole, usual].map(|output| Forward { k, input, guard, twiddle, output, rounding }));
        }
    }
    all
}

#[test]
fn the_forward_transform_keeps_its_bound() {
    for k in SIZES {
        for rounding in Round::ALL {
            for forward in forwards(k, rounding) {
                let (error, bound) = (forward_error(&forward), forward.error_bound());
                assert!(error <= bound, "{error} > {bound}: {forward:?}");
            }
        }
    }
}

#[test]
fn the_inverse_transform_keeps_its_bound() {
    for k in SIZES {
        for rounding in Round::ALL {
            for (width, twiddle) in [(8, 10), (12, 12), (17, 16), (24, 16)] {
                let inverse = Inverse { k, input: QFormat::of_width(width, 4), twiddle, rounding };
                let (error, bound) = (inverse_error(&inverse), inverse.error_bound());
                assert!(error <= bound, "{error} > {bound}: {inverse:?}");
            }
        }
    }
}

#[test]
fn the_bounds_are_not_vacuous() {
    let mut report = String::new();
    for k in SIZES {
        // Every other one ends as fine as the inside of the transform: nothing hides behind the last narrowing.
        let forwards = forwards(k, Round::HalfUp);
        let fine = forwards.iter().step_by(2);
        let fine = fine.map(|forward| forward_error(forward) / forward.error_bound()).fold(0.0, f64::max);
        let usual = forwards.iter().skip(1).step_by(2);
        let usual = usual.map(|forward| forward_error(forward) / forward.error_bound()).fold(0.0, f64::max);
        let inverse = Inverse { k, input: QFormat::of_width(17, 4), twiddle: 16, rounding: Round::HalfUp };
        let inverse = inverse_error(&inverse) / inverse.error_bound();
        report += &format!("k = {k}: forward {fine:.3}, narrowed {usual:.3}, inverse {inverse:.3}\n");
        // Up to k = 4 a transform that narrows nothing is exact. The more errors there are, the less of their bound do
        // random words reach.
        let least = if k <= 512 { 0.1 } else { 0.09 };
        assert!(
            (k <= 4 || fine > least) && usual > 0.4 && inverse > 0.2,
            "of its bound, the worst error reaches\n{report}"
        );
    }
    println!("{report}");
}

#[test]
fn there_and_back_is_the_block() {
    for k in SIZES {
        let mut random = seeded(k as u64);
        let transform = Transform::new(k, 16, Round::HalfEven);
        let block: Vec<i64> = (0..k).map(|_| random.random_range(-1000..1000)).collect();
        let scaled: Vec<i64> = block.iter().map(|word| word << 8).collect();
        let back = transform.inverse(&transform.forward(&scaled));
        assert!(block.iter().zip(&back).all(|(word, back)| (back + 128) >> 8 == *word), "k = {k}");
    }
}
