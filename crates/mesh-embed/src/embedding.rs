/// What a model makes of a text: a direction, of length 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedding(Vec<f32>);

impl Embedding {
    /// The mean of the tokens' vectors (`width` numbers each), brought to length 1.
    pub(crate) fn mean(tokens: &[f32], width: usize) -> Self {
        let mut mean = vec![0.0; width];
        for token in tokens.chunks_exact(width) {
            for (sum, value) in mean.iter_mut().zip(token) {
                *sum += value;
            }
        }
        Self(normalized(mean))
    }

    #[must_use]
    pub fn as_slice(&self) -> &[f32] {
        &self.0
    }

    /// From -1 to 1: 1 where both mean the same.
    #[must_use]
    pub fn similarity(&self, other: &Self) -> f32 {
        self.0.iter().zip(&other.0).map(|(a, b)| a * b).sum()
    }
}

fn normalized(mut values: Vec<f32>) -> Vec<f32> {
    let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length > 0.0 {
        for value in &mut values {
            *value /= length;
        }
    }
    values
}
