use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::entry::{OAuth, Options, Sign, Tools};

/// What is not as it is where nothing is said.
///
/// # Errors
/// As of an entry.
pub(in crate::source) fn written(options: &Options) -> Result<Map<String, Value>, String> {
    let usual = Options::default();
    let Options {
        team,
        tools,
        timeout,
        start_timeout,
        idle,
        max_concurrent,
        eager,
        relay,
        replay,
        oauth,
        sign,
        insecure,
    } = options;
    let mut members = Members::default();
    members.add("team", team.as_ref().map(|team| json!(team)));
    members.add("tools", (*tools != usual.tools).then(|| of_tools(tools)));
    members.add("timeout", timeout.map(duration));
    members.add(
        "startTimeout",
        (*start_timeout != usual.start_timeout).then(|| duration(*start_timeout)),
    );
    members.add("idle", (*idle != usual.idle).then(|| duration(*idle)));
    members.add("maxConcurrent", max_concurrent.map(|count| json!(count)));
    for (name, flag) in [
        ("eager", eager),
        ("relay", relay),
        ("replay", replay),
        ("insecure", insecure),
    ] {
        members.add(name, flag.then(|| json!(true)));
    }
    members.add("oauth", oauth.as_ref().map(of_oauth).transpose()?);
    members.add("sign", sign.as_ref().map(of_sign));
    Ok(members.0)
}

#[derive(Default)]
struct Members(Map<String, Value>);

impl Members {
    fn add(&mut self, name: &str, value: Option<Value>) {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value);
        }
    }
}

fn duration(duration: Duration) -> Value {
    match duration.subsec_millis() {
        0 => json!(format!("{}s", duration.as_secs())),
        _ => json!(format!("{}ms", duration.as_millis())),
    }
}

fn of_sign(sign: &Sign) -> Value {
    match sign {
        Sign::ByHost => json!(true),
        Sign::For(scope) => json!({"service": scope.service, "region": scope.region}),
    }
}

fn of_tools(tools: &Tools) -> Value {
    let Tools {
        allow,
        deny,
        rename,
        describe,
        pinned,
        defaults,
    } = tools;
    let set = |names: &BTreeSet<String>| (!names.is_empty()).then(|| json!(names));
    let texts = |texts: &BTreeMap<String, String>| (!texts.is_empty()).then(|| json!(texts));
    let mut members = Members::default();
    members.add("allow", allow.as_ref().map(|allow| json!(allow)));
    members.add("deny", set(deny));
    members.add("rename", texts(rename));
    members.add("describe", texts(describe));
    members.add("pinned", set(pinned));
    members.add("defaults", (!defaults.is_empty()).then(|| json!(defaults)));
    members.0.into()
}

fn of_oauth(oauth: &OAuth) -> Result<Value, String> {
    if oauth.client_secret.literal_value().is_some() {
        return Err("`mesh.oauth.clientSecret` is written out: write it as a variable".to_owned());
    }
    let written = |member: &str, template: &crate::Template| {
        let general = template.in_general_form();
        general.ok_or_else(|| format!("`mesh.oauth.{member}` cannot be written"))
    };
    let mut members = Members::default();
    for (name, template) in [
        ("tokenUrl", &oauth.token_url),
        ("clientId", &oauth.client_id),
        ("clientSecret", &oauth.client_secret),
    ] {
        members.add(name, Some(written(name, template)?.into()));
    }
    members.add("scope", oauth.scope.as_ref().map(|scope| json!(scope)));
    Ok(members.0.into())
}
