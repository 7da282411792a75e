//! The suite on each place. DynamoDB's is where `MESH_TEST_TABLE` and AWS's own variables say: `make metrics-test`.

use std::path::Path;
use std::sync::Arc;

use mesh_aws::Aws;
use mesh_store::{DynamoDb, Sqlite, Store};

use crate::suite;
use crate::support::within_ms;

async fn on_sqlite(folder: &Path) -> Arc<dyn Store> {
    let store = Sqlite::open(folder, within_ms(10_000)).await;
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

macro_rules! on_both {
    ($($fact:ident)*) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $fact() {
                    let folder = tempfile::tempdir().expect("a folder");
                    super::suite::$fact(super::on_sqlite(folder.path()).await).await;
                }
            )*
        }
        mod dynamodb {
            $(
                #[tokio::test(flavor = "multi_thread")]
                #[ignore = "needs a table: `make metrics-test`"]
                async fn $fact() {
                    super::suite::$fact(super::on_dynamodb()).await;
                }
            )*
        }
    };
}

on_both! {
    what_is_put_is_got
    an_absent_item_is_put_once
    a_version_is_good_for_one_write
    an_item_that_has_expired_is_not_there
    a_delete_has_conditions_too
    a_list_is_in_order_and_in_pages
    a_page_of_large_items_ends_early
    a_transaction_is_whole_or_nothing
    a_transaction_hangs_on_what_it_only_checks
    what_is_too_large_is_refused
    fifty_at_once_put_one
    fifty_at_once_lose_no_count
    a_spent_deadline_reads_and_writes_nothing
}
