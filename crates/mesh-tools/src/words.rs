//! The words of a task that say what it is about.

use std::borrow::Cow;

/// Words that say nothing about a task's subject.
const IDLE: [&str; 56] = [
    "about", "add", "after", "all", "already", "also", "and", "any", "are", "been", "before",
    "being", "but", "can", "change", "could", "does", "each", "for", "from", "get", "has", "have",
    "how", "instead", "into", "its", "just", "make", "more", "must", "need", "new", "not", "only",
    "our", "should", "some", "still", "such", "than", "that", "the", "them", "then", "there",
    "this", "use", "was", "when", "where", "which", "whose", "why", "will", "with",
];

/// In the order of the text, each once.
pub(crate) fn telling_words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = Vec::new();
    for word in text.split(|c: char| !(c.is_alphanumeric() || c == '_')) {
        let tells = word.chars().count() >= 3 && !IDLE.contains(&word.to_lowercase().as_str());
        if tells && !words.iter().any(|known| known.eq_ignore_ascii_case(word)) {
            words.push(word);
        }
    }
    words
}

/// The telling words of `task` that `text` has too, in the order of the task, each once whatever its ending.
pub(crate) fn shared_words<'t>(task: &'t str, text: &str) -> Vec<&'t str> {
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    // A name is one word of a task, and several of a text: a task may well speak of its parts.
    let has = |stem: &str| match stem.contains('_') {
        true => text.contains(stem),
        false => words.iter().any(|word| word.starts_with(stem)),
    };
    let mut stems: Vec<String> = Vec::new();
    let mut shared = telling_words(task);
    shared.retain(|word| {
        let stem = stem(&word.to_lowercase()).to_owned();
        let is_new = !stems.contains(&stem) && has(&stem);
        stems.push(stem);
        is_new
    });
    shared
}

/// Without the commonest endings, so that `uploads` is seen to be about `upload`.
fn stem(word: &str) -> &str {
    ["ing", "es", "ed", "s"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending).filter(|stem| stem.len() >= 4))
        .unwrap_or(word)
}

/// At most `most` characters of `text`, cut between words, with `…` where something is left out.
pub(crate) fn clip(text: &str, most: usize) -> Cow<'_, str> {
    let Some((end, _)) = text.char_indices().nth(most) else {
        return Cow::Borrowed(text);
    };
    let kept = &text[..end];
    let kept = kept
        .rfind(char::is_whitespace)
        .filter(|at| *at > end / 2)
        .map_or(kept, |at| &kept[..at]);
    Cow::Owned(format!("{}…", kept.trim_end()))
}

/// At most so many lines and characters of a text whose lines matter, and how many lines are left out.
pub(crate) fn clip_lines(text: &str, lines: usize, chars: usize) -> String {
    let mut kept = String::new();
    let mut taken = 0;
    for line in text.lines().take(lines) {
        if taken > 0 && kept.chars().count() + line.chars().count() >= chars {
            break;
        }
        if taken > 0 {
            kept.push('\n');
        }
        kept.push_str(&clip(line, chars));
        taken += 1;
    }
    match text.lines().count() - taken {
        0 => kept,
        more => format!("{kept}\n… ({more} more lines)"),
    }
}

/// What a person reads at a glance: a preview is for choosing, the whole is read at its address.
const MAX_EXCERPT_LINES: usize = 12;
const MAX_EXCERPT_CHARS: usize = 600;

/// An excerpt of something whose title stands beside it: without that, without empty lines, and bounded.
pub(crate) fn excerpt(quote: &str, title: &str) -> String {
    let rest = quote.strip_prefix(title.trim()).map(str::trim);
    let text = rest.filter(|rest| !rest.is_empty()).unwrap_or(quote);
    let lines = text.lines().map(str::trim_end);
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    clip_lines(&lines.join("\n"), MAX_EXCERPT_LINES, MAX_EXCERPT_CHARS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_words() {
        assert_eq!(clip("one two three", 20), "one two three");
        assert_eq!(clip("one two three", 9), "one two…");
        assert_eq!(clip("äöüäöü", 3), "äöü…");
    }

    #[test]
    fn an_excerpt_says_nothing_twice_and_is_bounded() {
        assert_eq!(
            excerpt("Leak\n\nThe pump.\n \n\nOil.", "Leak"),
            "The pump.\nOil."
        );
        assert_eq!(excerpt("Leak", "Leak"), "Leak");
        assert_eq!(excerpt("The pump.", "Leak"), "The pump.");
        let list = excerpt(&"a\n\n".repeat(40), "Leak");
        assert_eq!(list.lines().count(), 13);
        assert!(list.ends_with("… (28 more lines)"));
        assert!(excerpt(&"leak ".repeat(400), "x").chars().count() <= 601);
    }

    #[test]
    fn lines_left_out_are_counted() {
        assert_eq!(clip_lines("a\nb", 12, 600), "a\nb");
        assert_eq!(clip_lines("a\nb\nc", 1, 600), "a\n… (2 more lines)");
        assert_eq!(
            clip_lines("aaaa\nbbbb\ncccc", 12, 8),
            "aaaa\n… (2 more lines)"
        );
    }

    #[test]
    fn shared_words_are_told_whatever_their_ending() {
        let text = "The upload is retried; Retry-After is a limit. Reinstalled.";
        assert_eq!(
            shared_words("Retry uploads, each upload with a limit; install it", text),
            ["Retry", "uploads", "limit"]
        );
    }

    #[test]
    fn a_name_and_its_parts_are_shared_words() {
        let text = "def retry_upload(self):\n    self.items = []";
        for (task, shared) in [
            (
                "Why does retry_upload lose items?",
                &["retry_upload", "items"][..],
            ),
            ("Stop Retry_Uploads", &["Retry_Uploads"]),
            ("retry the upload", &["retry", "upload"]),
            ("retry_download", &[]),
        ] {
            assert_eq!(shared_words(task, text), shared, "{task}");
        }
    }
}
