//! From which score on a hit is worth showing when the caller doesn't say. Measured, not felt: see `mesh-eval`.

pub const DEFAULT_THRESHOLD_KNOWLEDGE: f32 = 0.3;
pub const DEFAULT_THRESHOLD_TICKETS: f32 = 0.2;
pub const DEFAULT_THRESHOLD_COMMITS: f32 = 0.2;
pub const DEFAULT_THRESHOLD_CODE: f32 = 0.2;
pub const DEFAULT_THRESHOLD_MAIL: f32 = 0.2;
