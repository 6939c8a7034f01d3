//! The index of the largest element, the first one of equals.

/// An argmax layer.
#[derive(Clone, Copy, Debug)]
pub struct Argmax;
