//! A step of a circulant layer against the same layer dense, in the same library, with the same threads.

use candle_core::{Device, Tensor, Var};
use circlet::train::circulant::Blocks;
use circlet::train::layers::{Parameter, Role};
use circlet::train::optimiser::{Descent, Optimiser};
use std::time::Instant;

/// Block size.
pub const K: usize = 256;
/// Samples per step.
pub const BATCH: usize = 128;
/// Steps that are timed at least.
const STEPS: usize = 3;

/// Seconds of a step of a layer of n x n, dense and circulant: forward, backward for weights and input, gradient descent with
/// momentum. The least of several, timed for at least `seconds`.
pub fn steps(n: usize, seconds: f64) -> (f64, f64) {
    let values = (0..BATCH * n).map(|at| (at * 104_729 % 1000) as f32 / 1000.0).collect::<Vec<f32>>();
    // a variable, so that its gradient is wanted, as inside a network
    let x = Var::from_vec(values, (BATCH, n), &Device::Cpu).expect("inputs");
    let blocks = Blocks::new(n, n, K);
    let circulant = step(&[n / K, n / K, K], |w| blocks.product(&x, w).expect("a product"), seconds);
    let dense = step(&[n, n], |w| w.t().and_then(|w| x.matmul(&w)).expect("a product"), seconds);
    (dense, circulant)
}

fn step(shape: &[usize], product: impl Fn(&Tensor) -> Tensor, seconds: f64) -> f64 {
    let count: usize = shape.iter().product();
    let values = (0..count).map(|at| (at * 7919 % 1000) as f32 / 1e5 - 5e-3).collect::<Vec<f32>>();
    let weight = Var::from_vec(values, shape, &Device::Cpu).expect("weights");
    let parameter = Parameter { name: "w".into(), value: weight.clone(), role: Role::Weight { shared: 1 } };
    let mut descent = Descent::new(Optimiser::Sgd { momentum: 0.9 }, 0.0, vec![parameter]);
    let (clock, mut least, mut steps) = (Instant::now(), f64::MAX, 0);
    while steps < STEPS || clock.elapsed().as_secs_f64() < seconds {
        let start = Instant::now();
        let loss = product(&weight).sqr().and_then(|y| y.mean_all()).expect("a loss");
        descent.step(&loss.backward().expect("gradients"), 1e-3, 1);
        least = least.min(start.elapsed().as_secs_f64());
        steps += 1;
    }
    least
}

#[test]
fn a_circulant_layer_learns_faster_than_a_dense_one() {
    let (dense, circulant) = steps(2048, 1.0);
    println!("a step of 2048 x 2048: dense {dense:.4} s, circulant {circulant:.4} s");
    assert!(dense > 4.0 * circulant, "dense {dense}, circulant {circulant}");
}
