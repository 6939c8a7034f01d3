//! Verilog to tokens; comments, directives and what is for debugging are left out.

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    /// A name or word of the language.
    Name(String),
    /// A number: value and, where stated, width.
    Number(i128, Option<u32>),
    /// A bit of any value.
    Unknown,
    /// A text.
    Text(String),
    /// Anything else.
    Sign(&'static str),
}

/// The attribute of what stays though nothing reads it, as a name before it. Others mean nothing here.
pub const KEEP: &str = "(* keep *)";

/// Longest first.
const SIGNS: [&str; 46] = [
    "<<<", ">>>", "===", "!==", "<=", ">=", "==", "!=", "&&", "||", "<<", ">>", "+:", "-:", "~&", "~|", "~^", "(*",
    "*)", "(", ")", "[", "]", "{", "}", ";", ":", ",", ".", "#", "@", "?", "=", "+", "-", "*", "/", "%", "&", "|", "^",
    "~", "!", "<", ">", "$",
];

/// The tokens of a text.
pub fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut kept = String::new();
    let mut skipping = false;
    for line in text.lines() {
        let code = line.split("//").next().unwrap_or("");
        let first = code.trim_start();
        if first.starts_with("`ifdef") {
            skipping = true;
        } else if first.starts_with("`endif") {
            skipping = false;
        } else if !skipping && !first.starts_with('`') {
            kept.push_str(code);
            kept.push('\n');
        }
    }
    let (bytes, mut at, mut list) = (kept.as_bytes(), 0, Vec::new());
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    while at < bytes.len() {
        let byte = bytes[at];
        if byte.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let mut end = at;
        if byte == b'"' {
            end = at + 1 + kept[at + 1..].find('"').ok_or("a text without end")?;
            list.push(Token::Text(kept[at + 1..end].into()));
            at = end + 1;
        } else if byte.is_ascii_digit() || byte == b'\'' {
            while end < bytes.len() && is_word(bytes[end]) {
                end += 1;
            }
            let plain = kept[at..end].replace('_', "");
            at = end;
            if at < bytes.len() && bytes[at] == b'\'' {
                end = at + 1;
                while end < bytes.len() && is_word(bytes[end]) {
                    end += 1;
                }
                let rest = kept[at + 1..end].trim_start_matches(['s', 'S']).replace('_', "");
                let (base, digits) = rest.split_at(1.min(rest.len()));
                if base == "b" && digits == "x" {
                    list.push(Token::Unknown);
                    at = end;
                    continue;
                }
                let radix = match base {
                    "d" => 10,
                    "h" => 16,
                    "b" => 2,
                    "o" => 8,
                    _ => return Err(format!("the number `{plain}'{rest}`")),
                };
                let digits = digits.replace(['x', 'z', 'X', 'Z', '?'], "0");
                // longer ones are masks: their low bits are what matters here
                let digits = if radix == 16 && digits.len() > 30 { &digits[digits.len() - 30..] } else { &digits };
                let digits = if radix == 2 && digits.len() > 120 { &digits[digits.len() - 120..] } else { digits };
                let value = i128::from_str_radix(digits, radix).map_err(|_| format!("the number `{digits}`"))?;
                list.push(Token::Number(value, plain.parse().ok()));
                at = end;
            } else {
                list.push(Token::Number(plain.parse().map_err(|_| format!("the number `{plain}`"))?, None));
            }
        } else if is_word(byte) || (byte == b'$' && bytes.get(at + 1).is_some_and(|&b| is_word(b))) {
            end += 1;
            while end < bytes.len() && is_word(bytes[end]) {
                end += 1;
            }
            list.push(Token::Name(kept[at..end].into()));
            at = end;
        } else {
            let sign = SIGNS.iter().find(|sign| kept[at..].starts_with(**sign));
            let sign = sign.ok_or_else(|| format!("the character `{}`", byte as char))?;
            // an attribute, unless it is `@(*)`
            if *sign == "(*" && !kept[at..].starts_with("(*)") {
                let length = kept[at..].find("*)").ok_or("an attribute without an end")? + 2;
                if &kept[at..at + length] == KEEP {
                    list.push(Token::Name(KEEP.into()));
                }
                at += length;
                continue;
            }
            let sign = if *sign == "(*" || *sign == "*)" { &sign[..1] } else { sign };
            list.push(Token::Sign(SIGNS.iter().find(|known| **known == sign).copied().unwrap_or("")));
            at += sign.len();
        }
    }
    Ok(list)
}
