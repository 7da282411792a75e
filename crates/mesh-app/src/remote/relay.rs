//! What an upstream asks in the middle of a call, put to whoever called, each in the words of its own revision.
//!
//! A client with a session is asked while the call waits. A client of 2026-07-28 is asked by the result of a round, and calls
//! again: an upstream of that revision then goes on where it was; of one before it, the call is made a second time, where its
//! tool may be called twice.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use mesh_core::hex;
use mesh_gateway::{Question, RemoteTool, RpcError};
use mesh_tools::ToolError;
use mesh_tools::ask::{self, Answers, Capability, Talk};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

const ALL: [Capability; 3] = [
    Capability::Elicitation,
    Capability::Sampling,
    Capability::Roots,
];

/// What an upstream may ask of a client.
pub(super) fn capabilities(talk: &dyn Talk, relays: bool) -> Map<String, Value> {
    let offered = ALL.into_iter().filter(|one| relays && talk.offers(*one));
    offered
        .map(|one| (one.as_str().to_owned(), json!({})))
        .collect()
}

/// Asks what an upstream's request asks, and has it know the answer. `nth` is the question's number within the call.
///
/// # Errors
/// Where the client is to answer in another round.
pub(super) async fn ask(
    talk: &dyn Talk,
    tool: &RemoteTool,
    question: Question,
    nth: usize,
) -> Result<(), ToolError> {
    let params = question.params.as_deref().map(RawValue::get);
    let mut params: Option<Value> = params.and_then(|params| serde_json::from_str(params).ok());
    if let Some(Value::Object(params)) = &mut params {
        // What it says of the request itself is between the two of us, and another each time.
        params.remove("_meta");
    }
    let key = key(nth, &question.method, params.as_ref());
    let Some(asked) = relayed(&question.method, params) else {
        question.answer(Err("this cannot be asked".to_owned()));
        return Ok(());
    };
    let of = asked.capability();
    if !talk.offers(of) {
        question.answer(Err(ToolError::MissingCapability(of).to_string()));
        return Ok(());
    }
    match talk.ask(vec![(key.clone(), asked)]).await {
        Ok(answers) => {
            let answer = answers.get(&key).map(|answer| &answer.0);
            question.answer(answer.ok_or_else(|| "there is no answer".to_owned()));
            Ok(())
        }
        Err(ToolError::InputRequired(_)) if !tool.may_be_repeated => Err(not_repeated(tool)),
        Err(error @ ToolError::InputRequired(_)) => Err(error),
        Err(error) => {
            question.answer(Err(error.to_string()));
            Ok(())
        }
    }
}

/// The same question of the same call has the same key, so that an answer is given to nothing else.
fn key(nth: usize, method: &str, params: Option<&Value>) -> String {
    let digest = Sha256::digest(json!([method, params]).to_string());
    format!("{nth}-{}", hex(&digest[..6]))
}

fn relayed(method: &str, params: Option<Value>) -> Option<ask::Question> {
    let of = match method {
        "elicitation/create" => Capability::Elicitation,
        "sampling/createMessage" => Capability::Sampling,
        "roots/list" => Capability::Roots,
        _ => return None,
    };
    let method = method.to_owned();
    Some(ask::Question::Relayed { of, method, params })
}

/// What an upstream of 2026-07-28 wants answered before it goes on (basic/patterns/mrtr).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Required {
    result_type: String,
    #[serde(default)]
    input_requests: BTreeMap<String, Request>,
    request_state: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Request {
    method: String,
    params: Option<Value>,
}

/// The further parameters with which a call goes on that ended a round, where this one does.
pub(super) fn resumed(talk: &dyn Talk) -> Vec<(&'static str, Cow<'static, str>)> {
    match talk.resume() {
        Some((memo, answers)) => Memo::deserialize(memo).map(|memo| memo.with(answers)),
        None => return Vec::new(),
    }
    .unwrap_or_default()
}

/// What is kept while a client answers what an upstream of 2026-07-28 has asked.
#[derive(Default, Deserialize, Serialize)]
struct Memo {
    /// Under which keys.
    keys: BTreeSet<String>,
    /// JSON, as it came.
    state: Option<String>,
}

impl Memo {
    /// Answers to anything else are not the upstream's to know.
    fn with(self, answers: Answers) -> Vec<(&'static str, Cow<'static, str>)> {
        let answers = answers
            .into_iter()
            .filter(|(key, _)| self.keys.contains(key));
        let answers: BTreeMap<_, _> = answers.map(|(key, answer)| (key, answer.0)).collect();
        let mut more: Vec<(_, Cow<'static, str>)> = Vec::new();
        if !answers.is_empty() {
            more.push(("inputResponses", json!(answers).to_string().into()));
        }
        more.extend(self.state.map(|state| ("requestState", state.into())));
        more
    }
}

impl Required {
    pub(super) fn read(result: &RawValue) -> Option<Self> {
        const REQUIRED: &str = "input_required";
        if !result.get().contains(REQUIRED) {
            return None;
        }
        let required: Self = serde_json::from_str(result.get()).ok()?;
        (required.result_type == REQUIRED).then_some(required)
    }

    /// The further parameters of the next call.
    ///
    /// # Errors
    /// Where the client is to answer in another round, or cannot be asked.
    pub(super) async fn answered(
        self,
        talk: &dyn Talk,
    ) -> Result<Vec<(&'static str, Cow<'static, str>)>, ToolError> {
        let questions = self.input_requests.into_iter().map(|(key, request)| {
            let asked = relayed(&request.method, request.params);
            let asked = asked.ok_or_else(|| {
                ToolError::Unavailable(format!(
                    "the server asks for `{}`, which nobody can answer here",
                    mesh_core::truncate(&request.method)
                ))
            })?;
            Ok((key, asked))
        });
        let questions: Vec<_> = questions.collect::<Result<_, ToolError>>()?;
        let mut asked = questions.iter().map(|(_, question)| question.capability());
        if let Some(missing) = asked.find(|of| !talk.offers(*of)) {
            return Err(ToolError::MissingCapability(missing));
        }
        let memo = Memo {
            keys: questions.iter().map(|(key, _)| key.clone()).collect(),
            state: self.request_state.map(|state| state.get().to_owned()),
        };
        talk.keep(json!(memo));
        let answers = match questions.is_empty() {
            true => Answers::new(),
            false => talk.ask(questions).await?,
        };
        Ok(memo.with(answers))
    }
}

/// What an upstream of 2026-07-28 says that its client would have to declare.
pub(super) fn missing(error: &RpcError) -> Option<Capability> {
    const MISSING_REQUIRED_CLIENT_CAPABILITY: i64 = -32021;
    if error.code() != Some(MISSING_REQUIRED_CLIENT_CAPABILITY) {
        return None;
    }
    let required = error.data()?;
    let required = required.get("requiredCapabilities")?.as_object()?;
    let mut all = ALL.into_iter();
    all.find(|capability| required.contains_key(capability.as_str()))
}

pub(super) fn not_relayed(name: &str, upstream: &str) -> ToolError {
    ToolError::Unavailable(format!(
        "`{name}` asks its user something, and what `{upstream}` asks is not passed on: `relay` in its entry has it passed on"
    ))
}

pub(super) fn not_relayed_on_reading(uri: &str, upstream: &str) -> ToolError {
    ToolError::Unavailable(format!(
        "`{upstream}` asks its user something before `{}` is read, and what is asked for a resource is not passed on",
        mesh_core::truncate(uri)
    ))
}

pub(super) fn without_end(name: &str) -> ToolError {
    ToolError::Unavailable(format!("`{name}` asks again and again, and was left"))
}

fn not_repeated(tool: &RemoteTool) -> ToolError {
    ToolError::Unavailable(format!(
        "`{}` asks its user something in the middle of a call, which would have to be made a second time with the answer, and it \
         does not say that this does no harm (`readOnlyHint`, `idempotentHint`): use a client with a session, or have its entry \
         say `replay`",
        tool.name
    ))
}
