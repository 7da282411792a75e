//! From a byte offset to a line number.

/// The line starts of a text.
#[derive(Debug)]
pub(crate) struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    pub(crate) fn of(text: &str) -> Self {
        let breaks = text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n')
            .map(|(at, _)| at + 1);
        Self {
            starts: std::iter::once(0).chain(breaks).collect(),
        }
    }

    /// The 1-based line the byte lies on.
    pub(crate) fn at(&self, offset: usize) -> u32 {
        clamp(self.starts.partition_point(|start| *start <= offset))
    }
}

/// Files are capped far below four billion lines; a number beyond is shown as the last one.
pub(crate) fn clamp(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_with_its_newline() {
        let lines = Lines::of("ab\nc\n");
        assert_eq!([0, 2, 3, 4, 5].map(|at| lines.at(at)), [1, 1, 2, 2, 3]);
    }
}
