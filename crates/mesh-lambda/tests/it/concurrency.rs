//! Several requests at once in one environment, as Managed Instances send them.

use std::time::{Duration, Instant};

use futures::future::join_all;
use serde_json::json;

use crate::support::rpc::told;
use crate::support::{faulty, rpc};

#[tokio::test]
async fn four_at_once_take_the_time_of_one() {
    for mode in ["buffered", "streaming"] {
        let setup = faulty().set("AWS_LAMBDA_MAX_CONCURRENCY", "4");
        let mesh = setup.set("MESH_INVOKE_MODE", mode).start().await;
        let begun = Instant::now();
        let naps = (0..4).map(|_| mesh.call("nap", json!({"ms": 1_000})));
        for answer in join_all(naps).await {
            assert_eq!(told(&answer), ("rested", false));
        }
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(2), "{mode}: {took:?}");
    }
}

#[tokio::test]
async fn one_that_hangs_or_panics_is_nothing_to_the_others() {
    let setup = faulty().set("AWS_LAMBDA_MAX_CONCURRENCY", "4");
    let mesh = setup.set("MESH_BUDGET_MS", "1000").start().await;
    let (hung, crashed, napped, said) = futures::join!(
        mesh.call("hang", json!({})),
        mesh.call("crash", json!({})),
        mesh.call("nap", json!({"ms": 200})),
        mesh.call("echo", json!({"text": "a"})),
    );
    assert!(told(&hung).1 && told(&crashed).1);
    assert_eq!(
        (told(&napped), told(&said)),
        (("rested", false), ("a", false))
    );
}

#[tokio::test]
async fn each_has_its_own_name_and_line() {
    let mesh = faulty()
        .set("AWS_LAMBDA_MAX_CONCURRENCY", "4")
        .start()
        .await;
    let ids: Vec<_> = (0..24).map(|number| format!("request-{number}")).collect();
    let event = rpc::call("nap", json!({"ms": 10}));
    let replies = join_all(ids.iter().map(|id| mesh.send_as(id, &event))).await;
    for (id, reply) in ids.iter().zip(replies) {
        assert_eq!(reply.header("x-request-id"), Some(id.as_str()));
        assert_eq!(mesh.line(id).await["tool"], "nap");
    }
    mesh.settled().await;
    assert_eq!(mesh.values("ToolUsage").iter().sum::<f64>(), 24.0);
}
