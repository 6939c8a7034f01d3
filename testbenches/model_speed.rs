//! `make model-speed`: cycles per second of the timed model, in the library and as the emitted crate, stepped with every probe and at its
//! ports alone ([`Flow`]), against Verilator.
//!
//! Digits, MNIST and a layer of 1024 x 1024 in blocks of 64. Verilator `-O3`, compiled `-O3`, one thread, without tracing and
//! without probes. All take the same words and have to give the same words in the same number of cycles.
//! Everything stays in target/model_speed.

#[path = "model_speed/measure.rs"]
mod measure;

use circlet::report::table::Table;
use measure::{RUNS, answer, speeds};

fn main() {
    answer();
    let head = "network Verilator library-stepped library-ports crate-stepped crate-ports ports/Verilator \
                instructions-library instructions-crate";
    let mut table = Table::new(head, "lrrrrrrrr");
    for speed in speeds() {
        let ([stepped, ports], [stepped_out, ports_out]) = (speed.library, speed.emitted);
        let rates = [speed.verilator, stepped, ports, stepped_out, ports_out].map(|rate| format!("{rate:.2}"));
        let [library, emitted] = speed.instructions.map(|count| format!("{count:.1}"));
        let last = [format!("{:.1}", ports / speed.verilator), library, emitted];
        table.row([speed.network].into_iter().chain(rates).chain(last));
    }
    println!("Mcycle per processor second, medians of {RUNS} runs side by side; instructions per cycle at the ports");
    println!("{table}");
}
