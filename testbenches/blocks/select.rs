//! Select: every shape against the model.

use crate::bench::{Traffic, check, unit_of};
use crate::exact::outputs;
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
fn more_than_eight_rows() {
    bench("r10_t10", [10, 10, 1], 1, 27);
    bench("r19_t40_n2", [19, 40, 2], 2, 9);
}

#[test]
fn one_row() {
    bench("r1_t3", [1, 3, 2], 1, 40);
}

#[test]
fn the_model_walks_through_the_rows() {
    for (rows, total, packet) in [(1, 1, 1), (4, 10, 1), (3, 3, 2), (2, 7, 8), (5, 2, 3)] {
        let select = Select { lanes: 2, width: 12, rows, total, packet };
        let beats = 3 * total * packet;
        // row r of every beat holds the words 2r and 2r + 1
        let words: Vec<i64> = (0..beats).flat_map(|_| 0..2 * rows as i64).collect();
        let row = |beat: usize| 2 * (beat / packet % total % rows) as i64;
        let expected: Vec<i64> = (0..beats).flat_map(|beat| [row(beat), row(beat) + 1]).collect();
        assert_eq!(outputs(&mut *unit_of(&select), &select, packet, &words), expected, "{select:?}");
    }
}
