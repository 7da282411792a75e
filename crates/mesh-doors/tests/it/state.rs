//! What the doors keep, on both places that keep it. DynamoDB's is where `MESH_TEST_TABLE` and AWS's own variables say:
//! `make metrics-test`.

mod anchored;
mod kept;
mod limits;
mod once;
mod process;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use mesh_aws::Aws;
use mesh_core::Deadline;
use mesh_store::{DynamoDb, Sqlite, Store, Within};

pub(crate) async fn on_sqlite(folder: &Path) -> Arc<dyn Store> {
    let store = Sqlite::open(folder, at(0).deadline).await;
    Arc::new(store.expect("opened"))
}

fn on_dynamodb() -> Arc<dyn Store> {
    #[expect(
        clippy::disallowed_methods,
        reason = "who runs this test says where its table is"
    )]
    let variable = |name: &str| std::env::var(name).ok();
    let aws = Aws::from_environment(&variable).expect("AWS's variables");
    let table = variable("MESH_TEST_TABLE").expect("MESH_TEST_TABLE");
    Arc::new(DynamoDb::new(&aws, &table))
}

fn start() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}

/// A call so many seconds after the start.
fn at(seconds: u64) -> Within {
    Within {
        now: start() + Duration::from_secs(seconds),
        deadline: Deadline::after(Instant::now(), Duration::from_secs(60)),
    }
}

/// The same, without the time to ask a store.
fn without_store(seconds: u64) -> Within {
    Within {
        deadline: Deadline::after(Instant::now(), Duration::ZERO),
        ..at(seconds)
    }
}

macro_rules! on_both {
    ($($module:ident::$fact:ident)*) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $fact() {
                    let folder = tempfile::tempdir().expect("a folder");
                    super::$module::$fact(super::on_sqlite(folder.path()).await).await;
                }
            )*
        }
        mod dynamodb {
            $(
                #[tokio::test(flavor = "multi_thread")]
                #[ignore = "needs a table: `make metrics-test`"]
                async fn $fact() {
                    super::$module::$fact(super::on_dynamodb()).await;
                }
            )*
        }
    };
}

on_both! {
    anchored::the_last_head_is_kept
    anchored::a_cut_end_shows
    anchored::heads_are_listed
    kept::lines_come_back_as_they_were_written
    kept::a_line_that_is_lost_or_changed_shows
    limits::a_lease_asks_nobody
    limits::a_bucket_is_everybodys
    limits::a_bucket_fills_evenly
    limits::a_lease_that_is_not_used_is_lost
    limits::an_effect_and_a_caller_have_a_bucket_each
    limits::without_an_answer_reads_go_on_and_nothing_is_spent
    limits::fifty_at_once_get_what_is_there
    once::a_token_is_spent_once
    once::fifty_at_once_spend_a_token_once
}
