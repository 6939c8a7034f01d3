//! Spectra of many rows at once, and matrix products bin by bin.
//!
//! A row of numbers is cut into blocks of k; the spectrum of a block is its `k/2 + 1` bins, of which the first and the
//! last are real. Spectra that go into a product stand as `[blocks][bins][rows]`, those that come out of one as
//! `[bins][blocks][rows]`: each is written in contiguous parts by one thread alone, so no result depends on timing.

use candle_core::WithDType;
use gemm::Parallelism;
use rayon::prelude::*;
use realfft::num_complex::Complex;
use realfft::{ComplexToReal, FftNum, RealFftPlanner, RealToComplex};
use std::sync::Arc;

/// The two precisions: f32 to train, f64 to check gradients.
pub trait Real: WithDType + FftNum + Default {}

impl Real for f32 {}
impl Real for f64 {}

/// Blocks that a thread takes at least.
const LEAST: usize = 16;

/// The transform of real blocks of k numbers and back.
#[derive(Clone)]
pub struct Transform<T> {
    k: usize,
    forward: Arc<dyn RealToComplex<T>>,
    inverse: Arc<dyn ComplexToReal<T>>,
}

impl<T: Real> Transform<T> {
    /// For blocks of `k` numbers, even.
    pub fn new(k: usize) -> Transform<T> {
        let mut planner = RealFftPlanner::new();
        Transform { k, forward: planner.plan_fft_forward(k), inverse: planner.plan_fft_inverse(k) }
    }

    /// Bins of a spectrum, `k/2 + 1`.
    pub fn bins(&self) -> usize {
        self.k / 2 + 1
    }

    /// Rows `[rows][width]` to spectra `[blocks][bins][rows]`; a last short block is padded with zeros.
    pub fn forward(&self, values: &[T], width: usize) -> Vec<Complex<T>> {
        let (rows, bins, k) = (values.len() / width, self.bins(), self.k);
        let mut spectra = vec![Complex::default(); width.div_ceil(k) * bins * rows];
        let buffers =
            || (self.forward.make_input_vec(), self.forward.make_output_vec(), self.forward.make_scratch_vec());
        let work = spectra.par_chunks_mut(bins * rows).enumerate().with_min_len((LEAST / rows).max(1));
        work.for_each_init(buffers, |(block, spectrum, scratch), (j, planes)| {
            for (row, values) in values.chunks_exact(width).enumerate() {
                let given = &values[j * k..width.min(j * k + k)];
                block[..given.len()].copy_from_slice(given);
                block[given.len()..].fill(T::zero());
                sure(self.forward.process_with_scratch(block, spectrum, scratch));
                planes[row..].iter_mut().step_by(rows).zip(&*spectrum).for_each(|(plane, bin)| *plane = *bin);
            }
        });
        spectra
    }

    /// Spectra `[bins][blocks][rows]` to rows `[rows][width]`; what was padded is left out.
    pub fn inverse(&self, spectra: &[Complex<T>], rows: usize, width: usize) -> Vec<T> {
        let (blocks, k) = (width.div_ceil(self.k), self.k);
        let scale = T::one() / <T as WithDType>::from_f64(k as f64);
        let mut values = vec![T::zero(); rows * width];
        let buffers =
            || (self.inverse.make_input_vec(), self.inverse.make_output_vec(), self.inverse.make_scratch_vec());
        let part = |row: usize, i: usize, given: &mut [T], buffers: &mut (Vec<Complex<T>>, Vec<T>, Vec<Complex<T>>)| {
            let (spectrum, block, scratch) = buffers;
            let planes = spectra[i * rows + row..].iter().step_by(blocks * rows);
            spectrum.iter_mut().zip(planes).for_each(|(bin, plane)| *bin = *plane);
            // rounding must not leave an imaginary part where there can be none
            (spectrum[0].im, spectrum[k / 2].im) = (T::zero(), T::zero());
            sure(self.inverse.process_with_scratch(spectrum, block, scratch));
            given.iter_mut().zip(block).for_each(|(given, value)| *given = *value * scale);
        };
        if rows == 1 {
            let work = values.par_chunks_mut(k).enumerate().with_min_len(LEAST);
            work.for_each_init(buffers, |buffers, (i, given)| part(0, i, given, buffers));
        } else {
            let work = values.par_chunks_mut(width).enumerate();
            work.for_each_init(buffers, |buffers, (row, values)| {
                values.chunks_mut(k).enumerate().for_each(|(i, given)| part(row, i, given, buffers));
            });
        }
        values
    }
}

fn sure<E: std::fmt::Display>(result: Result<(), E>) {
    result.unwrap_or_else(|problem| crate::bug!("training: a transform fails: {problem}"));
}

/// A complex matrix that lies somewhere in spectra.
#[derive(Clone, Copy)]
pub struct Matrix<'a, T> {
    /// The spectra.
    pub spectra: &'a [Complex<T>],
    /// Where its first entry stands.
    pub start: usize,
    /// From a row to the next.
    pub row: usize,
    /// From a column to the next.
    pub column: usize,
    /// Whether its conjugate is meant.
    pub conjugate: bool,
}

impl<T> Matrix<'_, T> {
    /// Whether all of `rows` x `columns` entries exist.
    fn holds(&self, rows: usize, columns: usize) -> bool {
        self.start + (rows - 1) * self.row + (columns - 1) * self.column < self.spectra.len()
    }
}

/// Writes `a b` to `product`, `[n][m]`: column by column; a is m x `depth`, b `depth` x n, both of one bin.
///
/// The matrices of a real bin are multiplied as real ones.
pub fn multiply<T: Real>(
    product: &mut [Complex<T>],
    m: usize,
    depth: usize,
    a: Matrix<T>,
    b: Matrix<T>,
    is_real: bool,
) {
    let n = product.len() / m;
    assert!(n * m == product.len() && a.holds(m, depth) && b.holds(depth, n), "a matrix beyond its spectra");
    let (to, from_a, from_b) = (product.as_mut_ptr(), a.spectra[a.start..].as_ptr(), b.spectra[b.start..].as_ptr());
    let steps = |width: usize| [m, 1, a.column, a.row, b.column, b.row].map(|steps| (width * steps) as isize);
    let (zero, one) = (T::zero(), T::one());
    // SAFETY: every entry that the strides lead to lies in its slice, as asserted above; a complex number is two reals,
    // the real part first, so entries of real bins are every other real.
    unsafe {
        if is_real {
            product_at((to.cast(), from_a.cast(), from_b.cast()), (m, n, depth), steps(2), (zero, one), [false; 2]);
        } else {
            let numbers = (Complex::new(zero, zero), Complex::new(one, zero));
            product_at((to, from_a, from_b), (m, n, depth), steps(1), numbers, [a.conjugate, b.conjugate]);
        }
    }
}

/// `to = a b`, by one thread; `steps` are those from column to column and from row to row, of the product, a and b.
///
/// # Safety
///
/// Every entry that the steps lead to is one of the array that its pointer begins, and nothing else uses those of `to`.
unsafe fn product_at<E: 'static>(
    (to, a, b): (*mut E, *const E, *const E),
    (m, n, depth): (usize, usize, usize),
    [to_column, to_row, a_column, a_row, b_column, b_row]: [isize; 6],
    (zero, one): (E, E),
    [conjugate_a, conjugate_b]: [bool; 2],
) {
    // SAFETY: as the caller says.
    unsafe {
        gemm::gemm(
            m,
            n,
            depth,
            to,
            to_column,
            to_row,
            false,
            a,
            a_column,
            a_row,
            b,
            b_column,
            b_row,
            zero,
            one,
            false,
            conjugate_a,
            conjugate_b,
            Parallelism::None,
        );
    }
}
