//! Pointwise layers: one actor that takes the words as they come, in whatever order.

use super::dense::threshold;
use super::{Lowering, Next, role};
use crate::blocks::{Block, activate::Activate};
use crate::dataflow::Actor;
use crate::machine::fifo::{Access, Replay};
use crate::network::{Layer, Pointwise};
use std::rc::Rc;

pub(super) fn lower(lowering: &mut Lowering, index: usize, layer: &Layer, pointwise: &Pointwise) {
    let formats = pointwise.formats.unwrap_or_else(|| crate::bug!("lower: layer `{}` has no formats", layer.name));
    let open = lowering.open;
    let block: Rc<dyn Block> = match &pointwise.thresholds {
        Some(thresholds) => Rc::new(threshold(&open, thresholds, &thresholds.words(open.format, &[]), open.format)),
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
    let actor = Actor {
        name: role(layer, block.stem()),
        layer: index,
        span: layer.span,
        chain: vec![block],
        packet: 1,
        every: 1,
        burst: 1,
        out: 1,
        firings: open.beats,
    };
    let next = Next { order: open.order, format: formats.output, beats: open.beats, words: open.words };
    lowering.append("in", Access::Replay(Replay::ONCE), actor, next);
}
