//! The description of a sweep, `.toml`: what varies, and how each point learns.
//!
//! ```toml
//! [grid]                 # every combination is a point; what is left out stays as the network states it
//! width = [64, 128]      # outputs of every dense layer but the last
//! depth = [1, 2]         # how many those are
//! block = [1, 8, 16]     # of every layer that states a block size; 1 is plain dense
//! bits  = [8, 12]        # of activations and of weights
//! prune = [0, 0.25]      # share of the blocks that are held at zero
//! seed  = [1, 2, 3]      # repeats each point
//!
//! [train]                # options of `circlet train`, by their names
//! epochs = 20
//! dropout = 0.1
//!
//! [tune]                 # if it stands there: then those of `circlet train --from-weights --quantised`
//! epochs = 1
//! rate = 0.0002
//! ```

use super::layers::is_block_size;
use super::weights::Problem;
use super::{MAX_LAYERS, MAX_OUTPUTS, MAX_WORD_BITS};
use crate::diag::{Code, counted};
use crate::network::dense::pace::LARGEST_BLOCK;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Display;
use toml::{Spanned, Value};

/// Most points of a grid.
pub const MAX_POINTS: usize = 10_000;

/// What a description says.
#[derive(Clone, Debug)]
pub struct Grid {
    /// Every combination, the last axis fastest.
    pub points: Vec<Point>,
    /// How each learns.
    pub train: Vec<Setting>,
    /// How each is tuned with the numbers of the hardware, if it is.
    pub tune: Option<Vec<Setting>>,
}

/// A point of a grid; what is `None` is as the network states it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Outputs of every hidden dense layer.
    pub width: Option<usize>,
    /// Hidden dense layers.
    pub depth: Option<usize>,
    /// Block size; 1: plain dense.
    pub block: Option<usize>,
    /// Of activations and of weights.
    pub bits: Option<u32>,
    /// The share of the blocks that are held at zero.
    pub prune: f64,
    /// Of everything random.
    pub seed: u64,
}

/// An option of `circlet train`.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Its name, without the dashes.
    pub name: String,
    /// Its value; `None` for one that is on.
    pub value: Option<String>,
    /// Where it stands, from 1.
    pub line: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    grid: Axes,
    #[serde(default)]
    train: BTreeMap<String, Spanned<Value>>,
    tune: Option<BTreeMap<String, Spanned<Value>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Axes {
    width: Option<Spanned<Vec<usize>>>,
    depth: Option<Spanned<Vec<usize>>>,
    block: Option<Spanned<Vec<usize>>>,
    bits: Option<Spanned<Vec<u32>>>,
    prune: Option<Spanned<Vec<f64>>>,
    seed: Option<Spanned<Vec<u64>>>,
}

/// The description in `text`.
pub fn read(text: &str) -> Result<Grid, Problem> {
    let description: Description = toml::from_str(text).map_err(|fault| {
        let line = line(text, fault.span().map_or(0, |span| span.start));
        Problem::malformed(format!("line {line}: {}", fault.message().replace('\n', "; ")))
    })?;
    let settings = |table: BTreeMap<String, Spanned<Value>>| -> Result<Vec<Setting>, Problem> {
        let mut settings: Vec<Setting> = table
            .into_iter()
            .filter_map(|(name, value)| setting(text, name, value).transpose())
            .collect::<Result<_, _>>()?;
        settings.sort_by_key(|setting| setting.line);
        Ok(settings)
    };
    let points = points(text, &description.grid)?;
    Ok(Grid { points, train: settings(description.train)?, tune: description.tune.map(settings).transpose()? })
}

fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|&byte| byte == b'\n').count() + 1
}

/// An option; one that is off is none.
fn setting(text: &str, name: String, value: Spanned<Value>) -> Result<Option<Setting>, Problem> {
    let line = line(text, value.span().start);
    let value = match value.into_inner() {
        Value::Boolean(is_on) => return Ok(is_on.then_some(Setting { name, value: None, line })),
        Value::String(word) => word,
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        other => {
            let found = other.type_str();
            let message = format!("line {line}: `{name}` is of type {found}, expected a number, a word, true or false");
            return Err(Problem::malformed(message).help("what varies stands in `[grid]`"));
        }
    };
    Ok(Some(Setting { name, value: Some(value), line }))
}

/// Every combination; as stated where an axis is left out.
fn points(text: &str, axes: &Axes) -> Result<Vec<Point>, Problem> {
    let axis = Axis { text };
    let width = axis.values("width", &axes.width, |n| (1..=MAX_OUTPUTS).contains(n), "1 to 65536")?;
    let depth = axis.values("depth", &axes.depth, |n| (1..MAX_LAYERS).contains(n), "1 to 255")?;
    let is_block = |n: &usize| *n == 1 || is_block_size(*n as u64);
    let expected = format!("1, or a power of two from 2 to {LARGEST_BLOCK}");
    let block = axis.values("block", &axes.block, is_block, &expected)?;
    let bits = axis.values("bits", &axes.bits, |n| (2..=MAX_WORD_BITS).contains(n), "2 to 32")?;
    let prune = axis.values("prune", &axes.prune, |n| (0.0..1.0).contains(n), "a share from 0 to below 1")?;
    let seed = axis.values("seed", &axes.seed, |_| true, "a whole number")?;
    let counts = [width.len(), depth.len(), block.len(), bits.len(), prune.len(), seed.len()];
    let count = counts.iter().fold(1usize, |product, &count| product.saturating_mul(count));
    if count > MAX_POINTS {
        let message = format!("the grid has {count} points, expected at most {MAX_POINTS}");
        return Err(Problem::new(Code::LimitExceeded, message));
    }
    let mut points = vec![Point { width: None, depth: None, block: None, bits: None, prune: 0.0, seed: 1 }];
    points = combined(points, &width, |point, value| point.width = value);
    points = combined(points, &depth, |point, value| point.depth = value);
    points = combined(points, &block, |point, value| point.block = value);
    points = combined(points, &bits, |point, value| point.bits = value);
    points = combined(points, &prune, |point, value| point.prune = value.unwrap_or(0.0));
    // without blocks there is nothing to prune
    points.retain(|point| point.block != Some(1) || point.prune == 0.0);
    if points.is_empty() {
        let message = "`prune` holds blocks at zero and `block` leaves none, expected a block size from 2 on";
        return Err(Problem::malformed(message).help("write `0` into `prune` as well"));
    }
    Ok(combined(points, &seed, |point, value| point.seed = value.unwrap_or(1)))
}

fn combined<T: Copy>(points: Vec<Point>, values: &[Option<T>], set: fn(&mut Point, Option<T>)) -> Vec<Point> {
    let with = |point: &Point, value| {
        let mut point = point.clone();
        set(&mut point, value);
        point
    };
    points.iter().flat_map(|point| values.iter().map(move |&value| with(point, value))).collect()
}

struct Axis<'a> {
    text: &'a str,
}

impl Axis<'_> {
    /// The values of an axis; one `None` where it is left out.
    fn values<T: Copy + PartialEq + Display>(
        &self,
        name: &str,
        stated: &Option<Spanned<Vec<T>>>,
        is_legal: impl Fn(&T) -> bool,
        expected: &str,
    ) -> Result<Vec<Option<T>>, Problem> {
        let Some(stated) = stated else { return Ok(vec![None]) };
        let (line, values) = (line(self.text, stated.span().start), stated.get_ref());
        let refused = |message: String| Err(Problem::malformed(format!("line {line}: {message}")));
        if values.is_empty() {
            return refused(format!(
                "`{name}` has no values, expected one at least; leave out the line to keep what the network states"
            ));
        }
        for (at, value) in values.iter().enumerate() {
            if !is_legal(value) {
                return refused(format!("`{name}` has the value `{value}`, expected {expected}"));
            }
            if values[..at].contains(value) {
                let count = counted(values.iter().filter(|other| *other == value).count(), "time");
                return refused(format!("`{name}` has the value `{value}` {count}, expected it once"));
            }
        }
        Ok(values.iter().map(|&value| Some(value)).collect())
    }
}

impl Point {
    /// A name that is legal for a network: `w64_d2_k16_b12_p25_s1`, without what is as the network states it.
    pub fn name(&self) -> String {
        let part = |letter: &str, value: Option<usize>| value.map(|value| format!("{letter}{value}_"));
        let pruned = format!("{:?}", 100.0 * self.prune).trim_end_matches(".0").replace('.', "d");
        let parts = [
            part("w", self.width),
            part("d", self.depth),
            part("k", self.block),
            part("b", self.bits.map(|bits| bits as usize)),
            (self.prune > 0.0).then(|| format!("p{pruned}_")),
        ];
        parts.into_iter().flatten().collect::<String>() + &format!("s{}", self.seed)
    }

    /// The same for all seeds.
    pub fn family(&self) -> Point {
        Point { seed: 0, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_is_a_point_but_dense_ones_are_not_pruned() {
        let grid = read(
            "[grid]\nblock = [1, 16]\nprune = [0, 0.125]\nseed = [1, 2]\n[train]\nepochs = 3\nbatch-norm = true\n",
        )
        .unwrap();
        let names: Vec<String> = grid.points.iter().map(Point::name).collect();
        assert_eq!(names, ["k1_s1", "k1_s2", "k16_s1", "k16_s2", "k16_p12d5_s1", "k16_p12d5_s2"]);
        let train = |name: &str, value: Option<&str>, line| Setting {
            name: name.into(),
            value: value.map(str::to_string),
            line,
        };
        assert_eq!(grid.train, [train("epochs", Some("3"), 6), train("batch-norm", None, 7)]);
        assert!(grid.tune.is_none());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let refused = |text: &str, words: &str| {
            let problem = read(text).unwrap_err();
            assert!(problem.message.contains(words), "{}", problem.message);
        };
        refused("[grid]\nblock = [16, 12]", "line 2: `block` has the value `12`, expected 1, or a power of two");
        refused("[grid]\n\nwidth = []", "line 3: `width` has no values");
        refused("[grid]\nbits = [8, 8]", "line 2: `bits` has the value `8` 2 times, expected it once");
        refused("[grid]\nprune = [1.0]", "line 2: `prune` has the value `1`, expected a share");
        refused("[grid]\nwidths = [8]", "line 2: unknown field `widths`, expected one of");
        refused("[grid]\nwidth = 8", "line 2: invalid type");
        refused("[train]\nepochs = 3", "missing field `grid`");
        refused("[grid]\nblock = [1]\nprune = [0.5]", "expected a block size from 2 on");
        refused("[grid]\n[train]\nrate = [1, 2]", "line 3: `rate` is of type array");
        refused(
            &format!(
                "[grid]\nseed = {:?}\nwidth = {:?}",
                (0..101).collect::<Vec<u64>>(),
                (1..101).collect::<Vec<u64>>()
            ),
            "the grid has 10100 points, expected at most 10000",
        );
    }
}
