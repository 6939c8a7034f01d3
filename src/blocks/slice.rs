//! Slice: some consecutive beats of each frame pass, the others end here. One register.

pub mod model;

use super::header::Header;
use super::verilog::Count;
use super::{Block, Cost, Place, Port, RtlFile};
use askama::Template;

/// Parameters.
#[derive(Clone, Copy, Debug)]
pub struct Slice {
    /// Words per beat.
    pub lanes: usize,
    /// Bits per word.
    pub width: u32,
    /// Beats per frame.
    pub beats: usize,
    /// The first beat that passes.
    pub first: usize,
    /// Beats that pass.
    pub count: usize,
}

impl Slice {
    /// What cannot be built, said in one line.
    pub fn check(&self) -> Result<(), String> {
        let Slice { lanes, width, beats, first, count } = *self;
        if lanes == 0 || !(2..=62).contains(&width) || count == 0 || first + count > beats {
            return Err(format!("{count} beats from {first} of {beats} beats of {lanes} x {width}: no such slice"));
        }
        Ok(())
    }
}

impl Block for Slice {
    fn stem(&self) -> &'static str {
        "slice"
    }

    fn module(&self, _place: &Place) -> String {
        let Slice { lanes, width, beats, first, count } = self;
        format!("slice_b{beats}_f{first}_n{count}_l{lanes}_w{width}")
    }

    fn input(&self) -> Port {
        Port { lanes: self.lanes, width: self.width }
    }

    fn output(&self) -> Port {
        self.input()
    }

    fn latency(&self) -> usize {
        1
    }

    fn cost(&self) -> Cost {
        Cost::default()
    }

    fn fields(&self) -> String {
        let Slice { lanes, beats, first, count, .. } = self;
        format!("lanes={lanes} beats={beats} first={first} count={count}")
    }

    fn rtl(&self, place: &Place) -> Vec<RtlFile> {
        let text = Rtl::new(self, place).render().unwrap_or_else(|e| crate::bug!("template slice: {e}"));
        vec![RtlFile { name: format!("rtl/{}.v", self.module(place)), text }]
    }

    fn cells(&self) -> &'static [&'static str] {
        &[]
    }
}

#[derive(Template)]
#[template(path = "slice.v")]
struct Rtl {
    h: Header,
    msb: usize,
    beat: Count,
    /// The condition that a beat passes.
    passes: String,
}

impl Rtl {
    fn new(block: &Slice, place: &Place) -> Rtl {
        let Slice { lanes, width, beats, first, count } = *block;
        let (beat, last) = (Count::of(beats), first + count - 1);
        let from = (first > 0).then(|| format!("beat_q >= {}'d{first}", beat.width));
        let to = (last + 1 < beats).then(|| format!("beat_q <= {}'d{last}", beat.width));
        let passes: Vec<String> = [Some("in_valid".to_string()), from, to].into_iter().flatten().collect();
        let shape = format!("{beats} beats of {lanes} words in, beats {first} to {last} out");
        Rtl {
            h: Header::of(
                block,
                place,
                "some consecutive beats of each frame",
                &shape,
                &format!("words of {width} bits"),
                "1 cycle per beat",
            ),
            msb: block.input().bits() - 1,
            beat,
            passes: passes.join(" && "),
        }
    }
}
