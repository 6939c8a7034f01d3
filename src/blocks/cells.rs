//! The hand-written, parameterised Verilog of `templates/cells`, by stem.

/// Every cell: its stem, which is also its module's name, and its text.
pub const CELLS: &[(&str, &str)] = &[
    ("activate_lane", include_str!("../../templates/cells/activate_lane.v")),
    ("axis_in", include_str!("../../templates/cells/axis_in.v")),
    ("axis_out", include_str!("../../templates/cells/axis_out.v")),
    ("bit_add", include_str!("../../templates/cells/bit_add.v")),
    ("bit_round", include_str!("../../templates/cells/bit_round.v")),
    ("complex_product", include_str!("../../templates/cells/complex_product.v")),
    ("delay_line", include_str!("../../templates/cells/delay_line.v")),
    ("dense_row", include_str!("../../templates/cells/dense_row.v")),
    ("fft_first", include_str!("../../templates/cells/fft_first.v")),
    ("fft_front", include_str!("../../templates/cells/fft_front.v")),
    ("fft_join", include_str!("../../templates/cells/fft_join.v")),
    ("fft_last", include_str!("../../templates/cells/fft_last.v")),
    ("fft_level", include_str!("../../templates/cells/fft_level.v")),
    ("fft_mask", include_str!("../../templates/cells/fft_mask.v")),
    ("fft_order", include_str!("../../templates/cells/fft_order.v")),
    ("fft_split", include_str!("../../templates/cells/fft_split.v")),
    ("fold_memory", include_str!("../../templates/cells/fold_memory.v")),
    ("fold_packet", include_str!("../../templates/cells/fold_packet.v")),
    ("fold_place", include_str!("../../templates/cells/fold_place.v")),
    ("fold_turn", include_str!("../../templates/cells/fold_turn.v")),
    ("fold_walk", include_str!("../../templates/cells/fold_walk.v")),
    ("gate", include_str!("../../templates/cells/gate.v")),
    ("half_first", include_str!("../../templates/cells/half_first.v")),
    ("half_give", include_str!("../../templates/cells/half_give.v")),
    ("half_last", include_str!("../../templates/cells/half_last.v")),
    ("half_level", include_str!("../../templates/cells/half_level.v")),
    ("half_mask", include_str!("../../templates/cells/half_mask.v")),
    ("half_order", include_str!("../../templates/cells/half_order.v")),
    ("half_take", include_str!("../../templates/cells/half_take.v")),
    ("halve", include_str!("../../templates/cells/halve.v")),
    ("held_delay", include_str!("../../templates/cells/held_delay.v")),
    ("ifft_back", include_str!("../../templates/cells/ifft_back.v")),
    ("ifft_stage", include_str!("../../templates/cells/ifft_stage.v")),
    ("in_turn", include_str!("../../templates/cells/in_turn.v")),
    ("narrow", include_str!("../../templates/cells/narrow.v")),
    ("packet_valid", include_str!("../../templates/cells/packet_valid.v")),
    ("part_mux", include_str!("../../templates/cells/part_mux.v")),
    ("product_sum", include_str!("../../templates/cells/product_sum.v")),
    ("radix_digit", include_str!("../../templates/cells/radix_digit.v")),
    ("real_stage", include_str!("../../templates/cells/real_stage.v")),
    ("read_ahead", include_str!("../../templates/cells/read_ahead.v")),
    ("rom", include_str!("../../templates/cells/rom.v")),
    ("rom_ahead", include_str!("../../templates/cells/rom_ahead.v")),
    ("rotate", include_str!("../../templates/cells/rotate.v")),
    ("round_add", include_str!("../../templates/cells/round_add.v")),
    ("round_shift", include_str!("../../templates/cells/round_shift.v")),
    ("row_mux", include_str!("../../templates/cells/row_mux.v")),
    ("row_sum", include_str!("../../templates/cells/row_sum.v")),
    ("saturate", include_str!("../../templates/cells/saturate.v")),
    ("shift_add", include_str!("../../templates/cells/shift_add.v")),
    ("shift_fit", include_str!("../../templates/cells/shift_fit.v")),
    ("spectral_bin", include_str!("../../templates/cells/spectral_bin.v")),
    ("spectral_join", include_str!("../../templates/cells/spectral_join.v")),
    ("spectral_operands", include_str!("../../templates/cells/spectral_operands.v")),
    ("spectral_row", include_str!("../../templates/cells/spectral_row.v")),
    ("spectral_step_row", include_str!("../../templates/cells/spectral_step_row.v")),
    ("stream_fifo", include_str!("../../templates/cells/stream_fifo.v")),
    ("threshold_step", include_str!("../../templates/cells/threshold_step.v")),
    ("turn_fifo", include_str!("../../templates/cells/turn_fifo.v")),
    ("turn_in", include_str!("../../templates/cells/turn_in.v")),
    ("turn_out", include_str!("../../templates/cells/turn_out.v")),
    ("turn_pair", include_str!("../../templates/cells/turn_pair.v")),
    ("window_walk", include_str!("../../templates/cells/window_walk.v")),
    ("word_mux", include_str!("../../templates/cells/word_mux.v")),
];

/// The cells named in `stems` and those they instantiate, each once, leaves first.
pub fn closure<'a>(stems: impl IntoIterator<Item = &'a str>) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    for stem in stems {
        add(stem, &mut found);
    }
    found
}

fn add(stem: &str, found: &mut Vec<(&'static str, &'static str)>) {
    let Some(&cell) = CELLS.iter().find(|(s, _)| *s == stem) else { crate::bug!("no cell `{stem}`") };
    if found.contains(&cell) {
        return;
    }
    let instance = |other: &str| format!("{other} #(");
    let instantiates = |other: &str| cell.1.lines().any(|line| line.trim_start().starts_with(&instance(other)));
    for (other, _) in CELLS.iter().filter(|(other, _)| instantiates(other)) {
        add(other, found);
    }
    found.push(cell);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_brings_what_it_instantiates() {
        let stems: Vec<_> = closure(["turn_fifo", "gate", "turn_fifo"]).iter().map(|c| c.0).collect();
        assert_eq!(stems, ["window_walk", "turn_fifo", "gate"]);
        let stems: Vec<_> = closure(["narrow"]).iter().map(|c| c.0).collect();
        assert_eq!(stems, ["round_shift", "saturate", "narrow"]);
    }

    #[test]
    fn a_cell_is_named_as_its_module() {
        for (stem, text) in CELLS {
            assert!(
                text.contains(&format!("\nmodule {stem} #(")) || text.contains(&format!("\nmodule {stem} (")),
                "{stem}"
            );
        }
    }
}
