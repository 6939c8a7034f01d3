//! Scales out of the way of whole numbers: rows of weights as whole numbers times a step, quantisers as thresholds.
//!
//! A quantiser sees `f(g n + b)`: n the whole sums of a row, g its step (scales of weights and inputs, normalisation), b
//! its bias, f what stands between (relu, ...). That function of n rises or falls, so each level begins at one n, which
//! bisection finds with the quantiser's own arithmetic: ties fall as they do in the model. Where it falls, the row is
//! negated. See \[Umuroglu17\].

/// Largest whole number of a row: 16 bits.
const LARGEST: f64 = 32767.0;

/// Largest error of a number that counts as a multiple of a step, relative.
const NEAR: f64 = 1e-12;

/// Sums beyond this are not looked at.
const FAR: f64 = (1u64 << 50) as f64;

/// The whole numbers and the step whose products the values are; `None` where there are none of at most 16 bits.
pub fn whole(values: &[f64]) -> Option<(Vec<f64>, f64)> {
    let largest = values.iter().fold(0.0f64, |most, value| most.max(value.abs()));
    if largest == 0.0 {
        return Some((vec![0.0; values.len()], 1.0));
    }
    if !largest.is_finite() {
        return None;
    }
    let mut step = largest;
    for value in values {
        step = common(step, value.abs(), largest / LARGEST / 2.0)?;
    }
    let counts: Vec<f64> = values.iter().map(|value| (value / step).round()).collect();
    // the step that fits best: Euclid's remainders carry the errors of what they came from
    let (above, below) = counts.iter().zip(values).fold((0.0, 0.0), |(a, b), (n, v)| (a + n * v, b + n * n));
    let step = above / below;
    let is_near = |(n, value): (&f64, &f64)| (n * step - value).abs() <= NEAR * value.abs();
    let fits = counts.iter().all(|n| n.abs() <= LARGEST) && counts.iter().zip(values).all(is_near);
    fits.then_some((counts, step))
}

/// The greatest common measure of two numbers, by Euclid, no smaller than `least`.
fn common(mut a: f64, mut b: f64, least: f64) -> Option<f64> {
    // remainders of true multiples are off by rounding alone
    let nothing = least * 1e-3;
    while b > nothing {
        let rest = (a - (a / b).round() * b).abs();
        (a, b) = (b, rest);
    }
    (a >= least).then_some(a)
}

/// Where the levels from above `low` to `high` begin, among whole numbers of magnitude up to `bound` or, without a bound,
/// among all numbers; `level` must not fall. A level that is never reached begins beyond the bound.
pub fn thresholds(low: i64, high: i64, bound: Option<f64>, level: impl Fn(f64) -> f64) -> Vec<f64> {
    let start = |wanted: f64| match bound {
        Some(bound) => {
            let bound = bound.min(FAR).ceil() as i64;
            first(-bound, bound, |n| level(n as f64) >= wanted) as f64
        }
        None => {
            let ends = (key(-FAR), key(FAR));
            number(first(ends.0, ends.1, |k| level(number(k)) >= wanted))
        }
    };
    (low + 1..=high).map(|wanted| start(wanted as f64)).collect()
}

/// The least of `from ..= to` for which it holds, `to + 1` where there is none.
fn first(from: i64, to: i64, holds: impl Fn(i64) -> bool) -> i64 {
    // differences of doubles as integers need one bit more
    let (mut from, mut to) = (from as i128, to as i128 + 1);
    while from < to {
        let middle = (from + to).div_euclid(2);
        if holds(middle as i64) { to = middle } else { from = middle + 1 }
    }
    from as i64
}

/// Numbers in their order as integers.
fn key(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    if bits < 0 { i64::MIN - bits } else { bits }
}

fn number(key: i64) -> f64 {
    let bits = if key < 0 { i64::MIN - key } else { key };
    f64::from_bits(bits as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_of_rows_are_found() {
        let scale = 0.088_424_58f32 as f64 * 0.1428571492433548 * -1.37;
        let row: Vec<f64> = [3.0, -2.0, 0.0, 1.0, 2.0].iter().map(|n| n * scale).collect();
        let (counts, step) = whole(&row).unwrap();
        assert_eq!(counts, [-3.0, 2.0, 0.0, -1.0, -2.0]);
        assert!((step + scale).abs() < 1e-15);
        assert_eq!(whole(&[2.0, -4.0]).unwrap().0, [1.0, -2.0]);
        assert_eq!(whole(&[0.0, 0.0]).unwrap().0, [0.0, 0.0]);
        assert_eq!(whole(&[127.0 * scale, 126.0 * scale]).unwrap().0, [-127.0, -126.0]);
        assert!(whole(&[0.1, 0.377, 0.2119]).is_some_and(|(counts, _)| counts == [1000.0, 3770.0, 2119.0]));
        let waves: Vec<f64> = (1..9).map(|i| (i as f64).sin()).collect();
        assert!(whole(&waves).is_none() && whole(&[f64::INFINITY, 1.0]).is_none());
    }

    #[test]
    fn levels_begin_where_the_function_says() {
        let round = |x: f64| (x * 0.3).round_ties_even().clamp(-2.0, 2.0);
        // 0.3 n ties at n = -5 and n = 5, to the even -2 and 2
        assert_eq!(thresholds(-2, 2, Some(100.0), round), [-4.0, -1.0, 2.0, 5.0]);
        let tie = |x: f64| (x / 2.0).round_ties_even().clamp(0.0, 3.0);
        assert_eq!(thresholds(0, 3, Some(9.0), tie), [2.0, 3.0, 6.0]);
        assert_eq!(thresholds(0, 3, Some(4.0), tie), [2.0, 3.0, 5.0]);
        let real = thresholds(0, 1, None, |x| (x >= 0.1).into());
        assert_eq!(real, [0.1]);
        assert_eq!(thresholds(0, 1, None, |x| (x > -0.0).into()), [f64::from_bits(1)]);
        assert_eq!(number(key(-1.5)), -1.5);
    }
}
