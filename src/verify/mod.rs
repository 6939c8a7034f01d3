//! The emitted Verilog in lockstep with the timed model: every port, every probe, every cycle.

pub mod process;
pub mod verilator;
