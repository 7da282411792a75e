//! Serves the fixtures as a Lambda function, through the same edge as the product.

use std::error::Error;
use std::time::Instant;

use mesh_app::config::Variables;
use mesh_conformance::CATALOG;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let started = Instant::now();
    mesh_lambda::run(environment(), CATALOG, started).await
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the process environment is read"
)]
fn environment() -> Variables {
    Variables::new(std::env::vars_os())
}
