//! Every fault of a vendor, wherever one is asked: the answer comes in time, says what happened, and gives nothing away.

mod table;

use std::time::{Duration, Instant};

use futures::StreamExt as _;
use futures::future::BoxFuture;
use mesh_core::Parameter;
use mesh_fakes::openai::{Behaviour, FakeOpenAi, Operation};
use mesh_fakes::postgrest::{Answer, PostgRest};
use mesh_tools::ToolError;
use serde_json::{Value, json};

use crate::support::Server;
use crate::vendors::{KEY_OF_TESTS, STORE, Values, beside, key, key_and_store, openai};
use table::{Fault, Told, of_a_search, of_the_database, of_the_response};

const BUDGET: Duration = Duration::from_secs(3);
const QUESTION: &str = "what happens to a parcel that comes back late?";
const ROTATED_KEY: &str = "sk-fake-rotated-0123456789";
const DATABASE_KEY: &str = "sb_secret_0123456789abcdef";
const ROTATED_DATABASE_KEY: &str = "sb_secret_rotated_0123456789";
const MATCH: &str = "rpc/match_aoma_vectors";
const LATE: &str = "A parcel that comes back late is refunded as a voucher.";
/// What the fakes say of a fault, as the real ones do: it may quote what was sent.
const VENDORS_WORDS: [&str; 4] = ["Not now", "Too much was asked", "It went wrong", "a hint"];

/// All the vendors of one server.
struct Vendors {
    openai: FakeOpenAi,
    database: PostgRest,
    values: Values,
}

impl Vendors {
    async fn start() -> Self {
        let (openai, database) = (openai().await, PostgRest::start().await);
        openai.add_file(STORE, "late.md", LATE, json!({}));
        database.answer(MATCH, [rows()]);
        let values = key_and_store();
        values.set(Parameter::SupabaseUrl, database.url());
        values.set(Parameter::SupabaseServiceRoleKey, DATABASE_KEY);
        Self {
            openai,
            database,
            values,
        }
    }

    /// Only what this source is asked with.
    fn alone(mut self, source: &str) -> Self {
        self.values = match source {
            "vectorStore" => key_and_store(),
            _ => {
                let values = key();
                values.set(Parameter::SupabaseUrl, self.database.url());
                values.set(Parameter::SupabaseServiceRoleKey, DATABASE_KEY);
                values
            }
        };
        self
    }

    fn fail(&self, fault: &Fault) {
        match fault {
            Fault::Does(operation, behaviour) => {
                // Once for each time that it may be asked.
                for _ in 0..3 {
                    self.openai.next(*operation, behaviour.clone());
                }
            }
            Fault::Answers(answers) => self.database.answer(MATCH, answers.clone()),
            Fault::Rotated(Parameter::OpenAiApiKey) => {
                self.openai.accept_key(ROTATED_KEY);
                self.values.set(Parameter::OpenAiApiKey, ROTATED_KEY);
            }
            Fault::Rotated(parameter) => {
                self.values.set(*parameter, ROTATED_DATABASE_KEY);
                let refused = Answer::fault(401, "PGRST301", "JWT expired");
                self.database.answer(MATCH, [refused, rows()]);
            }
            Fault::Revoked => self.openai.accept_key(ROTATED_KEY),
        }
    }

    /// Asserts that words from the server hold nothing of what only the two of them know.
    fn assert_kept(&self, words: &str, fault: &Fault) {
        let of_openai = self.openai.base().replace("http://", "");
        let of_database = self.database.url().replace("http://", "");
        let keys = [
            KEY_OF_TESTS,
            ROTATED_KEY,
            DATABASE_KEY,
            ROTATED_DATABASE_KEY,
        ];
        let addresses = ["127.0.0.1", of_openai.as_str(), of_database.as_str()];
        for secret in keys.iter().chain(&addresses).chain(&VENDORS_WORDS) {
            assert!(!words.contains(secret), "{fault:?}: `{secret}` in {words}");
        }
    }
}

fn rows() -> Answer {
    let row = json!({
        "id": "1", "content": LATE, "created_at": null, "metadata": {}, "similarity": 0.7, "source_id": "late.md",
        "source_type": "knowledge",
    });
    Answer::json(200, &json!([row]))
}

/// Asks, and asserts that it takes no longer than it may.
async fn ask(server: Server, vendors: &Vendors, fault: &Fault) -> Result<Value, ToolError> {
    let server = beside(server, &vendors.openai, &vendors.values).await;
    vendors.fail(fault);
    let started = Instant::now();
    let cx = server.context_for(BUDGET);
    let arguments = json!({"query": QUESTION});
    let reply = server.reply_to(cx, "query_aoma_knowledge", arguments).await;
    let took = started.elapsed();
    assert!(took < BUDGET, "{fault:?} took {took:?}");
    let structured = reply.map(|reply| reply.structured.expect("content"));
    let words = match &structured {
        Ok(answer) => answer.to_string(),
        Err(error) => format!("{error} {error:?}"),
    };
    vendors.assert_kept(&words, fault);
    structured
}

/// The states of the sources in the order in which they are told, and why one was left out.
fn sources(answer: &Value) -> (Vec<(&str, &str)>, String) {
    let text =
        |value: &'static str| move |source: &Value| source[value].as_str().map(str::to_owned);
    let all = answer["sources"].as_array().expect("sources");
    let states = all.iter().map(|source| {
        let name = source["name"].as_str().expect("a name");
        (name, source["state"].as_str().expect("a state"))
    });
    (
        states.collect(),
        all.iter().filter_map(text("error")).collect(),
    )
}

async fn check_response(company: &Server, fault: Fault, (state, why): Told) {
    let vendors = Vendors::start().await;
    let answer = ask(company.another(), &vendors, &fault).await;
    let answer = answer.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
    let synthesis = &answer["synthesis"];
    assert_eq!(synthesis["state"], state, "{fault:?}: {answer}");
    assert_told(synthesis["why"].as_str().unwrap_or(""), why, &fault);
    assert_eq!(answer["found"], true, "{fault:?}: {answer}");
    let response = answer["response"].as_str().expect("a response");
    assert!(
        response.contains("A parcel that comes back"),
        "{fault:?}: {response}"
    );
}

/// One source fails of three: the others make the answer.
async fn check_source(company: &Server, name: &str, fault: Fault, (state, why): Told) {
    let vendors = Vendors::start().await;
    let answer = ask(company.another(), &vendors, &fault).await;
    let answer = answer.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
    let (states, error) = sources(&answer);
    let expected = ["index", "database", "vectorStore"]
        .map(|one| (one, if one == name { state } else { "searched" }));
    assert_eq!(states, expected, "{fault:?}: {answer}");
    assert_told(&error, why, &fault);
    assert_eq!(answer["partial"] == true, !why.is_empty(), "{fault:?}");
    assert_eq!(answer["synthesis"]["state"], "complete", "{fault:?}");
}

/// It is all there is: then it is an error, and no miss.
async fn check_alone(name: &str, fault: Fault, (state, why): Told) {
    let vendors = Vendors::start().await.alone(name);
    let refused = ask(Server::without_corpus(), &vendors, &fault).await;
    let Err(error) = refused else {
        panic!("{fault:?}: {refused:?}");
    };
    let kind = match state {
        "late" => "deadline_exceeded",
        _ => "unavailable",
    };
    assert_eq!(error.kind(), kind, "{fault:?}: {error}");
    assert_told(&error.to_string(), why, &fault);
}

fn assert_told(told: &str, why: &str, fault: &Fault) {
    assert!(told.contains(why), "{fault:?}: `{why}` not in `{told}`");
    assert_eq!(told.is_empty(), why.is_empty(), "{fault:?}: {told}");
}

#[tokio::test]
async fn every_fault_of_a_vendor_is_told_in_time_and_gives_nothing_away() {
    let company = Server::of_company();
    let company = &company;
    let mut checks: Vec<BoxFuture<'_, ()>> = Vec::new();
    for (fault, told) in of_the_response() {
        checks.push(Box::pin(check_response(company, fault, told)));
    }
    let sources = [
        ("vectorStore", of_a_search(Operation::Search)),
        ("database", of_a_search(Operation::Embed)),
        ("database", of_the_database()),
    ];
    for (name, faults) in sources {
        for (fault, told) in faults {
            checks.push(Box::pin(check_alone(name, fault.clone(), told)));
            checks.push(Box::pin(check_source(company, name, fault, told)));
        }
    }
    for parameter in [Parameter::OpenAiApiKey, Parameter::SupabaseServiceRoleKey] {
        let rotated = Fault::Rotated(parameter);
        checks.push(Box::pin(check_source(company, "", rotated, ("", ""))));
    }
    for name in ["vectorStore", "database"] {
        let told = ("failed", "it has to be renewed");
        checks.push(Box::pin(check_alone(name, Fault::Revoked, told)));
    }
    // A few at once: most of the time is waited.
    let checked = futures::stream::iter(checks).buffer_unordered(8);
    checked.collect::<()>().await;
}

#[tokio::test]
async fn a_vendor_that_goes_on_failing_is_left_alone_and_the_metrics_tell() {
    let vendors = Vendors::start().await.alone("vectorStore");
    for _ in 0..20 {
        vendors
            .openai
            .next(Operation::Search, Behaviour::Status(500));
    }
    let server = beside(Server::without_corpus(), &vendors.openai, &vendors.values).await;
    let circuit = || {
        let now = server.services.metrics.snapshot(Instant::now());
        now.circuits_open.get("openai").copied()
    };
    assert_eq!(circuit(), None);
    let question = json!({"query": QUESTION});
    // A question is asked twice where the first try failed; five failures in a row open the breaker.
    for _ in 0..3 {
        server
            .refusal("query_aoma_knowledge", question.clone())
            .await;
    }
    let refused = server.refusal("query_aoma_knowledge", question).await;
    assert!(
        refused.to_string().contains("is not asked for"),
        "{refused}"
    );
    assert_eq!(circuit(), Some(true));
}
