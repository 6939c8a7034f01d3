//! What does not parse: from the parser's view to a sentence for the user.

use super::names::closest;
use super::parse::{CircParser, Rule};
use crate::diag::{Code, Diagnostic, Span};
use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};
use pest::iterators::Pair;

/// A place where statements stand: what may stand there, and how to read one strictly.
struct Place {
    strict: Rule,
    keys: &'static [&'static str],
    /// Keywords that belong to the statement before.
    clauses: &'static [&'static str],
    called: &'static str,
}

const NETWORK: Place = Place {
    strict: Rule::network_item,
    keys: &["input", "output", "precision", "calibrate", "layer", "target"],
    clauses: &["range", "scale", "shift", "format", "block", "from"],
    called: "the network",
};

const PRECISION: Place = Place {
    strict: Rule::precision_entry,
    keys: &["activations", "weights", "rounding"],
    clauses: &[],
    called: "a `precision` section",
};

const LAYER: Place = Place {
    strict: Rule::property,
    keys: &[
        "weights",
        "bias",
        "activation",
        "thresholds",
        "levels",
        "format",
        "quantise",
        "weight-bits",
        "weight-format",
        "spectrum-bits",
        "rounding",
        "rows",
        "forward",
        "spectra",
        "inverse",
        "products",
        "stationary",
        "scale",
        "shift",
    ],
    clauses: &["tensor", "form", "units", "multipliers"],
    called: "a layer",
};

const TARGET: Place = Place {
    strict: Rule::target_entry,
    keys: &["clock", "interval", "throughput", "multipliers", "memory", "luts"],
    clauses: &[],
    called: "a `target` section",
};

const PLACES: [Place; 4] = [NETWORK, LAYER, PRECISION, TARGET];

/// Says what is wrong with a statement that did not parse.
pub(super) fn broken(pair: &Pair<Rule>, text: &str) -> Diagnostic {
    let place = match pair.as_rule() {
        Rule::broken_precision => PRECISION,
        Rule::broken_property => LAYER,
        Rule::broken_target => TARGET,
        _ => NETWORK,
    };
    let start = pair.as_span().start();
    let first = token(text, start);
    let word = &text[first.start..first.end];
    let is_word = word.starts_with(|c: char| c.is_ascii_alphabetic());
    if is_word && !place.keys.contains(&word) && !place.clauses.contains(&word) {
        return unknown_word(&place, word, first);
    }
    match CircParser::parse(place.strict, &text[start..]) {
        Err(error) => syntax(&error, text, start),
        Ok(_) => Diagnostic::new(Code::Syntax, first, format!("`{word}` cannot stand here")),
    }
}

fn unknown_word(place: &Place, word: &str, span: Span) -> Diagnostic {
    let known: Vec<&str> = place.keys.iter().chain(place.clauses).copied().collect();
    let message = format!("`{word}` is not known in {}, expected one of {}", place.called, list(place.keys));
    let diagnostic = Diagnostic::new(Code::UnknownName, span, message);
    if let Some(near) = closest(word, &known) {
        return diagnostic.help(format!("did you mean `{near}`?"));
    }
    match PLACES.iter().find(|other| other.keys.contains(&word)) {
        Some(other) => diagnostic.help(format!("move it into {}", other.called)),
        None => diagnostic,
    }
}

fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// An error of the parser, which read `text` from `offset` on.
pub(super) fn syntax(error: &Error<Rule>, text: &str, offset: usize) -> Diagnostic {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at + offset,
    };
    let span = token(text, at);
    let found = match &text[span.start..span.end] {
        "" => "the end of the file".to_string(),
        token => format!("`{token}`"),
    };
    let mut expected: Vec<&str> = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives.iter().filter_map(|&rule| phrase(rule)).collect(),
        ErrorVariant::CustomError { .. } => Vec::new(),
    };
    expected.dedup();
    let expected = match expected.split_last() {
        None => "something else".to_string(),
        Some((last, [])) => last.to_string(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    };
    let diagnostic = Diagnostic::new(Code::Syntax, span, format!("found {found}, expected {expected}"));
    match unclosed(text) {
        _ if found.starts_with("`\"") => diagnostic.help("close the quotes on the same line"),
        Some(brace) if span.start == text.len() => diagnostic.label(brace, "this brace is not closed"),
        _ => diagnostic,
    }
}

/// The first opening brace without a closing one.
fn unclosed(text: &str) -> Option<Span> {
    let mut open = Vec::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '{' => open.push(at),
            '}' => drop(open.pop()),
            '"' => drop(letters.find(|(_, c)| matches!(c, '"' | '\n'))),
            '/' if text[at..].starts_with("//") => drop(letters.find(|(_, c)| *c == '\n')),
            _ => {}
        }
    }
    open.first().map(|&at| Span { start: at, end: at + 1 })
}

/// The word, or the single character, that starts at `at`.
fn token(text: &str, at: usize) -> Span {
    let rest = &text[at..];
    let inside = |c: char| c.is_alphanumeric() || "_-./".contains(c);
    let length = match rest.find(|c| !inside(c)) {
        None => rest.len(),
        Some(0) if rest.starts_with('"') => rest.find(['\n', ' ']).unwrap_or(rest.len()),
        Some(0) => rest.chars().next().map_or(0, char::len_utf8),
        Some(length) => length,
    };
    Span { start: at, end: at + length }
}

/// What a rule is called in messages; `None`: other rules say it better.
fn phrase(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::EOI => "the end of the file",
        Rule::file | Rule::network | Rule::k_network => "`network`",
        Rule::name | Rule::origins => "a name",
        Rule::open => "`{`",
        Rule::close => "`}`",
        Rule::network_item => {
            "a statement of the network (`input`, `output`, `layer`, `precision`, `calibrate`, `target`)"
        }
        Rule::input_clause => "`range`, `scale`, `format`",
        Rule::output_clause => "`scale`, `shift`",
        Rule::precision_entry => "an entry of the precision (`activations`, `weights`, `rounding`)",
        Rule::target_entry => {
            "an entry of the target (`clock`, `interval`, `throughput`, `multipliers`, `memory`, `luts`)"
        }
        Rule::property => "a property of the layer (`weights`, `bias`, `activation`, ...)",
        Rule::layer_block => "the properties of the layer in braces",
        Rule::kind | Rule::kind_key | Rule::unknown_kind | Rule::word => {
            "a layer kind (`dense`, `affine`, `pointwise`, `add`, `concat`, `slice`, `argmax`)"
        }
        Rule::dense_clause | Rule::block | Rule::k_block => "`block`",
        Rule::kind_clause | Rule::from | Rule::k_from => "`from`",
        Rule::elements | Rule::count_of_range => "elements such as `0 .. 16`",
        Rule::file_clause => "`tensor`, `form`",
        Rule::shape => "a shape such as `8x8`",
        Rule::size => "the number of outputs",
        Rule::block_size => "a block size",
        Rule::row_count => "a number of rows",
        Rule::bit_count => "a number of bits",
        Rule::multiplier_count => "a number of multipliers",
        Rule::number | Rule::width | Rule::capacity | Rule::frequency | Rule::duration | Rule::rate | Rule::tables => {
            "a number"
        }
        Rule::interval => "a range such as `0 .. 1`",
        Rule::q_format => "a format such as `s3.8`",
        Rule::path | Rule::file_ref => "a file name in quotes",
        Rule::tensor_name => "a tensor name in quotes",
        Rule::form_name => "a form (`dense`, `first-column`, `first-row`)",
        Rule::activation_name | Rule::function => {
            "an activation (`identity`, `relu`, `leaky-relu`, `clip`, `sigmoid`, `tanh`)"
        }
        Rule::pace_name | Rule::pace => "a pace (`serial`, `half`, `wide`, `whole`, `bitwise`, `folded`)",
        Rule::stationary_name => "what stays (`sums`, `blocks`)",
        Rule::rounding_name => "a rounding mode (`half-up`, `half-even`, `floor`)",
        Rule::bit_unit => "the unit `bits`",
        Rule::memory_unit => "a unit (`bits`, `kbit`, `Mbit`)",
        Rule::frequency_unit => "a unit (`Hz`, `kHz`, `MHz`, `GHz`)",
        Rule::cycle_unit => "the unit `cycles`",
        Rule::rate_unit => "the unit `frames/s`",
        Rule::family_name => "the family they are counted for (`ecp5`, `xc7`)",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_of_keywords_agree_with_the_grammar() {
        let rules = [Rule::network_key, Rule::property_key, Rule::precision_key, Rule::target_key];
        for (place, rule) in PLACES.iter().zip(rules) {
            for key in place.keys {
                let parsed = CircParser::parse(rule, key).expect("a keyword of the list is one of the grammar");
                assert_eq!(parsed.as_str(), *key);
            }
        }
    }
}
