//! What is said where nothing was found that is good enough.

use crate::field::Score;
use crate::knowledge::answer::append;
use crate::words::clip;

/// What was searched in vain.
pub(crate) struct Miss<'a> {
    pub(crate) best: Score,
    pub(crate) threshold: Score,
    /// How many documents of the index were searched.
    pub(crate) documents: u64,
    /// What else was searched.
    pub(crate) others: Vec<&'static str>,
    /// The places that come closest, each in another document.
    pub(crate) nearest: Vec<String>,
    /// The tools of this server that search what is no document.
    pub(crate) elsewhere: Vec<&'a str>,
    /// Sources that should have been searched too.
    pub(crate) unsearched: Vec<&'static str>,
}

/// Longer titles are cut: three of them must leave room in the shortest answer.
const MAX_TITLE: usize = 120;

pub(crate) fn not_found(miss: &Miss<'_>) -> String {
    let mut searched = match miss.documents {
        0 => Vec::new(),
        1 => vec!["1 document".to_owned()],
        many => vec![format!("{many} documents")],
    };
    searched.extend(miss.others.iter().map(|name| format!("the {name}")));
    let is_one = searched.len() == 1 && miss.documents < 2;
    let were = if is_one { "was" } else { "were" };
    let searched = searched.join(" and ");
    let mut text = format!("not found in the knowledge base: {searched} {were} searched. ");
    if !miss.unsearched.is_empty() {
        let unsearched = miss.unsearched.join(", ");
        append(
            &mut text,
            format_args!(
                "It may be in what could not be searched: {unsearched} (`sources` says why). "
            ),
        );
    }
    if miss.best == Score::default() && miss.others.is_empty() {
        text.push_str(
            "No document contains any of these words: try other words for the same thing.",
        );
    } else {
        let (best, threshold) = (miss.best.get(), miss.threshold.get());
        append(
            &mut text,
            format_args!(
                "The closest passage scores {best:.2}, below the threshold of {threshold:.2}: ask with other or fewer \
                 words, or lower `threshold` to see it."
            ),
        );
    }
    if !miss.nearest.is_empty() {
        let nearest = miss.nearest.iter().map(|title| clip(title, MAX_TITLE));
        let nearest: Vec<_> = nearest.collect();
        append(&mut text, format_args!(" Nearest: {}.", nearest.join("; ")));
    }
    if !miss.elsewhere.is_empty() {
        let tools: Vec<_> = miss.elsewhere.iter().map(|n| format!("`{n}`")).collect();
        append(
            &mut text,
            format_args!(
                " To search what is not a document, use {}.",
                tools.join(" or ")
            ),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_miss_says_how_near_it_was() {
        let text = not_found(&Miss {
            best: Score::new(0.21),
            threshold: Score::new(0.35),
            documents: 12,
            others: Vec::new(),
            nearest: vec!["Handbook › Returns".to_owned(), "Cranes".to_owned()],
            elsewhere: vec!["search_git_commits"],
            unsearched: Vec::new(),
        });
        assert_eq!(
            text,
            "not found in the knowledge base: 12 documents were searched. The closest passage scores 0.21, below the \
             threshold of 0.35: ask with other or fewer words, or lower `threshold` to see it. Nearest: Handbook › \
             Returns; Cranes. To search what is not a document, use `search_git_commits`."
        );
    }
}
