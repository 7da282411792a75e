const NAMES: [&str; 5] = [
    "openai-api-key",
    "aoma-assistant-id",
    "next-public-supabase-url",
    "supabase-service-role-key",
    "elevenlabs-api-key",
];

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    lambda_http::tracing::init_default_subscriber();
    let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
    let ssm = aws_sdk_ssm::Client::new(&config);
    for name in NAMES {
        let name = format!("/mcp-server/{name}");
        let answer = ssm
            .get_parameter()
            .name(&name)
            .with_decryption(true)
            .send()
            .await?;
        let value = answer.parameter.and_then(|parameter| parameter.value);
        value.ok_or_else(|| format!("`{name}` has no value"))?;
    }
    lambda_http::run(server::router()).await
}
