//! Products with a layer's matrix in f64, and norms of the matrix.

use super::Weights;
use crate::network::Numbers;
use crate::spectra::{RealTransform, multiply_add, stored};
use rayon::prelude::*;
use std::ops::Range;

/// A matrix prepared for many products.
pub enum Product<'a> {
    /// A dense matrix.
    Dense {
        /// Columns.
        inputs: usize,
        /// `[outputs][inputs]`.
        values: &'a Numbers,
    },
    /// A block-circulant one.
    Circulant(Circulant),
}

/// The spectra of a block-circulant matrix.
pub struct Circulant {
    /// Block columns.
    pub q: usize,
    /// Block size.
    pub k: usize,
    /// Rows that exist; the last block row may hold more.
    pub outputs: usize,
    /// `[p][q][k/2][2]`.
    pub spectra: Vec<f64>,
    /// The transform of one block.
    pub transform: RealTransform,
}

impl<'a> Product<'a> {
    /// Prepares products with `weights`, of which the first `outputs` rows exist.
    pub fn new(weights: &'a Weights, outputs: usize) -> Product<'a> {
        match weights {
            Weights::Dense { inputs, values } => Product::Dense { inputs: *inputs, values },
            &Weights::Circulant { q, k, .. } => {
                let (spectra, transform) = (stored(weights), RealTransform::new(k));
                Product::Circulant(Circulant { q, k, outputs, spectra, transform })
            }
        }
    }

    /// `W x`, `[outputs]`.
    pub fn apply(&self, x: &[f64]) -> Vec<f64> {
        match self {
            Product::Dense { inputs, values } => each_row(values, *inputs, |row| dot(row, x)),
            Product::Circulant(circulant) => circulant.product(&circulant.accumulated(&circulant.input_spectra(x))),
        }
    }

    /// `W x` of many samples: the numbers of [`Product::apply`].
    pub fn apply_all(&self, samples: &[Vec<f64>]) -> Vec<Vec<f64>> {
        match self {
            Product::Dense { inputs, values } => dense_products(values, *inputs, samples),
            Product::Circulant(_) => samples.par_iter().map(|x| self.apply(x)).collect(),
        }
    }
}

/// What `of` makes of each row of a dense matrix.
fn each_row(values: &Numbers, inputs: usize, of: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let mut buffer = Vec::new();
    (0..values.len() / inputs).map(|row| of(values.part(row * inputs..(row + 1) * inputs, &mut buffer))).collect()
}

/// Samples whose sums stand side by side: each is added up in the order of its elements, as if it were alone.
const LANES: usize = 8;
/// Rows and columns of a tile: with its inputs it stays in a cache of half a megabyte.
const TILE: (usize, usize) = (32, 1024);

/// The products `[samples][outputs]` of a dense matrix, which is read once.
fn dense_products(values: &Numbers, inputs: usize, samples: &[Vec<f64>]) -> Vec<Vec<f64>> {
    if samples.is_empty() {
        return Vec::new();
    }
    let lane = |group: &[Vec<f64>], at: usize| std::array::from_fn(|lane| group.get(lane).map_or(0.0, |x| x[at]));
    let groups = samples.par_chunks(LANES);
    let groups: Vec<Vec<[f64; LANES]>> = groups.map(|group| (0..inputs).map(|at| lane(group, at)).collect()).collect();
    let outputs = values.len() / inputs;
    let strips = (0..outputs).into_par_iter().step_by(TILE.0);
    let strips = strips.map(|row| strip_products(values, inputs, row..outputs.min(row + TILE.0), &groups));
    let sums: Vec<[f64; LANES]> = strips.flatten_iter().collect();
    let of_sample = |sample: usize| {
        let (group, lane) = (sample / LANES, sample % LANES);
        (0..outputs).map(|row| sums[row * groups.len() + group][lane]).collect()
    };
    (0..samples.len()).into_par_iter().map(of_sample).collect()
}

/// The products of some rows with every group of samples, `[rows][groups]`.
fn strip_products(
    values: &Numbers,
    inputs: usize,
    rows: Range<usize>,
    groups: &[Vec<[f64; LANES]>],
) -> Vec<[f64; LANES]> {
    let mut sums = vec![[-0.0; LANES]; rows.len() * groups.len()];
    let mut buffers = vec![Vec::new(); rows.len()];
    for from in (0..inputs).step_by(TILE.1) {
        let columns = from..inputs.min(from + TILE.1);
        let parts = rows.clone().zip(&mut buffers);
        let parts: Vec<&[f64]> = parts
            .map(|(row, buffer)| values.part(row * inputs + columns.start..row * inputs + columns.end, buffer))
            .collect();
        for (at, group) in groups.iter().enumerate() {
            for (row, part) in parts.iter().enumerate() {
                let sum = &mut sums[row * groups.len() + at];
                for (weight, x) in part.iter().zip(&group[columns.clone()]) {
                    sum.iter_mut().zip(x).for_each(|(sum, x)| *sum += weight * x);
                }
            }
        }
    }
    sums
}

impl Circulant {
    /// The spectra of the input's blocks, `[q][k/2][2]`.
    pub fn input_spectra(&self, x: &[f64]) -> Vec<f64> {
        self.transform.forward_blocks(x)
    }

    /// The spectra of the product's blocks, `[p][k/2][2]`, from those of the input.
    pub fn accumulated(&self, x: &[f64]) -> Vec<f64> {
        let row = |weights: &[f64]| {
            let mut sum = vec![0.0; self.k];
            for (weights, x) in weights.chunks_exact(self.k).zip(x.chunks_exact(self.k)) {
                multiply_add(&mut sum, weights, x);
            }
            sum
        };
        self.spectra.chunks_exact(self.q * self.k).flat_map(row).collect()
    }

    /// The product, `[outputs]`, from its spectra.
    pub fn product(&self, accumulated: &[f64]) -> Vec<f64> {
        let blocks = accumulated.chunks_exact(self.k).flat_map(|words| self.transform.inverse(words));
        blocks.take(self.outputs).collect()
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(values: &[f64]) -> f64 {
    dot(values, values).sqrt()
}

impl Weights {
    /// All zero, for a layer that is yet to learn.
    pub fn zero(outputs: usize, inputs: usize, block: Option<usize>) -> Weights {
        match block {
            None => Weights::Dense { inputs, values: vec![0.0; outputs * inputs].into() },
            Some(k) => {
                let (p, q) = (outputs.div_ceil(k), inputs.div_ceil(k));
                Weights::Circulant { p, q, k, values: vec![0.0; p * q * k] }
            }
        }
    }

    /// `[outputs][inputs]` of a dense matrix, `[p][q][k]` of a circulant one.
    pub fn shape(&self) -> Vec<usize> {
        match self {
            Weights::Dense { inputs, values } => vec![values.len() / inputs.max(&1), *inputs],
            &Weights::Circulant { p, q, k, .. } => vec![p, q, k],
        }
    }

    /// The numbers of the matrix or of its defining vectors.
    pub fn values(&self) -> &[f64] {
        match self {
            Weights::Dense { values, .. } => values,
            Weights::Circulant { values, .. } => values,
        }
    }

    /// `|W|`, the magnitudes of all entries, times `x`; `[outputs]`.
    pub fn apply_magnitudes(&self, outputs: usize, x: &[f64]) -> Vec<f64> {
        match self {
            Weights::Dense { inputs, values } => {
                each_row(values, *inputs, |row| row.iter().zip(x).map(|(weight, x)| weight.abs() * x).sum())
            }
            &Weights::Circulant { p, q, k, ref values } => {
                let values = values.iter().map(|weight| weight.abs()).collect();
                Product::new(&Weights::Circulant { p, q, k, values }, outputs).apply(x)
            }
        }
    }

    /// Euclidean norm of each row, `[outputs]`.
    pub fn row_norms(&self, outputs: usize) -> Vec<f64> {
        match self {
            Weights::Dense { inputs, values } => each_row(values, *inputs, norm),
            Weights::Circulant { q, k, values, .. } => {
                let rows = values.chunks_exact(q * k).flat_map(|blocks| std::iter::repeat_n(norm(blocks), *k));
                rows.take(outputs).collect()
            }
        }
    }
}

/// Largest side of a Gram matrix that [`Product::norm_bound`] multiplies out.
const GRAM_LIMIT: usize = 128;

impl Product<'_> {
    /// An upper bound of the operator norm, the largest of `|W x| / |x|`.
    ///
    /// For a circulant matrix the norm is the largest of those of its p x q matrices of one bin.
    pub fn norm_bound(&self) -> f64 {
        match self {
            Product::Dense { inputs, values } => {
                Bin { rows: values.len() / inputs, columns: *inputs, entry: &|i, j| (values[i * inputs + j], 0.0) }
                    .norm_bound()
            }
            Product::Circulant(circulant) => (0..circulant.k / 2 + 1)
                .into_par_iter()
                .map(|bin| circulant.bin_norm_bound(bin))
                .reduce(|| 0.0, f64::max),
        }
    }
}

impl Circulant {
    /// Bin 0 is DC, bin k/2 Nyquist, the others are positions.
    fn bin_norm_bound(&self, bin: usize) -> f64 {
        let &Circulant { q, k, .. } = self;
        let word = |i: usize, j: usize, at: usize| self.spectra[(i * q + j) * k + at];
        let entry = |i: usize, j: usize| match bin {
            0 => (word(i, j, 0), 0.0),
            _ if bin == k / 2 => (word(i, j, 1), 0.0),
            _ => (word(i, j, 2 * bin), word(i, j, 2 * bin + 1)),
        };
        Bin { rows: self.spectra.len() / (q * k), columns: q, entry: &entry }.norm_bound()
    }
}

/// A complex matrix given by its entries.
struct Bin<'a> {
    rows: usize,
    columns: usize,
    entry: &'a (dyn Fn(usize, usize) -> (f64, f64) + Sync),
}

impl Bin<'_> {
    /// With `G = A A*`: `|A|^16 = |G^8| <= |G^8|_F`, at most a factor `rows^(1/32)` too large. Beyond
    /// [`GRAM_LIMIT`] the smaller of `|A|_F` and `sqrt(|A|_1 |A|_inf)`.
    fn norm_bound(&self) -> f64 {
        if self.rows.min(self.columns) > GRAM_LIMIT {
            return self.plain_norm_bound();
        }
        let mut gram = self.gram();
        let side = self.rows.min(self.columns);
        let (mut scale, mut power) = (1.0, 1.0);
        for _ in 0..3 {
            let size = frobenius(&gram);
            if size == 0.0 {
                return 0.0;
            }
            gram.iter_mut().for_each(|z| *z = (z.0 / size, z.1 / size));
            scale *= size.powf(1.0 / power);
            gram = square(&gram, side);
            power *= 2.0;
        }
        (scale * frobenius(&gram).powf(1.0 / power)).sqrt()
    }

    /// `A A*` or `A* A`, whichever is smaller.
    fn gram(&self) -> Vec<(f64, f64)> {
        let wide = self.rows <= self.columns;
        let (side, depth) = if wide { (self.rows, self.columns) } else { (self.columns, self.rows) };
        let entry = |i, n| if wide { (self.entry)(i, n) } else { (self.entry)(n, i) };
        let rows: Vec<Vec<(f64, f64)>> = (0..side).map(|i| (0..depth).map(|n| entry(i, n)).collect()).collect();
        let inner = |a: &[(f64, f64)], b: &[(f64, f64)]| {
            let products = a.iter().zip(b).map(|(a, b)| (a.0 * b.0 + a.1 * b.1, a.1 * b.0 - a.0 * b.1));
            products.fold((0.0, 0.0), |sum, z| (sum.0 + z.0, sum.1 + z.1))
        };
        rows.iter().flat_map(|a| rows.iter().map(move |b| inner(a, b))).collect()
    }

    fn plain_norm_bound(&self) -> f64 {
        let size = |i, j| {
            let (re, im): (f64, f64) = (self.entry)(i, j);
            re.hypot(im)
        };
        let mut columns = vec![0.0; self.columns];
        let (mut squares, mut widest) = (0.0, 0.0f64);
        for i in 0..self.rows {
            let mut row = 0.0;
            for (j, column) in columns.iter_mut().enumerate() {
                let magnitude = size(i, j);
                squares += magnitude * magnitude;
                *column += magnitude;
                row += magnitude;
            }
            widest = widest.max(row);
        }
        let tallest = columns.into_iter().fold(0.0, f64::max);
        squares.sqrt().min((widest * tallest).sqrt())
    }
}

fn frobenius(matrix: &[(f64, f64)]) -> f64 {
    matrix.iter().map(|z| z.0 * z.0 + z.1 * z.1).sum::<f64>().sqrt()
}

/// The square of a Hermitian matrix; its rows are the conjugates of its columns.
fn square(matrix: &[(f64, f64)], side: usize) -> Vec<(f64, f64)> {
    let mut result = Vec::with_capacity(matrix.len());
    for a in matrix.chunks_exact(side) {
        for b in matrix.chunks_exact(side) {
            let products = a.iter().zip(b).map(|(a, b)| (a.0 * b.0 + a.1 * b.1, a.1 * b.0 - a.0 * b.1));
            result.push(products.fold((0.0, 0.0), |sum, z| (sum.0 + z.0, sum.1 + z.1)));
        }
    }
    result
}
