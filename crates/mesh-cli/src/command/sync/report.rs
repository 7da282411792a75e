//! What a run did, or would do: for a person, or for a program.

use std::fmt::Write as _;
use std::time::Duration;

use mesh_index::Kind;
use serde_json::{Map, Value, json};

use super::counts::Counts;
use super::price;

#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) is_dry: bool,
    /// By the kind of things; nothing, where the database was not asked for.
    pub(super) database: Option<Vec<(Kind, Counts)>>,
    pub(super) store: Option<Counts>,
    pub(super) model: String,
    /// Estimated where it is dry.
    pub(super) tokens: u64,
    /// What a vendor does not take, and why.
    pub(super) refused: Vec<String>,
}

impl Report {
    pub(super) fn text(&self, took: Duration) -> String {
        let mut text = String::new();
        let mut line = |line: &str| {
            writeln!(text, "{line}").expect("writing to a string cannot fail");
        };
        if self.is_dry {
            line("nothing is sent; this would be done:");
        }
        for (kind, counts) in self.database.iter().flatten() {
            line(&format!("database, {kind}: {}", counts.words()));
        }
        if let Some(counts) = &self.store {
            line(&format!("vector store, documents: {}", counts.words()));
        }
        for loss in self.losses().iter().filter(|_| self.is_dry) {
            line(&format!("{loss}: that needs `--yes`"));
        }
        if !self.refused.is_empty() {
            line(&format!("refused {}:", self.refused.len()));
        }
        for refused in &self.refused {
            line(&format!("  {refused}"));
        }
        if self.database.is_some() {
            line(&self.cost());
        }
        if !self.is_dry {
            line(&format!("done in {:.1} s", took.as_secs_f64()));
        }
        text
    }

    fn cost(&self) -> String {
        let (tokens, model) = (self.tokens, &self.model);
        let about = if self.is_dry { "about " } else { "" };
        let tokens_of = format!("embedding: {about}{tokens} tokens of {model}");
        match price::usd_per_million_tokens(model) {
            Some(price) => {
                let usd = price::usd(tokens, price);
                format!("{tokens_of}, {usd:.4} USD at {price} USD per million tokens")
            }
            None => format!("{tokens_of}, whose price is not known here"),
        }
    }

    pub(super) fn json(&self) -> String {
        let database = self.database.as_ref().map(|kinds| {
            let kinds = kinds.iter();
            let kinds = kinds.map(|(kind, counts)| (kind.to_string(), json!(counts)));
            kinds.collect::<Map<_, _>>()
        });
        let cost = price::usd_per_million_tokens(&self.model).map(
            |price| json!({"usd": price::usd(self.tokens, price), "usd_per_million_tokens": price}),
        );
        let report: Value = json!({
            "dry_run": self.is_dry,
            "database": database,
            "vector_store": self.store,
            "embedding": {"model": self.model, "tokens": self.tokens, "cost": cost},
            "refused": self.refused,
        });
        format!("{report:#}")
    }

    /// What would lose more than half of what this command has put there.
    pub(super) fn losses(&self) -> Vec<String> {
        let database = self.database.iter().flatten();
        let database = database.map(|(kind, counts)| (format!("the database's {kind}"), counts));
        let store = self.store.iter();
        let store = store.map(|counts| ("the vector store's documents".to_owned(), counts));
        let losses = database
            .chain(store)
            .filter(|(_, counts)| counts.removes_most());
        losses
            .map(|(what, counts)| {
                let there = counts.removed + counts.changed + counts.unchanged;
                format!("{} of {there} of {what} would be removed", counts.removed)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(model: &str) -> Report {
        let counts = |added, removed| Counts {
            added,
            removed,
            unchanged: 2,
            ..Counts::default()
        };
        Report {
            is_dry: true,
            database: Some(vec![
                (Kind::Knowledge, counts(3, 1)),
                (Kind::Mail, counts(0, 3)),
            ]),
            store: Some(counts(0, 0)),
            model: model.to_owned(),
            tokens: 1_500_000,
            refused: Vec::new(),
        }
    }

    #[test]
    fn a_dry_run_tells_what_would_be_done_and_names_the_price() {
        let report = report("text-embedding-3-small");
        assert_eq!(
            report.text(Duration::ZERO),
            "nothing is sent; this would be done:\n\
             database, knowledge: 3 added, 0 changed, 1 removed, 2 unchanged\n\
             database, mail: 0 added, 0 changed, 3 removed, 2 unchanged\n\
             vector store, documents: 0 added, 0 changed, 0 removed, 2 unchanged\n\
             3 of 5 of the database's mail would be removed: that needs `--yes`\n\
             embedding: about 1500000 tokens of text-embedding-3-small, 0.0300 USD at 0.02 USD per million tokens\n"
        );
        assert_eq!(
            report.losses(),
            ["3 of 5 of the database's mail would be removed"]
        );
    }

    #[test]
    fn no_price_is_made_up() {
        let text = report("embed-x").text(Duration::ZERO);
        assert!(
            text.ends_with("1500000 tokens of embed-x, whose price is not known here\n"),
            "{text}"
        );
    }
}
