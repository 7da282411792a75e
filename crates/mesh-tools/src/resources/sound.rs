use futures::future::BoxFuture;

use crate::context::Context;
use crate::error::ToolError;
use crate::reply::Content;
use crate::resource::{Extent, Named, Template};
use crate::resources::page::complete_nothing;
use crate::voice;

pub(super) const TEMPLATE: Template = Template {
    prefix: "elevenlabs://",
    expression: "{id}",
    suffix: "",
    variable: "id",
    name: "sound",
    title: "A sound that was made",
    description: "A sound within an answer of the last ten minutes, for who called for it.",
    media_type: "audio/mpeg",
    extent: Extent::Whole,
    needs: voice::NEEDS,
    read,
    complete: complete_nothing,
};

fn read(cx: Context<'_>, named: Named) -> BoxFuture<'_, Result<Content, ToolError>> {
    Box::pin(async move {
        let uri = format!("{}{}", TEMPLATE.prefix, named.value);
        let content = cx.replays()?.content(&cx.request.caller, &uri);
        content.ok_or_else(|| {
            ToolError::NotFound(
                "no sound of yours of the last ten minutes has this address; call the tool again"
                    .to_owned(),
            )
        })
    })
}
