//! OpenAI: models, embeddings, responses, vector stores and files.
