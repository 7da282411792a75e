//! The parameter store behind the function: whatever it does, the function starts in its bound, tells nothing, and heals.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::rpc::told;
use crate::support::{
    Mesh, Mode, SPELLINGS, Store, VALUES, closed_port, faulty, mcp, named_store, rpc, until, within,
};

/// Reading the store takes two seconds at most, whatever it does; the rest is for the process to start.
const BOUND: Duration = Duration::from_secs(3);

async fn health(mesh: &Mesh) -> Value {
    mesh.send(&rpc::get("/health")).await.json()["services"]["secrets"].clone()
}

/// No value of any parameter in what it wrote, nor in what it tells.
async fn tells_no_value(mesh: &Mesh) {
    let mut told = String::new();
    for path in ["/health", "/metrics", "/tools", "/metrics/prometheus"] {
        told.push_str(&mesh.send(&rpc::get(path)).await.text());
    }
    told.push_str(&mesh.settled().await);
    for (name, value) in VALUES {
        assert!(!told.contains(value), "the value of {name}");
    }
}

fn refusal(kind: &str) -> Mode {
    Mode::Answering(
        400,
        json!({"__type": kind, "message": "as told"}).to_string(),
    )
}

#[tokio::test]
async fn a_store_that_is_well_is_asked_once_for_every_spelling() {
    let store = Store::whole().await;
    let mesh = store.is_store_of(faulty()).start().await;
    assert!(mesh.init < BOUND, "{:?}", mesh.init);
    let seen = store.fake.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].header("x-amz-target"), "AmazonSSM.GetParameters");
    let asked: Value = serde_json::from_slice(&seen[0].body).expect("JSON");
    let mut names: Vec<_> = asked["Names"]
        .as_array()
        .expect("names")
        .iter()
        .map(|name| name.as_str().expect("text"))
        .collect();
    names.sort_unstable();
    assert_eq!(names, SPELLINGS);
    assert_eq!(asked["WithDecryption"], true);
    assert_eq!(
        told(&mesh.call("database", json!({})).await),
        ("connected", false)
    );
    assert_eq!(health(&mesh).await["status"], true);
    tells_no_value(&mesh).await;
    assert_eq!(store.readings(), 1, "what is at hand is not read again");
    assert_eq!(mesh.values("SecretRefreshes"), [1.0]);
    assert_eq!(mesh.values("SecretRefreshFailures"), [0.0]);
}

#[tokio::test]
async fn a_prefix_of_ones_own_is_asked_for() {
    let store = Store::whole().await;
    let mesh = store
        .is_store_of(mcp())
        .set("MESH_SSM_PREFIX", "/team/mesh/")
        .start()
        .await;
    let asked = String::from_utf8_lossy(&store.fake.seen()[0].body).into_owned();
    assert!(asked.contains("\"/team/mesh/openai-api-key\""), "{asked}");
    let told = health(&mesh).await["error"].to_string();
    assert!(
        told.contains("`/team/mesh/openai-api-key` is missing"),
        "{told}"
    );
}

#[tokio::test]
async fn the_old_spelling_is_enough() {
    let store = Store::whole().await;
    let (new, old) = ("next-public-supabase-url", "supabase-url");
    store.remove(new);
    let mut values = VALUES.iter();
    let value = values.find(|(name, _)| *name == new).expect("it is one");
    store.put(old, value.1);
    let mesh = store.is_store_of(faulty()).start().await;
    assert_eq!(
        told(&mesh.call("database", json!({})).await),
        ("connected", false)
    );
    assert_eq!(health(&mesh).await["status"], true);
    tells_no_value(&mesh).await;
}

/// A store that failed is left alone for a while: who needs a value has it in the end.
async fn heals(mesh: &Mesh) {
    within(async { while told(&mesh.call("database", json!({})).await).1 {} }).await;
    assert_eq!(
        told(&mesh.call("database", json!({})).await),
        ("connected", false)
    );
}

/// Starts with a store that fails so, and goes on until it is well again.
async fn check(mode: Mode, said: &str) {
    let store = Store::whole().await;
    store.fake.does(mode.clone());
    let mesh = store.is_store_of(faulty()).start().await;
    assert!(mesh.init < BOUND, "{mode:?}: {:?}", mesh.init);
    assert_eq!(
        told(&mesh.call("echo", json!({"text": "a"})).await),
        ("a", false),
        "{mode:?}"
    );
    let answer = mesh.call("database", json!({})).await;
    let (text, is_error) = told(&answer);
    assert!(is_error, "{mode:?}: {text}");
    assert!(
        text.contains("`/mcp-server/next-public-supabase-url`") && text.contains(said),
        "{mode:?}: {text}"
    );
    let found = health(&mesh).await;
    assert_eq!(found["status"], false, "{mode:?}");
    let error = found["error"].as_str().expect("an error");
    assert!(
        error.contains(said) && error.contains("/mcp-server/openai-api-key"),
        "{mode:?}: {error}"
    );
    assert!(
        !mesh.tools().await.contains(&"database".to_owned()),
        "{mode:?}"
    );
    tells_no_value(&mesh).await;
    store.fake.does(Mode::Serving);
    heals(&mesh).await;
    assert_eq!(health(&mesh).await["status"], true, "{mode:?}");
    assert!(
        mesh.tools().await.contains(&"database".to_owned()),
        "{mode:?}"
    );
    tells_no_value(&mesh).await;
}

#[tokio::test]
async fn a_store_that_refuses_is_told_and_heals() {
    check(refusal("AccessDeniedException"), "ssm:GetParameters").await;
    check(refusal("InternalServerError"), "InternalServerError").await;
    check(Mode::Answering(400, "no JSON".to_owned()), "400").await;
    check(Mode::Answering(503, String::new()), "503").await;
}

#[tokio::test]
async fn a_store_that_throttles_is_told_and_heals() {
    check(refusal("ThrottlingException"), "asked for fewer requests").await;
}

#[tokio::test]
async fn a_store_that_breaks_off_is_told_and_heals() {
    check(Mode::Resetting, "could not be reached").await;
    check(
        Mode::Answering(200, "<html>".to_owned()),
        "an answer that cannot be read",
    )
    .await;
}

#[tokio::test]
async fn a_store_that_hangs_costs_its_bound_once() {
    let store = Store::whole().await;
    store.fake.does(Mode::Hanging);
    let mesh = store.is_store_of(faulty()).start().await;
    assert!(mesh.init < BOUND, "{:?}", mesh.init);
    let reply = mesh.send(&rpc::call("echo", json!({"text": "a"}))).await;
    assert!(
        reply.took < Duration::from_secs(1),
        "who needs none does not wait: {:?}",
        reply.took
    );
    let listed = mesh.send(&rpc::legacy("tools/list", json!({}))).await;
    assert!(
        listed.took < Duration::from_secs(1),
        "nor does a list: {:?}",
        listed.took
    );
    let error = health(&mesh).await["error"].to_string();
    assert!(error.contains("did not answer in time"), "{error}");
    store.fake.does(Mode::Serving);
    heals(&mesh).await;
    tells_no_value(&mesh).await;
}

#[tokio::test]
async fn a_store_that_throttles_once_is_asked_once_more() {
    let store = Store::whole().await;
    store.fake.does_once(refusal("ThrottlingException"));
    let mesh = store.is_store_of(faulty()).start().await;
    assert_eq!(store.readings(), 2);
    assert_eq!(health(&mesh).await["status"], true);
}

#[tokio::test]
async fn a_store_that_nobody_listens_for_is_told_and_heals() {
    let address = closed_port().await;
    let mesh = named_store(faulty(), &format!("http://{address}"))
        .start()
        .await;
    assert!(mesh.init < BOUND, "{:?}", mesh.init);
    let error = health(&mesh).await["error"].to_string();
    assert!(error.contains("could not be reached"), "{error}");
    let _store = Store::at(address).await;
    heals(&mesh).await;
    tells_no_value(&mesh).await;
}

#[tokio::test]
async fn a_parameter_that_is_missing_takes_only_what_needs_it() {
    let store = Store::whole().await;
    store.remove("supabase-service-role-key");
    let mesh = store.is_store_of(faulty()).start().await;
    let tools = mesh.tools().await;
    assert!(
        tools.contains(&"vendor".to_owned()) && !tools.contains(&"database".to_owned()),
        "{tools:?}"
    );
    let error = health(&mesh).await["error"].to_string();
    assert_eq!(
        error,
        "\"`/mcp-server/supabase-service-role-key` is missing\""
    );
    let answer = mesh.call("database", json!({})).await;
    assert!(
        told(&answer)
            .0
            .contains("`/mcp-server/supabase-service-role-key` is missing"),
        "{answer}"
    );
    store.put("supabase-service-role-key", VALUES[4].1);
    assert_eq!(
        told(&mesh.call("database", json!({})).await),
        ("connected", false)
    );
    tells_no_value(&mesh).await;
}

#[tokio::test]
async fn a_value_that_cannot_be_one_is_named_and_not_shown() {
    const WRONG: &str = "an-old-password with blanks";
    let store = Store::whole().await;
    store.put("supabase-service-role-key", WRONG);
    let mesh = store.is_store_of(faulty()).start().await;
    assert!(!mesh.tools().await.contains(&"database".to_owned()));
    let error = health(&mesh).await["error"].to_string();
    assert!(
        error.contains("`/mcp-server/supabase-service-role-key` must be a key"),
        "{error}"
    );
    let answer = mesh.call("database", json!({})).await;
    assert!(
        told(&answer).1 && !answer.to_string().contains(WRONG),
        "{answer}"
    );
    store.put("supabase-service-role-key", VALUES[4].1);
    assert_eq!(
        told(&mesh.call("database", json!({})).await),
        ("connected", false)
    );
    assert!(!mesh.settled().await.contains(WRONG));
    tells_no_value(&mesh).await;
}

#[tokio::test]
async fn what_is_due_is_read_when_the_answer_is_on_its_way() {
    let store = Store::whole().await;
    store.fake.does(refusal("AccessDeniedException"));
    let mesh = store.is_store_of(faulty()).start().await;
    let before = store.readings();
    store.fake.does(Mode::Hanging);
    within(async {
        while store.readings() == before {
            let reply = mesh.send(&rpc::get("/health?live")).await;
            assert!(reply.took < Duration::from_secs(1), "{:?}", reply.took);
        }
    })
    .await;
    store.fake.does(Mode::Serving);
    mesh.send(&rpc::get("/health?live")).await;
    until(|| mesh.values("SecretRefreshFailures").len() >= 2).await;
}

#[tokio::test]
async fn a_store_that_refuses_is_not_asked_for_each_request() {
    let store = Store::whole().await;
    store.fake.does(refusal("AccessDeniedException"));
    let mesh = store.is_store_of(faulty()).start().await;
    let started = Instant::now();
    for _ in 0..20 {
        mesh.send(&rpc::legacy("tools/list", json!({}))).await;
        mesh.call("echo", json!({"text": "a"})).await;
        assert!(told(&mesh.call("database", json!({})).await).1);
    }
    // It rests for half a second at least, and longer after each failure.
    let most = 2 + started.elapsed().as_millis() / 500;
    assert!(
        u128::try_from(store.readings()).expect("few") <= most,
        "{}",
        store.readings()
    );
}

#[tokio::test]
async fn many_at_once_have_the_store_read_once() {
    let store = Store::whole().await;
    store.fake.does(refusal("AccessDeniedException"));
    let setup = store
        .is_store_of(faulty())
        .set("AWS_LAMBDA_MAX_CONCURRENCY", "8");
    let mesh = setup.start().await;
    let before = store.readings();
    store.fake.does(Mode::Serving);
    within(async {
        loop {
            let calls = (0..8).map(|_| mesh.call("database", json!({})));
            let answers = futures::future::join_all(calls).await;
            if answers
                .iter()
                .all(|answer| told(answer) == ("connected", false))
            {
                break;
            }
        }
    })
    .await;
    assert_eq!(store.readings() - before, 1);
}

#[tokio::test]
async fn without_a_store_nothing_is_asked_for() {
    let store = Store::whole().await;
    let mesh = faulty()
        .set("AWS_ENDPOINT_URL_SSM", store.fake.url())
        .start()
        .await;
    assert_eq!(health(&mesh).await, Value::Null);
    let answer = mesh.call("database", json!({})).await;
    assert!(told(&answer).0.contains("MESH_SECRETS"), "{answer}");
    assert_eq!(store.readings(), 0);
}
