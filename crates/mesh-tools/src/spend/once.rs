use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::replays::{Key, Turn};
use crate::context::Context;
use crate::error::ToolError;
use crate::reply::Reply;

/// What is done once, and leaves something behind.
pub(crate) struct Deed<'a, A> {
    pub(crate) tool: &'static str,
    /// What makes two of them the same.
    pub(crate) arguments: &'a A,
    /// SHA-256 of each file that is sent.
    pub(crate) recordings: Vec<[u8; 32]>,
    pub(crate) fresh: bool,
}

impl Context<'_> {
    /// Does it once, however often the same is asked within ten minutes; answers what it left behind.
    ///
    /// # Errors
    /// Those of `work`.
    pub(crate) async fn once<T, A>(
        &self,
        deed: Deed<'_, A>,
        work: impl Future<Output = Result<T, ToolError>>,
    ) -> Result<T, ToolError>
    where
        T: Serialize + DeserializeOwned,
        A: Serialize,
    {
        let key = self.replay_key(deed.tool, deed.arguments, &deed.recordings)?;
        let left = match self.replays()?.turn(key.clone(), deed.fresh) {
            Turn::Again(left) => left,
            Turn::Join(running) => self.joined(running).await?,
            Turn::First(paying) => {
                let outcome = self.done_once(&key, deed.fresh, work).await;
                paying.end(&outcome);
                outcome?
            }
        };
        let left = left.structured.unwrap_or_default();
        serde_json::from_value(left).map_err(ToolError::internal)
    }

    /// What another process did, or else what is done now.
    async fn done_once<T: Serialize>(
        &self,
        key: &Key,
        fresh: bool,
        work: impl Future<Output = Result<T, ToolError>>,
    ) -> Result<Reply, ToolError> {
        match self.recalled(key).await {
            Ok(Some(left)) if !fresh => return Ok(left),
            Err(fault) => tracing::warn!(%fault, "the bucket of sounds cannot be used"),
            Ok(_) => {}
        }
        let left = remembered(&work.await?)?;
        self.remember(key, &left).await;
        Ok(left)
    }
}

fn remembered(left: &impl Serialize) -> Result<Reply, ToolError> {
    Ok(Reply {
        structured: Some(serde_json::to_value(left).map_err(ToolError::internal)?),
        ..Reply::default()
    })
}
