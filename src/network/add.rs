//! The sum of several origins by element, where a residual path joins: `f(a + b)`.

use super::dense::formats::WIDTH_LIMIT;
use super::{FixedFn, Given, Layer, Operator, Pointwise, Reach, RealFn, print};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::fixed::QFormat;

/// Most origins of one sum: they are added in one clock cycle.
pub const MOST_PARTS: usize = 4;

/// An add layer.
#[derive(Clone, Debug)]
pub struct Add {
    /// Number of origins.
    pub parts: usize,
    /// Applied to each exact sum.
    pub function: Pointwise,
    /// Format of each origin; set by `choose-formats`.
    pub inputs: Option<Vec<QFormat>>,
}

impl Add {
    fn sum(&self, x: &[f64]) -> Vec<f64> {
        let size = x.len() / self.parts;
        (0..size).map(|n| x[n..].iter().step_by(size).sum()).collect()
    }

    /// The ball of a sum of n vectors is at most sqrt(n) times the ball of the n vectors together.
    fn sum_reach(&self, input: &Reach) -> Reach {
        let (low, high, centre) = (self.sum(&input.low), self.sum(&input.high), self.sum(&input.centre));
        Reach { low, high, centre, radius: input.radius * (self.parts as f64).sqrt() }
    }
}

impl Operator for Add {
    fn keyword(&self) -> &'static str {
        "add"
    }

    fn infer_shape(&self, layer: &Layer, inputs: &[usize], diagnostics: &mut Diagnostics) -> usize {
        if let Some(other) = inputs.iter().find(|&&size| size != inputs[0]) {
            let message = format!(
                "layer `{}` adds `{other}` elements to {}, expected the same number from each origin",
                layer.name, inputs[0]
            );
            diagnostics.push(Diagnostic::new(Code::ShapeMismatch, layer.span, message));
        }
        self.function.infer_shape(layer, &inputs[..1], diagnostics)
    }

    fn real(&self) -> RealFn<'_> {
        let function = self.function.real();
        Box::new(move |x| function(&self.sum(x)))
    }

    fn fixed(&self) -> FixedFn<'_> {
        let Some(inputs) = &self.inputs else { crate::bug!("add layer evaluated in integers before choose-formats") };
        let (frac, function) = (exact_sum(inputs).frac, self.function.fixed());
        Box::new(move |x, clipped| {
            let size = x.len() / inputs.len();
            let exact = |n: usize| -> i64 {
                let aligned = |(part, format): (usize, &QFormat)| x[part * size + n] << (frac - format.frac);
                inputs.iter().enumerate().map(aligned).sum()
            };
            function(&(0..size).map(exact).collect::<Vec<_>>(), clipped)
        })
    }

    fn reach(&self, input: &Reach) -> Reach {
        self.function.reach(&self.sum_reach(input))
    }

    fn choose_formats(&mut self, given: &Given, diagnostics: &mut Diagnostics) {
        let inputs: Vec<QFormat> = given.parts.iter().map(|(format, _)| *format).collect();
        let sum = exact_sum(&inputs);
        if i64::from(sum.width()) > WIDTH_LIMIT {
            let bits = sum.width();
            let message =
                format!("the sum of layer `{}` needs `{bits}` bits, 2 to {WIDTH_LIMIT} are possible", given.name);
            let problem = Diagnostic::new(Code::FormatNotPossible, given.span, message);
            diagnostics.push(problem.help("state other formats for the layers it adds"));
            return;
        }
        let reach = given.reach.map(|reach| self.sum_reach(reach));
        let samples: Vec<Vec<f64>> = given.samples.iter().map(|sample| self.sum(sample)).collect();
        let parts = [(sum, given.parts[0].1)];
        let sums = Given { input: sum, parts: &parts, reach: reach.as_ref(), samples: &samples, ..*given };
        self.function.choose_formats(&sums, diagnostics);
        self.inputs = Some(inputs);
    }

    fn output_format(&self, layer: &Layer, input: QFormat) -> Option<QFormat> {
        self.function.output_format(layer, input)
    }

    fn print(&self, layer: &Layer) -> (String, Vec<String>) {
        print::add(self, layer)
    }
}

/// The format that holds every sum of words of `inputs` exactly.
fn exact_sum(inputs: &[QFormat]) -> QFormat {
    let frac = inputs.iter().map(|format| format.frac).max().unwrap_or(0);
    let int = inputs.iter().map(|format| format.int).max().unwrap_or(1);
    let growth = inputs.len().next_power_of_two().ilog2() as i32;
    QFormat { int: (int + growth).max(1 - frac), frac }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Span;
    use crate::network::dense::Stated;
    use crate::network::{Activation, Precision};

    fn relu(stated: Stated) -> Add {
        let function = Pointwise { activation: Activation::Relu, thresholds: None, stated, formats: None };
        Add { parts: 2, function, inputs: None }
    }

    #[test]
    fn words_of_different_formats_add_exactly() {
        let sum = QFormat { int: 4, frac: 6 };
        let mut add = relu(Stated { format: Some(sum), ..Stated::default() });
        let parts = [(QFormat { int: 3, frac: 4 }, 2), (QFormat { int: 1, frac: 6 }, 2)];
        let given = Given {
            name: "sum",
            span: Span::default(),
            input: parts[0].0,
            parts: &parts,
            reach: None,
            samples: &[],
            precision: Precision::default(),
        };
        add.choose_formats(&given, &mut Diagnostics::default());
        assert_eq!(add.function.formats.unwrap().input, sum);
        // 1.25 + 0.5 and -2 + 0.25
        assert_eq!(add.eval_fixed(&[20, -32, 32, 16], &mut 0), [112, 0]);
        assert_eq!(add.eval(&[1.25, -2.0, 0.5, 0.25]), [1.75, 0.0]);
    }

    #[test]
    fn a_sum_reaches_no_further_than_its_parts() {
        let part = Reach::of_range(3, -1.0, 2.0);
        let sum = relu(Stated::default()).sum_reach(&Reach::of_all([&part, &part]));
        assert_eq!((sum.low[0], sum.high[0]), (-2.0, 4.0));
        assert!((sum.radius - 2.0 * part.radius).abs() < 1e-12, "{} of {}", sum.radius, part.radius);
    }
}
