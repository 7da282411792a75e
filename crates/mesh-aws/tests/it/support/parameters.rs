use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Fake, Reply, Seen};

/// A parameter store that holds these: name, value, version.
pub(crate) async fn parameter_store(held: &[(&str, &str, i64)]) -> Fake {
    let held: BTreeMap<String, (String, i64)> = held
        .iter()
        .map(|(name, value, version)| ((*name).to_owned(), ((*value).to_owned(), *version)))
        .collect();
    Fake::serving(move |seen| match seen.header("x-amz-target") {
        "AmazonSSM.GetParameters" => parameters(&held, seen),
        "AmazonSSM.PutParameter" => Reply::new(200, r#"{"Tier":"Standard","Version":1}"#),
        "AmazonSSM.DeleteParameters" => Reply::new(200, "{}"),
        _ => Reply::new(400, r#"{"__type":"UnknownOperationException"}"#),
    })
    .await
}

fn parameters(held: &BTreeMap<String, (String, i64)>, seen: &Seen) -> Reply {
    let request: Value = serde_json::from_slice(&seen.body).expect("JSON");
    let names = request["Names"].as_array().expect("a list");
    if names.len() > 10 {
        return Reply::new(400, r#"{"__type":"ValidationException"}"#);
    }
    let (mut found, mut invalid) = (Vec::new(), Vec::new());
    for name in names {
        let name = name.as_str().expect("text");
        match held.get(name) {
            Some((value, version)) => found.push(json!({
                "ARN": format!("arn:aws:ssm:us-east-2:123456789012:parameter{name}"),
                "DataType": "text", "LastModifiedDate": 1.7e9, "Name": name,
                "Type": "SecureString", "Value": value, "Version": version,
            })),
            None => invalid.push(name),
        }
    }
    let body = json!({ "Parameters": found, "InvalidParameters": invalid });
    Reply::new(200, body.to_string())
}
