//! The list of unit models, by the name a machine file uses. Part of the emitted crate.

use super::spectral_mac;
use crate::machine::text::Build;

/// Every unit.
pub const UNITS: &[(&str, Build)] = &[("spectral_mac", spectral_mac::model::build)];
