use clap::Args;

use super::door::Admission;
use super::report::{Finding, Report};
use super::told::{Told, Versions};

/// What must be found at the address, as whoever deployed it knows.
#[derive(Debug, Default, Args)]
pub(super) struct Expected {
    /// The name that the server must have
    #[arg(long, value_name = "NAME")]
    expect_name: Option<String>,
    /// The version that must answer
    #[arg(long, value_name = "VERSION")]
    expect_version: Option<String>,
    /// The fingerprint of the corpus that must be served: the first 16 digits of `sha256sum CORPUS/meta.json`
    #[arg(long, value_name = "DIGITS")]
    expect_corpus: Option<String>,
    /// A question that must find documents; by default something that the corpus lists is looked for
    #[arg(long, value_name = "QUESTION")]
    pub(super) expect_found: Vec<String>,
    /// Two versions answer in turn: what they disagree about is a warning
    #[arg(long)]
    canary: bool,
}

impl Expected {
    pub(super) fn versions(&self) -> Versions {
        if self.canary {
            Versions::Two
        } else {
            Versions::One
        }
    }

    /// Whether one server answers in every place, and the one that was deployed.
    pub(super) fn check(&self, report: &mut Report, admission: &Admission, told: &Told) {
        if admission.admitted().is_none() {
            for name in ["tools", "server", "corpus"] {
                report.note(name, Finding::skipped(admission.hindrance()));
            }
            return;
        }
        report.note("tools", self.tools(told));
        report.note("server", self.server(told));
        report.note("corpus", self.corpus(told));
    }

    fn tools(&self, told: &Told) -> Finding {
        let Some(tools) = told.tools.first() else {
            return Finding::fail("no list of tools was told: see above");
        };
        if tools.is_empty() {
            return Finding::fail("no tools: the server offers nothing to call");
        }
        if let Some(missing) = EVERYWHERE.iter().find(|name| !tools.contains(**name)) {
            return Finding::fail(format!(
                "no `{missing}` among the tools, which every server of AOMA Mesh has"
            ));
        }
        match told.tools.disagreement() {
            Some(disagreement) => self.versions().judge(disagreement),
            None => Finding::ok(format!("{} are offered, the same everywhere", tools.len())),
        }
    }

    fn server(&self, told: &Told) -> Finding {
        let (Some(name), Some(version)) = (told.names.first(), told.versions.first()) else {
            return Finding::fail("the server does not say who it is: see above");
        };
        let disagreements = [told.names.disagreement(), told.versions.disagreement()];
        if let Some(disagreement) = disagreements.into_iter().flatten().next() {
            return self.versions().judge(disagreement);
        }
        for (what, expected, found) in [
            ("the name", &self.expect_name, name),
            ("the version", &self.expect_version, version),
        ] {
            if let Some(fault) = other(what, expected.as_ref(), found) {
                return fault;
            }
        }
        Finding::ok(format!("{name} {version}"))
    }

    fn corpus(&self, told: &Told) -> Finding {
        let Some(fingerprint) = told.corpora.first() else {
            return self.without_corpus(&told.in_place_of_corpus);
        };
        if let Some(disagreement) = told.corpora.disagreement() {
            return self.versions().judge(disagreement);
        }
        let expected = self.expect_corpus.as_ref();
        if let Some(fault) = other("the corpus", expected, fingerprint) {
            return fault;
        }
        let held = told.documents.iter().filter(|(_, count)| *count > 0);
        let held: Vec<_> = held
            .map(|(kind, count)| format!("{count} {kind}"))
            .collect();
        if held.is_empty() {
            return Finding::fail(format!(
                "{fingerprint} is empty: there is nothing in it that could be found"
            ));
        }
        Finding::ok(format!("{fingerprint}: {}", held.join(", ")))
    }

    fn without_corpus(&self, searched: &[String]) -> Finding {
        match (&self.expect_corpus, searched) {
            (Some(expected), _) => Finding::fail(format!(
                "the server tells of no corpus that it serves, and `{expected}` was deployed"
            )),
            (None, []) => Finding::fail("the server tells of no corpus that it serves"),
            (None, searched) => Finding::ok(format!(
                "there is none; searched in its place: {}",
                searched.join(", ")
            )),
        }
    }
}

/// Tools about the server, which need nothing.
const EVERYWHERE: [&str; 2] = ["get_system_health", "get_server_capabilities"];

fn other(what: &str, expected: Option<&String>, found: &str) -> Option<Finding> {
    let expected = expected.filter(|expected| *expected != found)?;
    Some(Finding::fail(format!(
        "{what} is `{found}`, and `{expected}` was deployed"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_corpus_is_in_order_where_something_else_is_searched_and_none_was_deployed() {
        let verdict = |corpus: Option<&str>, searched: &[&str]| {
            let expected = Expected {
                expect_corpus: corpus.map(str::to_owned),
                ..Expected::default()
            };
            let told = Told {
                in_place_of_corpus: searched.iter().map(|&name| name.to_owned()).collect(),
                ..Told::default()
            };
            expected.corpus(&told).verdict.word()
        };
        assert_eq!(verdict(None, &["supabase"]), "ok");
        assert_eq!(verdict(None, &[]), "fail");
        assert_eq!(verdict(Some("0123456789abcdef"), &["supabase"]), "fail");
    }

    #[test]
    fn two_versions_may_disagree_while_a_canary_is_out() {
        let mut told = Told::default();
        for (place, version) in [("`/health`", "3.0.0"), ("`GET /`", "3.1.0")] {
            told.names.note(place, "mesh".to_owned());
            told.versions.note(place, version.to_owned());
        }
        let verdict = |canary| {
            let expected = Expected {
                canary,
                ..Expected::default()
            };
            expected.server(&told)
        };
        let said = "`/health` says `3.0.0`, and `GET /` says `3.1.0`";
        assert_eq!(verdict(false), Finding::fail(said));
        assert_eq!(verdict(true), Finding::warn(said));
    }
}
