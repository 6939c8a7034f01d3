//! The model against the vectors that were emitted with it: every port, every cycle.

use digits_model::{Inputs, Outputs, network};

const VECTORS: &str = include_str!("../vectors/cycles.hex");
const INPUT: Words = Words { lanes: 1, bytes: 2, width: 10 };
const OUTPUT: Words = Words { lanes: 1, bytes: 1, width: 5 };

/// How words lie in a data field: lane 0 in the last digits.
struct Words {
    lanes: usize,
    bytes: usize,
    width: u32,
}

impl Words {
    fn read(&self, digits: &str) -> Vec<i64> {
        let word = |lane: usize| {
            let end = digits.len() - lane * self.bytes * 2;
            let value = i64::from_str_radix(&digits[end - self.bytes * 2..end], 16).unwrap();
            value << (64 - self.width) >> (64 - self.width)
        };
        (0..self.lanes).map(word).collect()
    }
}

fn bit(digit: &str, index: u32) -> bool {
    u8::from_str_radix(digit, 16).unwrap() >> index & 1 == 1
}

#[test]
fn every_cycle_is_as_recorded() {
    let mut machine = network();
    let cycles = VECTORS.lines().filter(|line| !line.starts_with("//"));
    let mut compared = 0;
    for (cycle, line) in cycles.enumerate() {
        let [control, data, state, answer] = line.split('_').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let [rst, valid, last, ready] = [3, 2, 1, 0].map(|index| bit(control, index));
        let outputs = machine.step(&Inputs { rst, valid, data: INPUT.read(data), last, ready });
        let [frame_error, ready, valid, last] = [3, 2, 1, 0].map(|index| bit(state, index));
        let data = if valid { OUTPUT.read(answer) } else { Vec::new() };
        assert_eq!(outputs, Outputs { ready, valid, data, last, frame_error }, "cycle {cycle}");
        compared += 1;
    }
    assert!(compared > 0);
}
