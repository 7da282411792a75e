//! The anchors GitHub gives to Markdown headings.

use std::collections::HashMap;

/// The slugs of one document, each given once.
#[derive(Debug, Default)]
pub(crate) struct Slugs {
    given: HashMap<String, u32>,
}

impl Slugs {
    /// The anchor of the next heading: a repeated one gets `-1`, `-2`, … as on GitHub.
    pub(crate) fn next(&mut self, heading: &str) -> String {
        self.unique(slug(heading))
    }

    /// The same for a heading that is named in another way.
    pub(crate) fn unique(&mut self, base: String) -> String {
        let mut unique = base.clone();
        let mut count = self.given.get(&base).copied().unwrap_or_default();
        while self.given.contains_key(&unique) {
            count += 1;
            unique = format!("{base}-{count}");
        }
        self.given.insert(base, count);
        self.given.insert(unique.clone(), 0);
        unique
    }
}

fn slug(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    heading
        .trim()
        .chars()
        .flat_map(char::to_lowercase)
        .filter(kept)
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_get_the_anchors_github_gives() {
        let mut slugs = Slugs::default();
        let given = [
            "What's new?",
            "API & you",
            "Größe",
            "API & you",
            "api--you-1",
            "API & you",
        ]
        .map(|heading| slugs.next(heading));
        assert_eq!(
            given,
            [
                "whats-new",
                "api--you",
                "größe",
                "api--you-1",
                "api--you-1-1",
                "api--you-2"
            ]
        );
    }
}
