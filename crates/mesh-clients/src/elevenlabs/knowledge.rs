use bytes::Bytes;
use http::{Method, Request};
use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::multipart::Form;
use super::{Agent, ElevenLabs, ElevenLabsError, Upload};

const MAX_BYTES: u64 = 64 * 1024;

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

    /// Gives a document to an agent beside those that it has. One that it has already is given once.
    ///
    /// # Errors
    /// `NotFound`, and what any operation may meet.
    pub async fn attach_knowledge(
        &self,
        key: &Secret,
        agent_id: &str,
        document: &KnowledgeDocument,
        deadline: Deadline,
    ) -> Result<Agent, ElevenLabsError> {
        let agent = self.agent(key, agent_id, deadline).await?;
        let mut documents = agent.knowledge_base().to_vec();
        if documents
            .iter()
            .any(|held| held["id"] == document.id.as_str())
        {
            return Ok(agent);
        }
        documents.push(json!(document));
        let prompt = json!({"knowledge_base": documents});
        let changes = json!({"conversation_config": {"agent": {"prompt": prompt}}});
        let given = self.update_agent(key, agent_id, &changes, deadline).await;
        given.map_err(ElevenLabsError::harmless)
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
