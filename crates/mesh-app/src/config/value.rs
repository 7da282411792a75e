//! What the text of a setting must be, each with the law it follows.

use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;

use mesh_core::{Host, Parameter, Secret};
use mesh_doors::jwt::Algorithm;
use mesh_gateway::discover::Source;
use mesh_gateway::{Hops, LockMode};
use mesh_http::secure_address;
use mesh_index::analysis::{Language, language_names, parse_language};
use tracing_subscriber::filter::{LevelFilter, Targets};

use super::choice::{AuditTo, CredentialsAt, MeasuresBy, PolicyAt, SecretsFrom, Switch};
use super::reader::Reader;
use super::setting::Setting;

/// Whose measurements are asked for where nobody says it: the production that infra/ makes.
pub(super) const FUNCTION: &str = "aoma-mesh-mcp-server";

type Read<T> = Result<T, String>;

/// The text, where it is what is wanted.
fn text_if(is_legal: bool, text: &str, wanted: &str) -> Read<String> {
    is_legal
        .then(|| text.to_owned())
        .ok_or_else(|| wanted.to_owned())
}

fn is_made_of(text: &str, marks: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_alphanumeric() || marks.contains(c))
}

fn is_small(text: &str) -> bool {
    is_made_of(text, "-") && !text.contains(|c: char| c.is_ascii_uppercase())
}

/// What is in a package was looked at before it was deployed, and is not written down anew.
pub(super) fn lock(reader: &mut Reader<'_>, setting: &'static Setting) -> LockMode {
    const MODES: [(&str, LockMode); 3] = [
        ("record", LockMode::Record),
        ("enforce", LockMode::Enforce),
        ("off", LockMode::Off),
    ];
    let mode = reader.optional(setting, setting.one_of(MODES));
    if reader.host == Host::Lambda && mode == Some(LockMode::Record) {
        reader.fault("`MESH_LOCK` cannot be `record` on Lambda, where nothing can be written beside the file: use `enforce`");
    }
    mode.unwrap_or(match reader.host {
        Host::Lambda => LockMode::Enforce,
        Host::Process => LockMode::Record,
    })
}

/// RFC 1123, a label.
pub(super) fn cluster_namespace(text: &str) -> Read<String> {
    let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_label = (1..=63).contains(&text.len()) && text.chars().all(known);
    text_if(
        is_label,
        text,
        "a name of at most 63 characters of `a-z 0-9 -`",
    )
}

/// `MESH_HOPS`, as the server that started this one has written it.
pub(super) fn hops(text: &str) -> Read<Hops> {
    text.parse()
        .map_err(|_| "what a server of ours sets for those that it starts: leave it out".to_owned())
}

pub(super) const SOURCES: [(&str, Source); Source::ALL.len()] = {
    let mut words = [("", Source::ALL[0]); Source::ALL.len()];
    let mut nth = 0;
    while nth < words.len() {
        words[nth] = (Source::ALL[nth].as_str(), Source::ALL[nth]);
        nth += 1;
    }
    words
};

/// Megabytes for the processes of other servers.
pub(super) fn children(reader: &mut Reader<'_>, setting: &'static Setting) -> u64 {
    const USUAL: u64 = 512;
    let given = reader.optional(setting, number(32..=10_240));
    let memory = reader.foreign("AWS_LAMBDA_FUNCTION_MEMORY_SIZE");
    let half = memory
        .and_then(|memory| memory.parse::<u64>().ok())
        .map(|memory| memory / 2);
    given.or(half).unwrap_or(USUAL)
}

/// A whole number within bounds, both included.
pub(super) fn number(bounds: RangeInclusive<u64>) -> impl Fn(&str) -> Read<u64> {
    move |text| match text.trim().parse() {
        Ok(number) if bounds.contains(&number) => Ok(number),
        Ok(_) => Err(format!("between {} and {}", bounds.start(), bounds.end())),
        Err(_) => Err("a whole number".to_owned()),
    }
}

pub(super) fn address(text: &str) -> Read<SocketAddr> {
    let wanted = "an address and a port such as `127.0.0.1:3000`";
    text.trim().parse().map_err(|_| wanted.to_owned())
}

/// The port that a container host sets; it does not count beside `MESH_LISTEN`.
pub(super) fn container_port(reader: &mut Reader<'_>, setting: &'static Setting) -> Option<u16> {
    let parse = |text: &str| text.trim().parse().map_err(|_| "a port".to_owned());
    let counts = !reader.is_given("MESH_LISTEN");
    counts.then(|| reader.optional(setting, parse)).flatten()
}

/// Of no account without `PORT`: some shells keep the machine's name in it.
pub(super) fn container_host(reader: &mut Reader<'_>, setting: &'static Setting) -> Option<IpAddr> {
    let parse = |text: &str| text.trim().parse().map_err(|_| "an IP address".to_owned());
    let counts = !reader.is_given("MESH_LISTEN") && reader.is_given("PORT");
    counts.then(|| reader.optional(setting, parse)).flatten()
}

/// An origin as a browser sends it: scheme, host and port, nothing else.
pub(super) fn origin(text: &str) -> Read<String> {
    let origin = text.to_ascii_lowercase();
    let is_origin = host_of(&origin).is_some_and(|host| !host.contains(['/', '@', '*']));
    let wanted = "origins such as `https://app.example.com`, separated by commas";
    text_if(is_origin, &origin, wanted)
}

/// An address to which paths are added: without the slash at its end.
pub(super) fn base_url(text: &str) -> Read<String> {
    let text = text.trim().trim_end_matches('/');
    let is_base = host_of(text).is_some_and(|host| !host.contains(['?', '#']));
    text_if(is_base, text, "an `http://` or `https://` address")
}

fn host_of(url: &str) -> Option<&str> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    let is_plain = |c: char| c.is_ascii_graphic();
    (!rest.is_empty() && !rest.starts_with('/') && rest.chars().all(is_plain)).then_some(rest)
}

/// Keys are sent there.
pub(super) fn vendor_url(text: &str) -> Read<String> {
    let wanted = "an `https://` address, or an `http://` one of this machine";
    let base = base_url(text).map_err(|_| wanted.to_owned())?;
    text_if(secure_address(&base).is_ok(), &base, wanted)
}

/// Kept to the letter, a slash at its end too: it is compared with what tokens say.
pub(super) fn issuer(text: &str) -> Read<String> {
    vendor_url(text).map(|_| text.trim().to_owned())
}

/// RFC 7519, section 2, StringOrURI.
pub(super) fn audience(text: &str) -> Read<String> {
    let is_name = text.chars().all(|c| c.is_ascii_graphic());
    text_if(is_name, text, "names without spaces, separated by commas")
}

/// RFC 6749, section 3.3.
pub(super) fn scope(text: &str) -> Read<String> {
    let is_scope = |c: char| c.is_ascii_graphic() && !['"', '\\'].contains(&c);
    let wanted = "scopes such as `mesh:read`, separated by commas";
    text_if(text.chars().all(is_scope), text, wanted)
}

pub(super) fn algorithms(reader: &mut Reader<'_>, setting: &'static Setting) -> Vec<Algorithm> {
    let given = reader.list(setting, setting.one_of(Algorithm::ALL));
    given.unwrap_or_else(|| vec![Algorithm::Rs256, Algorithm::Es256, Algorithm::EdDsa])
}

pub(super) fn model(text: &str) -> Read<String> {
    let text = text.trim();
    let is_name = text.len() <= 100 && !text.is_empty() && is_made_of(text, "-_.:/");
    text_if(
        is_name,
        text,
        "a name of at most 100 letters, digits and `-_.:/`",
    )
}

pub(super) fn models() -> Vec<String> {
    ["gpt-6-luna", "gpt-6-sol"].map(str::to_owned).to_vec()
}

pub(super) fn host_name(text: &str) -> Read<String> {
    let wanted = "host names such as `mesh.example.com`, separated by commas";
    text_if(
        is_made_of(text, ".-_:[]"),
        &text.to_ascii_lowercase(),
        wanted,
    )
}

/// Lambda cannot keep a session: the next request may come to another execution environment.
pub(super) fn sessions(reader: &mut Reader<'_>, setting: &'static Setting) -> Switch {
    if reader.host == Host::Process {
        return reader.switch(setting);
    }
    let sessions = reader.optional(setting, setting.one_of(Switch::ALL));
    if sessions == Some(Switch::On) {
        reader.fault("`MESH_SESSIONS` cannot be `on` on Lambda: the next request of a session may come to another environment");
    }
    Switch::Off
}

/// Systems Manager, PutParameter, Name; S3, Bucket naming rules.
pub(super) fn policy(reader: &mut Reader<'_>, setting: &'static Setting) -> Option<PolicyAt> {
    let path = reader.path(setting)?;
    let Some(text) = path.to_str() else {
        return Some(PolicyAt::File(path));
    };
    let is_legal = match (text.strip_prefix("ssm:"), text.strip_prefix("s3://")) {
        (Some(name), _) => name.len() > 1 && name.starts_with('/') && is_made_of(name, ".-_/"),
        (_, Some(object)) => object.split_once('/').is_some_and(|(bucket, key)| {
            bucket.len() >= 3 && is_made_of(bucket, ".-") && !key.is_empty()
        }),
        _ => return Some(PolicyAt::File(path)),
    };
    let text = text.to_owned();
    if !is_legal {
        let label = reader.label(setting);
        reader.fault(format!(
            "{label} must be a file, a parameter such as `ssm:/mesh/policy`, or an object such as `s3://bucket/policy.toml`"
        ));
        return None;
    }
    Some(PolicyAt::Aws(text))
}

pub(super) fn credentials(
    reader: &mut Reader<'_>,
    setting: &'static Setting,
) -> Option<CredentialsAt> {
    let path = reader.path(setting)?;
    let Some(name) = path.to_str().and_then(|text| text.strip_prefix("ssm:")) else {
        return Some(CredentialsAt::Folder(path));
    };
    let is_legal =
        name.len() > 1 && name.starts_with('/') && is_made_of(name, ".-_/") && !name.contains("//");
    if !is_legal {
        let label = reader.label(setting);
        reader.fault(format!(
            "{label} must be a folder, or a path of parameters such as `ssm:/mesh`"
        ));
        return None;
    }
    Some(CredentialsAt::Ssm(name.to_owned()))
}

pub(super) fn audit(reader: &mut Reader<'_>, setting: &'static Setting) -> Option<AuditTo> {
    reader.path(setting).map(|path| match path.to_str() {
        Some("stdout") => AuditTo::StandardOutput,
        Some("state") => AuditTo::State,
        _ => AuditTo::File(path),
    })
}

/// Whoever starts the server as they started ElevenLabs' own has given its key; a file of secrets is there to be read.
pub(super) fn secrets_from(reader: &mut Reader<'_>, setting: &'static Setting) -> SecretsFrom {
    let key = Parameter::ElevenLabsApiKey.variable();
    let has_file = reader.is_given("MESH_SECRETS_FILE");
    let is_there = reader.is_given(key) || has_file;
    let from = reader.optional(setting, setting.one_of(SecretsFrom::ALL));
    let from = from.unwrap_or(match is_there && reader.host == Host::Process {
        true => SecretsFrom::Environment,
        false => SecretsFrom::Off,
    });
    if has_file && from != SecretsFrom::Environment {
        reader.fault(
            "`MESH_SECRETS_FILE` is read where `MESH_SECRETS` is `env` alone: set that, or leave the file out",
        );
    }
    from
}

/// What a function writes to its own disk is gone with the environment.
pub(super) fn state(reader: &mut Reader<'_>, setting: &'static Setting) -> Option<PathBuf> {
    let state = reader.path(setting);
    if state.is_some() && reader.host == Host::Lambda {
        reader.fault(
            "`MESH_STATE` is a folder, and none of Lambda's outlives its environment: leave it out",
        );
    }
    state
}

/// The name of a table, as DynamoDB takes names.
pub(super) fn table(text: &str) -> Read<String> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    let is_table = (3..=255).contains(&text.len()) && text.bytes().all(is_name);
    let wanted = "3 to 255 letters, digits, `_`, `.` and `-`";
    text_if(is_table, text, wanted)
}

/// Longer names would not fit where monitoring shows them.
pub(super) fn environment(text: &str) -> Read<String> {
    let is_word = !text.is_empty() && text.len() <= 32 && is_small(text);
    let wanted = "one word of at most 32 small letters, digits and dashes";
    text_if(is_word, text, wanted)
}

/// Clients show the name in lists and put it before the tools' names.
pub(super) fn server_name(text: &str) -> Read<String> {
    let text = text.trim();
    let is_name = (1..=64).contains(&text.chars().count()) && !text.contains(char::is_control);
    text_if(is_name, text, "a name of at most 64 characters in one line")
}

/// Clients put the instructions into every conversation.
pub(super) fn instructions(text: &str) -> Read<String> {
    let is_short = text.chars().count() <= 4_000;
    text_if(is_short, text.trim(), "a text of at most 4000 characters")
}

/// Systems Manager, PutParameter, Name: letters, digits and `.-_/`.
pub(super) fn ssm_prefix(text: &str) -> Read<String> {
    let is_path = text.starts_with('/') && text.ends_with('/') && is_made_of(text, ".-_/");
    let wanted = "a path that begins and ends with `/`, such as `/mcp-server/`";
    text_if(is_path, text, wanted)
}

/// The logger itself would pass over a directive it cannot read, and take a word that is no level for a part of the program, of
/// which alone the log then tells; here both are faults.
pub(super) fn log_filter(text: &str) -> Read<String> {
    let wanted = "a log filter such as `info` or `mesh_app=debug,info` (levels: error, warn, info, debug, trace, off)";
    let is_level = |word: &str| !word.is_empty() && word.parse::<LevelFilter>().is_ok();
    let is_plain = |directive: &str| directive.contains('=') || is_level(directive.trim());
    let is_filter = text.split(',').all(is_plain) && text.parse::<Targets>().is_ok();
    text_if(is_filter, text, wanted)
}

/// On Lambda measurements cost neither time nor permission; elsewhere sending them takes an account.
pub(super) fn measures_by(reader: &mut Reader<'_>, setting: &'static Setting) -> MeasuresBy {
    let by = reader.optional(setting, setting.one_of(MeasuresBy::ALL));
    match (reader.host, by) {
        (Host::Lambda, Some(MeasuresBy::CloudWatch)) => reader
            .fault("`MESH_METRICS` cannot be `cloudwatch` on Lambda, where nothing runs between requests: use `emf`"),
        (Host::Process, Some(MeasuresBy::Emf)) => reader
            .fault("`MESH_METRICS` can be `emf` on Lambda only, which reads standard output: use `cloudwatch`"),
        _ => {}
    }
    by.unwrap_or(match reader.host {
        Host::Lambda => MeasuresBy::Emf,
        Host::Process => MeasuresBy::Off,
    })
}

/// CloudWatch, PutMetricData, Namespace; `AWS/` is CloudWatch's own.
pub(super) fn namespace(text: &str) -> Read<String> {
    let is_name = text.len() <= 255 && !text.starts_with("AWS/") && is_made_of(text, "._-/#:");
    let wanted = "a name of letters, digits and `._-/#:` that does not begin with `AWS/`";
    text_if(is_name, text, wanted)
}

pub(super) fn function_measured(reader: &mut Reader<'_>, setting: &'static Setting) -> String {
    let own = match reader.host {
        Host::Lambda => reader.foreign("AWS_LAMBDA_FUNCTION_NAME"),
        Host::Process => None,
    };
    let given = reader.optional(setting, function);
    given.or(own).unwrap_or_else(|| FUNCTION.to_owned())
}

/// Lambda, CreateFunction, FunctionName: without an account or a version.
fn function(text: &str) -> Read<String> {
    let is_name = (1..=64).contains(&text.len()) && is_made_of(text, "-_");
    let wanted = "a function's name: at most 64 letters, digits, `-` and `_`";
    text_if(is_name, text, wanted)
}

/// A tar archive, gzipped, of the folder that `mesh index` made.
pub(super) fn corpus_uri(text: &str) -> Read<String> {
    let parts = text
        .strip_prefix("s3://")
        .and_then(|rest| rest.split_once('/'));
    let is_archive =
        parts.is_some_and(|(bucket, key)| !bucket.is_empty() && key.ends_with(".tar.gz"));
    text_if(
        is_archive,
        text,
        "an object such as `s3://bucket/corpus.tar.gz`",
    )
}

pub(super) fn language(text: &str) -> Read<Language> {
    let known = || language_names().collect::<Vec<_>>().join(", ");
    parse_language(text).ok_or_else(|| format!("one of {}", known()))
}

pub(super) fn bearer(text: &str) -> Read<Secret> {
    let text = text.trim();
    let is_token = !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic());
    let wanted = "a token without spaces, as it goes into a header";
    text_if(is_token, text, wanted).map(Secret::new)
}

pub(super) fn region(text: &str) -> Read<String> {
    let text = text.trim();
    let is_region = text.split('-').count() >= 3 && is_small(text);
    text_if(is_region, text, "a region of AWS such as `us-east-2`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_no_path_and_no_wildcard() {
        let origin_read = origin("https://App.example.com:8443");
        assert_eq!(origin_read.as_deref(), Ok("https://app.example.com:8443"));
        for text in [
            "null",
            "*",
            "app.example.com",
            "https://a/b",
            "https://*.a",
            "http://",
        ] {
            assert!(origin(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_base_url_loses_its_last_slash() {
        assert_eq!(
            base_url("https://jira.example.com/tracker/").as_deref(),
            Ok("https://jira.example.com/tracker")
        );
        assert!(base_url("https://").is_err());
        assert!(base_url("https://a?b").is_err());
    }

    #[test]
    fn a_filter_must_name_real_levels() {
        let filter = "mesh_app=debug,info";
        assert_eq!(log_filter(filter).as_deref(), Ok(filter));
        for wrong in [
            "mesh_app=loud",
            "warning",
            "verbose",
            "info,",
            "mesh_app",
            "",
        ] {
            assert!(log_filter(wrong).is_err(), "{wrong}");
        }
        assert!(log_filter("off").is_ok());
    }

    #[test]
    fn a_corpus_is_an_archive_in_a_bucket() {
        let uri = "s3://corpora/team/aoma.tar.gz";
        assert_eq!(corpus_uri(uri).as_deref(), Ok(uri));
        for wrong in [
            "s3://corpora",
            "s3:///x.tar.gz",
            "https://x/y.tar.gz",
            "s3://b/corpus",
        ] {
            assert!(corpus_uri(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_namespace_is_not_one_of_the_clouds_own() {
        assert!(namespace("AWS/Lambda").is_err());
        assert_eq!(namespace("Team/Mesh").as_deref(), Ok("Team/Mesh"));
    }

    /// A command that is given no name asks about the production that infra/ makes.
    #[test]
    fn the_default_is_the_name_that_terraform_gives() {
        let variables = include_str!("../../../../infra/variables.tf");
        assert!(variables.contains(&format!("default     = \"{FUNCTION}\"")));
    }
}
