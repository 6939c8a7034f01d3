//! The Verilator harness of a module: `harness.cpp` for all, `dut.h` and `probes.vlt` for one.
//!
//! A *record* is what one cycle brings to a module or what the module shows, as 32-bit words: one-bit signals first,
//! bit i in word i / 32, then the wider signals, each from a new word. A value is left out when its flag is 0.

use crate::manifest::Manifest;
use askama::Template;

/// A signal of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// Its name in its module.
    pub name: String,
    /// The module it lives in and that module's instance in the top module; `None`: a port of the top module.
    pub inside: Option<Inside>,
    /// Width, bits.
    pub bits: usize,
    /// For values shown: the index of the one-bit output that announces them; `None`: always shown.
    pub when: Option<usize>,
}

/// The place of a probe below or in the top module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inside {
    /// Module name.
    pub module: String,
    /// Instance in the top module; `None`: the top module itself.
    pub instance: Option<String>,
}

impl Signal {
    /// A port of the top module.
    pub fn port(name: &str, bits: usize) -> Signal {
        Signal { name: name.into(), inside: None, bits, when: None }
    }

    /// The 32-bit words it takes in a record, when it is not a flag.
    pub fn words(&self) -> usize {
        self.bits.div_ceil(32)
    }

    /// Whether it stands among the one-bit signals of a record.
    pub fn is_flag(&self) -> bool {
        self.bits == 1 && self.when.is_none()
    }
}

/// A module as the harness sees it. `clk` is driven by the harness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dut {
    /// Name of the top module.
    pub top: String,
    /// What a cycle brings.
    pub inputs: Vec<Signal>,
    /// What a cycle shows; flags stand before the values.
    pub outputs: Vec<Signal>,
}

/// Index of the first probe among the flags of [`Dut::of_network`]: two per FIFO, push and pop.
pub const FIRST_PROBE: usize = 4;

impl Dut {
    /// The top module of an output folder with its probes, in the order of the manifest.
    ///
    /// Input flags: `rst`, `s_axis_tvalid`, `s_axis_tlast`, `m_axis_tready`; value: `s_axis_tdata`.
    /// Output flags: `s_axis_tready`, `m_axis_tvalid`, `m_axis_tlast`, `frame_error`, then push and pop of each FIFO;
    /// values: `m_axis_tdata`, then the pushed data of each FIFO.
    pub fn of_network(manifest: &Manifest) -> Dut {
        let flag = |name: &str| Signal::port(name, 1);
        let mut inputs: Vec<_> = ["rst", "s_axis_tvalid", "s_axis_tlast", "m_axis_tready"].map(flag).into();
        inputs.push(Signal::port("s_axis_tdata", manifest.input.lanes * manifest.input.bytes * 8));
        let mut outputs: Vec<_> = ["s_axis_tready", "m_axis_tvalid", "m_axis_tlast", "frame_error"].map(flag).into();
        let data_bits = manifest.output.lanes * manifest.output.bytes * 8;
        let mut values = vec![Signal { when: Some(1), ..Signal::port("m_axis_tdata", data_bits) }];
        for (index, probe) in manifest.probes.iter().enumerate() {
            let inside = Some(Inside { module: probe.module.clone(), instance: probe.instance.clone() });
            let signal = |role: &str, bits, when| Signal {
                name: format!("{}_{role}", probe.fifo),
                inside: inside.clone(),
                bits,
                when,
            };
            outputs.extend([signal("push", 1, None), signal("pop", 1, None)]);
            let push = FIRST_PROBE + 2 * index;
            values.push(signal("push_data", probe.lanes * probe.width as usize, Some(push)));
        }
        outputs.append(&mut values);
        Dut { top: manifest.network.clone(), inputs, outputs }
    }

    /// Words of an input record.
    pub fn input_words(&self) -> usize {
        record_words(&self.inputs)
    }

    /// Words of the one-bit signals at the head of an output record.
    pub fn flag_words(&self) -> usize {
        self.outputs.iter().filter(|s| s.is_flag()).count().div_ceil(32)
    }

    /// The files of the harness, by name; they are compiled together.
    pub fn files(&self) -> Vec<(&'static str, String)> {
        let header = self.header().render().unwrap_or_else(|e| crate::bug!("dut.h: {e}"));
        let probes = self.probes().render().unwrap_or_else(|e| crate::bug!("probes.vlt: {e}"));
        let harness = include_str!("../../templates/harness.cpp").to_string();
        vec![("harness.cpp", harness), ("dut.h", header + "\n"), ("probes.vlt", probes + "\n")]
    }

    fn header(&self) -> DutHeader<'_> {
        let flag_words = self.flag_words();
        DutHeader {
            top: &self.top,
            input_words: self.input_words(),
            output_words: record_words(&self.outputs),
            flag_words,
            flag_range: (0..flag_words).collect(),
            input_bits: self.bits(&self.inputs),
            input_values: self.values(&self.inputs),
            output_bits: self.bits(&self.outputs),
            output_values: self.values(&self.outputs),
        }
    }

    fn bits(&self, signals: &[Signal]) -> Vec<BitField> {
        let flags = signals.iter().filter(|s| s.is_flag()).enumerate();
        flags.map(|(i, s)| BitField { signal: self.member(s), word: i / 32, bit: i % 32 }).collect()
    }

    fn values(&self, signals: &[Signal]) -> Vec<ValueField> {
        let mut word = signals.iter().filter(|s| s.is_flag()).count().div_ceil(32);
        let mut field = |signal: &Signal| {
            let when = signal.when.map_or("true".into(), |flag| format!("root.{}", self.member(&signals[flag])));
            let field = ValueField { signal: self.member(signal), word, when };
            word += signal.words();
            field
        };
        signals.iter().filter(|s| !s.is_flag()).map(&mut field).collect()
    }

    /// The name Verilator gives to a signal in the C++ class of a flattened design.
    fn member(&self, signal: &Signal) -> String {
        let encode = |name: &str| name.replace("__", "___05F");
        let name = encode(&signal.name);
        match &signal.inside {
            None => name,
            Some(Inside { instance: None, .. }) => format!("{}__DOT__{name}", encode(&self.top)),
            Some(Inside { instance: Some(instance), .. }) => {
                format!("{}__DOT__{}__DOT__{name}", encode(&self.top), encode(instance))
            }
        }
    }

    /// A double underscore is encoded before Verilator looks for the name: a wildcard stands for it.
    fn probes(&self) -> ProbesVlt {
        let wild = |name: &str| name.replace("__", "*");
        let probe = |s: &Signal| {
            s.inside.as_ref().map(|inside| ProbeLine { module: wild(&inside.module), signal: wild(&s.name) })
        };
        ProbesVlt { probes: self.outputs.iter().filter_map(probe).collect() }
    }
}

fn record_words(signals: &[Signal]) -> usize {
    let flags = signals.iter().filter(|s| s.is_flag()).count().div_ceil(32);
    flags + signals.iter().filter(|s| !s.is_flag()).map(Signal::words).sum::<usize>()
}

#[derive(Template)]
#[template(path = "dut.h", escape = "none")]
struct DutHeader<'a> {
    top: &'a str,
    input_words: usize,
    output_words: usize,
    flag_words: usize,
    flag_range: Vec<usize>,
    input_bits: Vec<BitField>,
    input_values: Vec<ValueField>,
    output_bits: Vec<BitField>,
    output_values: Vec<ValueField>,
}

struct BitField {
    signal: String,
    word: usize,
    bit: usize,
}

struct ValueField {
    signal: String,
    word: usize,
    when: String,
}

#[derive(Template)]
#[template(path = "probes.vlt", escape = "none")]
struct ProbesVlt {
    probes: Vec<ProbeLine>,
}

struct ProbeLine {
    module: String,
    signal: String,
}
