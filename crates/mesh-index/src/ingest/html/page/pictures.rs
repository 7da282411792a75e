//! What pictures say, told once where their caption says the same.

use super::CAPTION_LEVEL;

/// What pictures say, and what was said around them.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// The title of the figure that we are in.
    caption: String,
    /// The last picture of the text that is being read, and of the one before.
    pub(super) here: Option<String>,
    before: Option<String>,
}

impl Said {
    pub(super) fn heading(&mut self, level: u8, text: &str) {
        self.caption.clear();
        (self.here, self.before) = (None, None);
        if level == CAPTION_LEVEL {
            self.caption.push_str(bare(text));
        }
    }

    /// Whether the title of the figure says it: `Figure 3. A dial`, or without a number.
    pub(super) fn has_caption(&self, alt: &str) -> bool {
        let before = self.caption.strip_suffix(bare(alt));
        before.is_some_and(|before| before.is_empty() || before.ends_with(' '))
    }

    /// A text is over: whether it repeats the picture before it.
    pub(super) fn repeats(&mut self, text: &str) -> bool {
        let before = std::mem::replace(&mut self.before, self.here.take());
        before.is_some_and(|said| bare(&said) == bare(text))
    }
}

/// Without what sets a caption or a sign apart.
pub(super) fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '[' | ']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_in_a_heading_is_not_before_the_text_that_follows() {
        let mut said = Said {
            here: Some("Required".to_owned()),
            ..Said::default()
        };
        said.heading(2, "Steps Required");
        assert!(!said.repeats("Log in first."));
        assert!(!said.repeats("Required."));
    }
}
