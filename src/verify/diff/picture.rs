//! The window around the first difference as a waveform picture: one HTML file that needs no other.

use super::compare::{Found, Shown};
use super::report::Report;
use crate::emit::signals::Signals;
use std::fmt::Write;

/// Sizes, pixels: width of names, width of a cycle, height of a line.
const NAMES: usize = 260;
const CYCLE: usize = 46;
const LINE: usize = 26;
/// Most signals shown.
const MOST: usize = 24;

/// The page.
pub fn html(signals: &Signals, found: &Found, report: &Report) -> String {
    let title = format!("{} and {}", escape(&report.a.path), escape(&report.b.path));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <style>{}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{}\n<pre>{}</pre>\n</body>\n</html>\n",
        STYLE,
        svg(signals, found),
        escape(&report.to_string())
    )
}

const STYLE: &str = "body{font:14px sans-serif;margin:2em;color:#222;background:#fff}\
h1{font-size:18px}pre{background:#f6f6f6;padding:1em;overflow:auto}svg{max-width:none}\
text{font:11px monospace;fill:#222}.a{stroke:#1f5fa8}.b{stroke:#2e7d32}.a,.b{fill:none;stroke-width:1.4}\
.bad{fill:#ffd9d9}.at{fill:#fff3c4}.unknown{fill:#f3c2c2}.grid{stroke:#e3e3e3}.name{font-weight:bold}.t{font-size:9px}";

/// The signals shown: those that differ, those that announce them, and the rest of their streams.
fn chosen(signals: &Signals, found: &Found) -> Vec<usize> {
    let differs = |index: usize| found.counts[index].count > 0;
    let streams: Vec<usize> =
        (0..signals.list.len()).filter(|&i| differs(i)).filter_map(|i| signals.list[i].stream).collect();
    let near = |index: usize| {
        let signal = &signals.list[index];
        differs(index) || signals.reset == Some(index) || signal.stream.is_some_and(|s| streams.contains(&s))
    };
    (0..signals.list.len()).filter(|&index| near(index)).take(MOST).collect()
}

fn svg(signals: &Signals, found: &Found) -> String {
    let shown = chosen(signals, found);
    let first = found.first.as_ref().map_or(0, |first| first.cycles.0);
    let window: Vec<&Shown> = found.window.iter().collect();
    let (width, height) = (NAMES + CYCLE * window.len() + 10, LINE * (2 * shown.len() + 2));
    let mut svg = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\">\n");
    for (column, cycle) in window.iter().enumerate() {
        let x = NAMES + column * CYCLE;
        if cycle.cycle == first {
            let _ = writeln!(svg, "<rect class=\"at\" x=\"{x}\" y=\"0\" width=\"{CYCLE}\" height=\"{height}\"/>");
        }
        let _ = writeln!(svg, "<line class=\"grid\" x1=\"{x}\" y1=\"0\" x2=\"{x}\" y2=\"{height}\"/>");
        let _ = writeln!(svg, "<text class=\"t\" x=\"{}\" y=\"14\">{}</text>", x + 3, cycle.cycle);
    }
    for (line, &signal) in shown.iter().enumerate() {
        let y = LINE * (2 * line + 1);
        let name = escape(&signals.list[signal].path);
        let bold = if found.counts[signal].count > 0 { " class=\"name\"" } else { "" };
        let _ = writeln!(svg, "<text{bold} x=\"4\" y=\"{}\">{name}</text>", y + 17);
        for (side, class) in [(0, "a"), (1, "b")] {
            let y = y + side * LINE;
            let _ = writeln!(svg, "<text x=\"{}\" y=\"{}\">{}</text>", NAMES - 16, y + 17, ["A", "B"][side]);
            trace(&mut svg, signals, found, signal, (&window, side), (y, class));
        }
    }
    svg + "</svg>"
}

/// One line: a bit as a wave, a word as boxes.
fn trace(
    svg: &mut String,
    signals: &Signals,
    found: &Found,
    signal: usize,
    (window, side): (&[&Shown], usize),
    (y, class): (usize, &str),
) {
    let (top, bottom, middle) = (y + 4, y + LINE - 4, y + LINE / 2);
    let width = signals.list[signal].width as usize;
    let value = |cycle: &Shown, side: usize| {
        let row = if side == 0 { &cycle.rows.0 } else { &cycle.rows.1 };
        let guarded = signals.list[signal].guard.is_some_and(|guard| !found.layout.is_set(row, guard));
        (!guarded).then(|| found.layout.ascii(row, signal, 0, width))
    };
    let (mut path, mut from): (String, Option<String>) = (String::new(), None);
    for (column, cycle) in window.iter().enumerate() {
        let (x, end) = (NAMES + column * CYCLE, NAMES + (column + 1) * CYCLE);
        let now = value(cycle, side);
        if now.is_some() && value(cycle, 1 - side).is_some_and(|other| now.as_ref() != Some(&other)) {
            let height = bottom - top;
            let _ = writeln!(svg, "<rect class=\"bad\" x=\"{x}\" y=\"{top}\" width=\"{CYCLE}\" height=\"{height}\"/>");
        }
        match now.as_deref() {
            Some(bit @ ("0" | "1")) if width == 1 => {
                let level = if bit == "1" { top } else { bottom };
                let _ = write!(path, "{}{x} {level} L{end} {level} ", if from.is_some() { "L" } else { "M" });
            }
            None => {
                let _ = write!(path, "M{x} {middle} L{end} {middle} ");
            }
            Some(bits) => {
                let _ = write!(path, "M{x} {top} L{end} {top} L{end} {bottom} L{x} {bottom} Z ");
                let text = hexadecimal(bits);
                let short = if text.len() > 6 { format!("..{}", &text[text.len() - 5..]) } else { text.clone() };
                let _ = writeln!(svg, "<text x=\"{}\" y=\"{}\"><title>{text}</title>{short}</text>", x + 3, middle + 4);
            }
        }
        from = now.filter(|bits| matches!(bits.as_str(), "0" | "1"));
    }
    let _ = writeln!(svg, "<path class=\"{class}\" d=\"{}\"/>", path.trim_end());
}

/// Digits of four bits; one with an unknown bit is `x`, or `z`.
fn hexadecimal(bits: &str) -> String {
    let padded = "0".repeat((4 - bits.len() % 4) % 4) + bits;
    let digit = |four: &[u8]| match std::str::from_utf8(four).ok().and_then(|four| u32::from_str_radix(four, 2).ok()) {
        Some(value) => char::from_digit(value, 16).unwrap_or('?'),
        None if four.contains(&b'x') => 'x',
        None => 'z',
    };
    padded.as_bytes().chunks(4).map(digit).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
