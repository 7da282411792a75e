use std::path::{Path, PathBuf};
use std::time::Duration;

use mesh_emulator::{Bootstrap, Environment, Function, Invocation, Options, Payload, Reply};
use serde_json::{Value, json};

use super::{LONG, rpc};

/// How an execution environment of ours is to be started.
#[derive(Debug)]
pub(crate) struct Setup {
    bootstrap: Bootstrap,
    environment: Environment,
}

/// An execution environment of ours, ready for events.
#[derive(Debug)]
pub(crate) struct Mesh {
    pub(crate) function: Function,
    /// From its start to its first request for an event.
    pub(crate) init: Duration,
}

/// The function itself: the one that was named when this was built, or the one built beside it.
pub(crate) fn mcp() -> Setup {
    Setup::of(option_env!("MESH_BOOTSTRAP").unwrap_or(env!("CARGO_BIN_EXE_mcp")))
}

/// The function with tools that misbehave.
pub(crate) fn faulty() -> Setup {
    let beside = Path::new(env!("CARGO_BIN_EXE_mcp")).with_file_name("examples");
    let program = beside.join("faulty");
    assert!(
        program.exists(),
        "the example `faulty` is not built: `cargo test` builds it, `cargo test --test` does not"
    );
    Setup::of(program)
}

impl Setup {
    fn of(program: impl Into<PathBuf>) -> Self {
        Self {
            bootstrap: Bootstrap::new(program),
            // Who asks until something has healed asks more often than a caller may.
            environment: Environment::lambda().with("MESH_LIMITS", "off"),
        }
    }

    pub(crate) fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment = self.environment.with(name, value);
        self
    }

    pub(crate) async fn start(self) -> Mesh {
        let function = Function::spawn(&self.bootstrap, &self.environment).expect("it starts");
        let init = match function.ready(LONG).await {
            Ok(init) => init,
            Err(error) => panic!("{error}\n{}", function.stderr().lines().join("\n")),
        };
        Mesh { function, init }
    }
}

impl Mesh {
    /// The answer to an event, which must be one that a Function URL understands.
    pub(crate) async fn send(&self, event: impl Into<Payload>) -> Reply {
        self.send_with(event, Options::default()).await
    }

    pub(crate) async fn send_with(&self, event: impl Into<Payload>, options: Options) -> Reply {
        let outcome = self.function.invoke(event, options).await;
        outcome
            .into_reply()
            .unwrap_or_else(|other| panic!("{other:?}\n{}", self.log()))
    }

    /// The same, under a name by which its line in the log is found.
    pub(crate) async fn send_as(&self, request_id: &str, event: impl Into<Payload>) -> Reply {
        self.send_with(event, named(request_id)).await
    }

    pub(crate) fn begin(&self, event: impl Into<Payload>) -> Invocation {
        self.function.begin(event, &Options::default())
    }

    /// What a tool's call comes back with: the JSON-RPC answer.
    pub(crate) async fn call(&self, tool: &str, arguments: Value) -> Value {
        self.send(&rpc::call(tool, arguments)).await.json()
    }

    /// The names of the tools that are listed.
    pub(crate) async fn tools(&self) -> Vec<String> {
        let list = self
            .send(&rpc::legacy("tools/list", json!({})))
            .await
            .json();
        let tools = list["result"]["tools"].as_array().expect("a list").clone();
        let name = |tool: &Value| tool["name"].as_str().expect("a name").to_owned();
        tools.iter().map(name).collect()
    }

    /// Waits for the line of a request.
    pub(crate) async fn line(&self, request_id: &str) -> Value {
        let wanted = |line: &str| {
            parsed(line).is_some_and(|line| {
                line["message"] == "request" && line["request_id"] == request_id
            })
        };
        let line = self.function.stderr().find(LONG, wanted).await;
        let line = line.unwrap_or_else(|| panic!("no line of {request_id}:\n{}", self.log()));
        parsed(&line).expect("JSON")
    }

    /// All values of a metric so far.
    pub(crate) fn values(&self, metric: &str) -> Vec<f64> {
        let lines = self.function.stdout().lines();
        let documents = lines.iter().filter_map(|line| parsed(line));
        documents
            .flat_map(|document| match &document[metric] {
                Value::Array(values) => values.iter().filter_map(Value::as_f64).collect(),
                value => Vec::from_iter(value.as_f64()),
            })
            .collect()
    }

    /// Waits until everything is written of what was sent: it is, before another event is asked for. What it sends for
    /// that is not counted.
    pub(crate) async fn settled(&self) -> String {
        for id in ["settling", "settled"] {
            self.send_as(id, &rpc::get("/health?live")).await;
            self.line(id).await;
        }
        self.output()
    }

    pub(crate) fn log(&self) -> String {
        self.function.stderr().lines().join("\n")
    }

    /// All that it has written, on both ways out.
    pub(crate) fn output(&self) -> String {
        format!(
            "{}\n{}",
            self.function.stdout().lines().join("\n"),
            self.log()
        )
    }
}

pub(crate) fn named(request_id: &str) -> Options {
    Options {
        request_id: Some(request_id.to_owned()),
        ..Options::default()
    }
}

fn parsed(line: &str) -> Option<Value> {
    serde_json::from_str(line).ok()
}
