//! Labelled time series, `.ts` of the UCR and UEA archives: a line per series, its dimensions separated by `:`, the class
//! last. Classes are numbered in the order in which `@classLabel` names them.

use super::MAX_ELEMENTS;
use super::weights::{Problem, Tensor};

/// Series `[series][dimensions][steps]`, and the class of each.
#[derive(Clone, Debug)]
pub struct Series {
    /// All numbers.
    pub values: Tensor,
    /// From 0.
    pub classes: Vec<usize>,
}

/// Whether a file begins as these do.
pub fn is_series(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(b'#' | b'@'))
}

/// The series of a file.
pub fn read(bytes: &[u8]) -> Result<Series, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|_| Problem::malformed("the file is not UTF-8, expected text"))?;
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let mut names: Vec<&str> = Vec::new();
    for (_, line) in lines.by_ref() {
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match word.to_ascii_lowercase().as_str() {
            "@classlabel" => names = rest.split_whitespace().skip(1).collect(),
            "@data" => break,
            _ => {}
        }
    }
    if names.is_empty() {
        return Err(Problem::malformed(
            "no line `@classLabel true NAME ...` stands above `@data`, expected the names of classes",
        ));
    }
    let mut shape: Option<[usize; 2]> = None;
    let (mut values, mut classes) = (Vec::new(), Vec::new());
    for (number, line) in lines {
        let refused = |problem: String| Problem::malformed(format!("line {number}: {problem}"));
        let (series, name) =
            line.rsplit_once(':').ok_or_else(|| refused("it has no class, expected `...:class`".into()))?;
        let class = names.iter().position(|known| *known == name.trim());
        let unknown = || refused(format!("the class is `{name}`, expected one of {}", names.join(", ")));
        classes.push(class.ok_or_else(unknown)?);
        let before = values.len();
        let dimensions: Vec<&str> = series.split(':').collect();
        for value in dimensions.iter().flat_map(|dimension| dimension.split(',')) {
            let number = value.trim().parse::<f64>().ok().filter(|number| number.is_finite());
            values.push(number.ok_or_else(|| refused(format!("`{value}` is not a finite number")))?);
        }
        let steps = (values.len() - before) / dimensions.len();
        let found = [dimensions.len(), steps];
        let even = dimensions.iter().all(|dimension| dimension.split(',').count() == steps);
        if !even || *shape.get_or_insert(found) != found {
            let [dimensions, steps] = shape.unwrap_or(found);
            return Err(refused(format!(
                "a series of another length, expected {dimensions} x {steps} numbers like the first"
            )));
        }
        if values.len() > MAX_ELEMENTS {
            return Err(refused(format!("more than {MAX_ELEMENTS} numbers")));
        }
    }
    let Some([dimensions, steps]) = shape else { return Err(Problem::malformed("there are no series below `@data`")) };
    let shape = if dimensions == 1 { vec![classes.len(), steps] } else { vec![classes.len(), dimensions, steps] };
    Ok(Series { values: Tensor { shape, values }, classes })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "# about\n@problemName a\n@classLabel true walk run\n@data\n";

    #[test]
    fn series_and_classes_are_read() {
        let series = read(format!("{HEAD}1,2,3:4,5,6:run\n\n-1,0,1e1:0,0,0:walk\n").as_bytes()).unwrap();
        assert_eq!(series.values.shape, [2, 2, 3]);
        assert_eq!(series.values.values, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, -1.0, 0.0, 10.0, 0.0, 0.0, 0.0]);
        assert_eq!(series.classes, [1, 0]);
        assert_eq!(read(format!("{HEAD}1,2:run").as_bytes()).unwrap().values.shape, [1, 2]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let refused = |data: &str, words: &str| {
            let message = read(format!("{HEAD}{data}").as_bytes()).unwrap_err().message;
            assert!(message.contains(words), "{message}");
        };
        refused("1,2:swim", "line 5: the class is `swim`, expected one of walk, run");
        refused("1,2:run\n1,2,3:run", "line 6: a series of another length, expected 1 x 2 numbers");
        refused("1,2:1:run", "line 5: a series of another length");
        refused("1,?:run", "line 5: `?` is not a finite number");
        refused("1,2", "line 5: it has no class");
        refused("", "no series");
        assert!(read(b"@data\n1:a").unwrap_err().message.contains("@classLabel"));
    }
}
