//! Layers that join and cut streams: add, concat, slice.
//!
//! Streams meet in one order. Orders that differ are turned into pairs of neighbours; where a frame is cut or joined
//! between the two words of a pair, the words come one by one: a stream of pairs is read twice, and each reading
//! passes one of them.

use super::{Lowering, Next, Open, Order, pointwise, role};
use crate::blocks::{Block, activate::Activate, add, concat, select::Select, slice};
use crate::dataflow::Actor;
use crate::fixed::QFormat;
use crate::machine::fifo::{Access, Replay};
use crate::network::{Activation, Add, Concat, Layer, Slice};
use std::rc::Rc;

/// A stream in time: the order of its words, and how many there are in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    pub order: Order,
    /// Beats per frame.
    pub beats: usize,
    /// Words per frame that mean something.
    pub words: usize,
}

impl Form {
    /// `words` words one by one.
    pub fn single(words: usize) -> Form {
        Form { order: Order::SINGLE, beats: words, words }
    }

    /// `words` words in pairs of neighbours.
    pub fn pairs(words: usize) -> Form {
        Form { order: Order::PAIRS, beats: words.div_ceil(2), words }
    }

    /// The same order in beats of at most two words.
    pub fn narrowed(self) -> Form {
        self.narrowed_to(2)
    }

    /// The same order in beats of at most `most` words; of words as they count, no more beats than these fill.
    pub fn narrowed_to(self, most: usize) -> Form {
        let Order { lanes, pair, .. } = self.order;
        if lanes <= most {
            return self;
        }
        let beats = if pair == Some(0) { self.words.div_ceil(most) } else { self.beats * lanes / most };
        Form { order: Order { lanes: most, split: false, ..self.order }, beats, ..self }
    }

    /// Whether whole blocks of `k` words can be packed out of its beats as they come.
    pub fn packs(&self, k: usize, blocks: usize) -> bool {
        let Order { lanes, window, split, .. } = self.order;
        !split && lanes <= k && window <= k && self.beats * lanes == blocks * k
    }

    fn is_single(&self) -> bool {
        self.order.lanes == 1
    }

    /// The same words in another order of one or two lanes, in natural order.
    fn natural(&self, lanes: usize) -> Form {
        if lanes == 1 { Form::single(self.words) } else { Form::pairs(self.words) }
    }

    /// Cycles per frame that reading the stream in the form `wanted` takes.
    fn reading(&self, wanted: &Form) -> usize {
        if wanted.is_single() { self.words } else { self.beats.max(wanted.beats) }
    }
}

/// How a layer reads its parts, and what it gives.
pub(crate) struct Meeting {
    /// The form in which each part is read.
    pub parts: Vec<Form>,
    /// What is given.
    pub given: Form,
}

impl Meeting {
    /// Parts that are added word by word: all in the same form.
    pub fn of_add(parts: &[Form]) -> Meeting {
        let same = parts.iter().all(|part| part == &parts[0]);
        let lanes = if parts.iter().all(Form::is_single) { 1 } else { 2 };
        let given = if same { parts[0] } else { parts[0].natural(lanes) };
        Meeting { parts: vec![given; parts.len()], given }
    }

    /// Parts one after another: each but the last must fill its beats.
    pub fn of_concat(parts: &[Form]) -> Meeting {
        let words = parts.iter().map(|part| part.words).sum();
        let before = &parts[..parts.len() - 1];
        let order = parts[0].order;
        let in_windows = |part: &Form| part.words.is_multiple_of(order.window);
        if parts.iter().all(|part| part.order == order) && order.lanes == 2 && before.iter().all(in_windows) {
            let beats = parts.iter().map(|part| part.beats).sum();
            return Meeting { parts: parts.to_vec(), given: Form { order, beats, words } };
        }
        let by_word = parts.iter().all(Form::is_single) || before.iter().any(|part| part.words % 2 == 1);
        let lanes = if by_word { 1 } else { 2 };
        let parts = parts.iter().map(|part| part.natural(lanes)).collect();
        Meeting { parts, given: if by_word { Form::single(words) } else { Form::pairs(words) } }
    }

    /// Words `start .. end` of one part.
    pub fn of_slice(part: Form, start: usize, end: usize) -> Meeting {
        let words = end - start;
        if part.order.lanes == 2 && start.is_multiple_of(part.order.window) {
            let Order { lanes, window, .. } = part.order;
            let beats = words.div_ceil(window) * window / lanes;
            return Meeting { parts: vec![part], given: Form { order: part.order, beats, words } };
        }
        let lanes = if part.is_single() || start % 2 == 1 { 1 } else { 2 };
        let read = part.natural(lanes);
        Meeting { parts: vec![read], given: if lanes == 1 { Form::single(words) } else { Form::pairs(words) } }
    }

    /// Cycles per frame of the busiest actor of the layer, for parts as they come.
    pub fn busiest(&self, parts: &[Form], in_turn: bool) -> usize {
        let reading = parts.iter().zip(&self.parts).map(|(part, wanted)| part.reading(wanted));
        let joined = self.parts.iter().map(|part| part.beats);
        let joined = if in_turn { joined.sum() } else { joined.max().unwrap_or(0) };
        reading.max().unwrap_or(0).max(joined)
    }
}

/// A joining layer on its way into the graph.
struct Join<'a> {
    index: usize,
    layer: &'a Layer,
}

pub(super) fn add(lowering: &mut Lowering, index: usize, layer: &Layer, add: &Add) {
    let inputs = add.inputs.clone().unwrap_or_else(|| crate::bug!("lower: layer `{}` has no formats", layer.name));
    let join = Join { index, layer };
    let opens = lowering.origins(index, layer);
    let Meeting { parts, given } = Meeting::of_add(&forms(&opens));
    let Form { order, beats, words } = given;
    let lanes = order.lanes;
    // a padded frame in windows carries values on its padding; only half a pair of neighbours is no word at all
    let present = if order.window > 2 { beats * lanes } else { words };
    let sum = add.function.formats.map_or(inputs[0], |formats| formats.input);
    let sums = Open { order, format: sum, beats, words, ..opens[0] };
    let (function, output) = pointwise::unit(&sums, layer, &add.function);
    let mut chain: Vec<Rc<dyn Block>> = vec![Rc::new(add::Add { lanes, beats, words: present, parts: inputs, sum })];
    chain.extend((!add.function.is_identity()).then_some(function));
    let sources = join.read(lowering, &opens, &parts);
    let actor = join.actor("add", chain, [beats, beats, 0]);
    lowering.join(sources, Vec::new(), actor, Next { order, format: output, beats, words });
}

pub(super) fn concat(lowering: &mut Lowering, index: usize, layer: &Layer, concat: &Concat) {
    let formats = concat.formats.clone().unwrap_or_else(|| crate::bug!("lower: layer `{}` has no formats", layer.name));
    let join = Join { index, layer };
    let opens = lowering.origins(index, layer);
    let Meeting { parts, given } = Meeting::of_concat(&forms(&opens));
    let Form { order, beats, words } = given;
    let finest = opens.iter().map(|open| open.format.frac).max().unwrap_or(0);
    let widest = opens.iter().map(|open| open.format.width()).max().unwrap_or(0);
    let int = opens.iter().map(|open| open.format.int).max().unwrap_or(0);
    let aligned = QFormat { int, frac: finest };
    let shifts = opens.iter().map(|open| (finest - open.format.frac) as u32);
    let odd = order.lanes == 2 && order.window <= 2 && words % 2 == 1;
    let mut chain: Vec<Rc<dyn Block>> = Vec::new();
    if odd || opens.iter().any(|open| open.format.frac != finest) {
        let present = if odd { words } else { beats * order.lanes };
        let parts = parts.iter().map(|part| part.beats).zip(shifts).collect();
        let block =
            concat::Concat { lanes: order.lanes, words: present, parts, input: widest, output: aligned.width() };
        chain.push(Rc::new(block));
    }
    if formats.output != aligned {
        chain.push(Rc::new(Activate {
            lanes: order.lanes,
            beats,
            product: aligned,
            bias: Rc::new([]),
            bias_width: 2,
            activation: Activation::Identity,
            table: aligned,
            output: formats.output,
            rounding: formats.rounding,
        }));
    }
    let sources = join.read(lowering, &opens, &parts);
    let turns = parts.iter().map(|part| part.beats).collect();
    let actor = join.actor("concat", chain, [beats, beats, 0]);
    lowering.join(sources, turns, actor, Next { order, format: formats.output, beats, words });
}

pub(super) fn slice(lowering: &mut Lowering, index: usize, layer: &Layer, slice: &Slice) {
    let join = Join { index, layer };
    let opens = lowering.origins(index, layer);
    let Meeting { parts, given } = Meeting::of_slice(opens[0].form(), slice.start, slice.end);
    let (Form { order, beats: count, words }, beats) = (given, parts[0].beats);
    let (first, format) = (slice.start / order.lanes, opens[0].format);
    let block = slice::Slice { lanes: order.lanes, width: format.width(), beats, first, count };
    let actor = join.actor("slice", vec![Rc::new(block)], [beats, count, beats - first - count]);
    let sources = join.read(lowering, &opens, &parts);
    lowering.join(sources, Vec::new(), actor, Next { order, format, beats: count, words });
}

fn forms(opens: &[Open]) -> Vec<Form> {
    opens.iter().map(Open::form).collect()
}

impl Join<'_> {
    /// An actor of single beats: beats read per frame, beats given, beats read after the last one given.
    fn actor(&self, name: &str, chain: Vec<Rc<dyn Block>>, [beats, given, rest]: [usize; 3]) -> Actor {
        let every = if given == beats { 1 } else { beats };
        let burst = if given == beats { 1 } else { given };
        let (name, layer, span) = (role(self.layer, name), self.index, self.layer.span);
        Actor {
            name,
            layer,
            span,
            chain,
            turns: Vec::new(),
            packet: 1,
            pause: 0,
            every,
            burst,
            rest,
            out: 1,
            firings: beats,
        }
    }

    /// The streams to read each part from in its form, with the actors that bring it there.
    fn read(&self, lowering: &mut Lowering, opens: &[Open], wanted: &[Form]) -> Vec<(Open, String, Access)> {
        let several = opens.len() > 1;
        let mut sources = Vec::new();
        for (part, (open, wanted)) in opens.iter().zip(wanted).enumerate() {
            let suffix = if several { part.to_string() } else { String::new() };
            sources.push(self.read_part(lowering, *open, wanted, &suffix));
        }
        sources
    }

    fn read_part(&self, lowering: &mut Lowering, open: Open, wanted: &Form, suffix: &str) -> (Open, String, Access) {
        let name = format!("in{suffix}");
        if open.order.lanes == wanted.order.lanes || wanted.order.lanes == 2 {
            let access = open.turned(wanted.order, wanted.beats);
            return (open, name, access);
        }
        let (open, name) = match open.order.pair {
            Some(0) => (open, name),
            _ => (self.paired(lowering, open, &name, suffix), format!("pairs{suffix}")),
        };
        let (words, format) = (open.words, open.format);
        let block = Select { lanes: 1, width: format.width(), rows: 2, total: words, packet: 1 };
        let last_repeat = words - 2 * (open.beats - 1);
        let twice = Replay { window: 1, repeat: 2, groups: open.beats, last_repeat };
        let actor = self.actor(&format!("single{suffix}"), vec![Rc::new(block)], [words, words, 0]);
        let next = Next { order: Order::SINGLE, format, beats: words, words };
        let single = lowering.link(vec![(open, name, Access::Replay(twice))], Vec::new(), actor, next);
        (single, format!("words{suffix}"), Access::Replay(Replay::ONCE))
    }

    /// The stream as pairs of neighbours: through a FIFO and nothing else.
    fn paired(&self, lowering: &mut Lowering, open: Open, fifo: &str, suffix: &str) -> Open {
        let Form { order, beats, words } = Form::pairs(open.words);
        let access = open.turned(order, beats);
        let actor = self.actor(&format!("pair{suffix}"), Vec::new(), [beats, beats, 0]);
        let next = Next { order, format: open.format, beats, words };
        lowering.link(vec![(open, fifo.to_string(), access)], Vec::new(), actor, next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn halves(k: usize, words: usize) -> Form {
        Form { order: Order::halves(k), beats: words.div_ceil(k) * k / 2, words }
    }

    #[test]
    fn streams_meet_in_the_order_they_share() {
        let same = Meeting::of_add(&[halves(16, 20), halves(16, 20)]);
        assert_eq!(same.given, halves(16, 20));
        let mixed = Meeting::of_add(&[halves(16, 20), Form::single(20)]);
        assert_eq!(mixed.given, Form::pairs(20));
        assert_eq!(Meeting::of_add(&[Form::single(5), Form::single(5)]).given, Form::single(5));
    }

    #[test]
    fn frames_are_joined_between_beats() {
        assert_eq!(Meeting::of_concat(&[halves(8, 16), halves(8, 5)]).given, halves(8, 21));
        assert_eq!(Meeting::of_concat(&[halves(8, 12), halves(8, 8)]).given, Form::pairs(20));
        assert_eq!(Meeting::of_concat(&[Form::pairs(4), Form::single(3)]).given, Form::pairs(7));
        assert_eq!(Meeting::of_concat(&[Form::pairs(3), Form::single(4)]).given, Form::single(7));
    }

    #[test]
    fn frames_are_cut_between_beats() {
        assert_eq!(Meeting::of_slice(halves(8, 32), 16, 27).given, halves(8, 11));
        assert_eq!(Meeting::of_slice(halves(8, 32), 4, 9).given, Form::pairs(5));
        assert_eq!(Meeting::of_slice(Form::pairs(9), 3, 9).given, Form::single(6));
    }
}
