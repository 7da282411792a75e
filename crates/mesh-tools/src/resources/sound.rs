use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::future::BoxFuture;
use mesh_core::ObjectFault;

use crate::audio::{self, SoundFile, max_embedded, media_type_of};
use crate::context::Context;
use crate::error::ToolError;
use crate::music;
use crate::needs::Needs;
use crate::reply::{Body, Content};
use crate::resource::{Extent, Named, Template};
use crate::resources::page::complete_nothing;
use crate::voice;

pub(super) const TEMPLATE: Template = Template {
    prefix: SoundFile::SCHEME,
    expression: "{id}",
    suffix: "",
    variable: "id",
    name: "sound",
    title: "A sound that was made",
    description: "A sound within an answer of the last ten minutes, for who called for it.",
    media_type: "audio/mpeg",
    extent: Extent::Whole,
    needs: Needs::Any(&[voice::NEEDS, music::NEEDS]),
    read,
    complete: complete_nothing,
};

fn read(cx: Context<'_>, named: Named) -> BoxFuture<'_, Result<Content, ToolError>> {
    Box::pin(async move {
        let uri = SoundFile::uri_of(&named.value);
        match cx.replays()?.content(&cx.request.caller, &uri) {
            Some(content) => Ok(content),
            None => in_bucket(&cx, &named.value, uri).await,
        }
    })
}

async fn in_bucket(cx: &Context<'_>, name: &str, uri: String) -> Result<Content, ToolError> {
    let bucket = cx.services.voice.bucket.as_ref().ok_or_else(unknown)?;
    let sound = audio::Named {
        caller: &cx.request.caller,
        name,
    };
    let most = max_embedded(cx.services.host);
    let read = bucket.read(sound, most, cx.request.deadline).await;
    let bytes = read.map_err(|fault| match fault {
        ObjectFault::NotThere => unknown(),
        ObjectFault::TooLarge => ToolError::ResultTooLarge(format!(
            "the sound has more than the {} MB an answer holds: fetch it at the address that the tool answers with; the same \
             call again within ten minutes costs nothing and has a new one",
            most / 1_000_000
        )),
        fault @ (ObjectFault::Conflict | ObjectFault::Failed(_)) => {
            ToolError::Unavailable(format!("the bucket of sounds cannot be used: {fault}"))
        }
    })?;
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    Ok(Content {
        uri,
        media_type: media_type_of(extension).to_owned(),
        body: Body::Blob(STANDARD.encode(&bytes)),
    })
}

fn unknown() -> ToolError {
    ToolError::NotFound(
        "no sound of yours of the last ten minutes has this address; call the tool again"
            .to_owned(),
    )
}
