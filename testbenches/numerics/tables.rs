//! The tables of sigmoid and tanh: every input word, against the stated bound.

use circlet::fixed::{QFormat, Round, narrow};
use circlet::network::Activation;
use circlet::network::dense::table;

/// Error over every word of `sum`, and the bound, both in bits of the output.
fn error(activation: Activation, sum: QFormat, output: QFormat, rounding: Round) -> (f64, f64) {
    let facts = table::Sum { activation, rounding, reach: -sum.to_real(sum.min()), frac: sum.frac };
    let table = table::choose(output, &facts);
    assert!(table.width() <= table::WIDEST && table.frac <= sum.frac);
    let entries = table::entries(activation, table, output);
    let of = |word: i64| {
        let input = narrow(word, sum.frac - table.frac, rounding, table.width(), &mut 0);
        let given = output.to_real(entries[(input - table.min()) as usize]);
        (given - activation.eval(sum.to_real(word))).abs()
    };
    let worst = (sum.min()..=sum.max()).map(of).fold(0.0, f64::max);
    (worst / output.lsb(), table::error_bound(table, output, &facts) / output.lsb())
}

#[test]
fn tables_keep_their_bound_on_every_input() {
    for activation in [Activation::Sigmoid, Activation::Tanh] {
        for rounding in Round::ALL {
            for sum in ["s1.9", "s3.10", "s5.12", "s7.8", "s2.3", "s9.3"].map(|text| QFormat::parse(text).unwrap()) {
                for output in ["s0.7", "s0.11", "s1.6", "s0.15"].map(|text| QFormat::parse(text).unwrap()) {
                    let (error, bound) = error(activation, sum, output, rounding);
                    assert!(error <= bound, "{activation:?} of {sum} to {output}, {rounding:?}: {error} > {bound}");
                    assert!(
                        error > bound / 4.0,
                        "vacuous: {activation:?} {sum} {output} {rounding:?}: {error}, {bound}"
                    );
                }
            }
        }
    }
}

#[test]
fn eight_bit_outputs_are_close_to_one_bit() {
    let (sum, output) = (QFormat { int: 4, frac: 10 }, QFormat { int: 0, frac: 7 });
    for (activation, limit) in [(Activation::Sigmoid, 1.1), (Activation::Tanh, 1.3)] {
        let (error, bound) = error(activation, sum, output, Round::HalfUp);
        assert!(bound <= limit, "{activation:?}: bound {bound}, error {error}");
    }
}
