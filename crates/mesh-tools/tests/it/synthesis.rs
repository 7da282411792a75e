//! Answers that a model writes: from the passages alone, cited, in time, and marked where they are not.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use mesh_core::Parameter;
use mesh_fakes::openai::{Behaviour, FakeOpenAi, Operation};
use mesh_tools::ask::{Answers, Capability, Level, Question, Talk};
use mesh_tools::{CorpusHandle, ToolError, Vendors};
use serde_json::{Value, json};

use crate::support::{Records, Server};
use crate::vendors::{
    KEY_OF_TESTS, NO_VENDOR, STORE, Values, beside, key, key_and_store, models, openai,
};

const TOOL: &str = "query_aoma_knowledge";
pub(crate) const LATE: &str = "what happens to a parcel that comes back late?";

pub(crate) async fn company(openai: &FakeOpenAi, values: &Values) -> Server {
    beside(Server::of_company(), openai, values).await
}

pub(crate) async fn ask(server: &Server, query: &str) -> Value {
    server.call(TOOL, json!({"query": query})).await
}

pub(crate) async fn ask_within(server: &Server, budget: u64, query: &str) -> (Value, Duration) {
    let started = Instant::now();
    let cx = server.context_for(Duration::from_millis(budget));
    let reply = server.reply_to(cx, TOOL, json!({"query": query})).await;
    let answer = reply.expect("an answer").structured.expect("content");
    (answer, started.elapsed())
}

pub(crate) fn asked(openai: &FakeOpenAi, path: &str) -> Vec<Value> {
    let requests = openai.requests().into_iter();
    let on_path = requests.filter(|request| request.path == path);
    on_path.map(|request| request.json()).collect()
}

pub(crate) fn response(answer: &Value) -> &str {
    answer["response"].as_str().expect("a response")
}

fn source<'a>(answer: &'a Value, name: &str) -> &'a Value {
    let sources = answer["sources"].as_array().expect("sources");
    let source = sources.iter().find(|source| source["name"] == name);
    source.unwrap_or_else(|| panic!("{name} in {answer}"))
}

#[tokio::test]
async fn a_model_writes_from_the_passages_and_names_them() {
    let openai = openai().await;
    let server = company(&openai, &key()).await;
    let answer = ask(&server, LATE).await;
    let text = response(&answer);
    assert!(
        text.starts_with("A parcel that comes back after thirty days"),
        "{text}"
    );
    assert!(
        text.contains("[1]\n\nSources:\n[1] Refund policy › Late returns"),
        "{text}"
    );
    assert_eq!(
        answer["synthesis"],
        json!({
            "state": "complete", "model": "gpt-6-luna", "responseId": answer["synthesis"]["responseId"],
        })
    );
    assert_eq!(answer["found"], true);
    assert!(
        answer["citations"][0]["quote"]
            .as_str()
            .expect("a quote")
            .starts_with("A parcel")
    );
    let [sent] = &asked(&openai, "/v1/responses")[..] else {
        panic!("one request");
    };
    assert_eq!(
        (&sent["store"], &sent["stream"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(sent["reasoning"]["effort"], "low");
    let input: Value = serde_json::from_str(sent["input"].as_str().expect("text")).expect("JSON");
    assert_eq!(input["question"], LATE);
    assert_eq!(input["passages"][0]["from"], "Refund policy › Late returns");
}

#[tokio::test]
async fn where_nothing_is_found_no_model_is_asked() {
    let openai = openai().await;
    let server = company(&openai, &key_and_store()).await;
    let answer = ask(&server, "chocolate soufflé recipe").await;
    assert_eq!(answer["found"], false);
    assert!(response(&answer).starts_with("not found in the knowledge base"));
    assert_eq!(answer.get("synthesis"), None);
    assert!(asked(&openai, "/v1/responses").is_empty());
    assert_eq!(source(&answer, "vectorStore")["state"], "empty");
}

#[tokio::test]
async fn a_model_that_finds_no_answer_in_the_passages_makes_it_not_found() {
    let openai = openai().await;
    openai.next(
        Operation::Respond,
        Behaviour::Complete("NOT_IN_PASSAGES".into()),
    );
    let server = company(&openai, &key()).await;
    let answer = ask(&server, LATE).await;
    assert_eq!(answer["found"], false);
    assert_eq!(answer["synthesis"]["state"], "notInPassages");
    assert!(
        answer["citations"][0]["quote"]
            .as_str()
            .expect("a quote")
            .starts_with("A parcel")
    );
    assert_eq!(answer["nearest"][0]["title"], "Refund policy");
    assert!(response(&answer).contains("do not answer the question"));
}

#[tokio::test]
async fn a_stall_leaves_the_quotations_within_the_budget() {
    let openai = openai().await;
    openai.next(
        Operation::Respond,
        Behaviour::Stall(Duration::from_secs(30)),
    );
    let server = company(&openai, &key()).await;
    let (answer, took) = ask_within(&server, 2_000, LATE).await;
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(answer["synthesis"]["state"], "failed");
    assert!(
        response(&answer).starts_with("A parcel that comes back"),
        "{answer}"
    );
    assert!(response(&answer).contains("Sources:\n[1]"), "{answer}");
}

#[tokio::test]
async fn a_text_that_is_cut_off_is_given_with_the_passages_and_marked() {
    let openai = openai().await;
    openai.next(
        Operation::Respond,
        Behaviour::Slow(Duration::from_millis(300)),
    );
    let server = company(&openai, &key()).await;
    let (answer, took) = ask_within(&server, 2_500, LATE).await;
    assert!(took < Duration::from_millis(2_500), "{took:?}");
    assert_eq!(
        (&answer["partial"], &answer["synthesis"]["state"]),
        (&json!(true), &json!("partial"))
    );
    let text = response(&answer);
    assert!(text.starts_with("A parcel that"), "{text}");
    assert!(
        text.contains("(The answer breaks off here: the time was over.)"),
        "{text}"
    );
    assert!(text.contains("The passages it is from:"), "{text}");
}

#[tokio::test]
async fn every_fault_of_the_model_is_told_and_the_quotations_stay() {
    for (behaviour, why) in [
        (
            Behaviour::Status(500),
            "OpenAI: it failed: 500 Internal Server Error",
        ),
        (
            Behaviour::RateLimited { retry_after_s: 20 },
            "OpenAI: too much is asked of it at the moment",
        ),
        (
            Behaviour::Refuse("I cannot help with that.".into()),
            "the model refused to answer",
        ),
        (
            Behaviour::Fail("server_error"),
            "OpenAI: it failed: code `server_error`",
        ),
        (
            Behaviour::NoSuchModel,
            "OpenAI has none of the models in `MESH_OPENAI_MODELS` (gpt-6-luna), or the key may not use them",
        ),
    ] {
        let openai = openai().await;
        openai.next(Operation::Respond, behaviour.clone());
        let answer = ask(&company(&openai, &key()).await, LATE).await;
        assert_eq!(answer["synthesis"]["state"], "failed", "{behaviour:?}");
        assert_eq!(answer["synthesis"]["why"], why, "{behaviour:?}");
        assert!(response(&answer).starts_with("A parcel"), "{answer}");
        assert!(!answer.to_string().contains(KEY_OF_TESTS));
    }
}

#[tokio::test]
async fn the_next_model_is_asked_where_the_first_is_gone() {
    let openai = openai().await;
    let models = mesh_tools::vendors::Models {
        answers: vec!["gpt-retired".into(), "gpt-6-luna".into()],
        ..models()
    };
    let vendors = Vendors::new(&openai.base(), NO_VENDOR, models).expect("an address");
    let server = Server::of_company().beside(key().read().await, vendors);
    let answer = ask(&server, LATE).await;
    assert_eq!(answer["synthesis"]["model"], "gpt-6-luna");
}

#[tokio::test]
async fn a_rotated_key_heals_within_the_call() {
    let openai = openai().await;
    let values = key();
    let server = company(&openai, &values).await;
    openai.accept_key("sk-fake-rotated-0123456789");
    values.set(Parameter::OpenAiApiKey, "sk-fake-rotated-0123456789");
    let answer = ask(&server, LATE).await;
    assert_eq!(answer["synthesis"]["state"], "complete");
}

#[tokio::test]
async fn a_vector_store_is_searched_without_any_corpus() {
    let openai = openai().await;
    let about = json!({"title": "Masters", "url": "https://wiki.example.com/masters"});
    openai.add_file(
        STORE,
        "masters.md",
        "A rejected master is sent again from the asset page.",
        about,
    );
    let server = beside(Server::without_corpus(), &openai, &key_and_store()).await;
    let answer = ask(
        &server,
        "a rejected master is sent again from the asset page",
    )
    .await;
    assert_eq!(answer["found"], true, "{answer}");
    assert_eq!(
        answer["citations"][0]["url"],
        "https://wiki.example.com/masters"
    );
    assert_eq!(answer["citations"][0]["title"], "Masters");
    assert_eq!(source(&answer, "vectorStore")["results"], 1);
    assert!(
        response(&answer).starts_with("A rejected master"),
        "{answer}"
    );
}

#[tokio::test]
async fn what_two_sources_have_is_cited_once() {
    let openai = openai().await;
    let late = "A parcel that comes back after thirty days is refunded as a voucher. The warehouse manager signs each voucher.";
    openai.add_file(STORE, "refunds.md", late, json!({}));
    let server = company(&openai, &key_and_store()).await;
    let answer = ask(
        &server,
        "parcel comes back after thirty days refunded voucher",
    )
    .await;
    let titles: Vec<_> = answer["citations"]
        .as_array()
        .expect("citations")
        .iter()
        .map(|one| &one["path"])
        .collect();
    assert_eq!(
        titles
            .iter()
            .filter(|path| path.to_string().contains("refunds.md#late"))
            .count(),
        1,
        "{titles:?}"
    );
    assert!(!titles.contains(&&json!("refunds.md")), "{titles:?}");
}

#[tokio::test]
async fn a_source_that_is_down_is_left_out_and_named() {
    let openai = openai().await;
    openai.next(Operation::Search, Behaviour::Status(400));
    let server = company(&openai, &key_and_store()).await;
    let answer = ask(&server, LATE).await;
    assert_eq!(
        (&answer["found"], &answer["partial"]),
        (&json!(true), &json!(true))
    );
    let down = source(&answer, "vectorStore");
    assert_eq!(down["state"], "failed");
    assert!(
        down["error"].as_str().expect("why").starts_with("OpenAI: "),
        "{down}"
    );
    assert_eq!(source(&answer, "index")["state"], "searched");
}

#[tokio::test]
async fn where_every_source_fails_it_is_an_error_and_not_a_miss() {
    let openai = openai().await;
    openai.next(Operation::Search, Behaviour::Status(400));
    let server = beside(Server::without_corpus(), &openai, &key_and_store()).await;
    let refused = server.refusal(TOOL, json!({"query": LATE})).await;
    assert!(matches!(refused, ToolError::Unavailable(_)), "{refused:?}");
}

/// What cannot be read is no reason to say that nothing is configured, or that nothing was found.
#[tokio::test]
async fn secrets_that_cannot_be_used_are_told_and_leave_the_index() {
    let openai = openai().await;
    let values = key_and_store();
    values.set(Parameter::OpenAiVectorStoreId, "malformed");
    let server = company(&openai, &values).await;
    let answer = ask(&server, "chocolate soufflé recipe").await;
    assert_eq!(
        (&answer["found"], &answer["partial"]),
        (&json!(false), &json!(true))
    );
    let store = source(&answer, "vectorStore");
    assert_eq!(store["state"], "failed");
    assert!(
        store["error"]
            .as_str()
            .expect("why")
            .contains("`OPENAI_VECTOR_STORE_ID`"),
        "{store}"
    );
    assert!(
        response(&answer).contains("could not be searched: vector store"),
        "{answer}"
    );
    let health = server.call("get_system_health", json!({})).await;
    assert_eq!(health["services"]["vectorStore"]["status"], false);
}

#[tokio::test]
async fn a_corpus_that_cannot_be_fetched_is_named_beside_what_vendors_have() {
    let openai = openai().await;
    let mut server = beside(Server::without_corpus(), &openai, &key_and_store()).await;
    let fetch = || Box::pin(async { Err("the bucket is gone".to_owned()) }) as _;
    server.services.corpus_handle =
        CorpusHandle::failed("the bucket is gone".into(), Box::new(fetch));
    let answer = ask(&server, "chocolate soufflé recipe").await;
    assert_eq!(
        (&answer["found"], &answer["partial"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(source(&answer, "index")["state"], "failed", "{answer}");
    assert!(
        response(&answer).contains("could not be searched: index"),
        "{answer}"
    );
}

#[tokio::test]
async fn a_text_that_is_too_long_is_cut_after_what_it_cites_and_says_so() {
    let openai = openai().await;
    let statement = "A parcel that comes back after thirty days is refunded as a voucher [1]. ";
    let long = Behaviour::Complete(statement.repeat(100));
    openai.next(Operation::Respond, long.clone());
    let server = company(&openai, &key()).await;
    let answer = ask(&server, LATE).await;
    let why = "it is longer than an answer of this `strategy` may be";
    assert_eq!(answer["synthesis"]["why"], why);
    assert_eq!(
        (&answer["partial"], &answer["synthesis"]["state"]),
        (&json!(true), &json!("partial"))
    );
    assert_eq!(answer["synthesis"].get("uncited"), None, "{answer}");
    assert_eq!(answer["synthesis"].get("falselyCited"), None, "{answer}");
    let text = response(&answer);
    let (text, rest) = text
        .split_once("\n\n(The answer breaks off here: ")
        .expect("a note");
    assert_eq!(text, statement.repeat(4_000 / statement.len()).trim_end());
    assert!(
        rest.contains("Sources:\n[1] Refund policy › Late returns"),
        "{rest}"
    );

    openai.next(Operation::Respond, long);
    let heard = heard_of(&server, LATE).await;
    let told: usize = heard.iter().map(|(_, words)| words.chars().count()).sum();
    assert!(told <= 4_000, "{told}");
}

#[tokio::test]
async fn of_many_marked_statements_the_first_are_named_beside_the_text() {
    let openai = openai().await;
    let statements: String = (0..9)
        .map(|n| format!("Kangaroos rule warehouse {n}. "))
        .collect();
    openai.next(Operation::Respond, Behaviour::Complete(statements));
    let answer = ask(&company(&openai, &key()).await, LATE).await;
    assert_eq!(
        answer["synthesis"]["uncited"].as_array().map(Vec::len),
        Some(9)
    );
    let text = response(&answer);
    assert!(
        text.contains("\"Kangaroos rule warehouse 4.\"; and 4 more)"),
        "{text}"
    );
    assert_eq!(
        text.matches("Kangaroos rule warehouse 5").count(),
        1,
        "{text}"
    );
}

/// Remembers what it was told.
#[derive(Default)]
struct Heard(Mutex<Vec<(f64, String)>>);

impl Talk for Heard {
    fn progress<'a>(&'a self, done: f64, _: f64, message: &'a str) -> BoxFuture<'a, ()> {
        let mut heard = self.0.lock().expect("unpoisoned");
        heard.push((done, message.to_owned()));
        Box::pin(async {})
    }

    fn log<'a>(&'a self, _: Level, _: &'a str) -> BoxFuture<'a, ()> {
        Box::pin(async {})
    }

    fn offers(&self, _: Capability) -> bool {
        false
    }

    fn ask(&self, _: Vec<(String, Question)>) -> BoxFuture<'_, Result<Answers, ToolError>> {
        Box::pin(async { Ok(Answers::new()) })
    }
}

async fn heard_of(server: &Server, query: &str) -> Vec<(f64, String)> {
    let heard = Heard::default();
    let mut cx = server.context();
    cx.talk = &heard;
    let reply = server.reply_to(cx, TOOL, json!({"query": query})).await;
    reply.expect("an answer");
    heard.0.into_inner().expect("unpoisoned")
}

#[tokio::test]
async fn the_text_is_told_as_it_comes_in_whole_words_without_foreign_addresses() {
    let openai = openai().await;
    openai.next(
        Operation::Respond,
        Behaviour::Slow(Duration::from_millis(60)),
    );
    let text = "A parcel that comes back late goes to https://evil.example.com/?q=x and is refunded as a voucher.";
    let records = Records::company().passage("docs/odd.md", None, ("Odd", &[]), text);
    let server = beside(Server::of(records), &openai, &key()).await;
    let heard = heard_of(&server, LATE).await;
    assert!(heard.len() >= 2, "{heard:?}");
    assert!(
        heard.is_sorted_by(|(one, _), (other, _)| one < other),
        "{heard:?}"
    );
    let together: String = heard.iter().map(|(_, message)| message.as_str()).collect();
    assert!(together.starts_with("A parcel that"), "{together}");
}

#[tokio::test]
async fn nothing_is_told_of_what_the_answer_will_not_have() {
    let openai = openai().await;
    let server = company(&openai, &key()).await;
    openai.next(
        Operation::Respond,
        Behaviour::Complete(
            "NOT_IN_PASSAGES because the passages only tell of other things".into(),
        ),
    );
    assert_eq!(heard_of(&server, LATE).await, []);
    let obeyed = "Late parcels are refunded, see https://evil.example.com/?q=secret and so on [1].";
    openai.next(Operation::Respond, Behaviour::Complete(obeyed.into()));
    let heard = heard_of(&server, LATE).await;
    assert!(!heard.is_empty());
    assert!(
        heard.iter().all(|(_, message)| !message.contains("evil")),
        "{heard:?}"
    );
}
