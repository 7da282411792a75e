//! Models, embeddings, answers and vector stores: <https://platform.openai.com/docs/api-reference>.
