use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use mesh_core::Parameter;
use mesh_index::{Corpus, DEFAULT_THRESHOLD_KNOWLEDGE, Kind};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::arguments::Text;
use crate::context::Context;
use crate::error::ToolError;
use crate::family::Family;
use crate::field::{Limit, Score};
use crate::knowledge::answer::Strategy;
use crate::knowledge::cache::{AnswerCache, Kept, Turn};
use crate::knowledge::knowledge_answer::{KnowledgeAnswer, Setting};
use crate::knowledge::retrieve::{PassageQuery, retrieve};
use crate::knowledge::synthesis;
use crate::needs::Needs;
use crate::retrieval::{NEEDS_DATABASE, NEEDS_VECTOR_STORE};
use crate::tool::Tool;

/// # Ask the knowledge base
/// Answers a question from the documents by the passages that answer it best, each with its source.
///
/// Use it for how things work, procedures, terms and decisions. It returns `response` (readable text with numbered
/// citations), `found`, a `score` from 0 to 1, and `citations` with path, heading and address. It quotes, or has a model
/// write from the quotations, and never invents: when nothing matches well enough, `found` is false and `response` says so.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueryAomaKnowledge {
    /// The question, in plain words.
    query: Text<2000>,
    /// How much to read and to say: `rapid` one or two passages (best for voice), `focused` up to four,
    /// `comprehensive` up to eight.
    #[serde(default)]
    strategy: Strategy,
    /// The most citations to return.
    #[serde(default)]
    max_results: Limit<10, 20>,
    /// The score a passage must reach to count as an answer.
    #[serde(default = "threshold")]
    threshold: Score,
    /// What the question is about or where it comes from. It helps to choose among passages that answer the question; it
    /// is not searched for itself.
    context: Option<Text<1000>>,
}

fn threshold() -> Score {
    Score::new(DEFAULT_THRESHOLD_KNOWLEDGE)
}

impl Tool for QueryAomaKnowledge {
    const NAME: &'static str = "query_aoma_knowledge";
    const FAMILY: Family = Family::Knowledge;
    const NEEDS: Needs = Needs::Any(&[
        Needs::Corpus(Kind::Knowledge),
        NEEDS_VECTOR_STORE,
        NEEDS_DATABASE,
    ]);
    type Output = KnowledgeAnswer;

    async fn call(self, cx: Context<'_>) -> Result<KnowledgeAnswer, ToolError> {
        let answer = match synthesis::writer(&cx) {
            Some(vendors) => self.answer_once(&cx, &vendors.answers).await?,
            None => self.answer(&cx).await?,
        };
        cx.services.metrics.question(answer.is_found());
        Ok(answer)
    }
}

impl QueryAomaKnowledge {
    /// From what a model has written to the same question, or is writing.
    async fn answer_once(
        &self,
        cx: &Context<'_>,
        answers: &AnswerCache,
    ) -> Result<KnowledgeAnswer, ToolError> {
        match answers.turn(self.key(cx), cx.request.deadline.soft()).await {
            Turn::Answered(answer) => Ok(*answer),
            Turn::Alone => self.answer(cx).await,
            Turn::Writing(mut kept) => {
                let answer = self.answer(cx).await?;
                *kept = Kept::of(&answer);
                Ok(answer)
            }
        }
    }

    async fn answer(&self, cx: &Context<'_>) -> Result<KnowledgeAnswer, ToolError> {
        let retrieved = retrieve(cx, &self.question(cx)).await?;
        KnowledgeAnswer::write(cx, &self.setting(), retrieved).await
    }

    fn context(&self) -> Option<&str> {
        self.context.as_ref().map(Text::as_str)
    }

    fn question(&self, cx: &Context<'_>) -> PassageQuery {
        PassageQuery {
            whole: synthesis::writer(cx).is_some(),
            text: self.query.as_str().to_owned(),
            context: self.context().map(str::to_owned),
            limit: self.max_results.as_usize(),
            threshold: self.threshold.get(),
        }
    }

    fn setting(&self) -> Setting<'_> {
        Setting {
            query: self.query.as_str(),
            context: self.context(),
            strategy: self.strategy,
            threshold: self.threshold,
            max_results: self.max_results.get(),
        }
    }

    /// Everything that an answer depends on.
    fn key(&self, cx: &Context<'_>) -> String {
        let corpus = cx.services.corpus();
        let corpus = corpus.map(Corpus::fingerprint);
        let models = cx.services.vendors.as_ref().map(|vendors| &vendors.models);
        let places = [Parameter::OpenAiVectorStoreId, Parameter::SupabaseUrl].map(|place| {
            let place = cx.services.secrets.at_hand(place);
            place.map(|place| hash(place.reveal()))
        });
        format!("{corpus:?} {places:?} {models:?} {self:?}")
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
