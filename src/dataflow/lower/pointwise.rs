//! Pointwise layers: one actor that takes the words as they come, in whatever order.

use super::dense::threshold;
use super::{Lowering, Next, Open, role};
use crate::blocks::{Block, activate::Activate};
use crate::dataflow::Actor;
use crate::fixed::QFormat;
use crate::machine::fifo::{Access, Replay};
use crate::network::{Layer, Pointwise};
use std::rc::Rc;

pub(super) fn lower(lowering: &mut Lowering, index: usize, layer: &Layer, pointwise: &Pointwise) {
    let open = lowering.open;
    let (block, output) = unit(&open, layer, pointwise);
    let actor = Actor {
        name: role(layer, block.stem()),
        layer: index,
        span: layer.span,
        chain: vec![block],
        turns: Vec::new(),
        packet: 1,
        pause: 0,
        every: 1,
        burst: 1,
        rest: 0,
        out: 1,
        firings: open.beats,
    };
    let next = Next { order: open.order, format: output, beats: open.beats, words: open.words };
    lowering.append("in", Access::Replay(Replay::ONCE), actor, next);
}

/// The block of the function for words of `open`, and the format of what it gives.
pub(super) fn unit(open: &Open, layer: &Layer, pointwise: &Pointwise) -> (Rc<dyn Block>, QFormat) {
    let formats = pointwise.formats.unwrap_or_else(|| crate::bug!("lower: layer `{}` has no formats", layer.name));
    let block: Rc<dyn Block> = match &pointwise.thresholds {
        Some(thresholds) => Rc::new(threshold(open, thresholds, &thresholds.words(open.format, &[]), open.format)),
        None => Rc::new(Activate {
            lanes: open.order.lanes,
            beats: open.beats,
            product: open.format,
            bias: Rc::new([]),
            bias_width: 2,
            activation: pointwise.activation,
            table: formats.table,
            output: formats.output,
            rounding: formats.rounding,
        }),
    };
    (block, formats.output)
}
