//! What each epoch brought: as CSV, as JSON, and as a picture of the curves.

use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// An epoch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// Its number, from 1.
    pub epoch: usize,
    /// The learning rate of its last step.
    pub rate: f64,
    /// Mean loss over its steps, each before its step.
    pub loss: f64,
    /// Mean loss on what is held back.
    pub held_loss: Option<f64>,
    /// The share of what is held back whose class is right.
    pub held_right: Option<f64>,
    /// How long it took.
    pub seconds: f64,
}

/// All epochs so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// In their order.
    pub epochs: Vec<Epoch>,
}

/// Sizes of a picture, pixels.
pub const WIDTH: f64 = 640.0;
/// From top to bottom.
pub const HEIGHT: f64 = 320.0;
/// Between the axes and the ends.
pub const EDGE: f64 = 48.0;

/// The beginning of a picture: its size, its ground.
pub fn opening(width: f64) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"{width}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n"
    )
}

impl History {
    /// The epoch of the least loss on what is held back, the first of equals.
    pub fn best(&self) -> Option<&Epoch> {
        let judged = self.epochs.iter().filter_map(|epoch| Some((epoch.held_loss?, epoch)));
        judged.reduce(|best, next| if next.0 < best.0 { next } else { best }).map(|(_, epoch)| epoch)
    }

    /// A line per epoch under a heading.
    pub fn csv(&self) -> String {
        let mut text = "epoch,rate,loss,held_loss,held_right,seconds\n".to_string();
        let number = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
        for Epoch { epoch, rate, loss, held_loss, held_right, seconds } in &self.epochs {
            let (held_loss, held_right) = (number(*held_loss), number(*held_right));
            let _ = writeln!(text, "{epoch},{rate},{loss},{held_loss},{held_right},{seconds:.3}");
        }
        text
    }

    /// The losses over the epochs, the axis of losses logarithmic.
    pub fn svg(&self) -> String {
        let losses = |of: fn(&Epoch) -> Option<f64>| -> Vec<(usize, f64)> {
            let points = self.epochs.iter().filter_map(|epoch| Some((epoch.epoch, of(epoch)?)));
            points.filter(|(_, loss)| *loss > 0.0).collect()
        };
        let curves = [("training", losses(|epoch| Some(epoch.loss))), ("held back", losses(|epoch| epoch.held_loss))];
        let all = || curves.iter().flat_map(|(_, points)| points).map(|point| point.1.log10());
        let (low, high) = (all().fold(f64::MAX, f64::min).floor(), all().fold(f64::MIN, f64::max).ceil());
        let (low, high) = if low < high { (low, high) } else { (low.min(0.0) - 1.0, low.min(0.0)) };
        let last = self.epochs.len().max(2) as f64;
        let x = |epoch: usize| EDGE + (WIDTH - 2.0 * EDGE) * (epoch as f64 - 1.0) / (last - 1.0);
        let y = |loss: f64| EDGE + (HEIGHT - 2.0 * EDGE) * (high - loss.log10()) / (high - low);
        let mut out = opening(WIDTH);
        for decade in low as i32..=high as i32 {
            let (y, right) = (y(10f64.powi(decade)), WIDTH - EDGE);
            let _ = writeln!(out, "<path d=\"M{EDGE} {y:.1} H{right}\" stroke=\"#ddd\"/>");
            let _ =
                writeln!(out, "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">1e{decade}</text>", EDGE - 6.0, y + 4.0);
        }
        for ((name, points), (colour, place)) in curves.iter().zip([("#1f5fa8", 0.0), ("#b3541e", 90.0)]) {
            let line: Vec<String> =
                points.iter().map(|&(epoch, loss)| format!("{:.1},{:.1}", x(epoch), y(loss))).collect();
            let _ = writeln!(
                out,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>\n\
                 <text x=\"{}\" y=\"{}\" fill=\"{colour}\">{name}</text>",
                line.join(" "),
                EDGE + place,
                EDGE - 14.0
            );
        }
        let (middle, bottom) = (WIDTH / 2.0, HEIGHT - EDGE + 20.0);
        let _ = writeln!(out, "<text x=\"{middle}\" y=\"{bottom}\" text-anchor=\"middle\">epochs 1 .. {last}</text>");
        out + "</svg>\n"
    }
}
