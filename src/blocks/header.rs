//! The banner of a generated module (`templates/_header.v`).

use super::{Block, Place};

/// What a generated module says about itself in its first lines. All text is ASCII.
#[derive(Debug)]
pub struct Header {
    /// Module and file name.
    pub module: String,
    /// What it does, one sentence without a full stop.
    pub sentence: String,
    /// Where it comes from: [`Place::origin`].
    pub origin: String,
    /// Beats in, beats out, and their orders.
    pub shape: String,
    /// Formats, with the rounding of every narrowing.
    pub format: String,
    /// Cycles from in to out.
    pub latency: String,
    /// Cycles between packets.
    pub interval: String,
    /// Multipliers and memory bits.
    pub cost: String,
    /// The file with its reference model.
    pub model: String,
}

impl Header {
    /// The banner of `block`: name, origin, latency, cost and model are taken from it, the rest is said here.
    pub fn of(block: &dyn Block, place: &Place, sentence: &str, shape: &str, format: &str, interval: &str) -> Header {
        let cost = block.cost();
        Header {
            module: block.module(place),
            sentence: sentence.into(),
            origin: place.origin.into(),
            shape: shape.into(),
            format: format.into(),
            latency: format!("{} cycles from in_valid to out_valid", block.latency()),
            interval: interval.into(),
            cost: format!("{} multipliers, {} bits of memory", cost.multipliers, cost.memory_bits),
            model: format!("src/blocks/{}/model.rs", block.stem()),
        }
    }
}
