//! Every hardware block against its model: values, latency, lint and cost.
//!
//! A block's test is a file `blocks/<stem>.rs` here that builds the block and calls [`bench::check`]:
//!
//! ```ignore
//! let fft = Fft::new(16, ...)?;
//! bench::check("fft_k16", &fft, &Traffic { packets: 60, ..Traffic::of_packet(8) });
//! ```
//!
//! The files of a case stay in `blocks/<case>/` below `CARGO_TARGET_TMPDIR` (`rtl/`, `stimulus.txt`, `response.txt`) until its next run.

#[path = "common/bench.rs"]
mod bench;
#[path = "common/exact.rs"]
mod exact;
#[path = "transforms/measure.rs"]
mod measure;
#[allow(dead_code)]
#[path = "common/tools.rs"]
mod tools;

mod blocks {
    mod activate;
    mod add;
    mod argmax;
    mod bit_ifft;
    mod concat;
    mod dense_mac;
    mod fft;
    mod folded_fft;
    mod folded_ifft;
    mod half_fft;
    mod ifft;
    mod koios;
    mod pack;
    mod refusals;
    mod select;
    mod slice;
    mod spectral_array;
    mod spectral_mac;
    mod streaming;
    mod threshold;
    mod whole_fft;
    mod whole_ifft;
    mod wide_fft;
    mod wide_ifft;
}
