use unicode_normalization::UnicodeNormalization as _;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory as _};

/// The words of a text as BERT's uncased models were taught them: lower case, accents off, each sign of punctuation and each
/// Chinese character on its own. Ends where `take` says that it wants no more.
pub(super) fn words(text: &str, mut take: impl FnMut(&str) -> bool) {
    let mut word = String::new();
    for c in text.nfd() {
        if is_dropped(c) {
            continue;
        }
        let alone = is_alone(c);
        if (alone || c.is_whitespace()) && !word.is_empty() {
            if !take(&word) {
                return;
            }
            word.clear();
        }
        if alone {
            if !take(c.encode_utf8(&mut [0; 4])) {
                return;
            }
        } else if !c.is_whitespace() {
            word.extend(c.to_lowercase());
        }
    }
    if !word.is_empty() {
        take(&word);
    }
}

/// Accents, once they stand apart from their letters, and characters that nobody sees.
fn is_dropped(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control() && !c.is_ascii_whitespace();
    }
    matches!(
        c.general_category(),
        GeneralCategory::NonspacingMark
            | GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::PrivateUse
            | GeneralCategory::Unassigned
    ) || c == char::REPLACEMENT_CHARACTER
}

/// BERT counts all of ASCII's signs as punctuation, `$` and `^` too.
fn is_alone(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_punctuation();
    }
    c.general_category_group() == GeneralCategoryGroup::Punctuation || is_chinese(c)
}

fn is_chinese(c: char) -> bool {
    matches!(
        u32::from(c),
        0x3400..=0x4DBF
            | 0x4E00..=0x9FFF
            | 0xF900..=0xFAFF
            | 0x20000..=0x2A6DF
            | 0x2A700..=0x2CEAF
            | 0x2F800..=0x2FA1F
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        words(text, |word| {
            all.push(word.to_owned());
            true
        });
        all
    }

    #[test]
    fn words_are_lower_case_without_accents() {
        assert_eq!(of("Ärger  mit\tCafé"), ["arger", "mit", "cafe"]);
    }

    #[test]
    fn punctuation_and_chinese_characters_stand_alone() {
        assert_eq!(
            of("don't $5—中文x"),
            ["don", "'", "t", "$", "5", "—", "中", "文", "x"]
        );
    }

    #[test]
    fn what_nobody_sees_is_dropped() {
        assert_eq!(of("soft\u{ad}ware \u{feff}a\u{0}b"), ["software", "ab"]);
    }

    #[test]
    fn no_more_is_read_than_is_wanted() {
        let mut count = 0;
        words("a b c d", |_| {
            count += 1;
            count < 2
        });
        assert_eq!(count, 2);
    }
}
