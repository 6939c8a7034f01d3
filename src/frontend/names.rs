//! Names that may become Verilog identifiers and folder names, and the nearest of several words.

use super::ast::Node;
use crate::diag::{Code, Diagnostic};

/// Longest name, in characters.
pub const MAX_NAME: usize = 64;

/// Checks a name: `[a-z][a-z0-9_]*`, at most [`MAX_NAME`] characters, no `__`, no `_` at the end, no Verilog keyword.
///
/// Two underscores in a row are refused because Verilator uses them to mangle names.
pub fn check(name: &Node<String>) -> Result<(), Diagnostic> {
    let text = name.value.as_str();
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let fact = if text.len() > MAX_NAME {
        format!("has {} characters, expected at most {MAX_NAME}", text.len())
    } else if !text.starts_with(|c: char| c.is_ascii_lowercase()) || !text.chars().all(letters) {
        "expected a lower-case letter, then lower-case letters, digits and `_`".into()
    } else if text.contains("__") || text.ends_with('_') {
        "expected no two `_` in a row and none at the end".into()
    } else if KEYWORDS.split_whitespace().any(|keyword| keyword == text) {
        "is a keyword of Verilog, expected another word".into()
    } else {
        return Ok(());
    };
    let shown: String = text.chars().take(MAX_NAME + 1).collect();
    let diagnostic = Diagnostic::new(Code::NameNotLegal, name.span, format!("name `{shown}`: {fact}"));
    Err(match legal(text) {
        Some(other) => diagnostic.help(format!("write `{other}`")),
        None => diagnostic,
    })
}

/// A legal name near `text`.
pub fn legal(text: &str) -> Option<String> {
    let letters = text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
    let joined: String = letters.take(MAX_NAME - 2).collect();
    let parts: Vec<&str> = joined.split('_').filter(|part| !part.is_empty()).collect();
    let mut name = parts.join("_");
    if KEYWORDS.split_whitespace().any(|keyword| keyword == name) {
        name.push('0');
    }
    name.starts_with(|c: char| c.is_ascii_lowercase()).then_some(name)
}

/// The option nearest to `word`, if one is near enough to be meant.
pub fn closest<'a>(word: &str, options: &[&'a str]) -> Option<&'a str> {
    let word = word.to_ascii_lowercase();
    if let Some(whole) = options.iter().find(|option| word.len() > 2 && option.to_ascii_lowercase().starts_with(&word))
    {
        return Some(whole);
    }
    let distance = |option: &&str| edits(&word, &option.to_ascii_lowercase());
    let best = options.iter().min_by_key(|option| distance(option))?;
    let allowed = word.len().max(best.len()).div_ceil(3);
    (distance(best) <= allowed).then_some(*best)
}

/// Levenshtein's distance, in bytes; words longer than any keyword of ours are far from everything.
fn edits(a: &str, b: &str) -> usize {
    if a.len() > 2 * MAX_NAME || b.len() > 2 * MAX_NAME {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let replace = diagonal + (x != y) as usize;
            diagonal = row[j + 1];
            row[j + 1] = replace.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// Reserved words of Verilog-2005 and SystemVerilog-2017: simulators read `.v` files as either.
const KEYWORDS: &str = "accept_on alias always always_comb always_ff always_latch and assert assign assume automatic
before begin bind bins binsof bit break buf bufif0 bufif1 byte case casex casez cell chandle checker class clocking cmos
config const constraint context continue cover covergroup coverpoint cross deassign default defparam design disable dist
do edge else end endcase endchecker endclass endclocking endconfig endfunction endgenerate endgroup endinterface
endmodule endpackage endprimitive endprogram endproperty endsequence endspecify endtable endtask enum event eventually
expect export extends extern final first_match for force foreach forever fork forkjoin function generate genvar global
highz0 highz1 if iff ifnone ignore_bins illegal_bins implements implies import incdir include initial inout input inside
instance int integer interconnect interface intersect join join_any join_none large let liblist library local localparam
logic longint macromodule matches medium modport module nand negedge nettype new nexttime nmos nor noshowcancelled not
notif0 notif1 null or output package packed parameter pmos posedge primitive priority program property protected pull0
pull1 pulldown pullup pulsestyle_ondetect pulsestyle_onevent pure rand randc randcase randsequence rcmos real realtime
ref reg reject_on release repeat restrict return rnmos rpmos rtran rtranif0 rtranif1 s_always s_eventually s_nexttime
s_until s_until_with scalared sequence shortint shortreal showcancelled signed small soft solve specify specparam static
string strong strong0 strong1 struct super supply0 supply1 sync_accept_on sync_reject_on table tagged task this
throughout time timeprecision timeunit tran tranif0 tranif1 tri tri0 tri1 triand trior trireg type typedef union unique
unique0 unsigned until until_with untyped use uwire var vectored virtual void wait wait_order wand weak weak0 weak1 while
wildcard wire with within wor xnor xor";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Span;

    fn is_legal(text: &str) -> bool {
        check(&Node { value: text.into(), span: Span::default() }).is_ok()
    }

    #[test]
    fn names_are_legal_verilog_and_nothing_else() {
        for name in ["a", "fc1", "layer_2", &"x".repeat(MAX_NAME)] {
            assert!(is_legal(name), "{name}");
        }
        let long = "x".repeat(MAX_NAME + 1);
        for name in ["", "1a", "_a", "a_", "a__b", "fc-1", "Fc1", "wire", "logic", "ä", "a.b", &long] {
            assert!(!is_legal(name), "{name}");
        }
    }

    #[test]
    fn proposals_are_legal() {
        for name in ["Fc-1", "__a__b_", "wire", "Ünder", &"Long_".repeat(40)] {
            if let Some(other) = legal(name) {
                assert!(is_legal(&other), "{name} -> {other}");
            }
        }
        assert_eq!(legal("äöü"), None);
    }

    #[test]
    fn the_nearest_word_is_near() {
        assert_eq!(closest("activaton", &["weights", "activation"]), Some("activation"));
        assert_eq!(closest("mhz", &["Hz", "kHz", "MHz"]), Some("MHz"));
        assert_eq!(closest("first-col", &["first-row", "first-column"]), Some("first-column"));
        assert_eq!(closest("clk", &["interval", "clock"]), Some("clock"));
        assert_eq!(closest("elephant", &["weights", "activation"]), None);
    }
}
