//! Cycle-accurate reference model of the network `{= network =}`, generated from {= source =}. No dependencies.
//!
//! [`network`] gives the machine in its reset state. [`Machine::step`] takes what one clock cycle brings to the ports
//! and says what they show during it; afterwards `probes` holds what every FIFO saw in that cycle, in the order of
//! `fifos`, which carry the names that they have in the Verilog (`<name>_push`, `<name>_push_data`, `<name>_pop`).
//! [`Flow`] shows the same ports in the same cycles, without what lies between them, several times as fast.
//!
//! A frame is {= frame_in =} beats of {= input =} in and {= frame_out =} beats of {= output =} out. Words are integers of
//! those formats, `s<integer bits>.<fraction bits>`.
//!
//! ```
//! use {= network =}_model::{Inputs, network};
//!
//! let mut machine = network();
//! let lanes = machine.fifos[0].lanes;
//! let (mut beat, mut answers) = (0, 0);
//! while answers < machine.frame_out {
//!     let last = (beat + 1) % machine.frame_in == 0;
//!     let inputs = Inputs { rst: false, valid: true, data: vec![0; lanes], last, ready: true };
//!     let outputs = machine.step(&inputs);
//!     beat += outputs.ready as usize; // an offered beat is taken when the machine is ready
//!     answers += outputs.valid as usize;
//! }
//! ```

pub mod blocks;
pub mod fixed;
pub mod machine;

pub use machine::flow::Flow;
pub use machine::{Inputs, Machine, Outputs, Probe};

const MACHINE: &str = include_str!("../machine.txt");

const MEMORIES: &[(&str, &str)] = &[
{%- for name in memories %}
    ("{= name =}", include_str!("../data/{= name =}.hex")),
{%- endfor %}
];

/// The network in its reset state.
pub fn network() -> Machine {
    let memory = |name: &str| MEMORIES.iter().find(|(n, _)| *n == name).map(|(_, text)| text.to_string());
    let mut fetch = |name: &str| memory(name).ok_or(format!("no memory `{name}`"));
    match machine::text::read(MACHINE, blocks::models::UNITS, &mut fetch) {
        Ok(machine) => machine,
        Err(problem) => panic!("machine.txt: {problem}"),
    }
}
