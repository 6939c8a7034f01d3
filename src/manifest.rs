//! `manifest.json`: what a machine wants to know of an output folder.

use crate::blocks::Cost;
use crate::machine::fifo::{quad_index, word_index};
use serde::{Deserialize, Serialize};

/// Everything about an output folder but the design itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of circlet that wrote the folder.
    pub circlet: String,
    /// Name of the network, and of the top module.
    pub network: String,
    /// File name of the network description.
    pub source: String,
    /// Clock frequency the target states, Hz.
    pub clock_hz: f64,
    /// AXI4-Stream input, `s_axis_*`.
    pub input: StreamPort,
    /// AXI4-Stream output, `m_axis_*`.
    pub output: StreamPort,
    /// Promised cycles between frames in steady state.
    pub interval: usize,
    /// Promised cycles from a frame's first accepted input beat to its first valid output beat, the design idle before.
    pub latency_first: usize,
    /// The same to its last output beat.
    pub latency_last: usize,
    /// Layers in the order of the data.
    pub layers: Vec<LayerEntry>,
    /// Modules, leaves first, in the order of `files.f`.
    pub modules: Vec<ModuleEntry>,
    /// One entry per FIFO, in the order of the data: what model and hardware are compared on.
    pub probes: Vec<ProbeEntry>,
    /// Exact cost of the whole design, FIFOs included.
    pub cost: Cost,
}

/// A stream at the edge of the design.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StreamPort {
    /// Name of the tensor.
    pub name: String,
    /// Elements per beat.
    pub lanes: usize,
    /// Bits of one element.
    pub width: u32,
    /// Bytes of one element in `tdata`; the element is sign-extended.
    pub bytes: usize,
    /// `s<int>.<frac>`.
    pub format: String,
    /// Beats per frame.
    pub beats: usize,
    /// Elements per frame; the last beat may carry padding.
    pub elements: usize,
}

/// A layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerEntry {
    /// Its name.
    pub name: String,
    /// Line in the source.
    pub line: usize,
    /// Its module.
    pub module: String,
    /// The declaration, as printed: `dense 128 block 16`.
    pub kind: String,
    /// Elements taken and given.
    pub inputs: usize,
    /// Elements given.
    pub outputs: usize,
    /// Elements taken and given with the zeros that fill up whole blocks.
    pub padded: (usize, usize),
    /// Rows (block rows) in parallel.
    pub rows: usize,
    /// Words of weights stored.
    pub weights: usize,
    /// Words of weights that a dense layer stores.
    pub dense_weights: usize,
    /// Relative error of the projection, where there was one.
    pub projection_error: Option<f64>,
    /// Its actors.
    pub actors: Vec<ActorEntry>,
    /// Exact cost, FIFOs included.
    pub cost: Cost,
}

/// An actor of a layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActorEntry {
    /// Its name.
    pub name: String,
    /// The stems of its chain.
    pub blocks: Vec<String>,
    /// The modules of its chain.
    pub modules: Vec<String>,
    /// Cycle of its first firing in an idle design.
    pub start: usize,
    /// Cycles from first pop to first push.
    pub latency: usize,
    /// Cycles per frame in which it pops, or pauses after it.
    pub busy: usize,
    /// Exact cost.
    pub cost: Cost,
}

/// A module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModuleEntry {
    /// Its name.
    pub module: String,
    /// Its file, relative to the output folder.
    pub file: String,
    /// Layers that use it, by name; empty for cells and the top module.
    pub layers: Vec<String>,
    /// Files it reads at elaboration.
    pub memories: Vec<MemoryEntry>,
}

/// A file for `$readmemh`: comments, then one word per line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemoryEntry {
    /// Its path, relative to the output folder.
    pub file: String,
    /// How many words.
    pub words: usize,
    /// Hexadecimal digits of a word.
    pub digits: usize,
}

impl MemoryEntry {
    /// The entry of a file by its text.
    pub fn of(file: String, text: &str) -> MemoryEntry {
        let mut words = memory_words(text);
        let digits = words.clone().next().map_or(0, |(_, word)| word.len());
        MemoryEntry { file, words: words.by_ref().count(), digits }
    }

    /// What is wrong with `text` as the contents of this file.
    pub fn problem(&self, text: &str) -> Option<String> {
        let MemoryEntry { words, digits, .. } = self;
        let is_word = |word: &str| word.len() == *digits && word.bytes().all(|b| b.is_ascii_hexdigit());
        if let Some((line, word)) = memory_words(text).find(|(_, word)| !is_word(word)) {
            return Some(format!("line {line} is `{word}`, expected {digits} hexadecimal digits"));
        }
        let found = memory_words(text).count();
        (found != *words).then(|| format!("{found} words, expected {words}"))
    }
}

/// The lines that hold words, with their one-based numbers.
fn memory_words(text: &str) -> impl Iterator<Item = (usize, &str)> + Clone {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with("//"))
}

/// A FIFO and its probes `<fifo>_push`, `<fifo>_push_data`, `<fifo>_pop`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeEntry {
    /// Name of the FIFO.
    pub fifo: String,
    /// The layer that reads it; `None` for the output stream's.
    pub layer: Option<String>,
    /// The layer that writes it; `None` for the input stream's.
    pub writer: Option<String>,
    /// Source line of the writer (of the input for the input stream's).
    pub line: usize,
    /// Module in which the signals live.
    pub module: String,
    /// Instance of that module in the top module; `None`: the top module itself.
    pub instance: Option<String>,
    /// Words of a pushed beat.
    pub lanes: usize,
    /// Bits of a word.
    pub width: u32,
    /// `s<int>.<frac>`.
    pub format: String,
    /// Beats pushed per frame.
    pub beats: usize,
    /// Depth, in pushed beats.
    pub depth: usize,
    /// The order of the elements in the pushed beats of a frame.
    #[serde(default)]
    pub order: ElementOrder,
}

/// Which element of a frame stands where in its beats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElementOrder {
    /// The bit in which the indices of the two elements of a beat differ; `None`: beats carry elements as they count.
    pub pair: Option<u32>,
    /// Whether beats of four carry a pair of each half of the window.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub split: bool,
    /// Elements after which the order repeats.
    pub window: usize,
}

impl ElementOrder {
    /// Index in its frame of the element in `lane` of `beat`, in beats of `lanes`.
    pub fn element(self, beat: usize, lane: usize, lanes: usize) -> usize {
        let beats = self.window / 2;
        match self.pair {
            Some(bit) if self.split && lanes == 4 => quad_index([bit, bit - 1], beat, lane),
            // pairs one by one, or all pairs of a window in one beat
            Some(_) if beats > 0 && (lanes == 2 || lanes == self.window) => {
                let pair = (beat * lanes + lane) / 2;
                pair / beats * self.window + word_index(self.pair, pair % beats, lane % 2)
            }
            _ => beat * lanes + lane,
        }
    }
}
