//! Git history, beside what git itself says about the same repository.

mod authors;
mod faults;
mod history;
mod links;
mod patches;
mod places;
mod references;
mod support;
