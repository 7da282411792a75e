//! Tokens with real signatures, and an issuer that serves its keys over HTTP.

mod discovery;
mod forged;
mod keys;
mod support;
mod taken;
