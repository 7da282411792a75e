//! A word is found however it is written, and a name by the words that people read in it.

use mesh_index::Record;
use mesh_index::search::{CodeFilter, DEFAULT_THRESHOLD_KNOWLEDGE, Query};

use crate::support::{Shelf, code, passage, paths, query, shelf};

/// The pages that are an answer at the tools' own threshold.
fn pages(shelf: &Shelf, text: &str) -> Vec<String> {
    let query = Query {
        threshold: DEFAULT_THRESHOLD_KNOWLEDGE,
        ..query(text)
    };
    let found = shelf.corpus.search_knowledge(&query).expect("searches");
    paths(&found).into_iter().map(str::to_owned).collect()
}

#[test]
fn accents_ligatures_and_soft_hyphens_are_no_difference() {
    let texts = [
        ("protege", "Her protégés signed the contract."),
        ("zoe", "Zoë keeps the calendar."),
        ("gross", "Ein groß geschriebenes Wort."),
        ("file", "The proﬁle names a ﬁle."),
        ("izmit", "The İzmit depot is closed."),
        (
            "container",
            "Restart the con\u{ad}tain\u{ad}er after midnight.",
        ),
        ("ｉｎｖｏｉｃｅ", "The invoice is late."),
        ("Décor", "Plain decor, as ordered."),
    ];
    let page = |at: usize, text: &str| passage(&format!("{at}.md"), "x", text);
    let shelf = shelf(
        texts
            .iter()
            .enumerate()
            .map(|(at, (_, text))| page(at, text))
            .collect(),
    );
    for (at, (question, _)) in texts.iter().enumerate() {
        assert_eq!(pages(&shelf, question), [format!("{at}.md")], "{question}");
    }
}

#[test]
fn an_identifier_is_found_by_its_words() {
    let names = [
        ("crc32 checksum", "crc32Checksum"),
        ("crc32", "crc32Checksum"),
        ("tenant uri", "LookupTenantURI"),
        ("marshal yaml", "MarshalYAML"),
        ("invoice", "InvoiceVO"),
        ("ledger", "LedgerAdapterV3"),
        ("http2", "HTTP2Transport"),
        ("ipv4 prefix", "IPv4Prefix"),
        ("retry budget", "max_retry_budget"),
        ("drain timeout", "--drain-timeout"),
        ("gitlab hook", "handleGitLabHook"),
        ("md5", "md5sum"),
        ("utf 16", "utf16"),
    ];
    let source = |(at, (_, name)): (usize, &(&str, &str))| {
        Record::Code(code(&format!("src/{at}.rs"), &format!("fn {name}() {{}}")))
    };
    let shelf = shelf(names.iter().enumerate().map(source).collect());
    for (question, name) in names {
        assert_eq!(
            first(&shelf, question),
            format!("fn {name}() {{}}"),
            "{question}"
        );
    }
}

#[test]
fn a_small_word_within_a_name_tells_it_from_another() {
    let names = ["parcelByCustomer", "parcelOfCustomer", "ParcelCustomer"];
    let source = |(at, name): (usize, &&str)| {
        Record::Code(code(&format!("src/{at}.rs"), &format!("fn {name}() {{}}")))
    };
    let shelf = shelf(names.iter().enumerate().map(source).collect());
    for (question, name) in [
        ("parcel by customer", "parcelByCustomer"),
        ("parcel of customer", "parcelOfCustomer"),
    ] {
        assert_eq!(
            first(&shelf, question),
            format!("fn {name}() {{}}"),
            "{question}"
        );
    }
}

/// The text of the best hit among code.
fn first(shelf: &Shelf, question: &str) -> String {
    let found = shelf
        .corpus
        .search_code(&query(question), &CodeFilter::default())
        .expect("searches");
    let first = found.hits.into_iter().next();
    first.map(|hit| hit.item.text).unwrap_or_default()
}

#[test]
fn a_word_is_found_by_the_form_that_the_corpus_prefers() {
    let pages_of = [
        (
            "how do we deliver a parcel",
            "Parcel delivery is on Mondays.",
        ),
        (
            "who decides on refunds",
            "Refunds are the decision of finance.",
        ),
        ("which colour has the banner", "Set the banner's color."),
        (
            "is a licence needed to dive",
            "A diving license is issued yearly.",
        ),
        (
            "what was written to the journal",
            "Journal entries that we write.",
        ),
        ("when did the pump fail", "Pump failure: Tuesday."),
    ];
    let page = |at: usize, text: &str| passage(&format!("{at}.md"), "x", text);
    let texts = pages_of.iter().enumerate();
    let shelf = shelf(texts.map(|(at, (_, text))| page(at, text)).collect());
    for (at, (question, _)) in pages_of.iter().enumerate() {
        assert_eq!(pages(&shelf, question), [format!("{at}.md")], "{question}");
    }
}
