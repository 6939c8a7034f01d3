//! Proofs of the cells: a slice of the grid, every state that must be reachable, and every fault found.
//!
//! `make formal` proves the whole grid and writes the list of it, `formal/README.md`.

#[path = "formal/cases.rs"]
mod cases;
#[path = "formal/prover.rs"]
mod prover;

use cases::{FAULTS, REACHED};
use prover::{Answer, Goal};
use rayon::prelude::*;
use std::collections::BTreeSet;

#[test]
fn one_case_of_each_cell_is_proved_for_ever() {
    let cells = cases::grid().into_iter().map(|case| case.cell);
    let cells: BTreeSet<&str> = cells.chain([cases::TURN_OF_FOUR, cases::HELD_AHEAD]).collect();
    cells.into_par_iter().for_each(|cell| {
        let case = cases::of(cell);
        let (answer, _) = case.solve(Goal::Prove);
        assert!(matches!(answer, Answer::Proved(_)), "{case:?}: {answer:?}");
    });
}

#[test]
fn assumptions_leave_the_states_that_matter() {
    REACHED.par_iter().for_each(|cell| {
        let mut case = cases::of(cell);
        case.steps = 60;
        let (answer, _) = case.solve(Goal::Reach);
        assert!(matches!(answer, Answer::Counterexample(_)), "{case:?}: {answer:?}");
    });
}

#[test]
fn every_fault_has_a_counterexample() {
    FAULTS.par_iter().for_each(|(cell, from, to)| {
        let mut case = cases::of(cell);
        case.steps = 60;
        let (answer, _) = case.solve(Goal::Refute(from, to));
        assert!(matches!(answer, Answer::Counterexample(_)), "{case:?} with `{to}`: {answer:?}");
    });
}

#[test]
fn every_cell_has_properties_or_is_part_of_one_that_has() {
    // inside: halve in ifft_back, shift_fit in shift_add, spectral_operands in complex_product and spectral_row,
    // product_sum and spectral_join in spectral_bin, read_ahead with rom_ahead
    let inside = ["halve", "shift_fit", "spectral_operands", "product_sum", "spectral_join", "read_ahead"];
    let proved: BTreeSet<&str> = cases::grid().iter().map(|case| case.cell).collect();
    for (cell, _) in circlet::blocks::cells::CELLS {
        assert!(proved.contains(cell) != inside.contains(cell), "{cell}");
    }
    assert!(FAULTS.iter().map(|fault| fault.0).collect::<BTreeSet<_>>().len() > 20);
}
