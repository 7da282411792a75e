//! Questions about anything but the manual: an honest index says that it has no answer.

/// One question a line.
const UNANSWERABLE: &str = include_str!("../../questions/unanswerable.txt");

pub(crate) fn unanswerable() -> impl Iterator<Item = &'static str> {
    UNANSWERABLE.lines().filter(|line| !line.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_more_than_two_hundred() {
        assert!(unanswerable().count() > 200);
    }
}
