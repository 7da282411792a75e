//! The spelling in which words are compared: lower case, without accents and without what cannot be seen.

use unicode_normalization::UnicodeNormalization;

/// Lower case with its accents, which the stemmers of most languages know. Ligatures are letters.
pub(super) fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let visible = text.chars().filter(|c| !is_invisible(*c));
    let lower = visible.nfkc().flat_map(char::to_lowercase);
    // `İ` in lower case is an `i` and a dot above it.
    lower.filter(|c| *c != '\u{307}').collect()
}

/// A lower-case word without its accents.
pub(super) fn fold(word: &str) -> String {
    let spelled = word.nfkd().filter(|c| !is_accent(*c)).nfc();
    let mut folded = String::with_capacity(word.len());
    for c in spelled {
        match plain(c) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(c),
        }
    }
    folded
}

/// What is written for letters that Unicode does not take for a letter with an accent.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ħ' => "h",
        'ŧ' => "t",
        'ŋ' => "n",
        'ı' => "i",
        'ĸ' => "k",
        'ς' => "σ",
        _ => return None,
    })
}

/// A mark that may be left out in writing. Vowel signs of Indian scripts, for instance, may not.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}'
        | '\u{483}'..='\u{487}'
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}' | '\u{5c4}'..='\u{5c5}' | '\u{5c7}'
        | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// What says where a word may be broken, joined or turned, and is no part of it.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(fold(&lower(text)), expected, "{text}");
    }

    #[test]
    fn accents_and_case_are_no_difference() {
        check("Ångström", "angstrom");
        check("A\u{30a}ngstro\u{308}m", "angstrom");
        check("İZMİR", "izmir");
        check("Łódź", "lodz");
        check("ЁЛКА", "елка");
        check("ΣΊΣΥΦΟΣ", "σισυφοσ");
        check("سُكَّر", "سكر");
    }

    #[test]
    fn ligatures_are_letters() {
        check("ﬂuﬀy", "fluffy");
        check("STRAẞE", "strasse");
        check("Œuvre", "oeuvre");
        check("ｆｕｌｌ", "full");
    }

    #[test]
    fn what_cannot_be_seen_is_not_there() {
        check("de\u{ad}ploy\u{ad}ment", "deployment");
        check("\u{202b}wort\u{200e}", "wort");
    }

    #[test]
    fn letters_that_are_no_accents_stay() {
        check("が", "が");
        check("한글", "한글");
        check("தமிழ்", "தமிழ்");
    }
}
