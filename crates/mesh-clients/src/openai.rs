//! Models, embeddings, answers and vector stores: <https://platform.openai.com/docs/api-reference>.

mod client;
mod embeddings;
mod error;
mod events;
mod files;
mod models;
mod responses;
mod uploaded_files;
mod vector_store;
mod vector_store_files;
mod vector_store_search;

pub use client::OpenAi;
pub use embeddings::Embeddings;
pub use error::OpenAiError;
pub use models::ModelInfo;
pub use responses::{End, ModelResponse, ResponseRequest, Usage};
pub use uploaded_files::{UploadedFile, UploadedFiles};
pub use vector_store::VectorStore;
pub use vector_store_files::{Attachment, FileBatch, FileStatus, StoreFile, StoreFiles};
pub use vector_store_search::{StoreHit, StoreSearch};
