pub(super) mod provide;
mod publish;
mod shutdown;
mod spans;

use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use clap::{Args, ValueHint};
use mesh_app::config::{Config, MeasuresBy, Variables};
use mesh_app::{App, log, serve};
use mesh_core::Metrics;
use mesh_tools::registry::CATALOG;

use super::account::Account;
use crate::exit::{Exit, Failure};
use crate::terminal;

/// Serve a corpus over MCP and plain HTTP.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh serve --corpus corpus
  mesh serve --corpus corpus --listen 127.0.0.1:0
  mesh serve --corpus corpus --stdio

SIGINT or SIGTERM ends it once the requests in flight are answered, in 10 seconds at most; a second one ends it at once.

Exit status: 0 ended as it was asked to, 1 it could not start or go on, or was asked twice, 64 wrong usage.")]
pub(crate) struct Serve {
    /// The folder of the corpus [MESH_CORPUS]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    corpus: Option<PathBuf>,
    /// The address to listen on; port 0 takes a free one [MESH_LISTEN] [default: 127.0.0.1:3000]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Who may use what, and how much of it [MESH_POLICY]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    policy: Option<PathBuf>,
    /// A file of MCP servers to serve here, too, in the format of any client; may be given again [MESH_UPSTREAMS]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    upstreams: Vec<PathBuf>,
    /// Where to look for more of them: `files`, `env`, `kubernetes`, `gateway`; with `,` between [MESH_DISCOVER]
    #[arg(long, value_name = "PLACES")]
    discover: Option<String>,
    /// Serve the one client that started this process, over stdin and stdout [MESH_STDIO]
    #[arg(long)]
    stdio: bool,
}

impl Serve {
    pub(crate) fn run(self, variables: Variables) -> Result<Exit, Failure> {
        let variables = self.over(variables);
        let config = Config::read_to_serve(&variables)?;
        log::start(&config.log);
        if config.corpus.folder.is_none() {
            terminal::note(NO_CORPUS);
        }
        // Searches have threads of their own. What is left is short, and shorter where no thread has to wake another.
        let runtime = crate::runtime()?;
        let served = runtime.block_on(serve(config, &variables));
        // A thread that waits for stdin would hold the process until the next line.
        runtime.shutdown_background();
        served?;
        Ok(Exit::Done)
    }

    fn over(self, variables: Variables) -> Variables {
        variables
            .with_flag("--corpus", self.corpus)
            .with_flag("--listen", self.listen)
            .with_flag("--policy", self.policy)
            .with_flag("--upstreams", self.upstreams)
            .with_flag("--discover", self.discover)
            .with_flag("--stdio", self.stdio.then_some("on"))
    }
}

const NO_CORPUS: &str = "no corpus: only the tools that need none are served; make one with \
                         `mesh index --corpus DIR --knowledge DOCS` and give it with `--corpus DIR` or `MESH_CORPUS`";

async fn serve(config: Config, variables: &Variables) -> anyhow::Result<()> {
    // Before anyone can know that we are there, and so before anyone can want us to stop.
    let stop = shutdown::requested()?;
    let spans = provide::collector(&config, variables)?;
    let account = Account::new(variables);
    if config.measures.by != MeasuresBy::CloudWatch {
        let metrics = Arc::new(Metrics::new(Instant::now()));
        let provisions = provide::all(&config, &account, metrics).await?;
        let app = App::with(config, CATALOG, provisions)?;
        return spans::alongside(answer(app.clone(), stop), app, spans).await;
    }
    let collector = publish::Collector::of(&account).await?;
    let metrics = Arc::new(Metrics::recording(Instant::now()));
    let provisions = provide::all(&config, &account, metrics).await?;
    let app = App::with(config, CATALOG, provisions)?;
    let work = spans::alongside(answer(app.clone(), stop), app.clone(), spans);
    publish::alongside(work, app, collector).await
}

async fn answer(app: App, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
    if app.config.server.stdio.is_on() {
        return serve::stdio(app, stop).await;
    }
    let listener = listen(app.config.server.address)?;
    let address = listener.local_addr().context("cannot tell the address")?;
    terminal::note(&format!("listening on http://{address}"));
    serve::http(app, listener, stop).await
}

fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).with_context(|| {
        format!("cannot listen on `{address}`; give another with `--listen`, such as `127.0.0.1:0` for any free port")
    })
}
