//! The format CSV: one sample per line.

use super::{Problem, Tensor};

/// The numbers of a text of at most `most` numbers, `[lines][columns]`. A first line without any number is a heading.
pub fn read(text: &[u8], most: usize) -> Result<Tensor, Problem> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(text);
    let (mut values, mut columns) = (Vec::new(), 0);
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(|cause| Problem::malformed(format!("the text is damaged: {cause}")))?;
        let line = record.position().map_or(index as u64 + 1, |position| position.line());
        if index == 0 && record.iter().all(|field| field.parse::<f64>().is_err()) {
            continue;
        }
        let before = values.len();
        for field in &record {
            let number: Result<f64, _> = field.parse();
            values.push(
                number.map_err(|_| Problem::malformed(format!("line {line}: `{}` is not a number", shown(field))))?,
            );
        }
        let found = values.len() - before;
        if before > 0 && found != columns {
            return Err(Problem::malformed(format!("line {line} has {found} columns, expected {columns}")));
        }
        columns = found;
        if values.len() > most {
            return Err(Problem::malformed(format!("the table is too large, expected at most {most} numbers")));
        }
    }
    if values.is_empty() {
        return Err(Problem::malformed("the table has no numbers"));
    }
    Ok(Tensor { shape: vec![values.len() / columns, columns], values })
}

fn shown(field: &str) -> String {
    field.chars().take(40).collect::<String>().escape_debug().to_string()
}
