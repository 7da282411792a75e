//! A server is asked for its tools by a client in another language.

use std::process::Stdio;

use serde_json::{Map, Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::probe::Target;

pub(super) async fn tools(command: &[String], target: &Target) -> Result<Vec<Value>, String> {
    let told = |error: std::io::Error| error.to_string();
    let (program, arguments) = command.split_first().ok_or("there is no client")?;
    let mut client = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(told)?;
    let headers = target.headers.iter().map(|(name, value)| {
        let value = value.to_str().unwrap_or_default();
        (name.as_str().to_owned(), Value::from(value))
    });
    let asked = json!({"url": target.url, "headers": headers.collect::<Map<_, _>>()});
    let mut input = client.stdin.take().ok_or("it takes nothing")?;
    input
        .write_all(asked.to_string().as_bytes())
        .await
        .map_err(told)?;
    drop(input);
    let done = client.wait_with_output().await.map_err(told)?;
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr);
        return Err(said.lines().last().unwrap_or_default().to_owned());
    }
    serde_json::from_slice(&done.stdout).map_err(|error| error.to_string())
}
