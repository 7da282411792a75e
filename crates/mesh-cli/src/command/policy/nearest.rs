/// The name that was probably meant, as the end of a sentence; nothing where none is near.
pub(super) fn hint<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    let distance = |known: &&str| strsim::damerau_levenshtein(known, name);
    let nearest = known.into_iter().min_by_key(distance);
    match nearest.filter(|known| distance(known) <= name.len() / 3 + 1) {
        Some(known) => format!("; the nearest one is `{known}`"),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_near_is_a_hint() {
        let known = ["search", "fetch"];
        assert_eq!(hint("serach", known), "; the nearest one is `search`");
        assert_eq!(hint("place_call", known), "");
    }
}
