//! What a reader of a corpus may rely on, through its public face.

mod by_id;
mod copies;
mod damage;
mod exports;
mod facets;
mod filters;
mod lengths;
mod listing;
mod questions;
mod ranking;
mod sentences;
mod spelling;
mod support;
