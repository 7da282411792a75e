//! The emulator from outside: a function made with the official runtime on one side, a client on the other.

mod function_url;
mod lambda;
mod support;
