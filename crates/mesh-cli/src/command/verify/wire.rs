//! JSON-RPC 2.0 as it is sent, message by message: a client that is kind to servers does not notice all of it.

use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use serde_json::{Value, json};

use super::report::Finding;
use super::seen::Seen;
use super::shape;
use super::target::Target;

const METHOD_NOT_FOUND: i64 = -32601;

const ID: &str = "asked-by-mesh-verify";

pub(super) async fn check(target: &Target) -> Finding {
    Finding::of(judged(target).await, |()| {
        "JSON-RPC 2.0, and its errors are errors".to_owned()
    })
}

async fn judged(target: &Target) -> Result<(), String> {
    for id in [json!(ID), json!(90_817)] {
        let listed = asked(target, &id, "tools/list", json!({})).await;
        let listed = listed.map_err(|why| format!("`tools/list`: {why}"))?;
        if listed.get("error").is_some() {
            return Err(format!(
                "`tools/list`: it has an `error`: {}",
                listed["error"]
            ));
        }
        if !listed["result"].is_object() {
            return Err("`tools/list`: its `result` is no object".to_owned());
        }
        if !listed["result"]["tools"].is_array() {
            return Err("`tools/list`: its result has no `tools`".to_owned());
        }
    }
    let unknown = asked(target, &json!(ID), "verify/no-such-method", json!({})).await;
    let unknown = unknown.map_err(|why| format!("a method that is none: {why}"))?;
    if unknown["error"]["code"] != METHOD_NOT_FOUND || unknown.get("result").is_some() {
        return Err(format!(
            "there is no method `verify/no-such-method`, and it is answered with {unknown}"
        ));
    }
    let params = json!({"name": "no_such_tool", "arguments": {}});
    let unknown = asked(target, &json!(ID), "tools/call", params).await;
    let unknown = unknown.map_err(|why| format!("a tool that is none: {why}"))?;
    if unknown.get("error").is_none() && unknown["result"]["isError"] != true {
        return Err(format!(
            "there is no tool `no_such_tool`, and it is answered with {unknown}"
        ));
    }
    let broken = sent(target, "{".to_owned()).await?;
    let is_answer = |body: &Value| body.get("result").is_some();
    if broken.status.is_success() && broken.json().as_ref().is_none_or(is_answer) {
        return Err("a body that is no JSON is answered as if it were".to_owned());
    }
    Ok(())
}

/// The whole answer to one request, which must be one.
async fn asked(target: &Target, id: &Value, method: &str, params: Value) -> Result<Value, String> {
    let request = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
    let seen = sent(target, request.to_string()).await?;
    let answer = shape::json(&seen)?;
    if answer["jsonrpc"] != "2.0" {
        return Err("its `jsonrpc` is not `2.0`".to_owned());
    }
    if answer["id"] != *id {
        return Err(format!("the id `{}` came back for `{id}`", answer["id"]));
    }
    Ok(answer)
}

async fn sent(target: &Target, body: String) -> Result<Seen, String> {
    let request = target
        .rpc
        .request(Method::POST)
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/json")
        .body(body);
    let seen = Seen::of(&target.rpc, request).await;
    seen.map_err(|fault| fault.to_string())
}
