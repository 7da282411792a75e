//! Answers that were paid for, in the bucket of sounds: the same call again may meet another process than the first.

use std::time::{Duration, SystemTime};

use mesh_core::ObjectFault;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::replays::{KEPT_FOR, Key};
use crate::audio::{Bucket, Named, SoundFile, digest_of};
use crate::context::Context;
use crate::error::ToolError;
use crate::reply::{Block, Body, Content, Link, Reply};

#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    /// Since 1970, in seconds: the bucket takes things away by the day.
    at: u64,
    structured: Value,
    parts: Vec<Part>,
}

#[derive(Serialize, Deserialize)]
enum Part {
    /// A sound, which is in the bucket too; its address is made anew for each answer.
    Sound {
        name: String,
        media_type: String,
        bytes: u64,
    },
    Embedded {
        uri: String,
        media_type: String,
        base64: String,
    },
}

impl Context<'_> {
    /// The sounds of an earlier answer at new addresses: the old ones may be about to end.
    ///
    /// # Errors
    /// Where there is nothing to sign them with.
    pub(super) async fn relinked(&self, mut reply: Reply) -> Result<Reply, ToolError> {
        if let Some(bucket) = &self.services.voice.bucket {
            let done = self.link_anew(bucket, &mut reply).await;
            done.map_err(|fault| unusable(&fault))?;
        }
        Ok(reply)
    }

    pub(super) async fn link_anew(
        &self,
        bucket: &Bucket,
        reply: &mut Reply,
    ) -> Result<(), ObjectFault> {
        for block in &mut reply.blocks {
            let Block::Link(link) = block else { continue };
            let sound = Named {
                caller: &self.request.caller,
                name: &link.name,
            };
            *link = bucket.link(sound, &link.media_type, link.bytes).await?;
            let uri = SoundFile::uri_of(&link.name);
            if let Some(structured) = &mut reply.structured {
                put_address(structured, &uri, link);
            }
        }
        Ok(())
    }
}

/// What is answered where the bucket cannot be used, before anything is paid.
pub(super) fn unusable(fault: &ObjectFault) -> ToolError {
    ToolError::Unavailable(format!(
        "the bucket of sounds (`MESH_AUDIO_BUCKET`) cannot be used: {fault}; nothing was spent"
    ))
}

/// The name under which an answer is kept. It is a digest of the caller, too: nobody has the answer to another's call.
pub(super) fn digest(key: &Key) -> String {
    digest_of(&[key.caller.as_bytes(), key.tool.as_bytes(), &key.digest])
}

/// Where the answer tells of that sound, it tells the new address.
fn put_address(value: &mut Value, uri: &str, link: &Link) {
    match value {
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| put_address(item, uri, link)),
        Value::Object(members) if members.get("uri").and_then(Value::as_str) == Some(uri) => {
            members.insert("url".to_owned(), link.uri.clone().into());
            members.insert("urlExpiresAt".to_owned(), link.until.clone().into());
        }
        Value::Object(members) => members
            .values_mut()
            .for_each(|member| put_address(member, uri, link)),
        _ => {}
    }
}

impl Kept {
    pub(super) fn of(reply: &Reply) -> Option<Self> {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Some(Self {
            at: since.ok()?.as_secs(),
            structured: reply.structured.clone()?,
            parts: reply.blocks.iter().filter_map(Part::of).collect(),
        })
    }

    pub(super) fn is_recent(&self, now: SystemTime) -> bool {
        let at = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(self.at));
        // A clock that is behind another's makes it none the older.
        at.is_some_and(|at| now.duration_since(at).unwrap_or_default() < KEPT_FOR)
    }

    pub(super) fn reply(self) -> Reply {
        let text = Block::Text(self.structured.to_string());
        let parts = self.parts.into_iter().map(Part::block);
        Reply {
            blocks: std::iter::once(text).chain(parts).collect(),
            structured: Some(self.structured),
            ..Reply::default()
        }
    }
}

impl Part {
    fn of(block: &Block) -> Option<Self> {
        match block {
            Block::Link(link) => Some(Self::Sound {
                name: link.name.clone(),
                media_type: link.media_type.clone(),
                bytes: link.bytes,
            }),
            Block::Resource(content) => match &content.body {
                Body::Blob(base64) => Some(Self::Embedded {
                    uri: content.uri.clone(),
                    media_type: content.media_type.clone(),
                    base64: base64.clone(),
                }),
                Body::Text(_) => None,
            },
            Block::Text(_) | Block::Image { .. } | Block::Audio { .. } => None,
        }
    }

    fn block(self) -> Block {
        match self {
            Self::Sound {
                name,
                media_type,
                bytes,
            } => Block::Link(Link {
                uri: String::new(),
                until: String::new(),
                name,
                media_type,
                bytes,
            }),
            Self::Embedded {
                uri,
                media_type,
                base64,
            } => Block::Resource(Content {
                uri,
                media_type,
                body: Body::Blob(base64),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use mesh_core::Caller;
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_is_used_for_ten_minutes_by_its_own_time() {
        let kept = Kept {
            at: 1_795_176_000,
            structured: Value::Null,
            parts: Vec::new(),
        };
        let after = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        for (now, is_recent) in [
            (1_795_176_000, true),
            (1_795_176_599, true),
            (1_795_176_600, false),
            (1_795_175_990, true),
        ] {
            assert_eq!(kept.is_recent(after(now)), is_recent, "{now}");
        }
    }

    #[test]
    fn another_caller_another_tool_and_other_arguments_have_another_digest() {
        let key = |caller: Caller, tool, first| {
            digest(&Key {
                caller: caller.id().into(),
                tool,
                digest: [first; 32],
            })
        };
        let own = key(Caller::Local, "a", 0);
        assert_eq!(own, key(Caller::Local, "a", 0));
        for other in [
            key(Caller::Bearer, "a", 0),
            key(Caller::Local, "b", 0),
            key(Caller::Local, "a", 1),
        ] {
            assert_ne!(own, other);
        }
    }

    #[test]
    fn a_new_address_is_told_where_its_sound_is() {
        let link = Link {
            uri: "https://new".to_owned(),
            until: "2026-11-20T12:15:00Z".to_owned(),
            name: "0a.mp3".to_owned(),
            media_type: "audio/mpeg".to_owned(),
            bytes: 1,
        };
        let mut told = json!({"previews": [
            {"sound": {"uri": "elevenlabs://0a.mp3", "url": "https://old"}},
            {"sound": {"uri": "elevenlabs://0b.mp3", "url": "https://other"}},
        ]});
        put_address(&mut told, "elevenlabs://0a.mp3", &link);
        assert_eq!(
            told,
            json!({"previews": [
                {"sound": {"uri": "elevenlabs://0a.mp3", "url": "https://new", "urlExpiresAt": "2026-11-20T12:15:00Z"}},
                {"sound": {"uri": "elevenlabs://0b.mp3", "url": "https://other"}},
            ]})
        );
    }
}
