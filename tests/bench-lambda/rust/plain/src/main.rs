#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    lambda_http::tracing::init_default_subscriber();
    let router = match std::env::var_os("TOOLS") {
        Some(file) => server::listing(file.as_ref())?,
        None => server::router(),
    };
    lambda_http::run(router).await
}
