//! The numbers of a list's items, as they are shown.

/// Greater numbers have no Roman numeral.
const MAX_ROMAN: u32 = 3999;

const ROMAN: [(u32, &str); 13] = [
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
];

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Numerals {
    #[default]
    Arabic,
    Letters,
    Capitals,
    Roman,
    RomanCapitals,
}

impl Numerals {
    /// By the first of them, as HTML and ODT name them.
    pub(crate) fn of(first: &str) -> Option<Self> {
        match first {
            "1" => Some(Self::Arabic),
            "a" => Some(Self::Letters),
            "A" => Some(Self::Capitals),
            "i" => Some(Self::Roman),
            "I" => Some(Self::RomanCapitals),
            _ => None,
        }
    }

    pub(crate) fn shown(self, number: u32) -> String {
        match self {
            Self::Letters if number > 0 => letters(number),
            Self::Capitals if number > 0 => letters(number).to_ascii_uppercase(),
            Self::Roman if (1..=MAX_ROMAN).contains(&number) => roman(number),
            Self::RomanCapitals if (1..=MAX_ROMAN).contains(&number) => {
                roman(number).to_ascii_uppercase()
            }
            _ => number.to_string(),
        }
    }
}

/// `z` is followed by `aa`.
fn letters(number: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = number;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'a' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

fn roman(number: u32) -> String {
    let mut rest = number;
    let mut roman = String::new();
    for (value, letters) in ROMAN {
        while rest >= value {
            roman.push_str(letters);
            rest -= value;
        }
    }
    roman
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_in_the_numerals_of_their_list() {
        let shown = |first, number| Numerals::of(first).map(|numerals| numerals.shown(number));
        assert_eq!(shown("1", 12).as_deref(), Some("12"));
        assert_eq!(shown("a", 28).as_deref(), Some("ab"));
        assert_eq!(shown("A", 26).as_deref(), Some("Z"));
        assert_eq!(shown("i", 1994).as_deref(), Some("mcmxciv"));
        assert_eq!(shown("I", 4).as_deref(), Some("IV"));
        assert_eq!(shown("I", 4000).as_deref(), Some("4000"));
        assert_eq!(shown("a", 0).as_deref(), Some("0"));
        assert_eq!(shown("*", 1), None);
    }
}
