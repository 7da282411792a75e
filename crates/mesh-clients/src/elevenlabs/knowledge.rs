use bytes::Bytes;
use http::{Method, Request};
use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::time::timeout_at;

use super::{Agent, Charge, ElevenLabs, ElevenLabsError, Upload};
use crate::multipart::Form;

const MAX_BYTES: u64 = 64 * 1024;
/// How often a document is given that the agent does not have afterwards.
const MAX_ATTEMPTS: usize = 3;

/// What a document is made of.
#[derive(Clone, Debug)]
pub enum KnowledgeSource {
    /// A page that ElevenLabs fetches.
    Url(String),
    /// EPUB, PDF, DOCX, text or HTML.
    File(Upload),
    Text(String),
}

/// A document of the workspace, which agents can be given.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct KnowledgeDocument {
    pub id: String,
    pub name: String,
    /// `url`, `file` or `text`.
    #[serde(rename = "type")]
    pub kind: String,
}

#[derive(Deserialize)]
struct Created {
    id: String,
    name: String,
}

impl ElevenLabs {
    /// `POST /v1/convai/knowledge-base/{url|file|text}`, which leaves a document behind each time.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn create_knowledge(
        &self,
        key: &Secret,
        name: &str,
        source: &KnowledgeSource,
        deadline: Deadline,
    ) -> Result<KnowledgeDocument, ElevenLabsError> {
        let request = self.knowledge_request(key, name, source)?;
        let created: Created = self.change(request, deadline, MAX_BYTES).await?;
        Ok(KnowledgeDocument {
            id: created.id,
            name: created.name,
            kind: source.kind().to_owned(),
        })
    }

    /// Gives a document to an agent beside those that it has. One that it has already is given once. The agent as it then is.
    ///
    /// # Errors
    /// `NotFound`, and what any operation may meet; `UnexpectedAnswer` where others go on changing the agent's documents.
    pub async fn attach_knowledge(
        &self,
        key: &Secret,
        agent_id: &str,
        document: &KnowledgeDocument,
        deadline: Deadline,
    ) -> Result<Agent, ElevenLabsError> {
        // The whole list is sent: of two calls at once, each would leave out the other's document.
        let alone = timeout_at(deadline.at().into(), self.documents.lock()).await;
        let _alone = alone.map_err(|_| ElevenLabsError::TimedOut(Charge::None))?;
        let mut agent = self.agent(key, agent_id, deadline).await?;
        // Other processes and the dashboard do the same: what was given is looked for.
        for _ in 0..MAX_ATTEMPTS {
            if agent.has_document(&document.id) {
                return Ok(agent);
            }
            self.give(key, &agent, document, deadline).await?;
            agent = self.agent(key, agent_id, deadline).await?;
        }
        match agent.has_document(&document.id) {
            true => Ok(agent),
            false => Err(ElevenLabsError::UnexpectedAnswer {
                what: "the agent does not keep the document; others may be changing its documents"
                    .to_owned(),
                charge: Charge::None,
            }),
        }
    }

    async fn give(
        &self,
        key: &Secret,
        agent: &Agent,
        document: &KnowledgeDocument,
        deadline: Deadline,
    ) -> Result<(), ElevenLabsError> {
        let mut documents = agent.knowledge_base().to_vec();
        documents.push(json!(document));
        let prompt = json!({"knowledge_base": documents});
        let changes = json!({"conversation_config": {"agent": {"prompt": prompt}}});
        let given = self.update_agent(key, &agent.agent_id, &changes, deadline);
        given.await.map(drop).map_err(ElevenLabsError::harmless)
    }

    fn knowledge_request(
        &self,
        key: &Secret,
        name: &str,
        source: &KnowledgeSource,
    ) -> Result<Request<Bytes>, ElevenLabsError> {
        let path = format!("/v1/convai/knowledge-base/{}", source.kind());
        match source {
            KnowledgeSource::Url(url) => {
                self.json(Method::POST, key, &path, &json!({"url": url, "name": name}))
            }
            KnowledgeSource::Text(text) => self.json(
                Method::POST,
                key,
                &path,
                &json!({"text": text, "name": name}),
            ),
            KnowledgeSource::File(file) => {
                let form = Form::new().field("name", name).file("file", file);
                self.form(key, &path, form)
            }
        }
    }
}

impl KnowledgeSource {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Url(_) => "url",
            Self::File(_) => "file",
            Self::Text(_) => "text",
        }
    }
}
