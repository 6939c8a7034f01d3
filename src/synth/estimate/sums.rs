//! Sums of more than two words: where a sum goes into one other sum alone, Yosys adds all their words at once (`alumacc`):
//! full adders make two words of three until two are left, which a carry chain adds (`maccmap`).

use super::graph::{Bit, Graph, Kind, Node, ONE, ZERO};
use std::collections::BTreeSet;

/// A word of a sum.
struct Word {
    bits: Vec<Bit>,
    is_minus: bool,
    /// Whether what is above its last bit is its sign, though nobody wrote that.
    is_signed: bool,
}

/// Makes one sum of those that go into one other alone.
pub fn join(graph: &mut Graph) {
    let (uses, live) = (graph.uses(), graph.live());
    // the last ones first: what takes a sum comes after it
    for index in (0..graph.units.len()).rev() {
        let width = graph.units[index].outputs.len();
        if !live.units[index] || width == 0 {
            continue;
        }
        let Some(words) = words(graph, index, width) else { continue };
        let mut words = Vec::from(words);
        let mut at = 0;
        while let Some(word) = words.get(at) {
            let Some(inner) = inner(graph, word, &uses) else {
                at += 1;
                continue;
            };
            let is_minus = word.is_minus;
            words.remove(at);
            words.extend(self::words(graph, inner, width).into_iter().flatten().map(|mut word| {
                word.is_minus ^= is_minus;
                word
            }));
            // its lowest bits may be those of the result
            let outputs = std::mem::take(&mut graph.units[inner].outputs);
            graph.units[inner].inputs.clear();
            for (n, &bit) in outputs.iter().enumerate() {
                graph.nodes[bit as usize] = Node::Output(index as u32, n as u32);
            }
        }
        if words.len() > 2 {
            graph.part = graph.units[index].part;
            let inputs = Columns::new(graph, &words, width).compressed(graph).concat();
            let unit = &mut graph.units[index];
            (unit.kind, unit.inputs) = (Kind::Add { is_minus: false, is_signed: false, low: 0 }, inputs);
        }
    }
}

/// The words of a sum, in so many bits.
fn words(graph: &Graph, index: usize, width: usize) -> Option<[Word; 2]> {
    let unit = &graph.units[index];
    let Kind::Add { is_minus, is_signed, .. } = unit.kind else { return None };
    let (a, b) = unit.inputs.split_at(unit.outputs.len());
    let word = |bits: &[Bit], is_minus| {
        let top = bits.last().copied().unwrap_or(ZERO);
        Word { bits: (0..width).map(|n| bits.get(n).copied().unwrap_or(top)).collect(), is_minus, is_signed }
    };
    Some([word(a, false), word(b, is_minus)])
}

/// The sum that a word is, if the word is all of it and it goes nowhere else.
fn inner(graph: &Graph, word: &Word, uses: &[u32]) -> Option<usize> {
    let of = |bit: &Bit| match graph.nodes[*bit as usize] {
        Node::Output(index, _) => Some(index as usize),
        _ => None,
    };
    let index = word.bits.iter().find_map(of)?;
    let unit = &graph.units[index];
    let Kind::Add { low, .. } = unit.kind else { return None };
    let (a, b) = unit.inputs.split_at(unit.outputs.len());
    let below = a.iter().zip(b).take(low).map(|(&a, &b)| if b == ZERO { a } else { b });
    let result: Vec<Bit> = below.chain(unit.outputs.iter().skip(low).copied()).collect();
    let (top, width) = (result.last()?, word.bits.len());
    let is_whole = (word.is_signed || width <= result.len())
        && word.bits.iter().zip(&result).all(|(a, b)| a == b)
        && word.bits.iter().skip(result.len()).all(|bit| bit == top);
    let is_alone = unit.outputs.iter().skip(low).all(|&bit| uses[bit as usize] <= 1);
    // it must be the same number in the wider sum
    let fits = Graph::plain(a).max(Graph::plain(b)) < result.len() || width <= result.len();
    (is_whole && is_alone && fits).then_some(index)
}

/// Bits of each place that are still to be added; the same bit twice is one of the place above.
struct Columns(Vec<BTreeSet<Bit>>);

impl Columns {
    fn new(graph: &mut Graph, words: &[Word], width: usize) -> Columns {
        let mut columns = Columns(vec![BTreeSet::new(); width]);
        for Word { bits, is_minus, .. } in words {
            if *is_minus {
                columns.put(ONE, 0);
            }
            for (place, &bit) in bits.iter().enumerate() {
                columns.put(if *is_minus { graph.not(bit) } else { bit }, place);
            }
        }
        columns
    }

    fn put(&mut self, bit: Bit, place: usize) {
        let Some(column) = self.0.get_mut(place) else { return };
        if bit != ZERO && !column.insert(bit) {
            column.remove(&bit);
            self.put(bit, place + 1);
        }
    }

    /// Two words of the same sum. Single bits that are over take the free lowest places of carries.
    fn compressed(mut self, graph: &mut Graph) -> [Vec<Bit>; 2] {
        let width = self.0.len();
        let (mut words, mut carries): (Vec<Vec<Bit>>, Vec<Bit>) = Default::default();
        while self.0.iter().any(|column| !column.is_empty()) {
            words.push(self.0.iter_mut().map(|column| column.pop_first().unwrap_or(ZERO)).collect());
            let mut free = words.len().saturating_sub(2) - carries.len();
            for (place, column) in self.0.iter_mut().enumerate().take_while(|(place, _)| *place < 16) {
                while 1 << place <= free
                    && let Some(bit) = column.pop_first()
                {
                    carries.extend(std::iter::repeat_n(bit, 1 << place));
                    free -= 1 << place;
                }
            }
        }
        while words.len() > 2 {
            let mut fewer = Vec::new();
            for three in words.chunks(3) {
                let [a, b, c] = three else {
                    fewer.extend_from_slice(three);
                    continue;
                };
                let (mut sums, mut over) = (Vec::with_capacity(width), vec![carries.pop().unwrap_or(ZERO)]);
                for ((&a, &b), &c) in a.iter().zip(b).zip(c) {
                    let half = graph.xor(a, b);
                    sums.push(graph.xor(half, c));
                    let (both, through) = (graph.and(a, b), graph.and(half, c));
                    over.push(graph.or(both, through));
                }
                over.truncate(width);
                fewer.extend([sums, over]);
            }
            words = fewer;
        }
        let mut next = || words.pop().unwrap_or_else(|| vec![ZERO; width]);
        [next(), next()]
    }
}

#[cfg(test)]
mod tests {
    use super::super::estimate;

    /// The fixture says how Yosys has been asked: one sum is joined; without any it would be 0.
    #[test]
    fn only_a_whole_sum_that_goes_nowhere_else_joins_another() {
        let text = include_str!("../../../testbenches/fixtures/synth/three_words.v");
        let files = [("rtl/three_words.v".to_string(), text.to_string())].into();
        let found = estimate(&files, "three_words", 1, &|_| 0, false).unwrap()[0];
        assert!((found.luts - 16.0).abs() <= 1.0, "{found:?}");
    }
}
