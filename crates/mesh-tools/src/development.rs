//! What is known about a piece of work that is about to be done.

mod analyze_development_context;
mod area;
mod finding;
mod gather;
mod in_database;
mod lead;
mod names;
mod passages;
mod report;

pub use analyze_development_context::AnalyzeDevelopmentContext;
