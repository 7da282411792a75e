//! A company's corpus in a temporary folder, and what a server does around a call.

mod records;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mesh_core::{Caller, Deadline, Host, Metrics, RequestContext};
use mesh_index::run::{NoProgress, Plan, index};
use mesh_index::store::{Link, Source, SourceKind, Writer};
use mesh_index::{Corpus, Kind, Record};
use mesh_tools::admission::Admission;
use mesh_tools::ask::Silent;
use mesh_tools::changes::Changes;
use mesh_tools::prompt::{Given, Message};
use mesh_tools::registry::CATALOG;
use mesh_tools::reply::{Body, Content};
use mesh_tools::resource::Named;
use mesh_tools::{
    Block, Context, CorpusHandle, Reply, Secrets, Services, ToolError, Vendors, View,
};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) use records::Records;

pub(crate) struct Server {
    pub(crate) services: Services,
    pub(crate) view: View,
    pub(crate) folder: Option<TempDir>,
}

impl Server {
    /// Everything of [`Records::company`] indexed.
    pub(crate) fn of_company() -> Self {
        Self::of(Records::company())
    }

    /// The same, read from a working directory whose sources people find at `example`.
    pub(crate) fn of_linked_company() -> Self {
        Self::made(|folder| write(folder, Records::company(), &linked()))
    }

    pub(crate) fn of(records: Records) -> Self {
        let sources = KINDS.map(|kind| (kind, kind.as_str(), None));
        Self::made(|folder| write(folder, records, &sources))
    }

    fn made(write: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        write(folder.path());
        let corpus = Corpus::open(folder.path()).expect("a corpus");
        Self::with(services(Some(corpus)), Some(folder))
    }

    /// Over documents that `mesh index` reads: a name and a text each.
    pub(crate) fn of_documents(documents: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let docs = home.path().join("docs");
        std::fs::create_dir(&docs).expect("a folder");
        for (name, text) in documents {
            std::fs::write(docs.join(name), text).expect("a written file");
        }
        let plan = Plan {
            knowledge: vec![docs],
            ..Plan::default()
        };
        Self::made(|folder| {
            index(folder, &plan, &mut NoProgress).expect("a run");
        })
    }

    fn with(services: Services, folder: Option<TempDir>) -> Self {
        Self {
            view: CATALOG.view(&services),
            services,
            folder,
        }
    }

    pub(crate) fn without_corpus() -> Self {
        Self::with(services(None), None)
    }

    /// One more over the same corpus, which lives as long as this one.
    pub(crate) fn another(&self) -> Self {
        Self::with(services(self.services.corpus().cloned()), None)
    }

    /// The same, beside vendors.
    pub(crate) fn beside(mut self, secrets: Secrets, vendors: Vendors) -> Self {
        self.services.secrets = secrets;
        self.services.vendors = Some(vendors);
        Self::with(self.services, self.folder)
    }

    pub(crate) fn linked_to(mut self, site: &str) -> Self {
        self.services.jira_base_url = Some(site.to_owned());
        self
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.as_ref().expect("a corpus was written").path()
    }

    pub(crate) fn context(&self) -> Context<'_> {
        self.context_for(Duration::from_secs(20))
    }

    pub(crate) fn context_for(&self, budget: Duration) -> Context<'_> {
        let request = RequestContext {
            caller: Caller::Local,
            id: None,
            trace: None,
            deadline: Deadline::after(Instant::now(), budget),
        };
        Context::new(request, &self.services, &self.view, &Silent)
    }

    pub(crate) async fn reply(&self, tool: &str, arguments: Value) -> Result<Reply, ToolError> {
        self.reply_to(self.context(), tool, arguments).await
    }

    pub(crate) async fn reply_to<'a>(
        &'a self,
        cx: Context<'a>,
        tool: &str,
        arguments: Value,
    ) -> Result<Reply, ToolError> {
        let permit = self.view.permit(tool).expect("the tool is listed");
        permit.call(arguments, cx).await
    }

    /// What the tool answers; also checks that the text is the same JSON, without blanks.
    pub(crate) async fn call(&self, tool: &str, arguments: Value) -> Value {
        let reply = self.reply(tool, arguments).await.expect("an answer");
        let structured = reply.structured.expect("structured content");
        let text = serde_json::to_string(&structured).expect("JSON");
        assert_eq!(reply.blocks.first(), Some(&Block::Text(text)));
        structured
    }

    pub(crate) async fn refusal(&self, tool: &str, arguments: Value) -> ToolError {
        self.reply(tool, arguments).await.expect_err("a refusal")
    }

    pub(crate) async fn read(&self, uri: &str) -> Result<String, ToolError> {
        let fixed = CATALOG
            .resources
            .iter()
            .find(|resource| resource.uri == uri);
        let (read, named) = match fixed {
            Some(resource) => (resource.read, Named::default()),
            None => CATALOG
                .templates
                .iter()
                .find_map(|template| Some((template.read, template.named_in(uri)?)))
                .expect("a resource of that address"),
        };
        read(self.context(), named).await.map(text)
    }

    pub(crate) async fn read_json(&self, uri: &str) -> Value {
        let text = self.read(uri).await.expect("content");
        serde_json::from_str(&text).expect("JSON")
    }

    pub(crate) async fn prompt(
        &self,
        name: &str,
        argument: &str,
        value: &str,
    ) -> Result<String, ToolError> {
        let prompt = CATALOG
            .prompts
            .iter()
            .find(|prompt| prompt.name == name)
            .expect("the prompt is listed");
        let given = [(argument.to_owned(), value.to_owned())].into();
        let given = Given::check(prompt, given)?;
        let messages = (prompt.render)(self.context(), &given).await?;
        let [
            Message {
                block: Block::Text(text),
                ..
            },
        ] = messages.as_slice()
        else {
            panic!("one message of text, not {messages:?}");
        };
        Ok(text.clone())
    }
}

fn services(corpus: Option<Corpus>) -> Services {
    Services {
        corpus_handle: corpus.map(CorpusHandle::open).unwrap_or_default(),
        secrets: Secrets::none(),
        metrics: Arc::new(Metrics::new(Instant::now())),
        admission: Admission::default(),
        changes: Changes::new(),
        vendors: None,
        jira_base_url: None,
        voice: mesh_tools::voice::VoiceSettings::default(),
        name: "aoma-mesh-mcp".to_owned(),
        environment: "test".to_owned(),
        host: Host::Process,
        has_upstreams: false,
    }
}

fn text(content: Content) -> String {
    match content.body {
        Body::Text(text) => text,
        Body::Blob(_) => panic!("text was expected"),
    }
}

const KINDS: [SourceKind; 5] = [
    SourceKind::Knowledge,
    SourceKind::Code,
    SourceKind::Git,
    SourceKind::Mail,
    SourceKind::Tickets,
];

/// A source's kind and path, and where people open what it holds.
type At = (SourceKind, &'static str, Option<&'static str>);

fn linked() -> [At; 5] {
    KINDS.map(|kind| {
        let link = match kind {
            SourceKind::Knowledge => "https://docs.example",
            SourceKind::Code => "https://git.example/shop/blob/main",
            SourceKind::Git => "https://git.example/shop",
            SourceKind::Mail => "https://lists.example/{}/",
            SourceKind::Tickets => "https://jira.example",
        };
        (kind, ".", Some(link))
    })
}

fn write(folder: &Path, records: Records, named: &[At]) {
    let mut writer = Writer::open(folder, None).expect("a writer");
    let source = |(kind, path, _): &At| Source {
        kind: *kind,
        path: (*path).to_owned(),
    };
    let sources: Vec<Source> = named.iter().map(source).collect();
    writer.set_sources(sources.clone());
    for (source, (_, _, link)) in sources.iter().zip(named) {
        let link = link.map(|link| Link::parse(link).expect("an address"));
        writer.set_link(source, link);
    }
    for (path, records) in records.by_path() {
        let source = source_of(&sources, &records);
        writer
            .put_file(source, &path, "1", records)
            .expect("written");
    }
    writer.commit().expect("committed");
}

fn source_of<'s>(sources: &'s [Source], records: &[Record]) -> &'s Source {
    let kind: Kind = records[0].kind();
    sources
        .iter()
        .find(|source| source.kind.records() == kind)
        .expect("a source of each kind")
}
