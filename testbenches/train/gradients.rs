//! Gradients in f64: of the circulant product and of whole networks.

use candle_core::{DType, Device, Tensor, Var};
use circlet::diag::{Diagnostics, Source};
use circlet::frontend;
use circlet::network::{Network, Weights};
use circlet::passes::{self, infer_shapes};
use circlet::reference::{Real, oracle};
use circlet::train::chance::{Chance, Purpose, normal};
use circlet::train::circulant::Blocks;
use circlet::train::layers::{Making, Pass, Role};
use circlet::train::loss::Loss;
use circlet::train::model::Model;
use circlet::train::samples::Targets;
use std::sync::Arc;

/// Sizes that k divides and that it does not: inputs, outputs, batch.
fn sizes(k: usize) -> [(usize, usize, usize); 4] {
    [(k, k, 3), (2 * k + 1, k + 3, 4), (3 * k - 1, 2 * k - 1, 1), (1, k / 2 + 1, 2)]
}

fn numbers(count: usize, seed: u64) -> Vec<f64> {
    let mut random = Chance(seed).stream(Purpose::Weights, 0);
    (0..count).map(|_| normal(&mut random)).collect()
}

fn tensor(values: &[f64], shape: &[usize]) -> Tensor {
    Tensor::from_slice(values, shape, &Device::Cpu).unwrap()
}

fn vector(tensor: &Tensor) -> Vec<f64> {
    tensor.flatten_all().unwrap().to_dtype(DType::F64).unwrap().to_vec1().unwrap()
}

fn near(found: &[f64], expected: &[f64], bound: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let scale = expected.iter().fold(1.0f64, |most, value| most.max(value.abs()));
    for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() <= bound * scale, "{what}, element {at}: {found}, expected {expected}");
    }
}

/// A product with everything that judges it.
struct Case {
    blocks: Blocks,
    batch: usize,
    x: Vec<f64>,
    w: Vec<f64>,
    /// The loss is the sum of the outputs times these.
    r: Vec<f64>,
}

impl Case {
    fn all() -> Vec<Case> {
        let case = |(k, (inputs, outputs, batch)): (usize, (usize, usize, usize))| {
            let blocks = Blocks::new(inputs, outputs, k);
            let w = numbers(blocks.p * blocks.q * k, 2);
            Case { blocks, batch, x: numbers(batch * inputs, 1), w, r: numbers(batch * outputs, 3) }
        };
        [2, 4, 8, 16, 32, 64].into_iter().flat_map(|k| sizes(k).map(|sizes| (k, sizes))).map(case).collect()
    }

    fn name(&self) -> String {
        format!("k {}, {} to {}, batch {}", self.blocks.k, self.blocks.inputs, self.blocks.outputs, self.batch)
    }

    fn shapes(&self) -> ([usize; 2], [usize; 3]) {
        ([self.batch, self.blocks.inputs], [self.blocks.p, self.blocks.q, self.blocks.k])
    }

    fn loss(&self, x: &[f64], w: &[f64]) -> f64 {
        let (of_x, of_w) = self.shapes();
        let y = self.blocks.product(&tensor(x, &of_x), &tensor(w, &of_w)).unwrap();
        vector(&y).iter().zip(&self.r).map(|(y, r)| y * r).sum()
    }

    /// Outputs, and the gradients of x and w, in a precision.
    fn gradients(&self, dtype: DType) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
        let (of_x, of_w) = self.shapes();
        let x = Var::from_tensor(&tensor(&self.x, &of_x).to_dtype(dtype).unwrap()).unwrap();
        let w = Var::from_tensor(&tensor(&self.w, &of_w).to_dtype(dtype).unwrap()).unwrap();
        let y = self.blocks.product(&x, &w).unwrap();
        let r = tensor(&self.r, &[self.batch, self.blocks.outputs]).to_dtype(dtype).unwrap();
        let gradients = (&y * r).unwrap().sum_all().unwrap().backward().unwrap();
        (vector(&y), vector(gradients.get(&x).unwrap()), vector(gradients.get(&w).unwrap()))
    }
}

#[test]
fn gradients_of_the_product_are_central_differences() {
    // the loss is linear in each number alone, so the step does not matter but for rounding
    const STEP: f64 = 0.25;
    for case in Case::all() {
        let (_, of_x, of_w) = case.gradients(DType::F64);
        let moved = |values: &[f64], at: usize, by: f64| {
            let mut values = values.to_vec();
            values[at] += by;
            values
        };
        let difference = |loss: &dyn Fn(f64) -> f64| (loss(STEP) - loss(-STEP)) / (2.0 * STEP);
        let x: Vec<f64> =
            (0..case.x.len()).map(|at| difference(&|by| case.loss(&moved(&case.x, at, by), &case.w))).collect();
        let w: Vec<f64> =
            (0..case.w.len()).map(|at| difference(&|by| case.loss(&case.x, &moved(&case.w, at, by)))).collect();
        near(&of_x, &x, 1e-11, &format!("x of {}", case.name()));
        near(&of_w, &w, 1e-11, &format!("w of {}", case.name()));
    }
}

#[test]
fn the_product_is_that_of_the_expanded_dense_layer() {
    for case in Case::all() {
        let Blocks { p, q, k, inputs, outputs, .. } = case.blocks;
        let matrix = oracle::matrix(&Weights::Circulant { p, q, k, values: case.w.clone() });
        let dense: Vec<f64> = matrix[..outputs].iter().flat_map(|row| &row[..inputs]).copied().collect();
        let m = Var::from_tensor(&tensor(&dense, &[outputs, inputs])).unwrap();
        let x = Var::from_tensor(&tensor(&case.x, &[case.batch, inputs])).unwrap();
        let y = x.matmul(&m.t().unwrap()).unwrap();
        let gradients = (&y * tensor(&case.r, &[case.batch, outputs])).unwrap().sum_all().unwrap().backward().unwrap();
        // a shared weight has the sum of the gradients of its places
        let (of_m, mut of_w) = (vector(gradients.get(&m).unwrap()), vec![0.0; p * q * k]);
        for (at, gradient) in of_m.iter().enumerate() {
            let (a, b) = (at / inputs, at % inputs);
            of_w[(a / k * q + b / k) * k + (a % k + k - b % k) % k] += gradient;
        }
        for (dtype, bound) in [(DType::F64, 1e-12), (DType::F32, 1e-6)] {
            let found = case.gradients(dtype);
            near(&found.0, &vector(&y), bound, &format!("y of {}, {dtype:?}", case.name()));
            near(&found.1, &vector(gradients.get(&x).unwrap()), bound, &format!("x of {}, {dtype:?}", case.name()));
            near(&found.2, &of_w, bound, &format!("w of {}, {dtype:?}", case.name()));
        }
    }
}

/// A network with every kind of layer that learns or lets through.
const NETWORK: &str = r#"network every {
    input x 10 range -1 .. 1
    layer a dense 11 block 4 { weights "w.safetensors" tensor "aw" form first-column bias "w.safetensors" tensor "ab" activation tanh }
    layer b dense 11 from x { weights "w.safetensors" tensor "bw" bias "w.safetensors" tensor "bb" activation sigmoid }
    layer sum add from a, b { activation leaky-relu 0.25 }
    layer part slice 2 .. 9
    layer row concat from part, b
    layer c dense 6 block 8 { weights "w.safetensors" tensor "cw" form first-column bias "w.safetensors" tensor "cb" activation relu }
    layer d dense 3 { weights "w.safetensors" tensor "dw" bias "w.safetensors" tensor "db" }
    layer best argmax
}"#;

fn network() -> Network {
    let source = Arc::new(Source { path: "every.circ".into(), text: NETWORK.into() });
    let mut diagnostics = Diagnostics::default();
    let mut network = frontend::load_untrained(&source, &mut diagnostics).unwrap_or_else(|_| panic!("{diagnostics:?}"));
    passes::run(&mut network, &[infer_shapes::PASS], &mut diagnostics, &mut |_, _, _| {}).unwrap();
    network
}

fn model(batch_norm: bool, dropout: f64) -> Model {
    let making = Making { dtype: DType::F64, chance: Chance(5), dropout, batch_norm };
    Model::new(&network(), &making, &mut Diagnostics::default()).unwrap()
}

#[test]
fn gradients_of_whole_networks_are_central_differences() {
    const STEP: f64 = 1e-5;
    let (batch, classes) = (5, Targets::Classes(vec![0, 1, 2, 1, 0]));
    let x = tensor(&numbers(batch * 10, 7), &[batch, 10]);
    for (batch_norm, dropout, loss) in
        [(false, 0.0, Loss::CrossEntropy), (true, 0.0, Loss::CrossEntropy), (true, 0.3, Loss::MeanSquare)]
    {
        let model = model(batch_norm, dropout);
        let of = || loss.of(&model.forward(&x, Pass::Training(3)).unwrap(), &classes).unwrap();
        let gradients = of().backward().unwrap();
        let mut checked = 0;
        for parameter in model.parameters().iter().filter(|parameter| parameter.role != Role::Running) {
            let (values, shape) = (vector(&parameter.value), parameter.value.dims().to_vec());
            let expected = |at: usize| {
                let moved = |by: f64| {
                    let mut values = values.clone();
                    values[at] += by;
                    parameter.value.set(&tensor(&values, &shape)).unwrap();
                    of().to_scalar::<f64>().unwrap()
                };
                (moved(STEP) - moved(-STEP)) / (2.0 * STEP)
            };
            let expected: Vec<f64> = (0..values.len()).map(expected).collect();
            parameter.value.set(&tensor(&values, &shape)).unwrap();
            let found = vector(gradients.get(&parameter.value).unwrap());
            near(&found, &expected, 1e-7, &format!("{} with {batch_norm} {dropout} {loss:?}", parameter.name));
            checked += values.len();
        }
        assert!(checked > 200, "{checked}");
    }
}

#[test]
fn what_is_exported_is_what_was_judged() {
    let model = model(true, 0.2);
    let x = numbers(40 * 10, 8);
    for step in 0..20 {
        model.forward(&tensor(&x, &[40, 10]), Pass::Training(step)).unwrap();
    }
    let judged = vector(&model.forward(&tensor(&x, &[40, 10]), Pass::Evaluation).unwrap());
    let mut learnt = model.export(&network());
    learnt.layers.pop();
    let real = Real::new(&learnt);
    let found: Vec<f64> = x.chunks(10).flat_map(|x| real.run(x)).collect();
    near(&found, &judged, 1e-6, "outputs, weights in single precision");
}
