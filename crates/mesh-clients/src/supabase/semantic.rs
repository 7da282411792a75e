use serde::{Serialize, Serializer};

/// What to search for among rows that have an embedding.
#[derive(Clone, Copy, Debug)]
pub struct SemanticSearch<'a, F> {
    /// Of the model that the rows were embedded with: vectors of another one compare to nothing. Without one, what holds the
    /// words is found alone.
    pub embedding: Option<&'a [f32]>,
    /// The question's words. With them, rows that hold them are found as well, such as the ticket whose key they name.
    pub text: Option<&'a str>,
    /// The cosine similarity that a row has to have; one that holds the words needs none.
    pub threshold: f32,
    pub max_results: u16,
    pub filters: F,
}

/// As the four functions `search_…_semantic` call their arguments.
#[derive(Serialize)]
pub(super) struct Arguments<'a, F> {
    p_query_embedding: Option<Vector<'a>>,
    p_similarity_threshold: f32,
    p_max_results: u16,
    p_filters: F,
    /// Left out where it is not used, so that a database whose functions do not have it is served, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    p_query_text: Option<&'a str>,
}

impl<'a, F> SemanticSearch<'a, F> {
    pub(super) fn arguments<'b, G>(&'b self, filters: impl FnOnce(&'b F) -> G) -> Arguments<'a, G> {
        Arguments {
            p_query_embedding: self.embedding.map(Vector),
            p_similarity_threshold: self.threshold,
            p_max_results: self.max_results,
            p_filters: filters(&self.filters),
            p_query_text: self.text,
        }
    }
}

/// A column or argument of pgvector's type, in its own form inside a string: `"[0.5,-1]"`.
#[derive(Clone, Copy, Debug)]
pub struct Vector<'a>(pub &'a [f32]);

impl Serialize for Vector<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let numbers: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        serializer.serialize_str(&format!("[{}]", numbers.join(",")))
    }
}
