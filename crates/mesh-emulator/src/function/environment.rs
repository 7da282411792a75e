use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use tokio::process::Command;

use crate::function::Output;

/// The program of a function: for Lambda a file `bootstrap`, for a runtime written in a script its interpreter.
#[derive(Debug, Clone)]
pub struct Bootstrap {
    program: PathBuf,
    arguments: Vec<OsString>,
    output: Output,
}

impl Bootstrap {
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            output: Output::Kept,
        }
    }

    #[must_use]
    pub fn arguments<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Default: kept.
    #[must_use]
    pub fn output(mut self, output: Output) -> Self {
        self.output = output;
        self
    }

    pub(super) fn command(&self, environment: &Environment) -> Command {
        let folder = self.program.parent().unwrap_or(Path::new("."));
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .stdout(self.output.stdio())
            .stderr(self.output.stdio())
            .env_clear()
            .env("LAMBDA_TASK_ROOT", folder)
            .envs(&environment.0);
        command
    }
}

/// The environment variables of a function: those Lambda sets, and one's own.
#[derive(Debug, Clone)]
pub struct Environment(BTreeMap<String, String>);

/// As Lambda sets them for `provided.al2023`, with credentials that are none.
const RESERVED: &[(&str, &str)] = &[
    ("AWS_ACCESS_KEY_ID", "ASIAEMULATEDEXAMPLE0"),
    ("AWS_DEFAULT_REGION", "us-east-2"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024"),
    ("AWS_LAMBDA_FUNCTION_NAME", "aoma-mesh-mcp-server"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
    ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
    ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
    (
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "/aws/lambda/aoma-mesh-mcp-server",
    ),
    ("AWS_LAMBDA_LOG_LEVEL", "INFO"),
    (
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "2026/11/20/[1]0123456789abcdef0123456789abcdef",
    ),
    ("AWS_REGION", "us-east-2"),
    ("AWS_SECRET_ACCESS_KEY", "emulated"),
    ("AWS_SESSION_TOKEN", "emulated"),
    ("LAMBDA_RUNTIME_DIR", "/var/runtime"),
    ("LANG", "en_US.UTF-8"),
    ("PATH", "/usr/local/bin:/usr/bin:/bin:/opt/bin"),
    ("TZ", ":UTC"),
    ("_HANDLER", "bootstrap"),
];

impl Environment {
    /// Only what Lambda itself sets.
    pub fn lambda() -> Self {
        let reserved = RESERVED.iter();
        Self(
            reserved
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        )
    }

    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }
}
