//! The affine layer `scale * x + shift` by element: batch normalisation and its like, folded before hardware.

use super::dense::TensorRef;

/// An affine layer.
#[derive(Clone, Debug)]
pub struct Affine {
    /// One factor per element.
    pub scale: Vec<f64>,
    /// One summand per element; empty: none.
    pub shift: Vec<f64>,
    /// Where the factors came from.
    pub scale_file: TensorRef,
    /// Where the summands came from.
    pub shift_file: Option<TensorRef>,
}
