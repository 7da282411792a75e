//! A call in several rounds (MCP 2026-07-28, basic/patterns/mrtr): what the client answered so far travels with the client,
//! sealed, and bound to who calls, what is called and until when.

use std::collections::BTreeMap;
use std::time::Duration;

use mesh_core::{Caller, Deadline};
use mesh_tools::ToolError;
use mesh_tools::ask::{Answer, Answers, Question};
use rmcp::model::{InputRequest, InputRequiredResult, SealOptions};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::seal::{Seal, Stamp};
use super::talk::Known;

/// Long enough for a person to fill in a form, short enough that a copied state is soon worthless.
pub(crate) const LIFETIME: Duration = Duration::from_secs(600);

/// What a request's state is bound to.
pub(crate) struct Binding(Vec<u8>);

impl Binding {
    /// `what` is the method and the name, `arguments` everything else that decides what the call does: in their canonical form
    /// (RFC 8785), since a client may write them differently the second time.
    ///
    /// # Errors
    /// When the arguments hold a number that this form has no place for.
    pub(crate) fn new(
        caller: &Caller,
        what: &[&str],
        arguments: &Value,
    ) -> Result<Self, ToolError> {
        let mut digest = Sha256::new();
        for part in [caller.id()].iter().chain(what) {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        digest.update(serde_json_canonicalizer::to_vec(arguments).map_err(ToolError::internal)?);
        Ok(Self(digest.finalize().to_vec()))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// What travels with the client. The stamp makes each state one of a kind, where it is to be used once.
#[derive(Serialize, Deserialize)]
struct State {
    stamp: Stamp,
    answers: BTreeMap<String, Value>,
    /// See [`mesh_tools::ask::Talk::keep`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    memo: Option<Value>,
}

/// The answers of all rounds so far, those of earlier ones from the state, this one's beside it; and the state's stamp, where
/// there is a state.
pub(super) async fn open(
    seal: &Seal,
    binding: &Binding,
    deadline: Deadline,
    state: Option<&str>,
    responses: Option<BTreeMap<String, Value>>,
) -> Result<(Known, Option<Stamp>), ToolError> {
    let (mut answers, memo, stamp) = match state {
        Some(state) => seal
            .open(state, &binding.0, deadline)
            .await
            .map(
                |State {
                     stamp,
                     answers,
                     memo,
                 }| (answers, memo, Some(stamp)),
            )
            .map_err(|error| {
                ToolError::InvalidAnswer(format!(
                    "`requestState` is not one this server gave for this request: {error}"
                ))
            })?,
        None => (BTreeMap::new(), None, None),
    };
    answers.extend(responses.unwrap_or_default());
    let answers = answers
        .into_iter()
        .map(|(key, value)| match value {
            Value::Object(_) => Ok((key, Answer(value))),
            _ => Err(ToolError::InvalidAnswer(format!(
                "the input response `{key}` must be an object"
            ))),
        })
        .collect::<Result<_, _>>()?;
    let known = Known {
        answers,
        memo,
        kept: None,
    };
    Ok((known, stamp))
}

/// The result that ends a round: what is still to be answered, and what was answered so far.
pub(super) fn ask(
    seal: &Seal,
    binding: &Binding,
    questions: Vec<(String, Question)>,
    (answers, memo): &(Answers, Option<Value>),
) -> Result<InputRequiredResult, ToolError> {
    let so_far = answers
        .iter()
        .map(|(key, answer)| (key.clone(), answer.0.clone()))
        .collect();
    let state = State {
        stamp: seal.stamp()?,
        answers: so_far,
        memo: memo.clone(),
    };
    let options = SealOptions::new().associated_data(&binding.0).ttl(LIFETIME);
    let state = seal.close(&state, &options).map_err(ToolError::internal)?;
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
        Question::Relayed { method, params, .. } => match params {
            Some(params) => json!({"method": method, "params": params}),
            None => json!({"method": method}),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::Instant;

    use mesh_core::{
        FoundParameter, Metrics, Parameter, ParameterValues, Secret, SecretSource, SourceError,
    };
    use mesh_tools::Secrets;
    use mesh_tools::secrets::Ttl;

    use super::*;

    const OLD: &str = "test-old-key-0123456789abcdefghijk";
    const NEW: &str = "test-new-key-0123456789abcdefghijk";

    /// The parameter store of a deployment: what its environments read, and how often they did.
    #[derive(Clone, Debug, Default)]
    struct Store(Arc<Mutex<(String, usize)>>);

    impl SecretSource for Store {
        fn read(
            &self,
            _: Deadline,
        ) -> std::pin::Pin<Box<dyn Future<Output = Result<ParameterValues, SourceError>> + Send + '_>>
        {
            let mut held = self.0.lock().expect("lock");
            held.1 += 1;
            let value = Secret::new(held.0.as_str());
            let found = FoundParameter {
                value,
                version: None,
            };
            Box::pin(async move { Ok(ParameterValues::from([(Parameter::StateKey, found)])) })
        }

        fn name(&self, _: Parameter) -> String {
            "state-key".to_owned()
        }
    }

    impl Store {
        fn put(&self, value: &str) {
            self.0.lock().expect("lock").0 = value.to_owned();
        }

        /// An environment that starts now.
        async fn environment(&self) -> Seal {
            let ttl = Ttl {
                soft: Duration::from_secs(300),
                hard: Duration::from_secs(3600),
            };
            let metrics = Arc::new(Metrics::new(Instant::now()));
            let secrets = Secrets::new(Box::new(self.clone()), ttl, metrics);
            secrets.read(soon()).await.expect("read");
            Seal::new(secrets).expect("random bytes")
        }
    }

    fn soon() -> Deadline {
        Deadline::after(Instant::now(), Duration::from_secs(5))
    }

    fn alone() -> Seal {
        Seal::new(Secrets::none()).expect("random bytes")
    }

    fn binding(caller: &Caller, tool: &str, arguments: &Value) -> Binding {
        Binding::new(caller, &["tools/call", tool], arguments).expect("canonical")
    }

    fn ours() -> Binding {
        binding(&Caller::Local, "t", &json!({"x": 1, "y": "z"}))
    }

    fn state(seal: &Seal) -> String {
        let answers = Answers::from([("a".to_owned(), Answer(json!({"action": "accept"})))]);
        ask(
            seal,
            &ours(),
            vec![("b".to_owned(), Question::Roots)],
            &(answers, None),
        )
        .expect("sealed")
        .request_state
        .expect("a state")
    }

    async fn opens(seal: &Seal, state: &str, binding: &Binding) -> Result<Vec<String>, String> {
        match open(seal, binding, soon(), Some(state), None).await {
            Ok((known, _)) => Ok(known.answers.into_keys().collect()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[tokio::test]
    async fn earlier_answers_come_back() {
        let seal = alone();
        let responses = BTreeMap::from([("b".to_owned(), json!({"roots": []}))]);
        let state = state(&seal);
        let opened = open(&seal, &ours(), soon(), Some(&state), Some(responses)).await;
        let (known, stamp) = opened.expect("opened");
        assert_eq!(known.answers.keys().collect::<Vec<_>>(), ["a", "b"]);
        assert!(stamp.is_some_and(|stamp| seal.has_stamped(&stamp)));
    }

    #[tokio::test]
    async fn a_state_is_good_for_its_own_request_only() {
        let seal = alone();
        let state = state(&seal);
        let arguments = json!({"x": 1, "y": "z"});
        for other in [
            binding(&Caller::Bearer, "t", &arguments),
            binding(&Caller::Local, "u", &arguments),
            binding(&Caller::Local, "t", &json!({"x": 2, "y": "z"})),
        ] {
            let refused = opens(&seal, &state, &other).await.expect_err("refused");
            assert!(refused.contains("integrity"), "{refused}");
        }
    }

    #[tokio::test]
    async fn arguments_written_differently_are_the_same_request() {
        let seal = alone();
        let rewritten: Value = serde_json::from_str(r#"{"y": "\u007a", "x": 1.0}"#).expect("JSON");
        let opened = opens(
            &seal,
            &state(&seal),
            &binding(&Caller::Local, "t", &rewritten),
        )
        .await;
        assert_eq!(opened, Ok(vec!["a".to_owned()]));
    }

    #[tokio::test]
    async fn the_next_environment_opens_a_state_while_a_key_is_replaced() {
        let store = Store::default();
        store.put(OLD);
        let first = store.environment().await;
        let under_old = state(&first);
        store.put(&format!("{NEW},{OLD}"));
        let second = store.environment().await;
        assert!(opens(&second, &under_old, &ours()).await.is_ok());
        // The first has the old key alone, until a state comes that it cannot open.
        assert!(opens(&first, &state(&second), &ours()).await.is_ok());
        assert_eq!(
            store.0.lock().expect("lock").1,
            3,
            "read at each start, and once for the newer key"
        );
        store.put(NEW);
        let third = store.environment().await;
        let refused = opens(&third, &under_old, &ours())
            .await
            .expect_err("retired");
        assert!(refused.contains("unknown key"), "{refused}");
    }

    #[tokio::test]
    async fn without_a_shared_key_a_state_is_good_in_its_own_process() {
        let refused = opens(&alone(), &state(&alone()), &ours())
            .await
            .expect_err("of another");
        assert!(refused.contains("integrity"), "{refused}");
    }

    #[tokio::test]
    async fn an_answer_that_is_no_object_is_refused() {
        for value in [json!(7), Value::Null, json!("x")] {
            let responses = BTreeMap::from([("a".to_owned(), value)]);
            let refused = open(&alone(), &ours(), soon(), None, Some(responses)).await;
            assert_eq!(refused.expect_err("refused").kind(), "invalid_answer");
        }
    }
}
