//! A Function URL on a local port, before a real bootstrap.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser;
use mesh_emulator::{
    Bootstrap, Credentials, Environment, Fault, Front, Guard, Identity, Mode, Output, Verifier,
};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Serves a Lambda function as its Function URL would: each request becomes an event, each reply an answer.
#[derive(Debug, Parser)]
struct Arguments {
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// The principal that callers are shown as; without `--sign` no signature is asked for.
    #[arg(long, value_name = "ARN", conflicts_with = "anonymous")]
    iam_arn: Option<String>,
    /// Callers have no principal (the default without `--iam-arn` and `--sign`).
    #[arg(long, conflicts_with = "sign")]
    anonymous: bool,
    /// Only requests signed with these credentials are let in.
    #[arg(long, value_name = "KEY:SECRET[:TOKEN]", value_parser = credentials)]
    sign: Option<Credentials>,
    /// The region a signature must be made for.
    #[arg(long, default_value = "us-east-2")]
    region: String,
    /// The URL streams what the function streams.
    #[arg(long)]
    streaming: bool,
    /// The function's timeout.
    #[arg(long, default_value_t = 30_000)]
    timeout_ms: u64,
    /// The X-Ray header of every event, in place of a fresh one each.
    #[arg(long, value_name = "HEADER")]
    trace_id: Option<String>,
    /// How many processes there may be at once; more requests wait.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..))]
    environments: u16,
    /// A variable of the function's environment, besides those Lambda sets.
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable)]
    env: Vec<(String, String)>,
    /// Be wrong in one way.
    #[arg(long)]
    fault: Option<Fault>,
    /// The function's program and its arguments.
    #[arg(required = true, last = true)]
    bootstrap: Vec<OsString>,
}

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stderr, reason = "whoever starts it waits for this line")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let listener = TcpListener::bind(arguments.listen).await;
    let listener = listener.with_context(|| format!("cannot listen on `{}`", arguments.listen))?;
    let front = arguments.front();
    eprintln!("listening on http://{}", listener.local_addr()?);
    let mut ended = signal(SignalKind::terminate())?;
    // Either way the environments are dropped with the runtime, and their processes ended.
    tokio::select! {
        served = front.serve(listener) => Ok(served?),
        _ = ended.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => Ok(interrupted?),
    }
}

impl Arguments {
    fn front(self) -> Front {
        let program = PathBuf::from(&self.bootstrap[0]);
        let bootstrap = Bootstrap::new(program)
            .arguments(&self.bootstrap[1..])
            .output(Output::PassedOn);
        let environment = Environment::lambda()
            .with("AWS_REGION", &self.region)
            .with("AWS_DEFAULT_REGION", &self.region);
        let own = self.env.iter();
        let environment = own.fold(environment, |environment, (name, value)| {
            environment.with(name, value)
        });
        let mode = if self.streaming {
            Mode::Streaming
        } else {
            Mode::Buffered
        };
        Front::new(bootstrap, environment, self.environments.into())
            .mode(mode)
            .timeout(Duration::from_millis(self.timeout_ms))
            .trace_id(self.trace_id.clone())
            .fault(self.fault)
            .guard(self.guard())
    }

    fn guard(self) -> Guard {
        let arn = self.iam_arn.as_deref();
        let Some(credentials) = self.sign else {
            return arn.map_or(Guard::Open, |arn| Guard::Trusting(Identity::of(arn)));
        };
        let arn = arn.unwrap_or("arn:aws:iam::123456789012:user/emulated");
        let mut identity = Identity::of(arn);
        identity.access_key.clone_from(&credentials.access_key);
        let verifier = Verifier {
            credentials,
            region: self.region,
            service: "lambda".to_owned(),
        };
        Guard::Signed(verifier, identity)
    }
}

fn credentials(text: &str) -> anyhow::Result<Credentials> {
    let mut parts = text.splitn(3, ':').map(str::to_owned);
    let (Some(access_key), Some(secret_key)) = (parts.next(), parts.next()) else {
        anyhow::bail!("expected `KEY:SECRET` or `KEY:SECRET:TOKEN`");
    };
    Ok(Credentials {
        access_key,
        secret_key,
        session_token: parts.next(),
    })
}

fn variable(text: &str) -> anyhow::Result<(String, String)> {
    let (name, value) = text.split_once('=').context("expected `NAME=VALUE`")?;
    Ok((name.to_owned(), value.to_owned()))
}
