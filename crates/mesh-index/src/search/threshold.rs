//! From which score on a hit is worth showing when the caller doesn't say.

/// Measured by `mesh-bench` on questions with and without an answer in a manual of 9,000 passages.
pub const DEFAULT_THRESHOLD_KNOWLEDGE: f32 = 0.25;

// The others on the judged questions of `mesh-bench records`, development halves, and the same questions about other
// subjects. Each is the highest that answers as many of the former as any lower one with at most 3 % of the latter does.

pub const DEFAULT_THRESHOLD_TICKETS: f32 = 0.3;
pub const DEFAULT_THRESHOLD_COMMITS: f32 = 0.15;
pub const DEFAULT_THRESHOLD_CODE: f32 = 0.15;
pub const DEFAULT_THRESHOLD_MAIL: f32 = 0.125;
