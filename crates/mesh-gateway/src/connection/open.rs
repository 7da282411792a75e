//! Agreeing with an upstream on a revision.

use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{MAX_LIST_BYTES, Offers, Opening};
use crate::era::{Era, MODERN, NEWEST_HANDSHAKE, capabilities, client_info};
use crate::fault::Fault;
use crate::inbox::Listener;
use crate::wire::{Param, Request, Wire};

/// Opens as the newest servers know it, where each request stands alone and says what its own caller can be asked; else as all
/// others do.
pub(super) async fn newest_first(wire: &Wire, opening: &Opening) -> Result<(Era, Offers), Fault> {
    /// One that does not know the question may not answer it at all.
    const TIMEOUT: Duration = Duration::from_secs(5);
    let bounded = Opening {
        deadline: opening.deadline.at_most(Instant::now(), TIMEOUT),
        ..opening.clone()
    };
    match discover(wire, &bounded).await {
        Ok(opened) => Ok(opened),
        Err(
            fault @ (Fault::Credentials(_)
            | Fault::Login
            | Fault::Unresolved(_)
            | Fault::Cycle(_)
            | Fault::CameBack(_)),
        ) => Err(fault),
        Err(_) => initialize(wire, opening).await,
    }
}

/// Opens as all but the newest servers know it, and where that is refused, as the newest do: a process that is asked what it
/// does not know may be lost for it.
pub(super) async fn oldest_first(wire: &Wire, opening: &Opening) -> Result<(Era, Offers), Fault> {
    match initialize(wire, opening).await {
        Err(fault @ (Fault::Rpc(_) | Fault::Status(400..=499))) => {
            discover(wire, opening).await.map_err(|_| fault)
        }
        opened => opened,
    }
}

async fn initialize(wire: &Wire, opening: &Opening) -> Result<(Era, Offers), Fault> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Opened {
        protocol_version: String,
        #[serde(default)]
        capabilities: Offers,
    }
    let params = [
        (
            "protocolVersion",
            Value::from(NEWEST_HANDSHAKE).to_string().into(),
        ),
        (
            "capabilities",
            capabilities(opening.relays).to_string().into(),
        ),
        ("clientInfo", client_info().to_string().into()),
    ];
    let opened = request(wire, "initialize", &params, Era::Opening, opening).await?;
    let opened: Opened = serde_json::from_str(opened.get())
        .map_err(|error| Fault::Garbage(format!("its answer to `initialize`: {error}")))?;
    let era = Era::of_handshake(&opened.protocol_version);
    let unknown = || {
        let version: String = opened.protocol_version.chars().take(40).collect();
        Fault::Garbage(format!(
            "it speaks revision {version:?} of MCP, which we do not"
        ))
    };
    Ok((era.ok_or_else(unknown)?, opened.capabilities))
}

async fn discover(wire: &Wire, opening: &Opening) -> Result<(Era, Offers), Fault> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Discovered {
        supported_versions: Vec<String>,
        #[serde(default)]
        capabilities: Offers,
    }
    let found = request(wire, "server/discover", &[], Era::Modern, opening).await?;
    let found: Discovered = serde_json::from_str(found.get())
        .map_err(|error| Fault::Garbage(format!("its answer to `server/discover`: {error}")))?;
    // Some answer it and speak older revisions all the same.
    match found
        .supported_versions
        .iter()
        .any(|version| version == MODERN)
    {
        true => Ok((Era::Modern, found.capabilities)),
        false => Err(Fault::Garbage(
            "it speaks no revision of MCP that we do".to_owned(),
        )),
    }
}

pub(super) async fn request(
    wire: &Wire,
    method: &str,
    params: &[Param<'_>],
    era: Era,
    opening: &Opening,
) -> Result<Box<RawValue>, Fault> {
    let request = Request {
        method,
        params,
        about: None,
        listener: Listener::nobody(),
        kept: None,
        hops: opening.hops.clone(),
        trace: None,
        era,
        deadline: opening.deadline,
        max_bytes: MAX_LIST_BYTES,
    };
    wire.request(request).await
}
