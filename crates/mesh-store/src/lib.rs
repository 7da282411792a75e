//! State that outlives a request: one trait, and two places that keep it.
