//! From which score on a hit is worth showing when the caller doesn't say.

/// Measured by `mesh-eval` on questions with and without an answer in a manual of 9,000 passages.
pub const DEFAULT_THRESHOLD_KNOWLEDGE: f32 = 0.25;

// No judged questions are at hand for the other kinds. They have hardly a heading, which is a fifth of the scale: the same
// threshold on the rest of it.

pub const DEFAULT_THRESHOLD_TICKETS: f32 = 0.2;
pub const DEFAULT_THRESHOLD_COMMITS: f32 = 0.2;
pub const DEFAULT_THRESHOLD_CODE: f32 = 0.2;
pub const DEFAULT_THRESHOLD_MAIL: f32 = 0.2;
