//! The list of unit models, by the name a machine file uses. Part of the emitted crate.

use super::{
    activate, add, argmax, bit_ifft, concat, dense_mac, fft, folded_fft, folded_ifft, half_fft, ifft, pack, select,
    slice, spectral_array, spectral_mac, threshold, whole_fft, whole_ifft, wide_fft, wide_ifft,
};
use crate::machine::text::Build;

/// Every unit.
pub const UNITS: &[(&str, Build)] = &[
    ("activate", activate::model::build),
    ("add", add::model::build),
    ("argmax", argmax::model::build),
    ("bit_ifft", bit_ifft::model::build),
    ("concat", concat::model::build),
    ("dense_mac", dense_mac::model::build),
    ("fft", fft::model::build),
    ("folded_fft", folded_fft::model::build),
    ("folded_ifft", folded_ifft::model::build),
    ("half_fft", half_fft::model::build),
    ("ifft", ifft::model::build),
    ("pack", pack::model::build),
    ("select", select::model::build),
    ("slice", slice::model::build),
    ("spectral_array", spectral_array::model::build),
    ("spectral_mac", spectral_mac::model::build),
    ("threshold", threshold::model::build),
    ("whole_fft", whole_fft::model::build),
    ("whole_ifft", whole_ifft::model::build),
    ("wide_fft", wide_fft::model::build),
    ("wide_ifft", wide_ifft::model::build),
];
