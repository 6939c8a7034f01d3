//! The block-circulant product `y = C x` of a batch, as an operation that can be differentiated (\[Ding17\]).
//!
//! C has p x q blocks of size k, each given by its first column w. In the frequency domain every bin f is a complex
//! matrix product over the batch, and so are both gradients; nothing is ever expanded to a dense matrix:
//!
//! ```text
//! Y_f     = X_f  W_f^T           [batch][q] x [q][p]
//! dL/dX_f = dL/dY_f  conj W_f    [batch][p] x [p][q]
//! dL/dW_f = dL/dY_f^T  conj X_f  [p][batch] x [batch][q]
//! ```
//!
//! Rows that k does not divide are padded with zeros on the way in and cut on the way out, as in the hardware.

use super::spectrum::{Matrix, Real, Transform, multiply};
use candle_core::{CpuStorage, CustomOp2, DType, Layout, Result, Shape, Tensor, bail};
use rayon::prelude::*;
use realfft::num_complex::Complex;
use std::sync::OnceLock;

/// The blocks of a matrix, with the transforms they need.
#[derive(Clone)]
pub struct Blocks {
    /// Block rows.
    pub p: usize,
    /// Block columns.
    pub q: usize,
    /// Block size.
    pub k: usize,
    /// Columns that exist, at most `q k`.
    pub inputs: usize,
    /// Rows that exist, at most `p k`.
    pub outputs: usize,
    single: Transform<f32>,
    double: Transform<f64>,
}

impl Blocks {
    /// Blocks of size `k` over a matrix of `outputs` x `inputs`.
    pub fn new(inputs: usize, outputs: usize, k: usize) -> Blocks {
        let (single, double) = (Transform::new(k), Transform::new(k));
        Blocks { p: outputs.div_ceil(k), q: inputs.div_ceil(k), k, inputs, outputs, single, double }
    }

    /// `C x` for a batch `[batch][inputs]` and first columns `[p][q][k]`: `[batch][outputs]`.
    pub fn product(&self, x: &Tensor, w: &Tensor) -> Result<Tensor> {
        let (x, w) = (x.contiguous()?, w.contiguous()?);
        match x.dtype() {
            DType::F32 => x.apply_op2(&w, Product::new(self, self.single.clone(), x.track_op())),
            DType::F64 => x.apply_op2(&w, Product::new(self, self.double.clone(), x.track_op())),
            other => bail!("the circulant product has no {other:?}"),
        }
    }
}

/// One product of a batch.
struct Product<T> {
    p: usize,
    q: usize,
    inputs: usize,
    outputs: usize,
    transform: Transform<T>,
    /// Whether the gradient of x is wanted.
    is_inner: bool,
    /// What the way back needs of the way there.
    kept: OnceLock<Kept<T>>,
}

struct Kept<T> {
    batch: usize,
    /// `[q][bins][batch]`.
    inputs: Vec<Complex<T>>,
    /// `[p][q][bins]`.
    weights: Vec<Complex<T>>,
}

impl<T: Real> Product<T> {
    fn new(blocks: &Blocks, transform: Transform<T>, is_inner: bool) -> Product<T> {
        let &Blocks { p, q, inputs, outputs, .. } = blocks;
        Product { p, q, inputs, outputs, transform, is_inner, kept: OnceLock::new() }
    }

    /// Whether a bin is real.
    fn is_real(&self, bin: usize) -> bool {
        bin == 0 || bin + 1 == self.transform.bins()
    }

    /// The matrix `[batch][blocks]` of a bin of spectra `[blocks][bins][batch]`.
    fn rows<'a>(&self, spectra: &'a [Complex<T>], batch: usize, bin: usize) -> Matrix<'a, T> {
        let column = self.transform.bins() * batch;
        Matrix { spectra, start: bin * batch, row: 1, column, conjugate: false }
    }

    /// The product of every bin, `[bins][columns][rows]`: `of` gives its two matrices.
    fn each_bin<'a>(
        &self,
        (rows, columns, depth): (usize, usize, usize),
        of: impl Fn(usize) -> (Matrix<'a, T>, Matrix<'a, T>) + Sync,
    ) -> Vec<Complex<T>> {
        let mut products = vec![Complex::default(); self.transform.bins() * rows * columns];
        products.par_chunks_mut(rows * columns).enumerate().for_each(|(bin, product)| {
            let (a, b) = of(bin);
            multiply(product, rows, depth, a, b, self.is_real(bin));
        });
        products
    }

    fn forward(&self, x: &[T], w: &[T]) -> Vec<T> {
        let (p, q, bins, batch) = (self.p, self.q, self.transform.bins(), x.len() / self.inputs);
        let (inputs, weights) = (self.transform.forward(x, self.inputs), self.transform.forward(w, w.len()));
        let products = self.each_bin((batch, p, q), |bin| {
            let turned = Matrix { spectra: &weights, start: bin, row: bins, column: q * bins, conjugate: false };
            (self.rows(&inputs, batch, bin), turned)
        });
        let y = self.transform.inverse(&products, batch, self.outputs);
        let _ = self.kept.set(Kept { batch, inputs, weights });
        y
    }

    /// The gradients of x (if it is wanted) and w for that of y.
    fn backward(&self, gradient: &[T]) -> (Option<Vec<T>>, Vec<T>) {
        let Some(Kept { batch, inputs, weights }) = self.kept.get() else {
            crate::bug!("training: a gradient before its product")
        };
        let (p, q, bins, batch) = (self.p, self.q, self.transform.bins(), *batch);
        let gradients = self.transform.forward(gradient, self.outputs);
        let of_x = self.is_inner.then(|| {
            let products = self.each_bin((batch, q, p), |bin| {
                let weights = Matrix { spectra: weights, start: bin, row: q * bins, column: bins, conjugate: true };
                (self.rows(&gradients, batch, bin), weights)
            });
            self.transform.inverse(&products, batch, self.inputs)
        });
        // q rows and p columns, column by column: `[p][q]`
        let products = self.each_bin((q, p, batch), |bin| {
            let inputs = Matrix { conjugate: true, row: bins * batch, column: 1, ..self.rows(inputs, batch, bin) };
            (inputs, self.rows(&gradients, batch, bin))
        });
        let k = 2 * (bins - 1);
        (of_x, self.transform.inverse(&products, 1, p * q * k))
    }
}

impl<T: Real> CustomOp2 for Product<T> {
    fn name(&self) -> &'static str {
        "circulant-product"
    }

    fn cpu_fwd(&self, x: &CpuStorage, x_at: &Layout, w: &CpuStorage, w_at: &Layout) -> Result<(CpuStorage, Shape)> {
        let (x, w) = (slice::<T>(x, x_at)?, slice::<T>(w, w_at)?);
        let y = self.forward(x, w);
        let shape = Shape::from((y.len() / self.outputs, self.outputs));
        Ok((T::to_cpu_storage_owned(y), shape))
    }

    fn bwd(&self, x: &Tensor, w: &Tensor, _y: &Tensor, gradient: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let gradient = gradient.flatten_all()?.to_vec1::<T>()?;
        let (of_x, of_w) = self.backward(&gradient);
        let tensor = |values, like: &Tensor| Tensor::from_vec(values, like.shape(), like.device());
        Ok((of_x.map(|values| tensor(values, x)).transpose()?, Some(tensor(of_w, w)?)))
    }
}

/// The numbers of a contiguous tensor.
fn slice<'a, T: Real>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [T]> {
    let Some((start, end)) = layout.contiguous_offsets() else {
        bail!("the circulant product takes contiguous tensors")
    };
    Ok(&T::cpu_storage_as_slice(storage)?[start..end])
}
