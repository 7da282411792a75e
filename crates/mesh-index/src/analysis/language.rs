pub use tantivy::tokenizer::Language;

const ALL: [Language; 18] = [
    Language::Arabic,
    Language::Danish,
    Language::Dutch,
    Language::English,
    Language::Finnish,
    Language::French,
    Language::German,
    Language::Greek,
    Language::Hungarian,
    Language::Italian,
    Language::Norwegian,
    Language::Portuguese,
    Language::Romanian,
    Language::Russian,
    Language::Spanish,
    Language::Swedish,
    Language::Tamil,
    Language::Turkish,
];

/// The languages a corpus can be stemmed in, in English and lower case.
pub fn language_names() -> impl Iterator<Item = String> {
    ALL.iter().map(|language| name(*language))
}

/// The language of that English name, in any case.
#[must_use]
pub fn parse_language(text: &str) -> Option<Language> {
    let wanted = text.trim().to_lowercase();
    ALL.into_iter().find(|language| name(*language) == wanted)
}

fn name(language: Language) -> String {
    format!("{language:?}").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_is_found_by_its_name() {
        for (language, name) in ALL.into_iter().zip(language_names()) {
            assert_eq!(parse_language(&name.to_uppercase()), Some(language));
        }
        assert_eq!(parse_language("klingon"), None);
    }
}
