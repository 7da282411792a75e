//! Voices by their names: looked up once, and known for a while.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use mesh_clients::elevenlabs::{Voice, VoiceQuery};

use crate::arguments::Text;
use crate::context::Context;
use crate::error::ToolError;

const KEPT_FOR: Duration = Duration::from_secs(900);
const MAX_KEPT: usize = 256;
const MAX_TOLD: usize = 5;

/// Ids by names in small letters.
#[derive(Debug, Default)]
pub(crate) struct KnownVoices(Mutex<HashMap<String, (String, Instant)>>);

impl KnownVoices {
    fn get(&self, name: &str) -> Option<String> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (id, at) = known.get(&name.to_lowercase())?;
        (at.elapsed() < KEPT_FOR).then(|| id.clone())
    }

    fn put(&self, name: &str, id: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_KEPT {
            known.clear();
        }
        known.insert(name.to_lowercase(), (id.to_owned(), Instant::now()));
    }
}

/// Which voice is meant; an id is taken as it is. Found out before anybody is asked to agree to a call.
pub(super) async fn meant(
    cx: &Context<'_>,
    id: Option<&Text<100>>,
    name: Option<&Text<100>>,
) -> Result<String, ToolError> {
    match (id, name) {
        (Some(_), Some(_)) => Err(ToolError::InvalidArguments(
            "give `voice_id` or `voice_name`, not both".to_owned(),
        )),
        (Some(id), None) => Ok(id.as_str().to_owned()),
        (None, Some(name)) => Box::pin(by_name(cx, name.as_str())).await,
        (None, None) => Ok(cx.services.voice.default_voice.clone()),
    }
}

async fn by_name(cx: &Context<'_>, name: &str) -> Result<String, ToolError> {
    let known = cx.known_voices()?;
    if let Some(id) = known.get(name) {
        return Ok(id);
    }
    let query = VoiceQuery {
        search: Some(name.to_owned()),
        ..VoiceQuery::default()
    };
    let (query, deadline) = (&query, cx.request.deadline);
    let page = cx
        .elevenlabs(|client, key| async move { client.voices(&key, query, deadline).await })
        .await?;
    let wanted = name.to_lowercase();
    let mut same = page
        .voices
        .iter()
        .filter(|voice| voice.name.to_lowercase() == wanted);
    // What is found may have the name in its description alone: "like Adam" is not Adam.
    let is_close = |voice: &Voice| voice.name.to_lowercase().contains(&wanted);
    match (same.next(), same.next(), page.voices.as_slice()) {
        (Some(one), None, _) => {
            known.put(name, &one.voice_id);
            Ok(one.voice_id.clone())
        }
        (None, _, [one]) if is_close(one) => {
            known.put(name, &one.voice_id);
            Ok(one.voice_id.clone())
        }
        (None, _, [other]) => Err(ToolError::InvalidArguments(format!(
            "`voice_name`: no voice of the account has this name; there is {:?} ({}), which is given by its `voice_id`",
            other.name, other.voice_id
        ))),
        (None, _, []) => Err(ToolError::InvalidArguments(
            "`voice_name`: no voice of the account has this name; `search_voices` lists them"
                .to_owned(),
        )),
        (_, _, several) => {
            let told: Vec<_> = several
                .iter()
                .take(MAX_TOLD)
                .map(|voice| format!("{:?} ({})", voice.name, voice.voice_id))
                .collect();
            Err(ToolError::InvalidArguments(format!(
                "`voice_name`: several voices may be meant: {}; give a `voice_id`",
                told.join(", ")
            )))
        }
    }
}
