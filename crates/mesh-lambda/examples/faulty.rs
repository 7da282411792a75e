//! The function with tools that misbehave in every way a tool can: what the tests start where the real tools behave.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt as _, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use mesh_app::config::Variables;
use mesh_core::{Deadline, Parameter, Secret};
use mesh_tools::catalog::Uses;
use mesh_tools::context::VendorError;
use mesh_tools::{Blocks, Catalog, Context, Entry, Family, Needs, Tool, ToolError};
use schemars::JsonSchema;
use serde::Deserialize;

static TOOLS: [Entry; 7] = [
    Entry::of::<Echo>(),
    Entry::of::<Nap>(),
    Entry::of::<Hang>(),
    Entry::of::<Crash>(),
    Entry::of::<Huge>(),
    Entry::of::<Vendor>(),
    Entry::of::<Database>(),
];

static FAULTY: Catalog = Catalog {
    tools: &TOOLS,
    resources: &[],
    templates: &[],
    prompts: &[],
    uses: Uses {
        logging: false,
        idle_subscriptions: false,
    },
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let started = Instant::now();
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the process environment is read"
    )]
    let variables = Variables::new(std::env::vars_os());
    mesh_lambda::run(variables, FAULTY, started).await
}

/// Says what it is told.
#[derive(Deserialize, JsonSchema)]
struct Echo {
    text: String,
}

impl Tool for Echo {
    const NAME: &'static str = "echo";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, _: Context<'_>) -> Result<Blocks, ToolError> {
        Ok(Blocks::text(self.text))
    }
}

/// Takes its time, and tells when half of it is over.
#[derive(Deserialize, JsonSchema)]
struct Nap {
    ms: u64,
}

impl Tool for Nap {
    const NAME: &'static str = "nap";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        let half = Duration::from_millis(self.ms / 2);
        tokio::time::sleep(half).await;
        cx.progress(1.0, 2.0, "half-way").await;
        tokio::time::sleep(half).await;
        Ok(Blocks::text("rested"))
    }
}

/// Never ends by itself.
#[derive(Deserialize, JsonSchema)]
struct Hang {}

impl Tool for Hang {
    const NAME: &'static str = "hang";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, _: Context<'_>) -> Result<Blocks, ToolError> {
        std::future::pending().await
    }
}

/// Panics, and says why in what was sent.
#[derive(Deserialize, JsonSchema)]
struct Crash {
    #[serde(default)]
    text: String,
}

impl Tool for Crash {
    const NAME: &'static str = "crash";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, _: Context<'_>) -> Result<Blocks, ToolError> {
        panic!("an inner matter of the tool: {}", self.text);
    }
}

/// Says so much.
#[derive(Deserialize, JsonSchema)]
struct Huge {
    bytes: usize,
}

impl Tool for Huge {
    const NAME: &'static str = "huge";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, _: Context<'_>) -> Result<Blocks, ToolError> {
        Ok(Blocks::text("x".repeat(self.bytes)))
    }
}

/// Asks a vendor, with the key of one.
#[derive(Deserialize, JsonSchema)]
struct Vendor {
    address: String,
}

impl Tool for Vendor {
    const NAME: &'static str = "vendor";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::Secret(Parameter::OpenAiApiKey);
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        let ask = |key| asked(&self.address, key, cx.request.deadline);
        let told = cx.with_secret(Parameter::OpenAiApiKey, ask).await?;
        Ok(Blocks::text(told))
    }
}

async fn asked(address: &str, key: Secret, deadline: Deadline) -> Result<String, VendorError> {
    let late = || {
        VendorError::Failed(ToolError::DeadlineExceeded {
            budget: deadline.budget(),
            slow: "the vendor",
        })
    };
    let answering = exchange(address, &key);
    let answer = tokio::time::timeout_at(deadline.at().into(), answering).await;
    let (status, text) = answer.map_err(|_| late())?.map_err(unavailable)?;
    match status {
        StatusCode::UNAUTHORIZED => Err(VendorError::Unauthorized),
        StatusCode::OK => serde_json::from_slice::<String>(&text)
            .map_err(|_| unavailable("it answered with something else than JSON")),
        _ => Err(unavailable("it refused")),
    }
}

async fn exchange(address: &str, key: &Secret) -> Result<(StatusCode, Bytes), &'static str> {
    let request = Request::get(address)
        .header(header::AUTHORIZATION, format!("Bearer {}", key.reveal()))
        .body(Empty::<Bytes>::new())
        .map_err(|_| "its address is none")?;
    let client = Client::builder(TokioExecutor::new()).build_http();
    let answer = client.request(request).await.map_err(|_| "it broke off")?;
    let status = answer.status();
    let body = answer.into_body().collect().await;
    Ok((status, body.map_err(|_| "it broke off")?.to_bytes()))
}

fn unavailable(why: &str) -> VendorError {
    VendorError::Failed(ToolError::Unavailable(format!(
        "the vendor cannot be asked: {why}; try again later"
    )))
}

/// Needs all that a database needs.
#[derive(Deserialize, JsonSchema)]
struct Database {}

impl Tool for Database {
    const NAME: &'static str = "database";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::All(&[
        Needs::Secret(Parameter::SupabaseUrl),
        Needs::Secret(Parameter::SupabaseServiceRoleKey),
    ]);
    type Output = Blocks;

    async fn call(self, _: Context<'_>) -> Result<Blocks, ToolError> {
        Ok(Blocks::text("connected"))
    }
}
