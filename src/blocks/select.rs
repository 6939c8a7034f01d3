//! Select: packet c of a frame passes row c mod R of its R rows.
//!
//! Behind an array that computes R rows at once, each group of R rows is read R times, and each reading passes one of
//! them; the last group may have fewer. After `total` packets the next frame begins with row 0. One register;
//! of more than eight rows two.

pub mod model;

use super::header::Header;
use super::verilog::Count;
use super::{Block, Cost, Place, Port, RtlFile};
use askama::Template;

/// Rows of which one is chosen in a cycle (`row_mux`).
const AT_ONCE: usize = 8;

/// Parameters.
#[derive(Clone, Copy, Debug)]
pub struct Select {
    /// Words per beat of one row.
    pub lanes: usize,
    /// Bits per word.
    pub width: u32,
    /// Rows to choose from, R.
    pub rows: usize,
    /// Packets per frame.
    pub total: usize,
    /// Beats per packet.
    pub packet: usize,
}

impl Select {
    /// What cannot be built, said in one line.
    pub fn check(&self) -> Result<(), String> {
        let Select { lanes, width, rows, total, packet } = *self;
        if [lanes, rows, total, packet].contains(&0) || !(2..=62).contains(&width) {
            return Err(format!(
                "lanes={lanes} rows={rows} total={total} packet={packet}, {width} bits: expected counts from 1, 2 to 62 bits"
            ));
        }
        Ok(())
    }
}

impl Block for Select {
    fn stem(&self) -> &'static str {
        "select"
    }

    fn module(&self, _place: &Place) -> String {
        let Select { lanes, width, rows, total, packet } = self;
        format!("select_r{rows}_t{total}_n{packet}_l{lanes}_w{width}")
    }

    fn input(&self) -> Port {
        Port { lanes: self.rows * self.lanes, width: self.width }
    }

    fn output(&self) -> Port {
        Port { lanes: self.lanes, width: self.width }
    }

    fn latency(&self) -> usize {
        1 + (self.rows > AT_ONCE) as usize
    }

    fn cost(&self) -> Cost {
        Cost::default()
    }

    fn fields(&self) -> String {
        let Select { lanes, rows, total, packet, .. } = self;
        format!("lanes={lanes} rows={rows} total={total} packet={packet}")
    }

    fn rtl(&self, place: &Place) -> Vec<RtlFile> {
        let text = Rtl::new(self, place).render().unwrap_or_else(|e| crate::bug!("template select: {e}"));
        vec![RtlFile { name: format!("rtl/{}.v", self.module(place)), text }]
    }

    fn cells(&self) -> &'static [&'static str] {
        &["row_mux"]
    }
}

#[derive(Template)]
#[template(path = "select.v")]
struct Rtl {
    h: Header,
    in_msb: usize,
    out_msb: usize,
    /// Of the beats of a packet, where it has several.
    beat: Option<Count>,
    row: Count,
    /// Of the packets of a frame, where its last group has fewer rows.
    packet: Option<Count>,
    rows: usize,
    /// Whether they take two cycles.
    is_late: bool,
}

impl Rtl {
    fn new(block: &Select, place: &Place) -> Rtl {
        let Select { lanes, width, rows, total, packet } = *block;
        let shape = format!("{total} packets of {packet} beats, {rows} rows of {lanes} words in, one row out");
        let format = format!("words of {width} bits");
        Rtl {
            h: Header::of(
                block,
                place,
                "one row of a group per packet, row after row",
                &shape,
                &format,
                "1 cycle per beat",
            ),
            in_msb: block.input().bits() - 1,
            out_msb: block.output().bits() - 1,
            beat: (packet > 1).then(|| Count::of(packet)),
            packet: (!total.is_multiple_of(rows)).then(|| Count::of(total)),
            row: Count::of(rows),
            rows,
            is_late: block.latency() > 1,
        }
    }
}
