use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};

use super::{OpenAi, OpenAiError};

/// For an input: 3,072 numbers, the most of any model, each on a line of its own.
const MAX_BYTES_EACH: u64 = 128 * 1024;

#[derive(Clone, Debug, PartialEq)]
pub struct Embeddings {
    /// One for each input, in the order of the inputs.
    pub vectors: Vec<Vec<f32>>,
    /// What the inputs cost.
    pub tokens: u64,
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    input: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    dimensions: Option<u32>,
    encoding_format: &'static str,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Embedded>,
    usage: Usage,
}

#[derive(Deserialize)]
struct Embedded {
    index: usize,
    embedding: Vec<f32>,
}

#[derive(Deserialize)]
struct Usage {
    total_tokens: u64,
}

impl OpenAi {
    /// `POST /embeddings`. Each input has 1 to 8,192 tokens; there are 2,048 and 300,000 tokens at most.
    ///
    /// # Errors
    /// `NoSuchModel`, and what any operation may meet.
    pub async fn embed(
        &self,
        key: &Secret,
        model: &str,
        dimensions: Option<u32>,
        inputs: &[String],
        deadline: Deadline,
    ) -> Result<Embeddings, OpenAiError> {
        let body = Body {
            model,
            input: inputs,
            dimensions,
            encoding_format: "float",
        };
        let request = self.post(key, "/embeddings", &body)?;
        let max_bytes = MAX_BYTES_EACH * (inputs.len() as u64 + 1);
        let answer: Answer = self.ask(request, deadline, max_bytes).await?;
        ordered(answer, dimensions, inputs.len())
    }
}

fn ordered(
    mut answer: Answer,
    dimensions: Option<u32>,
    inputs: usize,
) -> Result<Embeddings, OpenAiError> {
    answer.data.sort_by_key(|embedded| embedded.index);
    if !answer
        .data
        .iter()
        .map(|embedded| embedded.index)
        .eq(0..inputs)
    {
        return Err(unexpected("there is not one vector for each text"));
    }
    let vectors: Vec<_> = answer
        .data
        .into_iter()
        .map(|embedded| embedded.embedding)
        .collect();
    let length = dimensions.map_or_else(
        || vectors.first().map_or(0, Vec::len),
        |asked| asked as usize,
    );
    if vectors.iter().any(|vector| vector.len() != length) {
        return Err(unexpected(
            "a vector has not as many dimensions as it should",
        ));
    }
    Ok(Embeddings {
        vectors,
        tokens: answer.usage.total_tokens,
    })
}

fn unexpected(what: &str) -> OpenAiError {
    OpenAiError::UnexpectedAnswer(what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(vectors: &[(usize, usize)], dimensions: Option<u32>) -> Option<Vec<Vec<f32>>> {
        let data = vectors.iter().map(|(index, length)| Embedded {
            index: *index,
            embedding: vec![*index as f32; *length],
        });
        let answer = Answer {
            data: data.collect(),
            usage: Usage { total_tokens: 3 },
        };
        ordered(answer, dimensions, 2)
            .ok()
            .map(|embeddings| embeddings.vectors)
    }

    #[test]
    fn vectors_belong_to_their_texts_or_are_not_taken() {
        let expected = Some(vec![vec![0.0, 0.0], vec![1.0, 1.0]]);
        assert_eq!(check(&[(1, 2), (0, 2)], Some(2)), expected);
        assert_eq!(check(&[(0, 2), (1, 2)], None), expected);
        for wrong in [&[(0, 2)][..], &[(0, 2), (0, 2)], &[(0, 2), (1, 2), (2, 2)]] {
            assert_eq!(check(wrong, None), None, "{wrong:?}");
        }
        assert_eq!(check(&[(0, 2), (1, 3)], None), None);
        assert_eq!(check(&[(0, 2), (1, 2)], Some(3)), None);
    }
}
