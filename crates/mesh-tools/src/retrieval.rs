//! Every source that can be asked is asked at once; what comes in time is put into one order.

mod copies;
mod fuse;
mod report;
mod scale;

use std::time::Instant;

use mesh_core::Parameter;
use mesh_index::Kind;

use crate::context::Context;
use crate::needs::Needs;

pub(crate) use copies::fuse_copies;
pub use fuse::{Ranked, fuse};
pub use report::{SearchSource, SearchedSource, SourceState};
pub(crate) use report::{Searched, answered, asked};
pub use scale::Scale;

/// What a search in the database takes. Without a key of OpenAI, which makes the question's vector, it goes by words.
pub(crate) const DATABASE: &[Parameter] =
    &[Parameter::SupabaseUrl, Parameter::SupabaseServiceRoleKey];

pub(crate) const NEEDS_DATABASE: Needs = Needs::All(&[
    Needs::Secret(Parameter::SupabaseUrl),
    Needs::Secret(Parameter::SupabaseServiceRoleKey),
]);

/// What a search in the vector store of OpenAI takes.
pub(crate) const VECTOR_STORE: &[Parameter] =
    &[Parameter::OpenAiApiKey, Parameter::OpenAiVectorStoreId];

pub(crate) const NEEDS_VECTOR_STORE: Needs = Needs::All(&[
    Needs::Secret(Parameter::OpenAiApiKey),
    Needs::Secret(Parameter::OpenAiVectorStoreId),
]);

/// Two fifths of the time that is left, for a search with vendors: the rest is for what is made of it.
pub(crate) fn share<'a>(cx: &Context<'a>) -> Context<'a> {
    let now = Instant::now();
    let soft = cx.request.deadline.soft();
    cx.until(soft.at_most(now, soft.remaining(now) * 2 / 5))
}

/// Whether the index is to be searched for this kind: it has it, or should be there and is not, which is told then.
pub(crate) fn has_index(cx: &Context<'_>, kind: Kind) -> bool {
    let handle = &cx.services.corpus_handle;
    handle.corpus().is_some_and(|corpus| corpus.has(kind)) || handle.is_awaited()
}
