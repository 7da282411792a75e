//! The servers behind another gateway: what an AgentGateway's administration tells of its configuration, or the list of
//! servers at `/mcp/servers`, as Elf's gateway and this one have it.

mod dump;
mod list;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, StatusCode, Uri};
use mesh_core::Deadline;
use mesh_http::{Bounds, HttpClient, HttpError, secure_address};
use serde_json::Value;

use super::Told;
use crate::entry::Place;
use crate::source::{self, Note, Read};

/// For all that is asked of it.
const TIMEOUT: Duration = Duration::from_secs(2);
/// A configuration of thousands of targets has less.
const MAX_BYTES: u64 = 16 << 20;

const DUMP: &str = "/config_dump";
const LIST: &str = "/mcp/servers";

/// Servers as an entry of Elf's files has them, and what has no effect, each with its place in the answer.
#[derive(Debug, Default)]
struct Found {
    servers: Vec<Value>,
    warnings: Vec<(String, String)>,
}

pub(super) async fn read(client: &HttpClient, address: &str) -> Told {
    let bounds = Bounds {
        deadline: Deadline::after(Instant::now(), TIMEOUT),
        max_bytes: MAX_BYTES,
    };
    Told {
        place: PathBuf::from(address),
        read: ask(client, address, bounds).await,
    }
}

async fn ask(client: &HttpClient, address: &str, bounds: Bounds) -> Result<Read, String> {
    let base = secure_address(address).map_err(|error| error.to_string())?;
    let answer = match base.path() {
        "" | "/" => match get(client, &with_path(&base, DUMP)?, bounds).await {
            Err(HttpError::Refused(refusal)) if refusal.status == StatusCode::NOT_FOUND => {
                get(client, &with_path(&base, LIST)?, bounds).await
            }
            answer => answer,
        },
        _ => get(client, &base, bounds).await,
    };
    let answer = answer.map_err(|error| format!("it cannot be asked: {error}"))?;
    let answer: Value = serde_json::from_slice(&answer).map_err(|_| {
        "its answer is not JSON: is this the address of its administration?".to_owned()
    })?;
    understood(&base, &answer)
}

fn understood(base: &Uri, answer: &Value) -> Result<Read, String> {
    let found = match answer {
        Value::Object(dump) if dump.contains_key("backends") => dump::servers(dump),
        Value::Array(servers) => list::servers(base, servers),
        Value::Object(list) => match list.get("servers") {
            Some(Value::Array(servers)) => list::servers(base, servers),
            _ => return Err(unknown()),
        },
        _ => return Err(unknown()),
    };
    let place = PathBuf::from(base.to_string());
    let servers = serde_json::json!({"mcp": {"servers": found.servers}});
    let mut read = source::read_value(&place, servers);
    let notes = found.warnings.into_iter().map(|(key, told)| Note {
        place: Place {
            file: place.clone(),
            line: 0,
        },
        key,
        told,
    });
    read.warnings.extend(notes);
    Ok(read)
}

fn unknown() -> String {
    format!("its answer has neither `backends` (`{DUMP}` of AgentGateway) nor `servers` (`{LIST}`)")
}

async fn get(client: &HttpClient, address: &Uri, bounds: Bounds) -> Result<Bytes, HttpError> {
    let request = Request::get(address).header("accept", "application/json");
    let request = request
        .body(Bytes::new())
        .map_err(|error| HttpError::Invalid(error.to_string()))?;
    client
        .send(request, bounds)
        .await?
        .into_body()
        .whole()
        .await
}

/// Another place of the same gateway.
fn with_path(base: &Uri, path: &str) -> Result<Uri, String> {
    let mut parts = base.clone().into_parts();
    parts.path_and_query = path.parse().ok();
    Uri::from_parts(parts).map_err(|_| format!("`{path}` cannot be asked for there"))
}
