//! Pack: every shape against the model.

use crate::bench::{Traffic, check, unit_of};
use crate::exact::outputs;
use circlet::blocks::pack::Pack;

fn bench(case: &str, lanes: usize, beats: usize, pairs: (u32, u32), together: bool) {
    let pack = Pack { lanes, width: 9, beats, pairs, together };
    pack.check().unwrap();
    let packet = if together { beats } else { 1 };
    check(&format!("pack_{case}"), &pack, &Traffic { packets: 30 * beats + 8, ..Traffic::of_packet(packet) });
}

#[test]
fn beats_with_gaps() {
    bench("l1_n2", 1, 2, (0, 0), false);
    bench("l1_n8", 1, 8, (0, 2), false);
    bench("l4_n2", 4, 2, (1, 2), false);
}

#[test]
fn beats_of_a_packet() {
    bench("l2_n8_together", 2, 8, (3, 3), true);
}

#[test]
fn one_beat_whose_words_change_places() {
    bench("l8_n1", 8, 1, (0, 2), true);
}

#[test]
fn the_model_counts_words_by_index() {
    // word i of each block is i, in the order of neighbours; it leaves as word t beside word t + 4
    let pack = Pack { lanes: 4, width: 9, beats: 2, pairs: (0, 2), together: false };
    let words: Vec<i64> = (0..3).flat_map(|_| 0..8).collect();
    let expected = [0, 4, 1, 5, 2, 6, 3, 7].repeat(3);
    assert_eq!(outputs(&mut *unit_of(&pack), &pack, 1, &words), expected);
}

#[test]
fn what_is_no_block_is_refused() {
    let good = Pack { lanes: 2, width: 8, beats: 4, pairs: (0, 2), together: false };
    assert!(good.check().is_ok());
    let bad = [
        Pack { lanes: 3, ..good },
        Pack { beats: 5, ..good },
        Pack { pairs: (3, 0), ..good },
        Pack { width: 1, ..good },
    ];
    assert!(bad.iter().all(|pack| pack.check().is_err()));
}
