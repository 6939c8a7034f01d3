//! The parameters for which cells are proved, and the faults that the proofs must find.

use super::prover::Case;

fn cases(cell: &'static str, steps: usize, list: &[&str]) -> Vec<Case> {
    list.iter().map(|parameters| Case { cell, parameters: parameters.to_string(), steps }).collect()
}

/// Every case; the first of each cell also serves the faults.
pub fn grid() -> Vec<Case> {
    let mut all = Vec::new();
    for depth in [1usize, 2, 3, 4, 5, 7, 8, 13, 16] {
        for reserve in [1, 2, 3, 8].into_iter().filter(|reserve| *reserve <= depth) {
            let packet = depth.div_ceil(reserve);
            let parameters = format!("DEPTH {depth} WIDTH 1 RESERVE {reserve} PACKET {packet}");
            all.push(Case { cell: "stream_fifo", parameters, steps: 3 });
        }
    }
    all.extend(cases(
        "stream_fifo",
        3,
        &[
            "DEPTH 5 WIDTH 2 WINDOW 2 REPEAT 3 GROUPS 2 LAST_REPEAT 1 RESERVE 2 PACKET 2",
            "DEPTH 1 WIDTH 1 WINDOW 1 REPEAT 3 GROUPS 1 LAST_REPEAT 3 RESERVE 1 PACKET 1",
            "DEPTH 8 WIDTH 1 WINDOW 8 REPEAT 2 GROUPS 1 LAST_REPEAT 2 RESERVE 8 PACKET 8",
            "DEPTH 12 WIDTH 1 WINDOW 3 REPEAT 1 GROUPS 3 LAST_REPEAT 4 RESERVE 3 PACKET 3",
            "DEPTH 7 WIDTH 1 WINDOW 5 REPEAT 4 GROUPS 2 LAST_REPEAT 5 RESERVE 1 PACKET 5",
            "DEPTH 10 WIDTH 2 WINDOW 4 REPEAT 2 GROUPS 4 LAST_REPEAT 1 RESERVE 4 PACKET 1",
            "DEPTH 6 WIDTH 1 WINDOW 6 REPEAT 4 GROUPS 3 LAST_REPEAT 2 RESERVE 2 PACKET 6",
        ],
    ));
    // every pair of orders of windows of 4, 8 and 16 words, whole frames and frames that end in mid-window
    for words in [4u32, 8, 16] {
        for (read, written) in (0..words.ilog2()).flat_map(|a| (0..words.ilog2()).map(move |b| (a, b))) {
            let used = words < 16 || read == 3 || written == 3;
            if read != written && used {
                let (depth, frame) = (words, words / 2);
                all.push(Case {
                    cell: "turn_fifo",
                    parameters: format!(
                        "WIDTH 1 LANES_IN 2 DEPTH {depth} WORDS {words} PAIR_IN {written} PAIR_OUT {read} \
                         FRAME_IN {frame} FRAME_OUT {frame} RESERVE 1 PACKET {frame}"
                    ),
                    steps: 3,
                });
            }
        }
    }
    all.extend(cases(
        "turn_fifo",
        3,
        &[
            "WIDTH 1 LANES_IN 2 DEPTH 4 WORDS 4 PAIR_IN 0 PAIR_OUT 1 FRAME_IN 3 FRAME_OUT 3 RESERVE 1 PACKET 1",
            "WIDTH 1 LANES_IN 2 DEPTH 12 WORDS 8 PAIR_IN 0 PAIR_OUT 1 FRAME_IN 6 FRAME_OUT 8 RESERVE 2 PACKET 4",
            "WIDTH 2 LANES_IN 2 DEPTH 16 WORDS 16 PAIR_IN 0 PAIR_OUT 3 FRAME_IN 5 FRAME_OUT 3 RESERVE 5 PACKET 3",
            "WIDTH 1 LANES_IN 2 DEPTH 24 WORDS 16 PAIR_IN 1 PAIR_OUT 3 FRAME_IN 21 FRAME_OUT 20 RESERVE 1 PACKET 5",
            "WIDTH 1 LANES_IN 2 DEPTH 4 WORDS 8 PAIR_IN 2 PAIR_OUT 0 FRAME_IN 8 FRAME_OUT 8 RESERVE 4 PACKET 2",
            "WIDTH 1 LANES_IN 1 DEPTH 2 WORDS 2 PAIR_IN 0 PAIR_OUT 0 FRAME_IN 2 FRAME_OUT 1 RESERVE 1 PACKET 1",
            "WIDTH 1 LANES_IN 1 DEPTH 6 WORDS 2 PAIR_IN 0 PAIR_OUT 0 FRAME_IN 3 FRAME_OUT 2 RESERVE 3 PACKET 2",
            "WIDTH 1 LANES_IN 1 DEPTH 24 WORDS 8 PAIR_IN 0 PAIR_OUT 2 FRAME_IN 13 FRAME_OUT 7 RESERVE 1 PACKET 7",
            "WIDTH 1 LANES_IN 1 DEPTH 16 WORDS 16 PAIR_IN 0 PAIR_OUT 3 FRAME_IN 16 FRAME_OUT 8 RESERVE 4 PACKET 8",
            "WIDTH 1 LANES_IN 1 DEPTH 48 WORDS 16 PAIR_IN 0 PAIR_OUT 0 FRAME_IN 10 FRAME_OUT 8 RESERVE 5 PACKET 2",
        ],
    ));
    // four lanes: no bit in both beats, one in the same or in the other place, two in the other places
    for ([pair_in, second_in], [pair_out, second_out], frames) in [
        ([0, 1], [3, 2], "DEPTH 4 FRAME_IN 4 FRAME_OUT 4 RESERVE 1 PACKET 4"),
        ([3, 2], [0, 1], "DEPTH 8 FRAME_IN 4 FRAME_OUT 4 RESERVE 2 PACKET 2"),
        ([0, 1], [3, 1], "DEPTH 8 FRAME_IN 3 FRAME_OUT 2 RESERVE 3 PACKET 1"),
        ([3, 2], [2, 1], "DEPTH 8 FRAME_IN 6 FRAME_OUT 7 RESERVE 2 PACKET 3"),
        ([1, 0], [3, 1], "DEPTH 4 FRAME_IN 3 FRAME_OUT 4 RESERVE 1 PACKET 2"),
        ([3, 0], [3, 2], "DEPTH 4 FRAME_IN 4 FRAME_OUT 4 RESERVE 4 PACKET 1"),
        ([0, 1], [1, 0], "DEPTH 4 FRAME_IN 4 FRAME_OUT 3 RESERVE 2 PACKET 4"),
    ] {
        let parameters = format!(
            "WIDTH 1 LANES_IN 4 WORDS 16 PAIR_IN {pair_in} PAIR_OUT {pair_out} SECOND_IN {second_in} \
             SECOND_OUT {second_out} {frames}"
        );
        all.push(Case { cell: "turn_fifo", parameters, steps: 3 });
    }
    all.extend(cases(
        "turn_fifo",
        3,
        &[
            "WIDTH 1 LANES_IN 4 WORDS 4 PAIR_IN 0 PAIR_OUT 1 SECOND_IN 1 SECOND_OUT 0 DEPTH 2 FRAME_IN 1 FRAME_OUT 1 \
             RESERVE 1 PACKET 1",
            "WIDTH 1 LANES_IN 4 WORDS 8 PAIR_IN 2 PAIR_OUT 1 SECOND_IN 1 SECOND_OUT 0 DEPTH 4 FRAME_IN 3 FRAME_OUT 3 \
             RESERVE 1 PACKET 2",
            "WIDTH 2 LANES_IN 4 WORDS 8 PAIR_IN 0 PAIR_OUT 2 SECOND_IN 1 SECOND_OUT 1 DEPTH 4 FRAME_IN 3 FRAME_OUT 3 \
             RESERVE 1 PACKET 2",
        ],
    ));
    for packet in [1, 2, 3, 8, 16] {
        for (every, burst, rest) in [(1, 1, 0), (2, 1, 0), (3, 2, 0), (3, 1, 1), (5, 1, 0), (7, 4, 0), (7, 2, 4)] {
            let parameters = format!("PACKET {packet} EVERY {every} BURST {burst} REST {rest}");
            all.push(Case { cell: "gate", parameters, steps: 4 });
        }
    }
    for (packet, pause, every, burst) in [(1, 1, 1, 1), (1, 3, 5, 1), (3, 1, 3, 2), (8, 9, 1, 1)] {
        let parameters = format!("PACKET {packet} PAUSE {pause} EVERY {every} BURST {burst} REST 0");
        all.push(Case { cell: "gate", parameters, steps: 4 });
    }
    for (lanes, width, bytes) in [(1, 1, 1), (2, 3, 1), (2, 8, 1), (3, 9, 2)] {
        for frame in [1, 2, 3, 5, 16] {
            let parameters = format!("LANES {lanes} WIDTH {width} BYTES {bytes} FRAME {frame}");
            all.push(Case { cell: "axis_in", parameters: parameters.clone(), steps: 4 });
            all.push(Case { cell: "axis_out", parameters, steps: 4 });
        }
    }
    for (first, second, third) in [(3, 1, 2), (1, 1, 1), (4, 5, 8)] {
        let parameters = format!("DATA_W 2 FIRST {first} SECOND {second} THIRD {third}");
        all.push(Case { cell: "in_turn", parameters, steps: 3 });
    }
    for beats in [1, 2, 4, 8, 16] {
        for delay in [1, 2, 3, 6] {
            let parameters = format!("BEATS {beats} DELAY {delay}");
            all.push(Case { cell: "packet_valid", parameters, steps: beats + delay + 3 });
        }
    }
    for (window, last) in [(1, 1), (2, 1), (3, 2), (4, 4), (4, 3), (8, 5)] {
        for (windows, slots) in [(1, 1), (1, 2), (2, 3), (3, 2), (5, 4)] {
            let parameters = format!("WINDOW {window} WINDOWS {windows} LAST {last} SLOTS {slots}");
            all.push(Case { cell: "window_walk", parameters, steps: 3 });
        }
    }
    for (lanes, rows, total, packet) in [
        (1, 3, 4, 1),
        (1, 3, 7, 4),
        (1, 2, 2, 1),
        (2, 4, 8, 8),
        (2, 5, 12, 3),
        (1, 8, 3, 2),
        (1, 9, 11, 1),
        (1, 18, 36, 2),
    ] {
        let parameters = format!("LANES {lanes} WIDTH 2 ROWS {rows} TOTAL {total} PACKET {packet}");
        all.push(Case { cell: "select", parameters, steps: 3 });
    }
    for (count, width) in [(2, 4), (1, 2), (3, 3), (8, 2), (11, 1)] {
        all.push(Case { cell: "word_mux", parameters: format!("COUNT {count} WIDTH {width}"), steps: 2 });
    }
    all.extend(cases(
        "row_mux",
        4,
        &["ROWS 3 WIDTH 2", "ROWS 1 WIDTH 1", "ROWS 8 WIDTH 2", "ROWS 9 WIDTH 2", "ROWS 21 WIDTH 1"],
    ));
    all.extend(cases("row_sum", 2, &["W 4 SHARED 1", "W 4 SHARED 0", "W 1 SHARED 1"]));
    all.extend(cases(
        "part_mux",
        3,
        &["COUNT 4 PARTS 2 WIDTH 2", "COUNT 3 PARTS 3 WIDTH 1", "COUNT 1 PARTS 2 WIDTH 2", "COUNT 8 PARTS 1 WIDTH 2"],
    ));
    for depth in [1, 2, 3, 4, 8, 15, 16, 32] {
        all.push(Case { cell: "delay_line", parameters: format!("W 1 DEPTH {depth}"), steps: depth + 4 });
    }
    for depth in [1, 2, 3, 4, 5, 8, 9, 16, 34] {
        all.push(Case { cell: "held_delay", parameters: format!("WIDTH 1 DEPTH {depth}"), steps: depth + 6 });
    }
    for depth in [4, 5, 9] {
        all.push(Case { cell: "held_delay", parameters: format!("WIDTH 1 DEPTH {depth} AHEAD 1"), steps: depth + 6 });
    }
    all.extend(cases(
        "rom",
        4,
        &["WIDTH 6 DEPTH 11 ADDR_W 4 PORTS 2 HOLD 1", "WIDTH 9 DEPTH 32 ADDR_W 5 PORTS 1 HOLD 0"],
    ));
    all.extend(cases(
        "rom_ahead",
        4,
        &[
            "WIDTH 6 DEPTH 5 ADDR_W 3",
            "WIDTH 3 DEPTH 1 ADDR_W 1",
            "WIDTH 5 DEPTH 2 ADDR_W 1",
            "WIDTH 7 DEPTH 16 ADDR_W 4",
        ],
    ));
    all.extend(cases(
        "threshold_step",
        4,
        &[
            "WIDTH 4 PATH_W 3 ADDR_W 2 DEPTH 3",
            "WIDTH 7 PATH_W 5 ADDR_W 5 DEPTH 32",
            "WIDTH 5 PATH_W 1 ADDR_W 1 DEPTH 1",
        ],
    ));
    all.extend(cases(
        "dense_row",
        10,
        &[
            "LANES 2 XW 3 WW 3 VW 7 SW 8 OW 8",
            "LANES 1 XW 4 WW 3 VW 7 SW 9 OW 7",
            "LANES 1 XW 2 WW 4 VW 6 SW 6 OW 9",
            "LANES 4 XW 2 WW 2 VW 6 SW 7 OW 7",
        ],
    ));
    for (products, mode) in [(4, 0), (4, 1), (4, 2), (3, 0), (3, 1), (2, 0)] {
        let parameters = format!("PRODUCTS {products} XW 3 WW 2 SW 7 SHIFT 2 MODE {mode} OW 4");
        all.push(Case { cell: "spectral_row", parameters, steps: 11 });
    }
    for (products, mode, kind) in [
        (3, 1, "HEAD 0 PARTS 1 SHARED 0"),
        (3, 1, "HEAD 0 PARTS 1 SHARED 1"),
        (3, 0, "HEAD 0 PARTS 0 SHARED 0"),
        (3, 0, "HEAD 0 PARTS 0 SHARED 1"),
        (3, 2, "HEAD 1 PARTS 0 SHARED 0"),
        (4, 0, "HEAD 0 PARTS 0 SHARED 0"),
        (4, 1, "HEAD 1 PARTS 0 SHARED 0"),
        (2, 0, "HEAD 1 PARTS 0 SHARED 0"),
    ] {
        let parameters = format!("PRODUCTS {products} {kind} XW 2 WW 3 SW 7 SHIFT 2 MODE {mode} OW 4");
        all.push(Case { cell: "spectral_bin", parameters, steps: 8 });
    }
    all.extend(cases("bit_add", 8, &["CARRY 0 BITS 5", "CARRY 1 BITS 5"]));
    for (mode, negative, alone) in [(1, 1, 0), (1, 0, 0), (0, 1, 0), (0, 0, 0), (2, 1, 0), (2, 0, 1), (0, 0, 1)] {
        for drop in [3, 1, 2, 4] {
            let parameters = format!("MODE {mode} NEGATIVE {negative} ALONE {alone} DROP {drop} BITS 3");
            all.push(Case { cell: "bit_round", parameters, steps: 10 });
        }
    }
    for mode in 0..3 {
        for (width, shift) in [(8, 3), (8, 1), (6, 0), (5, -2), (9, 6), (12, 4)] {
            let parameters = format!("IW {width} SHIFT {shift} MODE {mode}");
            all.push(Case { cell: "round_shift", parameters, steps: 2 });
        }
        for (width, shift, out) in [(9, 3, 4), (6, 0, 4), (5, -2, 9), (7, 9, 3), (10, 4, 7)] {
            let parameters = format!("IW {width} SHIFT {shift} MODE {mode} OW {out}");
            all.push(Case { cell: "narrow", parameters, steps: 5 });
        }
        for width in [3, 5, 7] {
            all.push(Case { cell: "ifft_back", parameters: format!("W {width} MODE {mode}"), steps: 5 });
        }
        for (biased, function) in [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)] {
            let parameters = format!("BIASED {biased} FUNCTION {function} IW 6 BW 5 SHIFT 2 MODE {mode} OW 3");
            all.push(Case { cell: "activate_lane", parameters, steps: 7 });
        }
        all.extend(cases("rotate", 7, &[&format!("IW 2 TW 4 SHIFT 2 OW 4 MODE {mode}")]));
        all.extend(cases(
            "turn_out",
            5,
            &[
                &format!("IW 4 TWIDDLE 3 SHIFT 3 OW 4 MODE {mode} INVERSE 0"),
                &format!("IW 4 TWIDDLE 3 SHIFT 4 OW 4 MODE {mode} INVERSE 1"),
            ],
        ));
    }
    for mode in [1, 0, 2] {
        for (negative, subtract) in [(1, 0), (0, 0), (0, 1), (1, 1)] {
            for (word, shift, out) in [(7, 3, 7), (6, 1, 8), (4, 6, 6)] {
                let parameters =
                    format!("AW 5 BW {word} SHIFT {shift} MODE {mode} NEGATIVE {negative} SUB {subtract} OW {out}");
                all.push(Case { cell: "round_add", parameters, steps: 2 });
            }
        }
    }
    all.extend(cases("saturate", 2, &["IW 9 OW 5", "IW 5 OW 9", "IW 6 OW 6", "IW 3 OW 2"]));
    all.extend(cases("turn_in", 3, &["W 5 INVERSE 0", "W 5 INVERSE 1", "W 8 INVERSE 0"]));
    all.extend(cases(
        "complex_product",
        7,
        &[
            "PRODUCTS 4 XW 3 WW 3",
            "PRODUCTS 3 XW 3 WW 3",
            "PRODUCTS 2 XW 3 WW 3",
            "PRODUCTS 3 XW 2 WW 4",
            "PRODUCTS 3 XW 4 WW 2",
        ],
    ));
    for (a, b, subtract) in [(0, 2, 0), (3, 0, 1), (0, 0, 1), (1, 1, 0)] {
        let parameters = format!("AW 5 AS {a} BW 4 BS {b} SUB {subtract} OW 8");
        all.push(Case { cell: "shift_add", parameters, steps: 3 });
    }
    for (beats, blocks, last) in [(4, 2, 5), (4, 1, 8), (4, 3, 3), (1, 2, 1), (8, 1, 11), (2, 5, 2)] {
        let parameters = format!("W 3 GUARD {} BEATS {beats} BLOCKS {blocks} LAST {last}", blocks % 2);
        all.push(Case { cell: "fft_front", parameters, steps: 4 });
        let parameters = format!("W 3 BEATS {beats} BLOCKS {blocks} LAST {last}");
        all.push(Case { cell: "fft_mask", parameters: parameters.clone(), steps: 4 });
        if beats > 1 {
            all.push(Case { cell: "half_mask", parameters, steps: 4 });
        }
    }
    for last in [1, 6, 11, 15, 16] {
        for (low, high) in [(0, 8), (4, 12)] {
            let parameters = format!("W 2 BEATS 4 BLOCKS 2 LAST {last} LOW_AT {low} HIGH_AT {high}");
            all.push(Case { cell: "fft_mask", parameters, steps: 4 });
        }
    }
    all.extend(cases("fft_split", 3, &["W 3 GUARD 0", "W 3 GUARD 2"]));
    for (beats, span) in [(2, 1), (4, 1), (4, 2), (8, 1), (8, 2), (8, 4)] {
        for wait in [0, 3] {
            if wait > 0 {
                let parameters = format!("BEATS {beats} SPAN {span} WAIT {wait} W 2");
                all.push(Case { cell: "ifft_stage", parameters: parameters.clone(), steps: 2 * beats + 10 });
                let parameters = parameters + " REAL 0";
                all.push(Case { cell: "ifft_stage", parameters, steps: 2 * beats + 10 });
            }
        }
    }
    for (beats, span) in [(8, 2), (2, 1), (4, 1), (4, 2), (8, 1), (8, 4)] {
        for double in [1, 0] {
            let parameters = format!("BEATS {beats} SPAN {span} DOUBLE {double} W 3");
            all.push(Case { cell: "real_stage", parameters, steps: 2 * beats + 10 });
        }
    }
    for (beats, units) in [(4, 3), (2, 1), (4, 1), (8, 2), (16, 5)] {
        all.push(Case { cell: "fold_packet", parameters: format!("BEATS {beats} UNITS {units}"), steps: 3 });
    }
    all.extend(cases("fold_place", 2, &["BITS 4", "BITS 1", "BITS 7"]));
    all.extend(cases("radix_digit", 2, &["W 4", "W 9"]));
    for clocks in [1, 3, 4] {
        for down in [0, 1] {
            for bits in [3, 2, 4, 5] {
                let parameters = format!("BITS {bits} CLOCKS {clocks} DOWN {down}");
                all.push(Case { cell: "fold_walk", parameters, steps: 4 });
            }
        }
    }
    all.extend(cases("fold_memory", 3, &["BITS 3 W 1", "BITS 2 W 2", "BITS 4 W 1"]));
    for (clocks, mode) in [(3, 1), (1, 0), (1, 1), (1, 2), (3, 0), (4, 0), (4, 1)] {
        let parameters = format!("CLOCKS {clocks} IW 2 TW 4 SHIFT 2 OW 4 MODE {mode}");
        all.push(Case { cell: "fold_turn", parameters, steps: 14 });
    }
    for mode in 0..3 {
        let parameters = format!("XW 3 WW 2 SW 7 SHIFT 2 MODE {mode} OW 4");
        all.push(Case { cell: "spectral_step_row", parameters, steps: 14 });
    }
    for (beats, window, input) in [(2, 2, 1), (4, 4, 1), (8, 8, 1), (4, 4, 0), (8, 4, 0), (8, 8, 0), (16, 16, 0)] {
        let parameters = format!("BEATS {beats} WINDOW {window} INPUT {input} W 1");
        all.push(Case { cell: "fft_order", parameters, steps: 2 * beats + 10 });
    }
    for (words, window, kind) in [(4, 4, 1), (8, 8, 1), (8, 8, 0), (16, 8, 0), (16, 16, 0), (8, 4, 2)] {
        let parameters = format!("WORDS {words} WINDOW {window} KIND {kind} W 1");
        all.push(Case { cell: "half_order", parameters, steps: 2 * words + 10 });
    }
    for words in [8, 4, 16, 32] {
        for cell in ["half_take", "half_give"] {
            all.push(Case { cell, parameters: format!("WORDS {words} W 1"), steps: 2 * words + 10 });
        }
    }
    all.extend(cases("fft_first", 7, &["W 3 GUARD 0", "W 3 GUARD 2", "W 3 GUARD 0 HALVE 1"]));
    all.extend(cases("half_first", 7, &["W 3 GUARD 0", "W 3 GUARD 2"]));
    all.extend(cases("fft_level", 16, &["W 3 LATE 0", "W 2 LATE 1", "W 2 LATE 4"]));
    all.extend(cases(
        "fft_join",
        3,
        &["W 5 HW 5 OW 6 HALVE 0", "W 4 HW 5 OW 6 HALVE 0", "W 4 HW 4 OW 4 HALVE 1", "W 4 HW 5 OW 5 HALVE 1"],
    ));
    all.extend(cases("fft_last", 3, &["W 5 OW 5", "W 4 OW 5"]));
    all.extend(cases("half_last", 6, &["W 4 OW 4", "W 3 OW 4"]));
    for mode in 0..3 {
        all.extend(cases("turn_pair", 5, &[&format!("IW 3 TW 4 SHIFT 2 OW 4 MODE {mode}")]));
        all.extend(cases("half_level", 17, &[&format!("W 2 TW 3 SHIFT 2 HW 3 MODE {mode}")]));
    }
    // constants of the digits example; three at once are proved for words of 8 bits, more takes the solver minutes
    all.extend(cases(
        "adder_graph",
        9,
        &[
            "WIDTH 15 PRODUCT 28 C 11585",
            "WIDTH 8 PRODUCT 21 C1 11585 C2 15137 C3 6270",
            "WIDTH 8 PRODUCT 22 C1 23170 C2 30274 C3 12540",
            "WIDTH 12 PRODUCT 26 C 23170",
        ],
    ));
    all
}

/// [`of`] this name: `turn_fifo` with four lanes.
pub const TURN_OF_FOUR: &str = "turn_fifo of four";

/// [`of`] this name: `held_delay` whose memory is read ahead.
pub const HELD_AHEAD: &str = "held_delay read ahead";

/// The case of a cell that is quick, and the one its faults are planted in.
pub fn of(cell: &str) -> Case {
    let whole = [
        ("stream_fifo", "DEPTH 5 WIDTH 2 WINDOW 2 REPEAT 3 GROUPS 2 LAST_REPEAT 1 RESERVE 2 PACKET 2"),
        (
            "turn_fifo",
            "WIDTH 1 LANES_IN 2 DEPTH 4 WORDS 4 PAIR_IN 0 PAIR_OUT 1 FRAME_IN 3 FRAME_OUT 3 RESERVE 1 PACKET 1",
        ),
        (
            TURN_OF_FOUR,
            "WIDTH 1 LANES_IN 4 WORDS 8 PAIR_IN 2 PAIR_OUT 1 SECOND_IN 1 SECOND_OUT 0 DEPTH 4 FRAME_IN 3 FRAME_OUT 3 \
             RESERVE 1 PACKET 2",
        ),
        ("select", "LANES 1 WIDTH 2 ROWS 3 TOTAL 4 PACKET 1"),
        ("row_mux", "ROWS 21 WIDTH 1"),
        (HELD_AHEAD, "WIDTH 1 DEPTH 5 AHEAD 1"),
        ("gate", "PACKET 3 PAUSE 1 EVERY 3 BURST 2 REST 0"),
        ("axis_in", "LANES 2 WIDTH 3 BYTES 1 FRAME 3"),
        ("axis_out", "LANES 2 WIDTH 3 BYTES 1 FRAME 3"),
        ("packet_valid", "BEATS 4 DELAY 3"),
        ("window_walk", "WINDOW 4 WINDOWS 3 LAST 3 SLOTS 2"),
        ("delay_line", "W 1 DEPTH 16"),
        ("held_delay", "WIDTH 1 DEPTH 5"),
        ("activate_lane", "BIASED 1 FUNCTION 1 IW 6 BW 5 SHIFT 2 MODE 1 OW 3"),
        ("round_shift", "IW 8 SHIFT 3 MODE 1"),
        ("narrow", "IW 9 SHIFT 3 MODE 1 OW 4"),
        ("complex_product", "PRODUCTS 3 XW 3 WW 3"),
        ("fft_order", "BEATS 8 WINDOW 8 INPUT 0 W 1"),
        ("half_order", "WORDS 8 WINDOW 8 KIND 0 W 1"),
        ("fft_join", "W 4 HW 5 OW 6 HALVE 0"),
        ("ifft_stage", "BEATS 8 SPAN 2 WAIT 3 W 2"),
    ];
    let wanted = whole.iter().find(|(own, _)| *own == cell).map(|(_, parameters)| *parameters);
    let stem = match cell {
        TURN_OF_FOUR => "turn_fifo",
        HELD_AHEAD => "held_delay",
        _ => cell,
    };
    let found = grid().into_iter().find(|case| case.cell == stem && wanted.is_none_or(|text| case.parameters == text));
    found.unwrap_or_else(|| panic!("no case of {cell}"))
}

/// Cells whose properties name a state that must be reachable.
pub const REACHED: [&str; 31] = [
    "rom_ahead",
    "real_stage",
    "fold_packet",
    "fold_walk",
    "fold_memory",
    "fold_turn",
    "spectral_step_row",
    "spectral_bin",
    "bit_add",
    "bit_round",
    "in_turn",
    "dense_row",
    "spectral_row",
    "stream_fifo",
    "turn_fifo",
    TURN_OF_FOUR,
    "gate",
    "axis_in",
    "axis_out",
    "packet_valid",
    "window_walk",
    "held_delay",
    HELD_AHEAD,
    "select",
    "fft_mask",
    "half_mask",
    "fft_order",
    "half_order",
    "half_take",
    "half_give",
    "ifft_stage",
];

/// Faults: the cell, what stands there, what is put in its place.
pub const FAULTS: [(&str, &str, &str); 94] = [
    ("real_stage", "(DOUBLE != 0 && passes)", "(DOUBLE != 0)"),
    ("fold_packet", "buffer ^ unit[UNITS-1]", "~buffer"),
    ("fold_place", "word[b - 1];", "word[b];"),
    ("radix_digit", "(bits[2] ^ bits[1]) & ~one", "bits[2] & ~one"),
    ("fold_walk", "{count & ~below, 1'b0}", "{count, 1'b0}"),
    ("fold_walk", "stage_last & count == ((DOWN != 0) ? ALL : span)", "stage_last"),
    ("fold_memory", "(load[part] & ~odd)", "load[part]"),
    ("fold_turn", "else if (second_q[2]) re_q", "else re_q"),
    ("spectral_step_row", "else if (sums_now[2]) sum_im", "else sum_im"),
    ("threshold_step", ">= threshold_q1", "> threshold_q1"),
    ("dense_row", "value_first ? {SW{1'b0}} : sum_q", "{SW{1'b0}}"),
    ("dense_row", "words_q2[n*XW +: XW]", "words_q2[(LANES-1-n)*XW +: XW]"),
    ("spectral_row", ".w_re (weight_q2[0 +: WW])", ".w_re (weight_q2[WW +: WW])"),
    ("in_turn", "BEATS[n*32 +: 32] - 32'd1", "BEATS[n*32 +: 32]"),
    ("stream_fifo", "write_address == LAST[ADDRESS_W-1:0] ?", "write_address == LAST[ADDRESS_W-1:0] - 1'b1 ?"),
    ("stream_fifo", ": (freed ? ONE", ": (pop ? ONE"),
    ("stream_fifo", "localparam NO_LEVEL  = -PACKET;", "localparam NO_LEVEL  = 1 - PACKET;"),
    ("stream_fifo", "localparam FREE_ALL  = DEPTH - RESERVE;", "localparam FREE_ALL  = DEPTH - RESERVE + 1;"),
    ("stream_fifo", "read_address <= again ? base : read_address_d;", "read_address <= read_address_d;"),
    ("stream_fifo", "if (pop) out_data <=", "out_data <="),
    ("stream_fifo", "last_group ? PASS_LAST", "!last_group ? PASS_LAST"),
    ("turn_fifo", "cross_in ? {in_data[0+:WIDTH]", "!cross_in ? {in_data[0+:WIDTH]"),
    ("turn_fifo", "localparam LAST_CLAIM = RESERVE + PADDING;", "localparam LAST_CLAIM = RESERVE;"),
    ("turn_fifo", "last_window_in ? LAST_OUT", "!last_window_in ? LAST_OUT"),
    ("turn_fifo", "wire freed = pop && window_end_out;", "wire freed = pop;"),
    ("turn_fifo", "localparam BOTH_LAST  = BEATS_IN - LAST_CLAIM;", "localparam BOTH_LAST  = BEATS_IN - RESERVE;"),
    (TURN_OF_FOUR, "CROSSED ? {in_data[3*W", "!CROSSED ? {in_data[3*W"),
    (TURN_OF_FOUR, "cross_in[1] ? {lanes", "!cross_in[1] ? {lanes"),
    (TURN_OF_FOUR, "cross_out_q1[1] ? {from_bank", "!cross_out_q1[1] ? {from_bank"),
    (TURN_OF_FOUR, "assign cross_out[BIT] = 1'b0;", "assign cross_out[BIT] = 1'b1;"),
    (TURN_OF_FOUR, "cross_in[BIT] ^ (((k >> BIT) & 1) != 0)", "cross_in[BIT]"),
    ("gate", "!busy && filled", "!busy"),
    ("gate", "(!producing || room)", "1'b1"),
    ("gate", "localparam FIRST      = EVERY - BURST - REST;", "localparam FIRST      = EVERY - BURST - REST - 1;"),
    ("gate", "localparam MORE   = PACKET + PAUSE - 1;", "localparam MORE   = PACKET + PAUSE - 2;"),
    ("gate", "left - 1'b1 > PAUSE[LEFT_W-1:0]", "left > PAUSE[LEFT_W-1:0]"),
    ("gate", "producing_q <= begun && open;", "producing_q <= open;"),
    ("axis_in", "assign valid         = s_axis_tvalid && s_axis_tready;", "assign valid         = s_axis_tvalid;"),
    ("axis_in", "localparam BEAT_END = FRAME - 1;", "localparam BEAT_END = FRAME - 2;"),
    (
        "axis_in",
        "if (rst) frame_error <= 1'b0;\n        else if (valid && s_axis_tlast != last) frame_error <= 1'b1;",
        "if (rst) frame_error <= 1'b0;\n        else frame_error <= valid && s_axis_tlast != last;",
    ),
    ("axis_out", "!(held[1] && arriving)", "!(held[1])"),
    ("axis_out", "&& !held[2] && !(held[1] && arriving)", "&& !held[2]"),
    ("axis_out", "if (take || !held[1]) entry1", "if (take) entry1"),
    ("axis_out", "else if (take) beat <=", "else beat <="),
    ("packet_valid", "wire run = first | (|t_q);", "wire run = first | (|t_q[$clog2(BEATS)-1:1]);"),
    ("packet_valid", "rst ? {(DELAY-1){1'b0}} : ", ""),
    ("window_walk", "localparam BEAT_LAST  = LAST - 1;", "localparam BEAT_LAST  = LAST;"),
    ("window_walk", "else if (step && window_end)", "else if (window_end)"),
    ("delay_line", "2'd2} : read_q", "2'd1} : read_q"),
    ("held_delay", "localparam LAST = DEPTH - 2;", "localparam LAST = DEPTH - 3;"),
    ("held_delay", "if (enable) words[address_q]", "words[address_q]"),
    (HELD_AHEAD, "if (enable) ahead <=", "ahead <="),
    (HELD_AHEAD, "{WIDTH{1'bx}} : words[address_d]", "{WIDTH{1'bx}} : words[address_d ^ 1'b1]"),
    ("select", " || last_packet", ""),
    ("word_mux", "if (number[level])", "if (!number[level])"),
    ("row_mux", "group <= number[3 +: GROUP_W]", "group <= number[2 +: GROUP_W]"),
    ("row_mux", "ROWS - 8 * g", "ROWS - 8 * g - 1"),
    ("rom", "address[n*ADDR_W +: ADDR_W]", "address[n*ADDR_W +: ADDR_W] ^ 1'b1"),
    ("part_mux", "words[(n*PARTS+p)*WIDTH", "words[(p*COUNT+n)*WIDTH"),
    ("row_sum", "~b, 1'b1}", "~b, 1'b0}"),
    ("rom_ahead", "if (fetch) data_q1 <= ahead", "data_q1 <= ahead"),
    ("rom_ahead", "address == LAST_WORD", "address + 1 == LAST_WORD"),
    ("round_shift", "(in_data[SHIFT] | (|in_data[SHIFT-2:0]))", "(in_data[SHIFT] & (|in_data[SHIFT-2:0]))"),
    ("spectral_bin", ".in_b   (twice[WW:1])", ".in_b   (twice[WW-1:0])"),
    ("spectral_bin", "im_q1 <= sums[SW +: SW] + shared;", "im_q1 <= sums[SW +: SW] - shared;"),
    ("bit_add", "(carry & (in_a | in_b))", "(carry & in_a)"),
    ("bit_round", "(rest_q & ~begins)", "rest_q"),
    ("round_add", "half | (tie & b[SHIFT])", "half | tie"),
    ("saturate", "{sign, {(OW-1){~sign}}}", "{sign, {(OW-1){sign}}}"),
    ("narrow", "localparam EW = (IW > SHIFT) ? IW + 1 : SHIFT + 2;", "localparam EW = (IW > SHIFT) ? IW : SHIFT + 2;"),
    ("ifft_back", "high_q1 <= in_sum - in_difference;", "high_q1 <= in_difference - in_sum;"),
    ("activate_lane", "sum[SW-1] ? {SW{1'b0}} : sum", "!sum[SW-1] ? {SW{1'b0}} : sum"),
    ("rotate", "re_q2    <= rr_q1 - ii_q1;", "re_q2    <= rr_q1 + ii_q1;"),
    ("turn_in", "wire other = turn[0];", "wire other = turn[1];"),
    ("turn_out", "im_q1 <= main_im + cross_im;", "im_q1 <= main_im - cross_im;"),
    ("complex_product", "im      <= a_sum + b_re;", "im      <= a_sum - b_re;"),
    ("shift_add", "out_data <= a + b;", "out_data <= a - b;"),
    ("fft_mask", "~last_block | (t_q < HIGH[TW-1:0])", "~last_block | (t_q <= HIGH[TW-1:0])"),
    ("fft_mask", "LAST - HIGH_AT", "LAST - LOW_AT"),
    ("fft_split", "d_1 <= in_2 - in_3;", "d_1 <= in_3 - in_2;"),
    ("half_mask", "upper_q ? high : low", "upper_q ? low : high"),
    ("fft_order", "localparam HALF = WINDOW / 2;", "localparam HALF = WINDOW / 2 - 1;"),
    ("half_order", "is_real ? read_q[1] : read_q[0]", "read_q[0]"),
    ("half_take", ": WORDS / 4 - 1;", ": WORDS / 4 - 2;"),
    ("half_give", "localparam START = WORDS / 2 + 1;", "localparam START = WORDS / 2;"),
    ("fft_join", "up ~^ subtract", "~up"),
    ("fft_level", "low_1_q2 <= is_real ? in_0 : before_1;", "low_1_q2 <= before_1;"),
    ("fft_first", ".subtract (second_q[2])", ".subtract (~second_q[2])"),
    ("half_first", "if (odd) p_q2 <= p_q1;", "p_q2 <= p_q1;"),
    ("fft_last", "wide_1 ^ {OW{in_first}}", "wide_1"),
    ("half_last", "word_q2 & {W{first_q[2]}}", "word_q2 & {W{first_q[1]}}"),
    ("turn_pair", "sum_q2 <= x_q1 + y_q1;", "sum_q2 <= x_q1 - y_q1;"),
    ("half_level", "if (position[1]) sum_q5", "if (position[0]) sum_q5"),
    ("ifft_stage", "(half & is_real) ? {in_0, 1'b0} : sum_1", "sum_1"),
];
