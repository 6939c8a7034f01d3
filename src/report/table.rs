//! Plain text tables with aligned columns.

use std::fmt;

/// Rows of cells under a head.
#[derive(Debug)]
pub struct Table {
    /// One letter per column: `l` or `r`.
    align: String,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with the given head, one word per column (`-` shows as a blank); `align` has a letter per column, `l` or `r`.
    pub fn new(head: &str, align: &str) -> Table {
        let head = head.split(' ').map(|word| word.replace('-', " ")).collect();
        Table { align: align.into(), rows: vec![head] }
    }

    /// The head, and the rows under it.
    pub fn parts(&self) -> (&[String], &[Vec<String>]) {
        self.rows.split_first().map_or((&[], &[]), |(head, rows)| (head, rows))
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let wide = |column: usize| self.rows.iter().filter_map(|row| row.get(column)).map(|c| c.chars().count()).max();
        let widths: Vec<usize> = (0..self.align.len()).map(|column| wide(column).unwrap_or(0)).collect();
        for row in &self.rows {
            let mut line = String::new();
            for ((cell, &width), align) in row.iter().zip(&widths).zip(self.align.chars()) {
                line += "  ";
                line += &if align == 'l' { format!("{cell:<width$}") } else { format!("{cell:>width$}") };
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// A number with its thousands apart: `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let mut table = Table::new("name how-many", "lr");
        table.row(["a".to_string(), grouped(1234567)]);
        assert_eq!(table.to_string(), "  name   how many\n  a     1,234,567\n");
    }
}
