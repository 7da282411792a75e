//! What is asked of vendors: a folder for each, a file per remote operation.
//!
//! A client holds no key: each call is given the one to use, so that a rotated key is the caller's business alone.

mod base;
pub mod elevenlabs;
mod multipart;
pub mod openai;
mod shown;
pub mod supabase;
