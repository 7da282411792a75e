//! Text as it is seen: characters that take no room are gone, ligatures are the letters they stand for.

use std::borrow::Cow;

/// What a reader sees of a text.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_special) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if joins(c) && !shown.ends_with(|last: char| last.is_ascii()) => shown.push(c),
            c if is_invisible(c) || joins(c) => {}
            '\u{a0}' | '\u{202f}' => shown.push(' '),
            c => match ligature(c) {
                Some(letters) => shown.push_str(letters),
                None => shown.push(c),
            },
        }
    }
    Cow::Owned(shown)
}

fn is_special(c: char) -> bool {
    !c.is_ascii()
        && (is_invisible(c)
            || joins(c)
            || ligature(c).is_some()
            || matches!(c, '\u{a0}' | '\u{202f}'))
}

/// Soft hyphens, zero-width spaces, marks of direction.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    )
}

/// Zero-width joiners: spelling in Persian and Hindi, part of an emoji, but stray between Latin letters.
fn joins(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

fn ligature(c: char) -> Option<&'static str> {
    Some(match c {
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        'ﬅ' | 'ﬆ' => "st",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_no_room_is_gone_and_ligatures_are_letters() {
        assert_eq!(visible("co\u{ad}op\u{200b}er\u{feff}ate"), "cooperate");
        assert_eq!(visible("eﬃcient ﬁle\u{a0}ﬂow"), "efficient file flow");
        assert_eq!(visible("data\u{200d}base"), "database");
    }

    #[test]
    fn joiners_that_spell_a_word_or_an_emoji_stay() {
        for text in ["می\u{200c}خواهم", "👩\u{200d}🔬"] {
            assert_eq!(visible(text), text);
        }
    }
}
