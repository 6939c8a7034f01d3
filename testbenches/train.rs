//! Learning: gradients against differences and against dense layers, runs that are interrupted, bad data, small networks,
//! the hardware's numbers, dense networks made circulant, sweeps, sounds and series.

#[path = "common/binary.rs"]
#[allow(dead_code, reason = "what is on disk is not listed here")]
mod binary;
#[path = "train/converted.rs"]
mod converted;
#[path = "common/examples.rs"]
mod examples;
#[allow(dead_code, reason = "this test writes its own files")]
mod files;
#[path = "train/gradients.rs"]
mod gradients;
#[path = "train/interrupted.rs"]
mod interrupted;
#[path = "train/learning.rs"]
mod learning;
#[path = "train/quantised.rs"]
mod quantised;
#[path = "train/refused.rs"]
mod refused;
#[path = "train/speed.rs"]
mod speed;
#[path = "train/sweep.rs"]
mod sweep;
#[path = "train/tasks.rs"]
mod tasks;
