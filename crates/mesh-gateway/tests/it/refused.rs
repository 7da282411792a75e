//! What an upstream refuses of a call says nothing of its others.

use std::collections::HashMap;
use std::future::{pending, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use mesh_core::{Deadline, Secret};
use mesh_gateway::{
    Approvals, Asked, Credentials, Freshness, Hops, Listener, LockMode, State, World,
};
use serde_json::json;
use tokio::time::timeout;

use crate::scripted::{Request, bell, bell_in, count, respond};
use crate::support::{ring, ring_with, soon, world};

fn is_wrong(request: &Request) -> bool {
    request.body["params"]["arguments"]["wrong"] == true
}

async fn check(status: &'static str, told: &str) {
    let (gateway, seen) =
        bell(move |request| is_wrong(request).then(|| respond(status, "text/plain", "")));
    gateway.known(soon()).await;
    for _ in 0..4 {
        let refused = ring_with(&gateway, "bell", r#"{"wrong":true}"#).await;
        assert_eq!(refused.expect_err("it is refused"), told);
    }
    assert_eq!(ring(&gateway, "bell").await.as_deref(), Ok("rung"));
    let stats = gateway.stats().remove(0);
    assert_eq!((stats.state, stats.fault.is_none()), (State::Up, true));
    let asked = (count(&seen, "initialize"), count(&seen, "tools/call"));
    assert_eq!(asked, (1, 5));
    gateway.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_it_cannot_take_is_no_outage() {
    check("400 Bad Request", "it answered with HTTP 400").await;
    check("413 Content Too Large", "it answered with HTTP 413").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_is_forbidden_costs_the_others_neither_time_nor_their_session() {
    check("403 Forbidden", "it refuses our credentials (403)").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_overloaded_is_left_alone() {
    let (gateway, _) = bell(|request| {
        let is_call = request.method() == "tools/call";
        is_call.then(|| respond("429 Too Many Requests", "text/plain", ""))
    });
    gateway.known(soon()).await;
    for _ in 0..3 {
        assert!(ring(&gateway, "bell").await.is_err());
    }
    let told = ring(&gateway, "bell").await.expect_err("it is left alone");
    assert_eq!(told, "it is not tried again for 1 s");
    gateway.end().await;
}

/// Each time that it is read anew the token is another.
#[derive(Debug, Default)]
struct Rotating(AtomicUsize);

impl Credentials for Rotating {
    fn read<'a>(
        &'a self,
        _: Option<&'a str>,
        _: &'a [String],
        freshness: Freshness,
    ) -> BoxFuture<'a, Result<HashMap<String, Secret>, String>> {
        let times = usize::from(freshness == Freshness::Anew);
        let times = self.0.fetch_add(times, Ordering::SeqCst) + times;
        let token = Secret::new(format!("token-{times}"));
        Box::pin(ready(Ok(HashMap::from([("TOKEN".to_owned(), token)]))))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_replaced_is_read_anew_and_not_again_where_that_is_in_vain() {
    let credentials = Arc::new(Rotating::default());
    let world = World {
        credentials: Arc::clone(&credentials) as Arc<dyn Credentials>,
        ..world()
    };
    let good = Arc::new(AtomicUsize::new(1));
    let known = Arc::clone(&good);
    let headers = json!({"Authorization": "Bearer ${TOKEN}"});
    let (gateway, seen) = bell_in(&world, &headers, move |request| {
        let good = format!("Bearer token-{}", known.load(Ordering::SeqCst));
        let is_let_in =
            request.method() != "tools/call" || request.headers["authorization"] == good;
        (!is_let_in).then(|| respond("403 Forbidden", "text/plain", ""))
    });
    gateway.known(soon()).await;
    assert_eq!(ring(&gateway, "bell").await.as_deref(), Ok("rung"));
    good.store(100, Ordering::SeqCst);
    for _ in 0..3 {
        let refused = ring(&gateway, "bell").await.expect_err("it is refused");
        assert_eq!(refused, "it refuses our credentials (403)");
    }
    assert_eq!(credentials.0.load(Ordering::SeqCst), 2);
    let asked = (count(&seen, "initialize"), count(&seen, "tools/call"));
    assert_eq!(asked, (3, 2 + 2 + 1 + 1));
    gateway.end().await;
}

/// Its values are there at once, and are read anew without end.
#[derive(Debug)]
struct Endless;

impl Credentials for Endless {
    fn read<'a>(
        &'a self,
        _: Option<&'a str>,
        _: &'a [String],
        freshness: Freshness,
    ) -> BoxFuture<'a, Result<HashMap<String, Secret>, String>> {
        match freshness {
            Freshness::Anew => Box::pin(pending()),
            Freshness::AtHand => {
                let token = Secret::new("token");
                Box::pin(ready(Ok(HashMap::from([("TOKEN".to_owned(), token)]))))
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_waits_for_credentials_beyond_its_deadline() {
    let world = World {
        credentials: Arc::new(Endless),
        ..world()
    };
    let headers = json!({"Authorization": "Bearer ${TOKEN}"});
    let (gateway, _) = bell_in(&world, &headers, |request| {
        let is_call = request.method() == "tools/call";
        is_call.then(|| respond("403 Forbidden", "text/plain", ""))
    });
    gateway.known(soon()).await;
    let catalogue = gateway.catalogue();
    let tool = catalogue.tool_of("bell", "ring").expect("it is offered");
    let asked = Asked {
        deadline: Deadline::after(Instant::now(), Duration::from_millis(500)),
        hops: Hops::default(),
        trace: None,
        listener: Listener::default(),
        max_bytes: 1 << 20,
    };
    let called = gateway.call(tool, "{}", Vec::new(), asked);
    let called = timeout(Duration::from_secs(20), called).await;
    let refused = called.expect("in time").expect_err("it is refused");
    assert_eq!(refused.to_string(), "it refuses our credentials (403)");
    gateway.end().await;
}

/// Its value cannot be sent in a header.
#[derive(Debug)]
struct Broken;

impl Credentials for Broken {
    fn read<'a>(
        &'a self,
        _: Option<&'a str>,
        _: &'a [String],
        _: Freshness,
    ) -> BoxFuture<'a, Result<HashMap<String, Secret>, String>> {
        let token = Secret::new("two\nlines");
        Box::pin(ready(Ok(HashMap::from([("TOKEN".to_owned(), token)]))))
    }
}

#[tokio::test]
async fn a_lock_that_was_changed_mends_no_header() {
    let folder = tempfile::tempdir().expect("a folder");
    let lock = folder.path().join("mesh.lock");
    let world = World {
        approvals: Arc::new(Approvals::open(LockMode::Record, &lock).expect("opens")),
        credentials: Arc::new(Broken),
        ..world()
    };
    let (gateway, _) = bell_in(&world, &json!({"X-Token": "${TOKEN}"}), |_| None);
    gateway.known(soon()).await;
    let told = || {
        let (_, fault) = gateway.stats().remove(0).fault?;
        Some(fault.to_string())
    };
    assert_eq!(
        told().as_deref(),
        Some("its header `X-Token` cannot be sent")
    );
    std::fs::write(&lock, "version = 1\n").expect("written");
    assert!(gateway.reread_approvals());
    assert_eq!(
        told().as_deref(),
        Some("its header `X-Token` cannot be sent")
    );
}
