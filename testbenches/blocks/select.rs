//! Select: every shape against the model.

use crate::bench::{Traffic, check};
use circlet::blocks::select::Select;

fn bench(case: &str, [rows, total, packet]: [usize; 3], lanes: usize, width: u32) {
    let select = Select { lanes, width, rows, total, packet };
    select.check().unwrap();
    check(&format!("select_{case}"), &select, &Traffic { packets: 5 * total + 8, ..Traffic::of_packet(packet) });
}

#[test]
fn single_beats_with_a_short_last_group() {
    bench("r4_t10", [4, 10, 1], 1, 24);
}

#[test]
fn packets_of_pairs() {
    bench("r3_t6_n8", [3, 6, 8], 2, 17);
}

#[test]
fn more_rows_than_packets() {
    bench("r5_t3", [5, 3, 4], 2, 8);
}

#[test]
fn one_packet_per_frame() {
    bench("r2_t1", [2, 1, 1], 1, 6);
}

#[test]
fn one_row() {
    bench("r1_t3", [1, 3, 2], 1, 40);
}
