use mesh_clients::elevenlabs::{KnowledgeDocument, KnowledgeSource};
use mesh_core::Effect;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::NEEDS;
use super::document::Kind;
use crate::arguments::{Text, public_address};
use crate::audio::Recording;
use crate::context::Context;
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::spend::Deed;
use crate::tool::Tool;

/// # Give an agent a document
/// Leaves a document in the ElevenLabs account, which the agent then answers from: only where the user wants it.
///
/// Makes a document of a page, a file (EPUB, PDF, DOCX, text or HTML) or a text, and gives it to an agent beside those that it
/// has. Give exactly one of `url`, `input_file_path` and `text`. The same again within ten minutes makes no other document: the
/// one that is there is given to the agent.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct AddKnowledgeBaseToAgent {
    /// Who is given it: `list_agents`.
    agent_id: Text<100>,
    /// What the document is called.
    knowledge_base_name: Text<200>,
    /// An https address that ElevenLabs fetches a page from.
    url: Option<Text<2_000>>,
    /// A file in the server's folder of recordings.
    input_file_path: Option<Text<1_000>>,
    /// The text itself.
    text: Option<Text<300_000>>,
    /// Make another document, though one of the same was made within ten minutes.
    #[serde(default)]
    fresh: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GivenDocument {
    document_id: String,
    name: String,
    agent_id: String,
    documents: usize,
}

/// What a document is made of: with any agent the same makes the same.
#[derive(Serialize)]
struct Contents<'a> {
    name: &'a str,
    url: Option<&'a str>,
    text: Option<&'a str>,
}

impl Tool for AddKnowledgeBaseToAgent {
    const NAME: &'static str = "add_knowledge_base_to_agent";
    const FAMILY: Family = Family::Agents;
    const NEEDS: Needs = NEEDS;
    const EFFECT: Effect = Effect::Write;
    type Output = GivenDocument;

    async fn call(self, cx: Context<'_>) -> Result<GivenDocument, ToolError> {
        let (source, recordings) = self.source(&cx).await?;
        self.find_agent(&cx).await?;
        let deed = Deed {
            tool: Self::NAME,
            arguments: &Contents {
                name: self.knowledge_base_name.as_str(),
                url: self.url.as_ref().map(Text::as_str),
                text: self.text.as_ref().map(Text::as_str),
            },
            recordings,
            fresh: self.fresh,
        };
        let document = cx.once(deed, self.made(&cx, &source)).await?;
        self.given(&cx, document).await
    }
}

impl AddKnowledgeBaseToAgent {
    /// And the SHA-256 of a file.
    async fn source(
        &self,
        cx: &Context<'_>,
    ) -> Result<(KnowledgeSource, Vec<[u8; 32]>), ToolError> {
        match (&self.url, &self.input_file_path, &self.text) {
            (Some(url), None, None) => {
                let url = public_address("url", url.as_str())?;
                Ok((KnowledgeSource::Url(url), Vec::new()))
            }
            (None, Some(path), None) => {
                let kind = Kind::of("input_file_path", path.as_str())?;
                let file = Recording::in_folder(cx, "input_file_path", path.as_str(), "`text`");
                let file = file.await?;
                Ok((
                    KnowledgeSource::File(kind.upload(&file)),
                    vec![file.digest()],
                ))
            }
            (None, None, Some(text)) => {
                let text = text.as_str().to_owned();
                Ok((KnowledgeSource::Text(text), Vec::new()))
            }
            _ => Err(ToolError::InvalidArguments(
                "give exactly one of `url`, `input_file_path` and `text`".to_owned(),
            )),
        }
    }

    /// Before anything is left behind: who gives a wrong id has to hear it then.
    async fn find_agent(&self, cx: &Context<'_>) -> Result<(), ToolError> {
        let (agent, deadline) = (self.agent_id.as_str(), cx.request.deadline);
        cx.elevenlabs(|client, key| async move { client.agent(&key, agent, deadline).await })
            .await
            .map(drop)
    }

    async fn made(
        &self,
        cx: &Context<'_>,
        source: &KnowledgeSource,
    ) -> Result<KnowledgeDocument, ToolError> {
        let (name, deadline) = (self.knowledge_base_name.as_str(), cx.request.deadline);
        cx.elevenlabs(|client, key| async move {
            client.create_knowledge(&key, name, source, deadline).await
        })
        .await
    }

    async fn given(
        &self,
        cx: &Context<'_>,
        document: KnowledgeDocument,
    ) -> Result<GivenDocument, ToolError> {
        let (agent, given) = (self.agent_id.as_str(), &document);
        let deadline = cx.request.deadline;
        let attached = cx
            .elevenlabs(|client, key| async move {
                client.attach_knowledge(&key, agent, given, deadline).await
            })
            .await;
        let agent = attached.map_err(|error| not_given(&document.id, &error))?;
        Ok(GivenDocument {
            documents: agent.knowledge_base().len(),
            document_id: document.id,
            name: document.name,
            agent_id: agent.agent_id,
        })
    }
}

/// The document is there: to call again must not make a second.
fn not_given(document: &str, error: &ToolError) -> ToolError {
    let left = format!(
        "the document {document:?} is made, but the agent does not have it: call again with the same arguments within ten \
         minutes, and it is given to the agent; with `\"fresh\": true` another is made"
    );
    match error {
        ToolError::InvalidArguments(why) => ToolError::InvalidArguments(format!("{why}; {left}")),
        other => ToolError::Unavailable(format!("{other}; {left}")),
    }
}
