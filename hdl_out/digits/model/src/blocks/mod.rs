//! The blocks' models.

pub mod models;

/// Block `activate`.
pub mod activate {
    pub mod model;
}

/// Block `add`.
pub mod add {
    pub mod model;
}

/// Block `argmax`.
pub mod argmax {
    pub mod model;
}

/// Block `bit_ifft`.
pub mod bit_ifft {
    pub mod model;
}

/// Block `concat`.
pub mod concat {
    pub mod model;
}

/// Block `dense_mac`.
pub mod dense_mac {
    pub mod model;
}

/// Block `fft`.
pub mod fft {
    pub mod model;
}

/// Block `folded_fft`.
pub mod folded_fft {
    pub mod model;
}

/// Block `folded_ifft`.
pub mod folded_ifft {
    pub mod model;
}

/// Block `half_fft`.
pub mod half_fft {
    pub mod model;
}

/// Block `ifft`.
pub mod ifft {
    pub mod model;
}

/// Block `pack`.
pub mod pack {
    pub mod model;
}

/// Block `select`.
pub mod select {
    pub mod model;
}

/// Block `slice`.
pub mod slice {
    pub mod model;
}

/// Block `spectral_array`.
pub mod spectral_array {
    pub mod model;
}

/// Block `spectral_mac`.
pub mod spectral_mac {
    pub mod model;
}

/// Block `threshold`.
pub mod threshold {
    pub mod model;
}

/// Block `whole_fft`.
pub mod whole_fft {
    pub mod model;
}

/// Block `whole_ifft`.
pub mod whole_ifft {
    pub mod model;
}

/// Block `wide_fft`.
pub mod wide_fft {
    pub mod model;
}

/// Block `wide_ifft`.
pub mod wide_ifft {
    pub mod model;
}
