//! The function `mcp`: every tool there is, behind a Function URL.

use std::time::Instant;

use mesh_app::config::Variables;
use mesh_tools::registry::CATALOG;

// One request at a time is the rule here, and searches have threads of their own.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
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
