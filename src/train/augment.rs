//! Samples changed at random as they are used: images shifted, noise added.

use super::chance::normal;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// How samples are changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Augment {
    /// Images move by up to so many pixels in each direction: by whole ones if this is whole, else by any part
    /// (linear interpolation). What moves in is zero.
    pub shift: f64,
    /// Deviation of the normal noise added to each element.
    pub noise: f64,
}

/// Height and width of the images, and how many of them are one sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Images {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
}

impl Images {
    /// The last two dimensions of a shape.
    pub fn of_shape(shape: &[usize]) -> Option<Images> {
        match shape {
            [.., height, width] => Some(Images { height: *height, width: *width }),
            _ => None,
        }
    }
}

impl Augment {
    /// Changes a batch `[batch][size]` in place.
    pub fn apply(&self, batch: &mut [f32], size: usize, images: Option<Images>, random: &mut ChaCha8Rng) {
        if let (Some(images), true) = (images, self.shift > 0.0) {
            let moves: Vec<[f64; 2]> = (0..batch.len() / size).map(|_| self.moves(random)).collect();
            let samples = batch.par_chunks_mut(size).zip(&moves);
            samples.for_each(|(sample, by)| {
                sample.chunks_mut(images.height * images.width).for_each(|image| moved(image, images, *by));
            });
        }
        if self.noise > 0.0 {
            batch.iter_mut().for_each(|value| *value += (self.noise * normal(random)) as f32);
        }
    }

    fn moves(&self, random: &mut ChaCha8Rng) -> [f64; 2] {
        let whole = self.shift.fract() == 0.0;
        let most = self.shift as i64;
        [0, 1].map(|_| {
            if whole { random.random_range(-most..=most) as f64 } else { random.random_range(-self.shift..=self.shift) }
        })
    }
}

/// Moves an image down and right by parts of pixels.
fn moved(image: &mut [f32], Images { height, width }: Images, [down, right]: [f64; 2]) {
    let old = image.to_vec();
    let (top, left) = (down.floor(), right.floor());
    let (y_part, x_part) = ((down - top) as f32, (right - left) as f32);
    let at = |y: i64, x: i64| {
        let is_inside = (0..height as i64).contains(&y) && (0..width as i64).contains(&x);
        if is_inside { old[y as usize * width + x as usize] } else { 0.0 }
    };
    for y in 0..height {
        for x in 0..width {
            let (from_y, from_x) = (y as i64 - top as i64, x as i64 - left as i64);
            let row = |y| at(y, from_x) * (1.0 - x_part) + at(y, from_x - 1) * x_part;
            image[y * width + x] = row(from_y) * (1.0 - y_part) + row(from_y - 1) * y_part;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_move_by_whole_pixels_and_by_parts() {
        let images = Images { height: 2, width: 3 };
        let mut image = vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        moved(&mut image, images, [0.0, 1.0]);
        assert_eq!(image, [0.0, 1.0, 2.0, 0.0, 4.0, 5.0]);
        moved(&mut image, images, [-1.0, 0.0]);
        assert_eq!(image, [0.0, 4.0, 5.0, 0.0, 0.0, 0.0]);
        let mut image = vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        moved(&mut image, images, [0.0, -0.5]);
        assert_eq!(image, [1.5, 2.5, 1.5, 4.5, 5.5, 3.0]);
    }
}
