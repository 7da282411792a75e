//! The client of a database behind PostgREST, against one on loopback.

mod arguments;
mod faults;
mod filters;
mod grammar;
mod keys;
mod rows;
mod support;
