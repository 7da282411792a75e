//! The words of dates. Names of months and days are those of the GNU C Library's locales.

use std::collections::HashMap;
use std::sync::LazyLock;

use pure_rust_locales::{Locale, locale_match};

/// The languages Jira comes in.
const LOCALES: [Locale; 23] = [
    Locale::en_US,
    Locale::de_DE,
    Locale::fr_FR,
    Locale::es_ES,
    Locale::pt_BR,
    Locale::it_IT,
    Locale::nl_NL,
    Locale::da_DK,
    Locale::sv_SE,
    Locale::nb_NO,
    Locale::fi_FI,
    Locale::is_IS,
    Locale::et_EE,
    Locale::pl_PL,
    Locale::cs_CZ,
    Locale::sk_SK,
    Locale::hu_HU,
    Locale::ro_RO,
    Locale::ru_RU,
    Locale::tr_TR,
    Locale::ja_JP,
    Locale::ko_KR,
    Locale::zh_CN,
];

/// A shorter beginning of a name stands for too many.
const MIN_PREFIX_CHARS: usize = 3;

/// What stands between the parts of a date in these languages, and tells nothing.
const FILLERS: [&str; 32] = [
    "年", "日", "년", "일", "t", "z", "utc", "gmt", "st", "nd", "rd", "th", "of", "at", "um",
    "uhr", "à", "er", "de", "del", "a", "las", "às", "alle", "ore", "kl", "klo", "om", "г", "в",
    "o", "m",
];

/// Words in lower case: a month's number, or none for a day of the week.
static NAMES: LazyLock<HashMap<String, Option<u32>>> = LazyLock::new(|| {
    let days = LOCALES.iter().flat_map(|locale| {
        let long = locale_match!(*locale => LC_TIME::DAY);
        let short = locale_match!(*locale => LC_TIME::ABDAY);
        long.iter().chain(short).map(|name| (clean(name), None))
    });
    let months = LOCALES.iter().flat_map(|locale| {
        let long = locale_match!(*locale => LC_TIME::MON);
        let short = locale_match!(*locale => LC_TIME::ABMON);
        let numbered = |names: &'static [&'static str]| (1..).zip(names);
        numbered(long)
            .chain(numbered(short))
            .map(|(number, name)| (clean(name), Some(number)))
    });
    // `mar` is a day in French and a month in most languages: months come last, and stay.
    days.chain(months).collect()
});

fn clean(name: &str) -> String {
    name.trim().trim_end_matches('.').to_lowercase()
}

/// The first word, and what follows. Marks after numbers are words of their own, since nothing separates them from what
/// follows: `3月15日下午`.
pub(super) fn split(text: &str) -> (&str, &str) {
    let first = text.chars().next().unwrap_or_default();
    let end = if matches!(first, '年' | '月' | '日' | '년' | '월' | '일') {
        first.len_utf8()
    } else {
        let is_outside = |c: char| !c.is_alphabetic();
        text.find(is_outside).unwrap_or(text.len())
    };
    text.split_at(end)
}

pub(super) fn is_month_mark(word: &str) -> bool {
    matches!(word, "月" | "월")
}

pub(super) fn is_filler(word: &str) -> bool {
    FILLERS.contains(&word) || NAMES.contains_key(word)
}

/// The month a word names: as it stands in a locale, or by a beginning or an ending that no other month shares.
pub(super) fn month(word: &str) -> Option<u32> {
    if let Some(known) = NAMES.get(word) {
        return *known;
    }
    if word.chars().count() < MIN_PREFIX_CHARS {
        return None;
    }
    let mut alike = NAMES
        .iter()
        .filter(|(name, _)| is_alike(name, word))
        .filter_map(|(_, number)| *number);
    let first = alike.next()?;
    alike.all(|number| number == first).then_some(first)
}

/// One begins with the other: `sept` and `septembre`, `maaliskuuta` and `maaliskuu`.
fn is_alike(name: &str, word: &str) -> bool {
    name.starts_with(word) || word.starts_with(name) && name.chars().count() >= MIN_PREFIX_CHARS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_known_by_a_beginning_that_is_its_own() {
        assert_eq!(month("sept"), Some(9));
        assert_eq!(month("mär"), Some(3));
        assert_eq!(month("august"), Some(8));
        assert_eq!(month("jui"), None);
        assert_eq!(month("version"), None);
    }

    #[test]
    fn no_name_is_two_months() {
        for locale in LOCALES {
            let long = locale_match!(locale => LC_TIME::MON);
            let short = locale_match!(locale => LC_TIME::ABMON);
            for names in [long, short] {
                for (number, name) in (1..).zip(names) {
                    assert_eq!(month(&clean(name)), Some(number), "{locale:?} {name}");
                }
            }
        }
    }

    #[test]
    fn days_of_the_week_tell_nothing() {
        assert_eq!(month("freitag"), None);
        assert!(is_filler("freitag") && is_filler("friday"));
        assert!(!is_filler("tomorrow"));
    }
}
