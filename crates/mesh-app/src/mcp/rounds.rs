//! A call in several rounds (MCP 2026-07-28, basic/patterns/mrtr): what the client answered so far travels with the client,
//! sealed, and bound to who calls, what is called and until when.

use std::collections::BTreeMap;
use std::time::Duration;

use mesh_core::Caller;
use mesh_tools::ToolError;
use mesh_tools::ask::{Answer, Answers, Question};
use rmcp::model::{InputRequest, InputRequiredResult, RequestStateCodec, SealOptions};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Long enough for a person to fill in a form, short enough that a copied state is soon worthless.
const LIFETIME: Duration = Duration::from_secs(600);

/// What a request's state is bound to.
pub(super) struct Binding(Vec<u8>);

impl Binding {
    /// `what` is the method and the name, `arguments` everything else that decides what the call does.
    pub(super) fn new(caller: &Caller, what: &[&str], arguments: &Value) -> Self {
        let mut digest = Sha256::new();
        for part in [caller.id()].iter().chain(what) {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        digest.update(arguments.to_string());
        Self(digest.finalize().to_vec())
    }
}

/// The answers of all rounds so far: those of earlier ones from the state, this one's beside it.
pub(super) fn open(
    seal: &RequestStateCodec,
    binding: &Binding,
    state: Option<&str>,
    responses: Option<BTreeMap<String, Value>>,
) -> Result<Answers, ToolError> {
    let mut answers: BTreeMap<String, Value> = match state {
        Some(state) => seal.open_json_with(state, &binding.0).map_err(|error| {
            ToolError::InvalidAnswer(format!(
                "`requestState` is not one this server gave for this request: {error}"
            ))
        })?,
        None => BTreeMap::new(),
    };
    answers.extend(responses.unwrap_or_default());
    answers
        .into_iter()
        .map(|(key, value)| match value {
            Value::Object(_) => Ok((key, Answer(value))),
            _ => Err(ToolError::InvalidAnswer(format!(
                "the input response `{key}` must be an object"
            ))),
        })
        .collect()
}

/// The result that ends a round: what is still to be answered, and what was answered so far.
pub(super) fn ask(
    seal: &RequestStateCodec,
    binding: &Binding,
    questions: Vec<(String, Question)>,
    answers: &Answers,
) -> Result<InputRequiredResult, ToolError> {
    let so_far: BTreeMap<_, _> = answers
        .iter()
        .map(|(key, answer)| (key, &answer.0))
        .collect();
    let options = SealOptions::new().associated_data(&binding.0).ttl(LIFETIME);
    let state = seal
        .seal_json_with(&so_far, &options)
        .map_err(ToolError::internal)?;
    let requests = questions
        .into_iter()
        .map(|(key, question)| Ok((key, request(question)?)))
        .collect::<Result<_, ToolError>>()?;
    Ok(InputRequiredResult::new(Some(requests), Some(state)))
}

fn request(question: Question) -> Result<InputRequest, ToolError> {
    serde_json::from_value(wire(question)).map_err(ToolError::internal)
}

/// A question as the request that a session sends and a round carries.
pub(super) fn wire(question: Question) -> Value {
    match question {
        Question::Form { message, schema } => json!({
            "method": "elicitation/create",
            "params": {"mode": "form", "message": message, "requestedSchema": schema},
        }),
        Question::Sample { prompt, max_tokens } => json!({
            "method": "sampling/createMessage",
            "params": {
                "messages": [{"role": "user", "content": {"type": "text", "text": prompt}}],
                "maxTokens": max_tokens,
            },
        }),
        Question::Roots => json!({"method": "roots/list"}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal() -> RequestStateCodec {
        RequestStateCodec::try_new([7; 32]).expect("a key of full length")
    }

    fn state(binding: &Binding) -> String {
        let answers = Answers::from([("a".to_owned(), Answer(json!({"action": "accept"})))]);
        ask(
            &seal(),
            binding,
            vec![("b".to_owned(), Question::Roots)],
            &answers,
        )
        .expect("sealed")
        .request_state
        .expect("a state")
    }

    #[test]
    fn earlier_answers_come_back() {
        let binding = Binding::new(&Caller::Local, &["tools/call", "t"], &json!({"x": 1}));
        let responses = BTreeMap::from([("b".to_owned(), json!({"roots": []}))]);
        let answers =
            open(&seal(), &binding, Some(&state(&binding)), Some(responses)).expect("opened");
        assert_eq!(answers.keys().collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn a_state_is_good_for_its_own_request_only() {
        let state = state(&Binding::new(
            &Caller::Local,
            &["tools/call", "t"],
            &json!({"x": 1}),
        ));
        for other in [
            Binding::new(&Caller::Bearer, &["tools/call", "t"], &json!({"x": 1})),
            Binding::new(&Caller::Local, &["tools/call", "u"], &json!({"x": 1})),
            Binding::new(&Caller::Local, &["tools/call", "t"], &json!({"x": 2})),
        ] {
            let refused = open(&seal(), &other, Some(&state), None).expect_err("refused");
            assert_eq!(refused.kind(), "invalid_answer");
        }
    }

    #[test]
    fn an_answer_that_is_no_object_is_refused() {
        let binding = Binding::new(&Caller::Local, &[], &Value::Null);
        for value in [json!(7), Value::Null, json!("x")] {
            let responses = BTreeMap::from([("a".to_owned(), value)]);
            let refused = open(&seal(), &binding, None, Some(responses)).expect_err("refused");
            assert_eq!(refused.kind(), "invalid_answer");
        }
    }
}
