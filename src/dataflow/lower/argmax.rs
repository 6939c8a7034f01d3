//! Argmax: one actor that swallows a frame and gives one index.

use super::{Lowering, Next, Order, role};
use crate::blocks::argmax::Argmax;
use crate::dataflow::Actor;
use crate::machine::fifo::{Access, Replay};
use crate::network::Layer;
use std::rc::Rc;

pub(super) fn lower(lowering: &mut Lowering, index: usize, layer: &Layer) {
    lowering.open = lowering.narrowed(lowering.open, index, "narrow");
    let open = lowering.open;
    let Order { lanes, pair, window, .. } = open.order;
    let block = Argmax { lanes, pair, window, inputs: open.words, beats: open.beats, input: open.format };
    let format = block.output_format();
    let actor = Actor {
        name: role(layer, "argmax"),
        layer: index,
        span: layer.span,
        chain: vec![Rc::new(block)],
        turns: Vec::new(),
        packet: 1,
        pause: 0,
        every: open.beats,
        burst: 1,
        rest: 0,
        out: 1,
        firings: open.beats,
    };
    let next = Next { order: Order::SINGLE, format, beats: 1, words: 1 };
    lowering.append("in", Access::Replay(Replay::ONCE), actor, next);
}
