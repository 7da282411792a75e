use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};
use reqwest::StatusCode;
use reqwest::header::DATE;
use serde_json::{Map, Value};

use super::door::Admission;
use super::report::{Finding, Report};
use super::seen::Seen;
use super::shape;
use super::told::Told;

/// The place, as it is told.
const PLACE: &str = "`/health`";

/// An answer that is older was kept by something in between.
const MAX_AGE: SignedDuration = SignedDuration::from_mins(5);

pub(super) fn check(report: &mut Report, admission: &Admission, told: &mut Told) {
    let finding = match admission.admitted() {
        None => Finding::skipped(admission.hindrance()),
        Some(seen) => judged(seen, told).unwrap_or_else(|why| {
            Finding::fail(format!(
                "{PLACE}: {why}; is it AOMA Mesh that answers here?"
            ))
        }),
    };
    report.note("health", finding);
}

/// Its parts, each with what is wrong with it; nothing that does not say `healthy` is taken for healthy.
fn judged(seen: &Seen, told: &mut Told) -> Result<Finding, String> {
    let health = shape::json(seen)?;
    let parts = parts(&health)?;
    fresh(&health, seen)?;
    shape::server(&health, PLACE, told)?;
    note_corpus(&health, PLACE, told)?;
    told.documents = documents(parts);
    told.in_place_of_corpus = in_place_of_corpus(parts);
    let status = shape::text(&health, "status")?;
    let down = down(&health);
    let lines = parts.iter().map(|(name, part)| line(name, part));
    let lines: Vec<String> = lines.chain(down.iter().cloned()).collect();
    let detail = format!("{status}; {}", lines.join("; "));
    let is_well = parts
        .iter()
        .all(|(name, part)| is_well(part) || is_absent(name, part));
    Ok(match (status, seen.status) {
        ("healthy", StatusCode::OK) if is_well && down.is_empty() => Finding::ok(detail),
        // One server behind it takes nothing else with it.
        ("degraded", StatusCode::OK) if is_well && !down.is_empty() => Finding::warn(detail),
        ("degraded", StatusCode::SERVICE_UNAVAILABLE) if !is_well => Finding::warn(detail),
        ("unhealthy", StatusCode::SERVICE_UNAVAILABLE) => Finding::fail(detail),
        (_, status) => Finding::fail(format!(
            "the answer contradicts itself: {detail}, under the status {}",
            status.as_u16()
        )),
    })
}

/// The servers behind it that are down, each with why.
fn down(health: &Value) -> Vec<String> {
    let upstreams = health["upstreams"].as_array().into_iter().flatten();
    let down = upstreams.filter(|upstream| upstream["state"] == "down");
    down.map(|upstream| {
        let [name, error] = ["name", "error"].map(|member| upstream[member].as_str());
        let error = error.unwrap_or("no reason is given");
        format!("`{}` is down: {error}", name.unwrap_or_default())
    })
    .collect()
}

fn parts(health: &Value) -> Result<&Map<String, Value>, String> {
    let parts = health["services"].as_object();
    let parts = parts.filter(|parts| !parts.is_empty());
    let parts = parts.ok_or("it names no part of the server")?;
    if !parts.contains_key("corpus") {
        return Err("there is no `corpus` among its parts".to_owned());
    }
    for (name, part) in parts {
        let is_told = part["status"].is_boolean() || is_absent(name, part);
        if !is_told || !part["latency"].is_number() {
            return Err(format!("its part `{name}` has no status and latency"));
        }
    }
    Ok(parts)
}

/// Notes the fingerprint of the corpus, where it can be read.
pub(super) fn note_corpus(health: &Value, place: &str, told: &mut Told) -> Result<(), String> {
    let corpus = &health["services"]["corpus"];
    if is_well(corpus) {
        let fingerprint = shape::text(corpus, "fingerprint")?;
        told.corpora.note(place, fingerprint.to_owned());
    }
    Ok(())
}

fn documents(parts: &Map<String, Value>) -> Vec<(String, u64)> {
    let count = |part: &Value| part["documents"].as_u64();
    parts
        .iter()
        .filter_map(|(name, part)| Some((name.clone(), count(part)?)))
        .collect()
}

fn fresh(health: &Value, seen: &Seen) -> Result<(), String> {
    let told = shape::text(health, "timestamp")?;
    let made: Timestamp = told
        .parse()
        .map_err(|_| format!("its `timestamp` is no time: `{told}`"))?;
    // By the server's own clock: ours has a check of its own.
    let date = seen.header(DATE);
    let date = date.and_then(|date| DateTimeParser::new().parse_timestamp(date).ok());
    let now = date.or_else(|| Timestamp::try_from(seen.at).ok());
    match now {
        Some(now) if now.duration_since(made).abs() > MAX_AGE => Err(format!(
            "the answer is of {told}: something in between keeps old ones"
        )),
        _ => Ok(()),
    }
}

/// Vendors may be left out, and so may a corpus beside them, where it is said what is missing.
fn is_absent(name: &str, part: &Value) -> bool {
    let may_be_absent = ["corpus", "openai", "supabase", "vectorStore"].contains(&name);
    may_be_absent && part["status"].is_null() && part["note"].is_string()
}

/// What is searched where no corpus is, and answers.
fn in_place_of_corpus(parts: &Map<String, Value>) -> Vec<String> {
    let is_replaced = parts
        .get("corpus")
        .is_some_and(|part| is_absent("corpus", part));
    let names = ["supabase", "vectorStore"].into_iter();
    let well = names.filter(|name| is_replaced && parts.get(*name).is_some_and(is_well));
    well.map(str::to_owned).collect()
}

fn is_well(part: &Value) -> bool {
    part["status"] == true
}

fn line(name: &str, part: &Value) -> String {
    match part["error"].as_str() {
        _ if is_well(part) => format!("{name} ok"),
        _ if is_absent(name, part) => format!("{name} not configured"),
        Some(error) => format!("{name} not: {error}"),
        None => format!("{name} not"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
    use serde_json::json;

    use super::*;

    fn of(status: u16, word: &str, secrets: &Value) -> Finding {
        beside(status, word, secrets, &json!([]))
    }

    fn beside(status: u16, word: &str, secrets: &Value, upstreams: &Value) -> Finding {
        let corpus = json!({"status": true, "latency": 1.0, "fingerprint": "0123456789abcdef"});
        let parts = json!({"corpus": corpus, "secrets": secrets});
        judge(status, word, &parts, upstreams, &mut Told::default())
    }

    fn judge(
        status: u16,
        word: &str,
        parts: &Value,
        upstreams: &Value,
        told: &mut Told,
    ) -> Finding {
        let health = json!({
            "status": word, "services": parts, "name": "mesh", "version": "3.0.0",
            "timestamp": "1970-01-01T00:00:01Z", "upstreams": upstreams,
        });
        let seen = Seen {
            status: StatusCode::from_u16(status).expect("a status"),
            headers: HeaderMap::from_iter([(
                CONTENT_TYPE,
                HeaderValue::from_static("application/json"),
            )]),
            body: health.to_string().into_bytes(),
            took: Duration::ZERO,
            at: SystemTime::UNIX_EPOCH,
        };
        judged(&seen, told).expect("health")
    }

    #[test]
    fn a_corpus_may_be_left_out_where_vendors_are_searched() {
        let none = json!({"status": null, "latency": 0.0, "note": "no corpus is configured"});
        let well = json!({"status": true, "latency": 1.0});
        let parts = json!({"corpus": none, "supabase": well, "vectorStore": none});
        let mut told = Told::default();
        assert_eq!(
            judge(200, "healthy", &parts, &json!([]), &mut told),
            Finding::ok("healthy; corpus not configured; supabase ok; vectorStore not configured")
        );
        assert_eq!(told.in_place_of_corpus, ["supabase"]);
    }

    #[test]
    fn a_part_that_is_not_well_is_named() {
        let well = json!({"status": true, "latency": 1.0});
        let unwell = json!({"status": false, "latency": 1.0, "error": "no key"});
        assert_eq!(
            of(200, "healthy", &well),
            Finding::ok("healthy; corpus ok; secrets ok")
        );
        assert_eq!(
            of(503, "degraded", &unwell),
            Finding::warn("degraded; corpus ok; secrets not: no key")
        );
        let upstreams = json!([
            {"name": "bell", "state": "down", "error": "it ended"},
            {"name": "clock", "state": "up", "error": null},
        ]);
        assert_eq!(
            beside(200, "degraded", &well, &upstreams),
            Finding::warn("degraded; corpus ok; secrets ok; `bell` is down: it ended")
        );
        assert_eq!(
            beside(200, "healthy", &well, &upstreams).verdict.word(),
            "fail"
        );
        assert_eq!(of(503, "unhealthy", &unwell).verdict.word(), "fail");
        assert_eq!(of(200, "degraded", &unwell).verdict.word(), "fail");
    }
}
