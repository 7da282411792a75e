use mesh_fakes::openai::embed;

use super::passages;
use crate::retrieval::pages::Page;

/// Of the vendor's smaller model, as in production.
const DIMENSIONS: u32 = 1_536;

/// A vector store: a passage is as near as the hashed bags of words are. The same everywhere, and no good judge: common words
/// count as much as others.
#[derive(Debug)]
pub(crate) struct Bag {
    /// By dimension, the passages that have something in it.
    postings: Vec<Vec<(usize, f32)>>,
    passages: usize,
}

impl Bag {
    pub(crate) fn index(pages: &[Page]) -> Self {
        let mut postings = vec![Vec::new(); DIMENSIONS as usize];
        let mut count = 0;
        for (place, (_, passage)) in passages(pages).enumerate() {
            for (dimension, value) in values(&passage.text) {
                postings[dimension].push((place, value));
            }
            count = place + 1;
        }
        Self {
            postings,
            passages: count,
        }
    }

    /// The cosine of the question with every passage.
    pub(super) fn cosines(&self, question: &str) -> Vec<f32> {
        let mut cosines = vec![0.0; self.passages];
        for (dimension, asked) in values(question) {
            for (place, value) in &self.postings[dimension] {
                cosines[*place] += asked * value;
            }
        }
        cosines
    }

    /// The places of the nearest passages and their cosines, best first.
    pub(crate) fn nearest(&self, question: &str, limit: usize) -> Vec<(usize, f32)> {
        nearest(&self.cosines(question), limit)
    }
}

pub(super) fn nearest(cosines: &[f32], limit: usize) -> Vec<(usize, f32)> {
    let mut all: Vec<(usize, f32)> = cosines.iter().copied().enumerate().collect();
    all.retain(|(_, cosine)| *cosine > 0.0);
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    all.truncate(limit);
    all
}

fn values(text: &str) -> impl Iterator<Item = (usize, f32)> {
    let vector = embed(text, DIMENSIONS).into_iter().enumerate();
    vector.filter(|(_, value)| *value > 0.0)
}
