//! What of ours an upstream is given, beside how it is reached. Whoever can write its entry could have more of it sent, so that a
//! change has to be approved.

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::{Entry, OAuth, Sign, Transport};
use crate::template::Template;

/// Names alone, and addresses as they are written: never a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// What has the values of which variables, such as `TOKEN: GITHUB_TOKEN` of a member of `env` or a header.
    pub variables: BTreeSet<String>,
    /// Where a token for us is asked for.
    pub token_url: Option<String>,
    /// For whom requests are signed.
    pub sign: Option<String>,
    /// Whose values the variables have.
    pub team: Option<String>,
}

impl Given {
    #[must_use]
    pub fn to(entry: &Entry) -> Self {
        let options = &entry.options;
        let own = match &entry.transport {
            Transport::Stdio(command) => &command.env,
            Transport::Http(remote) => &remote.headers,
        };
        let own = own.iter().filter_map(|(name, value)| values(name, value));
        let shown = options.oauth.as_ref().into_iter().flat_map(shown);
        Self {
            variables: own.chain(shown).collect(),
            token_url: options
                .oauth
                .as_ref()
                .map(|oauth| oauth.token_url.as_written().to_owned()),
            sign: options.sign.as_ref().map(signed),
            team: options.team.clone(),
        }
    }

    /// As they are shown.
    pub(super) fn members(&self) -> BTreeMap<&'static str, String> {
        let quoted = |text: &String| format!("{text:?}");
        let variables: Vec<_> = self.variables.iter().map(quoted).collect();
        let variables = (!variables.is_empty()).then(|| variables.join(" "));
        let one = |text: &Option<String>| text.as_ref().map(quoted);
        [
            ("variables", variables),
            ("tokenUrl", one(&self.token_url)),
            ("sign", one(&self.sign)),
            ("team", one(&self.team)),
        ]
        .into_iter()
        .filter_map(|(name, shown)| Some((name, shown?)))
        .collect()
    }
}

fn values(of: &str, template: &Template) -> Option<String> {
    let names: Vec<_> = template.names().into_iter().collect();
    (!names.is_empty()).then(|| format!("{of}: {}", names.join(", ")))
}

fn shown(oauth: &OAuth) -> impl Iterator<Item = String> {
    let members = [
        ("clientId", &oauth.client_id),
        ("clientSecret", &oauth.client_secret),
    ];
    members
        .into_iter()
        .filter_map(|(name, template)| values(name, template))
}

fn signed(sign: &Sign) -> String {
    match sign {
        Sign::ByHost => "by host".to_owned(),
        Sign::For(scope) => format!("{} {}", scope.service, scope.region),
    }
}
