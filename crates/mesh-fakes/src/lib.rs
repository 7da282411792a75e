//! Vendors on loopback, with state, to test against: real HTTP servers that answer as the real ones are documented to.

pub mod elevenlabs;
pub mod issuer;
pub mod openai;
pub mod postgrest;
pub mod s3;
mod serve;
