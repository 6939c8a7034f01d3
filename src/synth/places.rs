//! From a name in a flattened netlist to a layer and its line.
//!
//! `fc1.fc1_fft_fft.stage0.sum_TRELLIS_FF_Q_3` is of instance `fc1` of the top module, which is layer `fc1`; in it of `fc1_fft_fft`.

use crate::manifest::Manifest;
use serde::{Deserialize, Serialize};

/// Where something of the hardware comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The instance, hierarchical from the top module on; empty for the top module itself.
    pub instance: String,
    /// The layer, if it is of one.
    pub layer: Option<String>,
    /// Its line; that of the input for what takes the input.
    pub line: Option<usize>,
}

/// The layer of a cell or net, or the edge of the network; first the place in the order of the data.
pub fn outer(manifest: &Manifest, name: &str) -> (usize, Place) {
    let top = name.split_once('.').map_or("", |(top, _)| top);
    match manifest.layers.iter().position(|layer| layer.name == top) {
        Some(index) => {
            let layer = &manifest.layers[index];
            let place = Place { instance: top.into(), layer: Some(layer.name.clone()), line: Some(layer.line) };
            (index, place)
        }
        None => (manifest.layers.len(), Place { instance: String::new(), layer: None, line: None }),
    }
}

/// The instance within a layer, or at the network's edge, that a cell or net is of.
pub fn inner(manifest: &Manifest, name: &str) -> Option<Place> {
    let (_, outer) = outer(manifest, name);
    let within = match &outer.layer {
        Some(layer) => name.strip_prefix(layer.as_str())?.strip_prefix('.')?,
        None => name,
    };
    let (instance, _) = within.split_once('.')?;
    // only of a layer is the path two instances long
    let path = if outer.layer.is_some() { format!("{}.{instance}", outer.instance) } else { instance.to_string() };
    Some(Place { instance: path, ..outer })
}

/// The instances of a name, without the net or cell: at most `depth` of them.
pub fn path(name: &str, depth: usize) -> String {
    let parts: Vec<&str> = name.split('.').collect();
    parts[..parts.len().saturating_sub(1).min(depth)].join(".")
}
