//! What embedding costs.

/// US dollars for a million tokens, as <https://platform.openai.com/docs/pricing> has them; none for a model whose price is not
/// known here.
pub(super) fn usd_per_million_tokens(model: &str) -> Option<f64> {
    match model {
        "text-embedding-3-small" => Some(0.02),
        "text-embedding-3-large" => Some(0.13),
        _ => None,
    }
}

pub(super) fn usd(tokens: u64, per_million: f64) -> f64 {
    tokens as f64 / 1e6 * per_million
}

/// About as many as there are: English has four bytes in a token, code and other languages fewer.
pub(super) fn estimated_tokens(bytes: usize) -> u64 {
    bytes.div_ceil(4) as u64
}
