use serde_json::{Map, Value};

use super::door::Admission;
use super::report::{Finding, Report};

pub(super) fn check(report: &mut Report, admission: &Admission) {
    let finding = match admission.admitted() {
        None => Finding::skipped(admission.hindrance()),
        Some(seen) => finding(&seen.json().unwrap_or_default()),
    };
    report.note("health", finding);
}

/// Its parts, each with what is wrong with it; nothing that does not say `healthy` is taken for healthy.
fn finding(health: &Value) -> Finding {
    let none = Map::new();
    let parts = health["services"].as_object().unwrap_or(&none);
    let told: Vec<String> = parts.iter().map(|(name, part)| told(name, part)).collect();
    let detail = format!(
        "{}; {}",
        health["status"].as_str().unwrap_or("no status"),
        told.join("; ")
    );
    match health["status"].as_str() {
        Some("healthy") if parts.values().all(is_well) => Finding::ok(detail),
        Some("healthy" | "degraded") => Finding::warn(detail),
        Some(_) => Finding::fail(detail),
        None => Finding::fail("`/health` says no status: is it AOMA Mesh that answers here?"),
    }
}

fn is_well(part: &Value) -> bool {
    part["status"] == true
}

fn told(name: &str, part: &Value) -> String {
    match part["error"].as_str() {
        _ if is_well(part) => format!("{name} ok"),
        Some(error) => format!("{name} not: {error}"),
        None => format!("{name} not"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_part_that_is_not_well_is_named() {
        let parts =
            json!({"corpus": {"status": true}, "supabase": {"status": false, "error": "401"}});
        let found = finding(&json!({"status": "degraded", "services": parts}));
        assert_eq!(
            found,
            Finding::warn("degraded; corpus ok; supabase not: 401")
        );
    }

    #[test]
    fn only_what_says_healthy_is_healthy() {
        let parts = json!({"corpus": {"status": true}});
        let verdict = |health: Value| finding(&health).verdict.word();
        assert_eq!(
            verdict(json!({"status": "healthy", "services": parts})),
            "ok"
        );
        assert_eq!(
            verdict(json!({"status": "unhealthy", "services": parts})),
            "fail"
        );
        assert_eq!(verdict(json!({"message": "Forbidden"})), "fail");
    }
}
