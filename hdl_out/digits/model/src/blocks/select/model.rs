//! Model of [`select`](super): row c mod R of packet c.

use crate::machine::Unit;
use crate::machine::fifo::copy;
use crate::machine::text::Fields;

/// Which row passes, and how long.
pub struct Select {
    lanes: usize,
    rows: usize,
    /// Packets of one frame.
    total: usize,
    /// Beats of one packet.
    packet: usize,
    beat: usize,
    row: usize,
    count: usize,
}

impl Unit for Select {
    fn run(&mut self, input: &[i64], output: &mut Vec<i64>) {
        let taken = self.lanes * self.rows;
        let mut rest = input;
        while !rest.is_empty() {
            let beats = (self.packet - self.beat).min(rest.len() / taken);
            let (piece, after) = rest.split_at(beats * taken);
            let (first, start) = (self.row * self.lanes, output.len());
            output.resize(start + beats * self.lanes, 0);
            for (given, beat) in output[start..].chunks_exact_mut(self.lanes).zip(piece.chunks_exact(taken)) {
                copy(&beat[first..first + self.lanes], given);
            }
            self.beat += beats;
            if self.beat == self.packet {
                self.next_packet();
            }
            rest = after;
        }
    }

    fn reset(&mut self) {
        (self.beat, self.row, self.count) = (0, 0, 0);
    }
}

impl Select {
    fn next_packet(&mut self) {
        self.beat = 0;
        self.row += 1;
        self.count += 1;
        if self.count == self.total {
            self.count = 0;
        }
        if self.count == 0 || self.row == self.rows {
            self.row = 0;
        }
    }
}

/// Reads `lanes`, `rows`, `total` and `packet`.
pub fn build(fields: &Fields) -> Result<Box<dyn Unit>, String> {
    let (lanes, rows) = (fields.number("lanes")?, fields.number("rows")?);
    let (total, packet) = (fields.number("total")?, fields.number("packet")?);
    if [lanes, rows, total, packet].contains(&0) {
        return Err("`lanes`, `rows`, `total` and `packet` must be 1 or more".into());
    }
    Ok(Box::new(Select { lanes, rows, total, packet, beat: 0, row: 0, count: 0 }))
}
