use std::sync::{Arc, Mutex};

use mesh_aws::{CallError, Condition, Row, RowChange, RowName, RowWrite, Table, TableError};
use serde_json::{Value, json};

use crate::support::{Fake, Reply, Seen, aws, within};

const TYPE: &str = "com.amazonaws.dynamodb.v20120810#";

fn table(fake: &Fake) -> Table {
    Table::new(&aws(fake.address()), "state")
}

fn name(name: &str) -> RowName {
    RowName {
        family: "once".to_owned(),
        name: name.to_owned(),
    }
}

fn put(under: &str) -> RowWrite {
    RowWrite {
        name: name(under),
        condition: Condition::Absent { now: 1_000 },
        change: RowChange::Put {
            value: b"x".to_vec(),
            version: 7,
            expires: Some(2_000),
        },
    }
}

fn delete(under: &str) -> RowWrite {
    RowWrite {
        name: name(under),
        condition: Condition::Version {
            version: 3,
            now: 1_000,
        },
        change: RowChange::Delete,
    }
}

fn body(seen: &Seen) -> Value {
    serde_json::from_slice(&seen.body).expect("JSON")
}

fn operation(seen: &Seen) -> &str {
    let target = seen.header("x-amz-target");
    target.rsplit('.').next().unwrap_or_default()
}

fn refused(kind: &str, more: Value) -> Reply {
    let mut body = json!({"__type": format!("{TYPE}{kind}"), "message": "no"});
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    Reply::new(400, body.to_string())
}

/// A table in which every put finds itself: it was made, and its answer did not come through.
async fn holding_what_was_put() -> Fake {
    let put: Arc<Mutex<Value>> = Arc::default();
    Fake::serving(move |seen| {
        let body = body(seen);
        let mut held = put.lock().expect("unpoisoned");
        match operation(seen) {
            "PutItem" => refused(
                "ConditionalCheckFailedException",
                json!({"Item": body["Item"]}),
            ),
            "TransactWriteItems" => {
                *held = body["TransactItems"][1]["Put"]["Item"].clone();
                let reasons = json!([{"Code": "ConditionalCheckFailed"}, {"Code": "None"}]);
                refused(
                    "TransactionCanceledException",
                    json!({"CancellationReasons": reasons}),
                )
            }
            "GetItem" => Reply::new(200, json!({"Item": *held}).to_string()),
            other => Reply::new(500, other.to_owned()),
        }
    })
    .await
}

async fn failure(fake: &Fake, millis: u64) -> TableError {
    let got = table(fake).get(&name("a"), within(millis)).await;
    got.expect_err("refused")
}

#[tokio::test]
async fn a_put_is_one_request_with_its_condition() {
    let fake = Fake::serving(|_| Reply::new(200, "{}")).await;
    let written = table(&fake).write(vec![put("a")], within(5_000)).await;
    written.expect("written");
    let seen = fake.seen();
    assert_eq!((seen.len(), operation(&seen[0])), (1, "PutItem"));
    let expected = json!({
        "TableName": "state",
        "Item": {
            "family": {"S": "once"}, "name": {"S": "a"}, "value": {"B": "eA=="}, "version": {"N": "7"},
            "expires": {"N": "2000"},
        },
        "ConditionExpression": "attribute_not_exists(#version) OR #expires <= :now",
        "ExpressionAttributeNames": {"#version": "version", "#expires": "expires"},
        "ExpressionAttributeValues": {":now": {"N": "1000"}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    });
    assert_eq!(body(&seen[0]), expected);
}

#[tokio::test]
async fn a_read_sees_what_was_written_before_it() {
    let fake = Fake::serving(|_| Reply::new(200, "{}")).await;
    let got = table(&fake).get(&name("a"), within(5_000)).await;
    assert_eq!(got, Ok(None));
    let queried = table(&fake)
        .query("once", ("a", "b"), 5, within(5_000))
        .await;
    assert_eq!(queried.expect("read").rows, []);
    for seen in fake.seen() {
        assert_eq!(body(&seen)["ConsistentRead"], true);
    }
}

#[tokio::test]
async fn a_put_whose_answer_was_lost_was_made() {
    let fake = holding_what_was_put().await.resetting_once();
    let written = table(&fake).write(vec![put("a")], within(5_000)).await;
    assert_eq!((written, fake.seen().len()), (Ok(()), 2));
}

#[tokio::test]
async fn a_transaction_whose_answer_was_lost_was_made() {
    let fake = holding_what_was_put().await.resetting_once();
    let writes = vec![delete("a"), put("b")];
    let written = table(&fake).write(writes, within(5_000)).await;
    assert_eq!(written, Ok(()));
    let seen = fake.seen();
    let operations: Vec<_> = seen.iter().map(operation).collect();
    let expected = ["TransactWriteItems", "TransactWriteItems", "GetItem"];
    assert_eq!(operations, expected);
    let token = |nth: usize| body(&seen[nth])["ClientRequestToken"].clone();
    assert!(token(0).is_string());
    assert_eq!(token(0), token(1), "DynamoDB itself takes both for one");
}

#[tokio::test]
async fn another_writers_row_is_a_conflict() {
    let other = json!({"Item": {"family": {"S": "once"}, "name": {"S": "a"}, "value": {"B": "eA=="}, "version": {"N": "8"}}});
    let fake =
        Fake::serving(move |_| refused("ConditionalCheckFailedException", other.clone())).await;
    for write in [put("a"), delete("a")] {
        let written = table(&fake).write(vec![write], within(5_000)).await;
        assert_eq!(written, Err(TableError::Condition));
    }
    assert_eq!(fake.seen().len(), 2);
}

#[tokio::test]
async fn why_a_transaction_was_cancelled_is_told() {
    let throttled = TableError::Call(CallError::Throttled);
    let unknown = TableError::Call(CallError::Refused("ItemCollectionSize".to_owned()));
    for (codes, expected) in [
        (["TransactionConflict", "None"], TableError::Busy),
        (["None", "ThrottlingError"], throttled),
        (
            ["TransactionConflict", "ConditionalCheckFailed"],
            TableError::Condition,
        ),
        (["ItemCollectionSize", "None"], unknown),
    ] {
        let reasons: Vec<_> = codes.map(|code| json!({"Code": code})).into();
        let cancelled = json!({"CancellationReasons": reasons});
        let fake =
            Fake::serving(move |_| refused("TransactionCanceledException", cancelled.clone()));
        let fake = fake.await;
        let writes = vec![delete("a"), delete("b")];
        let written = table(&fake).write(writes, within(5_000)).await;
        assert_eq!(written, Err(expected), "{codes:?}");
    }
}

#[tokio::test]
async fn a_fault_is_told_by_what_can_be_done() {
    let denied = CallError::Denied("dynamodb:GetItem".to_owned());
    let missing = CallError::Refused("ResourceNotFoundException".to_owned());
    for (code, expected) in [
        ("AccessDeniedException", denied),
        (
            "ProvisionedThroughputExceededException",
            CallError::Throttled,
        ),
        ("ResourceNotFoundException", missing),
    ] {
        let fake = Fake::serving(move |_| refused(code, json!({}))).await;
        assert_eq!(failure(&fake, 5_000).await, TableError::Call(expected));
    }
    let fake = Fake::serving(|_| refused("TransactionConflictException", json!({}))).await;
    let written = table(&fake).write(vec![put("a")], within(5_000)).await;
    assert_eq!(written, Err(TableError::Busy));
}

#[tokio::test]
async fn a_table_that_hangs_or_is_not_there_is_told_in_time() {
    let fake = Fake::serving(|_| Reply::new(200, "{}")).await;
    let timed_out = TableError::Call(CallError::TimedOut);
    assert_eq!(failure(&fake.clone().hanging(), 300).await, timed_out);
    let unreachable = TableError::Call(CallError::Unreachable);
    assert_eq!(failure(&fake.resetting(), 5_000).await, unreachable);
}

#[tokio::test]
async fn a_row_of_another_kind_is_not_guessed_at() {
    for broken in [
        json!({"family": {"S": "once"}, "name": {"S": "a"}, "version": {"N": "1"}}),
        json!({"family": {"S": "once"}, "name": {"S": "a"}, "value": {"B": "eA=="}, "version": {"N": "-1"}}),
        json!({"family": {"S": "once"}, "name": {"S": "a"}, "value": {"B": "eA=="}, "version": {"N": "1"}, "expires": {"S": "soon"}}),
    ] {
        let fake = Fake::serving(move |_| Reply::new(200, json!({"Item": broken}).to_string()));
        assert_eq!(failure(&fake.await, 5_000).await, TableError::Unreadable);
    }
}

#[tokio::test]
async fn a_row_is_read_as_it_was_written() {
    let item = json!({"family": {"S": "once"}, "name": {"S": "a"}, "value": {"B": "eA=="}, "version": {"N": "9223372036854775807"}, "expires": {"N": "2000"}});
    let fake = Fake::serving(move |_| Reply::new(200, json!({"Item": item}).to_string())).await;
    let row = table(&fake).get(&name("a"), within(5_000)).await;
    let expected = Row {
        name: name("a"),
        value: b"x".to_vec(),
        version: u64::MAX >> 1,
        expires: Some(2_000),
    };
    assert_eq!(row, Ok(Some(expected)));
}
