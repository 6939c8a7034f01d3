//! circlet: from trained neural networks to block-circulant FFT hardware, proved against its own models.
//!
//! A dense layer whose matrix consists of circulant blocks of size k stores n words instead of n * n and computes
//! `y_i = IFFT(sum_j W_ij . FFT(x_j))` (\[Ding17\]). circlet compiles a network described in `.circ` into Verilog of
//! that form, and into a model that says what every stream of it carries in every cycle.
//!
//! # The house, in the order of the data
//!
//! | room | what it holds |
//! |---|---|
//! | [`frontend`] | text and weight files in, [`network::Network`] out |
//! | [`network`] | WHAT is computed: typed layers; prints itself as `.circ` |
//! | [`passes`] | network to network: shapes, folding, circulant form, formats |
//! | [`compress`] | which block size each layer gets: a search by measured loss |
//! | [`dataflow`] | HOW: a graph of actors and streams |
//! | [`schedule`] | WHEN: units and folding, FIFO depths, promised interval and latency |
//! | [`blocks`] | the hardware library: one stem per block |
//! | [`emit`] | schedule to files: Verilog, model crate, benches, vectors, manifest |
//! | [`verify`] | Verilator in lockstep with the model, Icarus beside it; waveforms and their comparison |
//! | [`mod@train`] | learning in circulant form |
//! | [`synth`] | what a design takes and how fast it is, measured by Yosys and nextpnr |
//! | [`report`] | what a person reads |
//! | [`cli`] | the command line |
//!
//! [`pipeline`] is the one screen that calls them in order; [`manifest`] is what an output folder says of itself.
//!
//! Beside the flow stand [`mod@fixed`] (the only definition of arithmetic), [`machine`] (the timed model), [`mod@reference`] (the
//! judges: f64 and integers without time), [`spectra`] (the only place where bits come from a transform) and [`diag`].
//!
//! # Levels
//!
//! `dense` (as imported) and `circulant` (compressed) run in f64 in [`reference::Real`]; `fixed` in integers in
//! [`reference::Fixed`], written apart from the blocks; `cycle` in [`machine::Machine`], at the ports alone and faster in
//! [`machine::flow::Flow`]; `rtl` in Verilator. `fixed`, `cycle` and `rtl` give the same bits, `cycle` and `rtl` in the same
//! cycles.
//!
//! # Invariants
//!
//! - *Time is decided once.* An actor's timing is six numbers ([`machine::Timing`]); Verilog, model and schedule
//!   take them from the same [`blocks::Block`].
//! - *The emitted model is this library.* [`emit::model`] copies [`fixed`], [`machine`] and each `blocks/<stem>/model.rs` to
//!   the letter; they use nothing but the standard library.
//! - *One door per dependency*, *one stem per block*: `testbenches/house.rs` holds the lists and checks them.
//!
//! # References
//!
//! - \[Avizienis61\] Avizienis, *Signed-digit number representations for fast parallel arithmetic*, IRE Trans. Electronic Computers 10, 1961.
//! - \[Bengio13\] Bengio, Léonard, Courville, *Estimating or propagating gradients through stochastic neurons for
//!   conditional computation*, arXiv:1308.3432, 2013: straight-through gradients.
//! - \[Bilsen96\] Bilsen, Engels, Lauwereins, Peperstraete, *Cyclo-static dataflow*, IEEE Trans. Signal Processing 44(2), 1996.
//! - \[Booth51\] Booth, *A signed binary multiplication technique*, Quarterly J. Mechanics and Applied Mathematics 4(2), 1951.
//! - \[Boyd11\] Boyd, Parikh, Chu, Peleato, Eckstein, *Distributed optimization and statistical learning via the alternating
//!   direction method of multipliers*, Foundations and Trends in Machine Learning 3(1), 2011.
//! - \[Denyer85\] Denyer, Renshaw, *VLSI signal processing: a bit-serial approach*, Addison-Wesley, 1985.
//! - \[Hartley96\] Hartley, *Subexpression sharing in filters using canonic signed digit multipliers*, IEEE Trans. Circuits and Systems II 43(10), 1996.
//! - \[He98\] He, Torkelson, *Designing pipeline FFT processor for OFDM (de)modulation*, Proc. URSI ISSSE, 1998.
//! - \[He15\] He, Zhang, Ren, Sun, *Delving deep into rectifiers*, ICCV 2015: the variance of the first weights.
//! - \[Ioffe15\] Ioffe, Szegedy, *Batch normalization*, ICML 2015.
//! - \[Kingma15\] Kingma, Ba, *Adam: a method for stochastic optimization*, ICLR 2015.
//! - \[Ding17\] Ding et al., *CirCNN: accelerating and compressing deep neural networks using block-circulant weight
//!   matrices*, MICRO 2017.
//! - \[Umuroglu17\] Umuroglu, Jahre, *Streamlined deployment for quantized neural networks*, 2017: scales, normalisation
//!   and activation of a quantised layer as thresholds of its integer sums.
//! - \[Wiggers09\] Wiggers, *Aperiodic multiprocessor scheduling for real-time stream processing applications*,
//!   dissertation, University of Twente, 2009: self-timed execution of dataflow graphs is monotonic.
//!
//! # One layer, end to end
//!
//! ```
#![doc = include_str!("../examples/walkthrough.rs")]
//! ```

pub mod blocks;
pub mod cli;
pub mod compress;
pub mod dataflow;
pub mod diag;
pub mod emit;
pub mod fixed;
pub mod frontend;
pub mod machine;
pub mod manifest;
pub mod network;
pub mod passes;
pub mod pipeline;
pub mod reference;
pub mod report;
pub mod schedule;
pub mod spectra;
pub mod synth;
pub mod train;
pub mod verify;
