use pulp::NullaryFnOnce;

/// `x / 2 · (1 + erf(x / √2))`, for each.
pub(super) struct Gelu<'a>(pub(super) &'a mut [f32]);

impl NullaryFnOnce for Gelu<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for value in self.0 {
            *value *= 0.5 * (1.0 + erf(*value * std::f32::consts::FRAC_1_SQRT_2));
        }
    }
}

/// Abramowitz and Stegun, 7.1.26: off by less than 2e-7.
#[inline(always)]
fn erf(x: f32) -> f32 {
    const TERMS: [f32; 5] = [
        1.061_405_4,
        -1.453_152,
        1.421_413_7,
        -0.284_496_74,
        0.254_829_6,
    ];
    let size = x.abs();
    let t = 1.0 / (1.0 + 0.327_591_1 * size);
    let mut sum = 0.0;
    for term in TERMS {
        sum = sum * t + term;
    }
    (1.0 - sum * t * exp(-size * size)).copysign(x)
}

/// `e` to the power of each value less the largest, of the sum 1.
#[inline(always)]
pub(super) fn softmax(values: &mut [f32]) {
    let largest = values.iter().fold(
        f32::MIN,
        |most, value| if *value > most { *value } else { most },
    );
    for value in values.iter_mut() {
        *value = exp(*value - largest);
    }
    let share = 1.0 / values.iter().sum::<f32>();
    for value in values {
        *value *= share;
    }
}

/// A power of two by its exponent's bits, times a polynomial for what is left, as in Cephes: no call and no branch, so that
/// many are done at once.
#[inline(always)]
fn exp(x: f32) -> f32 {
    const LOG2_HIGH: f32 = 0.693_359_4;
    const LOG2_LOW: f32 = -2.121_944_4e-4;
    /// Added and taken away again, it leaves a whole number.
    const ROUND: f32 = 12_582_912.0;
    const TERMS: [f32; 6] = [
        1.987_569_1e-4,
        1.398_199_9e-3,
        8.333_452e-3,
        4.166_579_6e-2,
        1.666_666_5e-1,
        0.5,
    ];
    let x = x.clamp(-87.0, 88.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let rest = x - whole * LOG2_HIGH - whole * LOG2_LOW;
    let mut sum = 0.0;
    for term in TERMS {
        sum = sum * rest + term;
    }
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(1.0_f32.to_bits()));
    (sum * rest * rest + rest + 1.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_the_exponential() {
        for x in [-80.0_f32, -10.3, -1.0, -0.1, 0.0, 0.5, 3.7, 40.0] {
            let exact = x.exp();
            assert!((exp(x) - exact).abs() <= 3e-7 * exact, "{x}");
        }
    }

    #[test]
    fn gelu_has_its_published_values() {
        let mut values = [-3.0, -1.0, 0.0, 0.5, 1.0, 3.0];
        Gelu(&mut values).call();
        let known = [
            -0.004_049_7,
            -0.158_655_3,
            0.0,
            0.345_731_2,
            0.841_344_7,
            2.995_950_3,
        ];
        for (value, known) in values.iter().zip(known) {
            assert!((value - known).abs() < 1e-6, "{value} for {known}");
        }
    }

    #[test]
    fn softmax_sums_to_one_and_keeps_the_ratios() {
        let mut values = [1.0, 2.0, 3.0];
        softmax(&mut values);
        assert!((values.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!((values[1] / values[0] - std::f32::consts::E).abs() < 1e-5);
    }
}
