A//! Sizes.

/// How large.
pub fn size() -> u32 {
    4
}

impl Size {
    fn new() {}
}
