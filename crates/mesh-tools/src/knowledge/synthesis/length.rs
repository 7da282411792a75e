use super::check::sentences;
use crate::words::clip;

/// The beginning of a text that has more characters than this: whole sentences, each with the passages it names.
pub(super) fn at_most(text: &str, max_chars: usize) -> Option<String> {
    let (end, _) = text.char_indices().nth(max_chars)?;
    let mut kept = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let mut sentence_end = at;
        for sentence in sentences(line) {
            sentence_end += sentence.len();
            if sentence_end <= end {
                kept = sentence_end;
            }
        }
        at += line.len();
    }
    Some(match text[..kept].trim_end() {
        "" => clip(text, max_chars).into_owned(),
        whole => whole.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_after_a_sentence_and_what_it_names() {
        let text = "Goods of 4.90 go back. [1][2]\nPostage is not refunded [3]. And more [1].";
        let kept = |max_chars| at_most(text, max_chars);
        assert_eq!(kept(text.len()), None);
        let both = "Goods of 4.90 go back. [1][2]\nPostage is not refunded [3].";
        assert_eq!(kept(text.len() - 1).as_deref(), Some(both));
        assert_eq!(kept(58).as_deref(), Some(both));
        let first = Some("Goods of 4.90 go back. [1][2]");
        assert_eq!(kept(57).as_deref(), first);
        assert_eq!(kept(29).as_deref(), first);
        assert_eq!(kept(28).as_deref(), Some("Goods of 4.90 go back.…"));
    }

    #[test]
    fn a_text_without_sentences_is_cut_between_words() {
        assert_eq!(at_most("é é é é é", 4).as_deref(), Some("é é…"));
    }
}
