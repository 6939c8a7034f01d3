//! Values of properties with their ranges and units.

use super::MAX_WORD_BITS;
use super::ast::{Node, Property, Value};
use super::names::closest;
use crate::diag::{Code, Diagnostic};
use crate::fixed::{QFormat, Round};
use crate::network::print::number;
use crate::network::{Family, Luts};
use std::ops::RangeInclusive;

/// The units of a quantity, with their factors; the first is the one computed in.
pub type Units = &'static [(&'static str, f64)];

/// Word widths.
pub const BITS: Units = &[("bits", 1.0), ("bit", 1.0)];
/// Memory sizes, decimal prefixes.
pub const MEMORY: Units = &[("bits", 1.0), ("bit", 1.0), ("kbit", 1e3), ("Mbit", 1e6)];
/// Clock frequencies.
pub const FREQUENCY: Units = &[("Hz", 1.0), ("kHz", 1e3), ("MHz", 1e6), ("GHz", 1e9)];
/// Durations.
pub const CYCLES: Units = &[("cycles", 1.0), ("cycle", 1.0)];
/// Rates.
pub const RATE: Units = &[("frames/s", 1.0)];

/// A whole number inside `range`; `what` names it.
pub fn whole(value: &Node<Value>, range: RangeInclusive<u64>, what: &str) -> Result<usize, Diagnostic> {
    match value.value {
        Value::Count(count) if range.contains(&count) => Ok(count as usize),
        _ => Err(out_of_range(value, what, &format!("{} to {}", range.start(), range.end()))),
    }
}

fn out_of_range(value: &Node<Value>, what: &str, expected: &str) -> Diagnostic {
    let message = format!("{what} is `{}`, expected {expected}", value.value);
    Diagnostic::new(Code::ValueOutOfRange, value.span, message)
}

/// A finite number, not zero.
pub fn factor(value: &Node<Value>, what: &str) -> Result<f64, Diagnostic> {
    match value.value {
        Value::Number(number) if number.is_normal() => Ok(number),
        _ => Err(out_of_range(value, what, "a number that is neither zero nor too large for 64 bits")),
    }
}

/// A factor above zero.
pub fn rising(value: &Node<Value>, what: &str) -> Result<f64, Diagnostic> {
    match factor(value, what)? {
        factor if factor > 0.0 => Ok(factor),
        _ => Err(out_of_range(value, what, "a number above zero")),
    }
}

/// A finite number.
pub fn finite(value: &Node<Value>, what: &str) -> Result<f64, Diagnostic> {
    match value.value {
        Value::Number(number) if number.is_finite() => Ok(number),
        _ => Err(out_of_range(value, what, "a number that 64 bits hold")),
    }
}

/// A quantity in the first of `units`, inside `range`.
pub fn quantity(property: &Property, units: Units, range: RangeInclusive<f64>) -> Result<f64, Diagnostic> {
    let Value::Quantity(value, unit) = &property.value.value else {
        crate::bug!("`{}` without a unit in the syntax tree", property.key.value);
    };
    let names: Vec<&str> = units.iter().map(|(name, _)| *name).collect();
    let Some((_, factor)) = units.iter().find(|(name, _)| *name == unit.value) else {
        let plural = |name: &&&str| !names.contains(&format!("{name}s").as_str());
        let shown: Vec<&str> = names.iter().filter(plural).copied().collect();
        let message = format!("unit `{}` is not known here, expected `{}`", unit.value, shown.join("`, `"));
        let diagnostic = Diagnostic::new(Code::UnknownName, unit.span, message);
        return Err(match closest(&unit.value, &names) {
            Some(near) => diagnostic.help(format!("write `{} {near}`", number(*value))),
            None => diagnostic,
        });
    };
    let value = value * factor;
    if range.contains(&value) {
        return Ok(value);
    }
    let expected = format!("{} to {} {}", number(*range.start()), number(*range.end()), units[0].0);
    Err(out_of_range(&property.value, &format!("`{}`", property.key.value), &expected))
}

/// A [`quantity`] that must be whole.
pub fn whole_quantity(property: &Property, units: Units, range: RangeInclusive<f64>) -> Result<u64, Diagnostic> {
    let value = quantity(property, units, range)?;
    if value.fract() == 0.0 {
        return Ok(value as u64);
    }
    let what = format!("`{}`", property.key.value);
    Err(out_of_range(&property.value, &what, &format!("a whole number of {}", units[0].0)))
}

/// Look-up tables of the family that the unit names.
pub fn luts(property: &Property) -> Result<Luts, Diagnostic> {
    const FAMILIES: Units = &[(Family::Ecp5.name(), 1.0), (Family::Xc7.name(), 1.0)];
    let most = whole_quantity(property, FAMILIES, 0.0..=1e9)?;
    let Value::Quantity(_, unit) = &property.value.value else {
        crate::bug!("`{}` without a unit in the syntax tree", property.key.value);
    };
    let family = Family::ALL.into_iter().find(|family| family.name() == unit.value);
    let family = family.unwrap_or_else(|| crate::bug!("`{}` is a family without a name", unit.value));
    Ok(Luts { most, family })
}

/// A fixed-point format that hardware can have.
pub fn format(property: &Property) -> Result<QFormat, Diagnostic> {
    let Value::Format(text) = &property.value.value else {
        crate::bug!("`format` without a format in the syntax tree");
    };
    match QFormat::parse(text) {
        Some(format) if format.width() <= MAX_WORD_BITS => Ok(format),
        _ => {
            let message = format!("format `{text}` has too few or too many bits, expected 2 to {MAX_WORD_BITS}");
            let diagnostic = Diagnostic::new(Code::FormatNotPossible, property.value.span, message);
            Err(diagnostic.help("choose a width of 1 + integer bits + fraction bits within it: `s3.8` has 12 bits"))
        }
    }
}

/// A word out of a fixed choice; `what` names the choice.
pub fn choice<T: Copy>(value: &Node<Value>, what: &str, options: &[(&'static str, T)]) -> Result<T, Diagnostic> {
    let Value::Word(word) = &value.value else {
        crate::bug!("{what} is not a word in the syntax tree");
    };
    if let Some((_, option)) = options.iter().find(|(name, _)| name == word) {
        return Ok(*option);
    }
    let names: Vec<&str> = options.iter().map(|(name, _)| *name).collect();
    let message = format!("{what} `{word}` is not known, expected one of `{}`", names.join("`, `"));
    let diagnostic = Diagnostic::new(Code::UnknownName, value.span, message);
    Err(match closest(word, &names) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic,
    })
}

/// A rounding mode.
pub fn rounding(property: &Property) -> Result<Round, Diagnostic> {
    choice(&property.value, "rounding mode", &Round::ALL.map(|mode| (mode.name(), mode)))
}
