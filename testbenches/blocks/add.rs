//! Add: parts of different formats, frames of an odd number of words.

use crate::bench::{Traffic, check, unit_of};
use crate::exact::outputs;
use circlet::blocks::add::Add;
use circlet::fixed::QFormat;

fn format(text: &str) -> QFormat {
    QFormat::parse(text).unwrap()
}

fn add(lanes: usize, words: usize, parts: &[&str], sum: &str) -> Add {
    let parts = parts.iter().map(|text| format(text)).collect();
    let add = Add { lanes, beats: words.div_ceil(lanes), words, parts, sum: format(sum) };
    add.check().unwrap();
    add
}

#[test]
fn two_parts_of_one_format() {
    check("add_equal", &add(1, 5, &["s3.8", "s3.8"], "s4.8"), &Traffic::of_packet(1));
}

#[test]
fn parts_of_different_formats_and_an_odd_frame() {
    check("add_odd", &add(2, 7, &["s3.4", "s1.9", "s-2.8"], "s5.9"), &Traffic { packets: 60, ..Traffic::of_packet(1) });
}

#[test]
fn the_model_adds_aligned_words() {
    let block = add(2, 3, &["s3.4", "s1.6"], "s4.6");
    // beats of two words per part; the fourth word of a frame is none
    let words = [1, 2, 10, 20, 3, 99, 30, 99, -1, 0, 5, 6];
    assert_eq!(outputs(&mut *unit_of(&block), &block, 1, &words), [14, 28, 42, 0, 1, 6]);
}

#[test]
fn sums_without_room_are_refused() {
    let parts = vec![format("s3.4"), format("s3.4")];
    assert!(Add { lanes: 1, beats: 2, words: 2, parts, sum: format("s3.4") }.check().is_err());
}
