use std::future::Future;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::elsewhere::Elsewhere;
use super::replays::Turn;
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
        let left = match self
            .replays()?
            .turn(key.clone(), deed.fresh, &self.spending)
        {
            Turn::Again(left) => Arc::unwrap_or_clone(left),
            Turn::Refused(error) => return Err(error),
            Turn::Join(running) => self.joined(running).await?,
            Turn::First(paying) => {
                let work = async { remembered(&work.await?) };
                let done = self
                    .done_once(&key, deed.fresh, false, |_| true, work)
                    .await;
                let outcome = done.map(|(Elsewhere::Yes(left) | Elsewhere::No(left))| left);
                Arc::unwrap_or_clone(paying.end(outcome)?)
            }
        };
        let left = left.structured.unwrap_or_default();
        serde_json::from_value(left).map_err(ToolError::internal)
    }
}

fn remembered(left: &impl Serialize) -> Result<Reply, ToolError> {
    Ok(Reply {
        structured: Some(serde_json::to_value(left).map_err(ToolError::internal)?),
        ..Reply::default()
    })
}
