//! Whether what the server searches can be searched: each probe reads something that was indexed and finds it again.

use std::time::Instant;

use mesh_index::corpus::CorpusFault;
use mesh_index::vectors::VectorsError;
use mesh_index::{
    CodeFilter, CommitFilter, Corpus, Found, Kind, MailFilter, OpenError, Query, Record,
    SearchError, TicketFilter,
};

use crate::context::Context;
use crate::error::ToolError;
use crate::needs::Needs;
use crate::retrieval::{DATABASE, VECTOR_STORE};
use crate::system::health::Service;

/// Opens the corpus's folder again: a corpus held open goes on answering from files that are no longer there.
pub(super) async fn corpus(cx: &Context<'_>) -> Service {
    let started = Instant::now();
    let left = cx.request.deadline.remaining(started);
    let underway = cx.services.corpus_handle.underway_since();
    if underway.is_some_and(|since| started.saturating_duration_since(since) >= left) {
        // A probe before has waited for it.
        let error = "the corpus is still being fetched; ask again later";
        return service(started, Some(error.to_owned()));
    }
    if let Some(note) = replaced(cx) {
        return Service {
            status: None,
            note: Some(note),
            ..service(started, None)
        };
    }
    if let Err(error) = cx
        .services
        .provide(Needs::ANY_CORPUS, cx.request.deadline)
        .await
    {
        return service(started, Some(error.to_string()));
    }
    let verified = timed(cx, |corpus| {
        Ok(corpus.verify().map_err(|error| advice(&error)))
    });
    Service {
        fingerprint: cx.services.corpus().map(Corpus::fingerprint),
        ..verified.await
    }
}

/// What is searched in the place of a corpus, where none was asked for.
pub(super) fn replaced(cx: &Context<'_>) -> Option<String> {
    let handle = &cx.services.corpus_handle;
    if handle.corpus().is_some() || handle.is_awaited() {
        return None;
    }
    let database = cx.vendors_with(DATABASE).map(|_| "the database");
    let store = cx.vendors_with(VECTOR_STORE).map(|_| "the vector store");
    let several: Vec<_> = database.into_iter().chain(store).collect();
    match several.is_empty() {
        false => Some(format!(
            "no corpus is configured: searches are made in {}",
            several.join(" and ")
        )),
        true => cx
            .services
            .has_upstreams
            .then(|| "no corpus is configured: this server has no documents of its own".to_owned()),
    }
}

/// Whether every parameter that is needed is there; nothing where none is.
pub(super) async fn secrets(cx: &Context<'_>) -> Option<Service> {
    let started = Instant::now();
    let secrets = &cx.services.secrets;
    if secrets.is_broken() {
        // What went wrong is among the faults.
        let _ = secrets.read(cx.request.deadline).await;
    }
    let faults = secrets.faults()?;
    let error = (!faults.is_empty()).then(|| faults.join("; "));
    Some(service(started, error))
}

/// Searches for something of the kind that is known to be there.
pub(super) async fn kind(cx: &Context<'_>, kind: Kind) -> Service {
    let service = timed(cx, move |corpus| {
        let found = find_again(corpus, kind)?;
        Ok(found
            .then_some(())
            .ok_or("what was indexed is not found again; run `mesh index` again"))
    })
    .await;
    let corpus = cx.services.corpus();
    let count = corpus.and_then(|corpus| corpus.count(kind));
    Service {
        documents: count.map(|count| count.documents),
        passages: count.map(|count| count.passages),
        ..service
    }
}

/// Whether the vectors beside the corpus are of use, and for how many passages; nothing where there are none.
pub(super) async fn vectors(cx: &Context<'_>) -> Option<Service> {
    let started = Instant::now();
    let probed = cx.search(|corpus| Ok(corpus.vectors())).await;
    match probed {
        Ok(Ok(passages)) => passages.map(|passages| Service {
            passages: Some(passages),
            ..service(started, None)
        }),
        Ok(Err(error)) => Some(service(started, Some(without_path(&error).to_owned()))),
        // What is wrong with the corpus itself is told of that.
        Err(_) => None,
    }
}

async fn timed(
    cx: &Context<'_>,
    probe: impl FnOnce(&Corpus) -> Result<Result<(), &'static str>, SearchError> + Send + 'static,
) -> Service {
    let started = Instant::now();
    let fault = match cx.search(probe).await {
        Ok(Ok(())) => None,
        Ok(Err(fault)) => Some(fault.to_owned()),
        Err(ToolError::Internal) => {
            Some("it cannot be read; run `mesh index` again (the log has the reason)".to_owned())
        }
        Err(error) => Some(error.to_string()),
    };
    service(started, fault)
}

pub(super) fn service(started: Instant, error: Option<String>) -> Service {
    Service {
        status: Some(error.is_none()),
        latency: (started.elapsed().as_secs_f64() * 10_000.0).round() / 10.0,
        error,
        note: None,
        documents: None,
        passages: None,
        fingerprint: None,
    }
}

/// Without the folder's name: health may be read by those who need not know it.
fn advice(error: &OpenError) -> &'static str {
    tracing::error!(%error, "the corpus cannot be opened again");
    match error {
        OpenError::Missing(_) => "the corpus's folder is gone or empty; run `mesh index` again",
        OpenError::NotACorpus(_) => {
            "the corpus's folder holds something else; run `mesh index` again"
        }
        OpenError::Incompatible {
            found, expected, ..
        } if found > expected => "the corpus was written by a newer version; run that version",
        OpenError::Incompatible { .. } => {
            "the corpus was written by an older version; run `mesh index` of this one"
        }
        OpenError::Broken(CorpusFault::Io { .. }) => {
            "the corpus cannot be read; see to its folder and the disk it is on"
        }
        OpenError::Broken(CorpusFault::Damage(_)) => {
            "the corpus is damaged; delete it and run `mesh index` again"
        }
    }
}

fn without_path(error: &VectorsError) -> &'static str {
    match error {
        VectorsError::Io { .. } | VectorsError::Index(_) => {
            "the vectors cannot be read (the log has the reason), questions are answered by words alone; run `mesh index --vectors`"
        }
        VectorsError::Damaged(_) => {
            "the vectors are damaged, questions are answered by words alone; run `mesh index --vectors`"
        }
        VectorsError::OtherModel(_) => {
            "the vectors are of another model than the one beside them, questions are answered by words alone; run `mesh index --vectors`"
        }
        VectorsError::Model { .. } => {
            "the model of the vectors is damaged or of another version, questions are answered by words alone; run `mesh index --vectors`"
        }
    }
}

fn find_again(corpus: &Corpus, kind: Kind) -> Result<bool, SearchError> {
    match corpus.sample(kind)? {
        Some(Record::Knowledge(passage)) => {
            found(&passage.text, |query| corpus.search_knowledge(query))
        }
        Some(Record::Ticket(ticket)) => found(&ticket.summary, |query| {
            corpus.search_tickets(query, &TicketFilter::default())
        }),
        Some(Record::Commit(commit)) => found(&commit.message, |query| {
            corpus.search_commits(query, &CommitFilter::default())
        }),
        Some(Record::Code(passage)) => found(&passage.text, |query| {
            corpus.search_code(query, &CodeFilter::default())
        }),
        Some(Record::Mail(mail)) => found(&mail.text, |query| {
            corpus.search_mail(query, &MailFilter::default())
        }),
        None => Ok(false),
    }
}

/// Enough words that one of them is sure to be searchable.
const PROBE_CHARACTERS: usize = 300;

fn found<T>(
    text: &str,
    search: impl FnOnce(&Query<'_>) -> Result<Found<T>, SearchError>,
) -> Result<bool, SearchError> {
    let text: String = text.chars().take(PROBE_CHARACTERS).collect();
    // Nothing but signs: reading it was the probe.
    if !text.contains(char::is_alphanumeric) {
        return Ok(true);
    }
    let found = search(&Query {
        text: &text,
        limit: 1,
        threshold: 0.0,
    })?;
    Ok(!found.hits.is_empty())
}
