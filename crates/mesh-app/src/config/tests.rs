use std::path::Path;
use std::time::Duration;

use mesh_core::Host;
use mesh_tools::audio::OutputMode;

use super::*;

fn on(host: Host, variables: &[(&str, &str)]) -> Result<Config, String> {
    let variables = Variables::new(variables.iter().copied());
    Config::read_on(host, &variables).map_err(|faults| faults.to_string())
}

fn read(variables: &[(&str, &str)]) -> Config {
    on(Host::Process, variables).expect("no faults")
}

fn fault(variables: &[(&str, &str)]) -> String {
    on(Host::Process, variables).expect_err("a fault")
}

#[test]
fn nothing_set_gives_the_defaults() {
    let config = read(&[]);
    assert_eq!(config.server.address.to_string(), "127.0.0.1:3000");
    assert_eq!(config.answers.budget, Duration::from_secs(25));
    assert_eq!(config.server.max_body_bytes, 4 * 1024 * 1024);
    assert_eq!(config.corpus.folder, None);
    assert_eq!(config.server.sessions, Switch::On);
    assert_eq!(config.answers.environment, "development");
    assert_eq!(config.log.filter, "info");
}

#[test]
fn an_empty_variable_counts_as_absent() {
    let config = read(&[("MESH_CORPUS", ""), ("MESH_BUDGET_MS", "")]);
    assert_eq!(config.corpus.folder, None);
}

#[test]
fn every_fault_is_reported_at_once() {
    let faults = fault(&[
        ("MESH_BUDGET_MS", "soon"),
        ("MESH_LISTEN", "localhost"),
        ("MESH_SESSIONS", "maybe"),
        ("MESH_JIRA_BASE_URL", "jira.example.com"),
        ("MESH_CALLS_PER_MINUTE", "5"),
        ("MESH_CORPSE", "x"),
    ]);
    assert_eq!(
        faults.lines().collect::<Vec<_>>(),
        [
            "`MESH_LISTEN` must be an address and a port such as `127.0.0.1:3000`, not `localhost`",
            "`MESH_SESSIONS` must be `on` or `off`, not `maybe`",
            "`MESH_BUDGET_MS` must be a whole number, not `soon`",
            "`MESH_JIRA_BASE_URL` must be an `http://` or `https://` address, not `jira.example.com`",
            "`MESH_CALLS_PER_MINUTE` is not a setting; `mesh settings` lists those there are",
            "`MESH_CORPSE` is not a setting; the nearest one is `MESH_CORPUS`",
        ]
    );
}

#[test]
fn a_number_outside_its_bounds_is_refused_and_both_bounds_are_inside() {
    for (name, inside, outside) in [
        ("MESH_BUDGET_MS", ["1000", "600000"], ["999", "600001"]),
        (
            "MESH_SOFT_DEADLINE_GAP_MS",
            ["0", "60000"],
            ["60001", "600000"],
        ),
        (
            "MESH_MAX_BODY_BYTES",
            ["1024", "67108864"],
            ["1023", "67108865"],
        ),
        ("MESH_NAME_LIMIT", ["24", "64"], ["23", "65"]),
    ] {
        for value in inside {
            read(&[(name, value)]);
        }
        for value in outside {
            let fault = fault(&[(name, value)]);
            assert!(fault.contains("must be between"), "{fault}");
        }
    }
}

#[test]
fn another_address_than_loopback_needs_a_token() {
    assert_eq!(
        fault(&[("MESH_LISTEN", "0.0.0.0:80")]),
        "other machines can reach `0.0.0.0:80`: set `MESH_BEARER_SHA256` to the SHA-256 of a token that callers must \
         send, or `MESH_KEYS=on` and give out keys with `mesh keys create`, or listen on `127.0.0.1:80`"
    );
    let digest = "0f".repeat(32);
    let open = read(&[
        ("MESH_LISTEN", "0.0.0.0:80"),
        ("MESH_BEARER_SHA256", &digest),
    ]);
    assert_eq!(open.server.hosts, None);
    let digest = open.server.bearer.expect("a digest");
    assert_eq!(digest.as_bytes()[0], 0x0f);
}

#[test]
fn a_wrong_digest_is_one_fault() {
    assert_eq!(
        fault(&[("MESH_LISTEN", "[::]:80"), ("MESH_BEARER_SHA256", "abc")]),
        "`MESH_BEARER_SHA256` must be 64 hexadecimal digits, the SHA-256 of the token"
    );
}

#[test]
fn loopback_answers_to_its_own_names() {
    for address in ["127.0.0.1:0", "[::1]:3000"] {
        let listed = LOOPBACK_NAMES.map(str::to_owned).to_vec();
        let hosts = read(&[("MESH_LISTEN", address)]).server.hosts;
        assert_eq!(hosts, Some(listed));
    }
    let named = read(&[("MESH_ALLOWED_HOSTS", "Mesh.example.com, localhost:3000")]);
    let names = ["mesh.example.com", "localhost:3000"].map(str::to_owned);
    assert_eq!(named.server.hosts, Some(names.to_vec()));
}

#[test]
fn port_and_host_count_only_together_and_only_without_listen() {
    let address = |variables: &[_]| read(variables).server.address.to_string();
    assert_eq!(address(&[("PORT", "8080")]), "127.0.0.1:8080");
    assert_eq!(address(&[("PORT", "8080"), ("HOST", "::1")]), "[::1]:8080");
    assert_eq!(address(&[("HOST", "my-laptop")]), "127.0.0.1:3000");
    let both = [("PORT", "x"), ("HOST", "y"), ("MESH_LISTEN", "127.0.0.1:1")];
    assert_eq!(address(&both), "127.0.0.1:1");
    assert_eq!(fault(&[("PORT", "x")]), "`PORT` must be a port, not `x`");
}

#[test]
fn origins_are_exact() {
    let listed = "https://a.example, http://localhost:6274";
    let origins = read(&[("MESH_ALLOWED_ORIGINS", listed)]).server.origins;
    assert_eq!(read(&[("ALLOWED_ORIGINS", listed)]).server.origins, origins);
    assert_eq!(origins, ["https://a.example", "http://localhost:6274"]);
    let fault = fault(&[("MESH_ALLOWED_ORIGINS", "*")]);
    assert!(fault.starts_with("`MESH_ALLOWED_ORIGINS` must be"));
}

#[test]
fn a_server_is_called_as_it_is_told() {
    let answers = read(&[
        ("MESH_NAME", " Legal handbook "),
        ("MESH_INSTRUCTIONS", "Contracts only."),
    ])
    .answers;
    assert_eq!(answers.name.as_deref(), Some("Legal handbook"));
    assert_eq!(answers.instructions.as_deref(), Some("Contracts only."));
}

#[test]
fn a_name_fits_where_it_is_shown() {
    for name in ["two\nlines", &"x".repeat(65)] {
        let fault = fault(&[("MESH_NAME", name)]);
        assert!(fault.contains("at most 64 characters"), "{fault}");
    }
}

#[test]
fn the_store_is_asked_only_where_it_is_named() {
    assert_eq!(read(&[]).secrets.from, SecretsFrom::Off);
    let file = read(&[("MESH_SECRETS_FILE", "/run/secrets.env")]).secrets;
    assert_eq!(file.from, SecretsFrom::Environment);
    for other in ["off", "ssm"] {
        let told = fault(&[("MESH_SECRETS", other), ("MESH_SECRETS_FILE", "/x")]);
        assert!(
            told.starts_with("`MESH_SECRETS_FILE` is read where"),
            "{told}"
        );
    }
    let ssm = read(&[("MESH_SECRETS", "ssm")]).secrets;
    assert_eq!((ssm.from, &*ssm.prefix), (SecretsFrom::Ssm, "/mcp-server/"));
    let faults = fault(&[
        ("MESH_SECRETS", "vault"),
        ("MESH_SSM_PREFIX", "mcp"),
        ("MESH_SECRETS_TTL", "600"),
        ("MESH_SECRETS_MAX_AGE", "60"),
    ]);
    for name in ["MESH_SECRETS`", "MESH_SSM_PREFIX`", "MESH_SECRETS_MAX_AGE`"] {
        assert!(faults.contains(name), "{faults}");
    }
}

#[test]
fn the_key_of_states_is_no_unknown_setting_and_is_not_dropped_in_silence() {
    let key = ("MESH_STATE_KEY", "0123456789abcdef0123456789abcdef");
    read(&[("MESH_SECRETS", "env"), key]);
    let fault = fault(&[("MESH_SECRETS", "ssm"), key]);
    assert!(fault.contains("MESH_SECRETS=env"), "{fault}");
    assert!(!fault.contains(key.1), "{fault}");
    let keys = ("MESH_API_KEYS", "0123456789abcdef0123456789abcdef");
    for ours in [key, keys] {
        let told = self::fault(&[("MESH_SECRETS_FILE", "/run/secrets.env"), ours]);
        let expected = format!("`{}` is not read beside `MESH_SECRETS_FILE`", ours.0);
        assert!(told.contains(&expected), "{told}");
        assert!(!told.contains(ours.1), "{told}");
    }
}

#[test]
fn what_only_the_function_reads_is_not_passed_over_by_another_server() {
    for (setting, value, instead) in [
        ("MESH_CHILDREN_MB", "64", "leave it out"),
        (
            "MESH_CORPUS_URI",
            "s3://corpora/aoma.tar.gz",
            "name the folder of a corpus (`MESH_CORPUS`)",
        ),
        ("MESH_INVOKE_MODE", "streaming", "leave it out"),
        (
            "MESH_STATE_TABLE",
            "the-state",
            "name a folder (`MESH_STATE`)",
        ),
    ] {
        let given = [(setting, value)];
        let told = Config::read_to_serve(&Variables::new(given)).expect_err("a fault");
        assert_eq!(
            told.to_string(),
            format!("`{setting}` is read on Lambda only: {instead}")
        );
        assert!(on(Host::Lambda, &given).is_ok(), "{setting}");
        // Of a command that serves nothing.
        assert!(on(Host::Process, &given).is_ok(), "{setting}");
    }
}

#[test]
fn each_host_has_its_own_way_to_measure() {
    let by = |host, value| on(host, &[("MESH_METRICS", value)]).map(|config| config.measures.by);
    assert_eq!(by(Host::Lambda, ""), Ok(MeasuresBy::Emf));
    assert_eq!(by(Host::Process, ""), Ok(MeasuresBy::Off));
    assert!(by(Host::Lambda, "cloudwatch").is_err());
    assert!(by(Host::Process, "emf").is_err());
}

#[test]
fn a_sound_goes_where_its_caller_can_have_it() {
    let mode = |host, variables: &[_]| {
        let config = on(host, variables)?;
        Ok::<_, String>(config.voice_settings(None).mode)
    };
    let bucket = ("MESH_AUDIO_BUCKET", "sounds-0a1b");
    let wanted = |mode| ("ELEVENLABS_MCP_OUTPUT_MODE", mode);
    assert_eq!(mode(Host::Lambda, &[]), Ok(OutputMode::Resources));
    assert_eq!(mode(Host::Lambda, &[bucket]), Ok(OutputMode::Link));
    let held = mode(Host::Lambda, &[bucket, wanted("resources")]);
    assert_eq!(held, Ok(OutputMode::Resources));
    let folder = ("ELEVENLABS_MCP_BASE_PATH", "/recordings");
    for place in [folder, ("HOME", "/home/ann")] {
        assert_eq!(mode(Host::Process, &[bucket, place]), Ok(OutputMode::Files));
    }
    for nowhere in [&[][..], &[("HOME", "")]] {
        assert_eq!(mode(Host::Process, nowhere), Ok(OutputMode::Resources));
    }
    let linked = mode(Host::Process, &[bucket, wanted("link")]);
    assert_eq!(linked, Ok(OutputMode::Link));
    for host in [Host::Lambda, Host::Process] {
        assert_eq!(
            mode(host, &[wanted("link")]),
            Err(
                "`ELEVENLABS_MCP_OUTPUT_MODE` can be `link` only where `MESH_AUDIO_BUCKET` names a bucket"
                    .to_owned()
            )
        );
    }
    for writing in ["files", "both"] {
        let refused = mode(Host::Lambda, &[bucket, wanted(writing)]).expect_err("a fault");
        assert!(
            refused.contains("`resources` or `link` on Lambda"),
            "{refused}"
        );
        let refused = mode(Host::Process, &[wanted(writing)]).expect_err("a fault");
        assert!(refused.contains("there is no folder for them"), "{refused}");
        let written = mode(Host::Process, &[folder, wanted(writing)]);
        assert!(written.is_ok(), "{written:?}");
    }
}

#[test]
fn files_are_for_callers_of_this_machine_alone() {
    let has_files = |more: &[(&str, &str)]| {
        let variables = [&[("HOME", "/home/ann")], more].concat();
        let settings = read(&variables).voice_settings(None);
        assert_eq!(settings.reads_files, settings.mode == OutputMode::Files);
        settings.reads_files
    };
    let digest = "0".repeat(64);
    let token = ("MESH_BEARER_SHA256", digest.as_str());
    let keys = [("MESH_KEYS", "on"), ("MESH_SECRETS", "env")];
    let issuer = [
        ("MESH_JWT_ISSUER", "https://login.example.com"),
        ("MESH_RESOURCE", "https://mesh.example.com"),
    ];
    assert!(has_files(&[]));
    assert!(has_files(&[("MESH_LISTEN", "127.0.0.2:0")]));
    assert!(has_files(&[token, ("MESH_STDIO", "on")]));
    assert!(!has_files(&[token, ("MESH_LISTEN", "0.0.0.0:0")]));
    // On loopback, behind a proxy.
    assert!(!has_files(&[token]));
    assert!(!has_files(&keys));
    assert!(!has_files(&issuer));
}

#[test]
fn a_bucket_is_named_as_s3_names_it() {
    let longest = "a".repeat(63);
    for name in ["abc", "my.sounds-1", &longest] {
        let config = read(&[("MESH_AUDIO_BUCKET", name)]);
        assert_eq!(config.voice.bucket.as_deref(), Some(name));
    }
    for wrong in [
        "ab",
        "Sounds",
        "s3://sounds",
        "sounds/a",
        "-sounds",
        "sounds-",
        &"a".repeat(64),
    ] {
        let told = fault(&[("MESH_AUDIO_BUCKET", wrong)]);
        assert_eq!(
            told,
            format!(
                "`MESH_AUDIO_BUCKET` must be the name of a bucket, without `s3://`, not `{wrong}`"
            )
        );
    }
}

#[test]
fn no_session_is_kept_on_lambda() {
    let sessions =
        |variables: &[_]| on(Host::Lambda, variables).map(|config| config.server.sessions);
    assert_eq!(sessions(&[]), Ok(Switch::Off));
    assert!(sessions(&[("MESH_SESSIONS", "on")]).is_err());
}

#[test]
fn measurements_are_of_the_function_that_runs() {
    let function =
        |host, variables: &[_]| on(host, variables).map(|config| config.measures.function);
    let named = ("AWS_LAMBDA_FUNCTION_NAME", "mesh-staging");
    let own = function(Host::Lambda, &[named]);
    assert_eq!(own.as_deref(), Ok("mesh-staging"));
    let elsewhere = function(Host::Process, &[named]);
    assert_eq!(elsewhere.as_deref(), Ok(value::FUNCTION));
    let given = function(Host::Lambda, &[named, ("MESH_FUNCTION", "desk")]);
    assert_eq!(given.as_deref(), Ok("desk"));
    assert_eq!(
        fault(&[("MESH_FUNCTION", "mesh:live")]),
        "`MESH_FUNCTION` must be a function's name: at most 64 letters, digits, `-` and `_`, not `mesh:live`"
    );
}

#[test]
fn a_wrong_token_is_not_repeated() {
    assert_eq!(
        fault(&[("MESH_BEARER", "two words")]),
        "`MESH_BEARER` must be a token without spaces, as it goes into a header"
    );
}

#[test]
fn a_token_and_a_signature_do_not_go_together() {
    let signed = read(&[("MESH_SIGN", "us-east-2")]);
    assert_eq!(signed.client.sign.as_deref(), Some("us-east-2"));
    fault(&[("MESH_SIGN", "us-east-2"), ("MESH_BEARER", "token")]);
    fault(&[("MESH_SIGN", "Ohio")]);
}

#[test]
fn a_flag_takes_the_place_of_its_variable() {
    let variables = Variables::new([("MESH_FORGET", "docs")])
        .with_flag("--forget", ["a:b", "guide"])
        .with_flag("--corpus", Vec::<&str>::new());
    let config = Config::read(&variables).expect("sources");
    assert_eq!(config.index.forget, [Path::new("a:b"), Path::new("guide")]);
    assert_eq!(config.corpus.folder, None);
}

#[test]
fn an_empty_flag_is_a_fault() {
    let variables = Variables::default().with_flag("--knowledge", [""]);
    let faults = Config::read(&variables).expect_err("fault").to_string();
    assert_eq!(faults, "`--knowledge` must be a path, not nothing");
}

#[test]
fn an_unknown_language_is_answered_with_the_known_ones() {
    let variables = Variables::default().with_flag("--language", ["klingon"]);
    let faults = Config::read(&variables).expect_err("fault").to_string();
    assert!(
        faults.starts_with("`--language` must be one of arabic, danish,"),
        "{faults}"
    );
}

#[test]
fn a_list_of_no_models_is_no_list() {
    let faults = Config::read(&Variables::new([("MESH_OPENAI_MODELS", ",")]));
    let faults = faults.expect_err("refused").to_string();
    assert!(
        faults.contains("`MESH_OPENAI_MODELS` names no model"),
        "{faults}"
    );
}

const TRUST: [(&str, &str); 2] = [
    ("MESH_JWT_ISSUER", "https://id.example.com/"),
    ("MESH_RESOURCE", "https://mesh.example.com/"),
];

#[test]
fn an_issuer_is_kept_to_the_letter_and_a_resource_without_its_last_slash() {
    let callers = read(&TRUST).callers;
    assert_eq!(callers.issuer.as_deref(), Some("https://id.example.com/"));
    assert_eq!(
        callers.resource.as_deref(),
        Some("https://mesh.example.com")
    );
    let algorithms = callers.algorithms.iter().map(ToString::to_string);
    assert_eq!(algorithms.collect::<Vec<_>>(), ["RS256", "ES256", "EdDSA"]);
}

#[test]
fn neither_no_algorithm_nor_a_symmetric_one_can_be_set() {
    for algorithm in ["none", "HS256", "RS256,HS512", "rs256", ","] {
        let fault = fault(&[&TRUST[..], &[("MESH_JWT_ALGORITHMS", algorithm)]].concat());
        assert!(
            fault.contains("`MESH_JWT_ALGORITHMS`"),
            "{algorithm}: {fault}"
        );
    }
    read(&[&TRUST[..], &[("MESH_JWT_ALGORITHMS", "PS256, ES384")]].concat());
}

#[test]
fn what_tokens_rest_on_is_encrypted_or_on_this_machine() {
    for name in ["MESH_JWT_ISSUER", "MESH_RESOURCE", "MESH_JWT_JWKS_URL"] {
        let variables = |address| [&TRUST[..], &[(name, address)]].concat();
        for address in [
            "http://id.example.com",
            "id.example.com",
            "https://a:b@id.example.com",
            "https://id.example.com?a",
        ] {
            let fault = fault(&variables(address));
            assert!(fault.starts_with(&format!("`{name}` must be")), "{fault}");
        }
        read(&variables("http://127.0.0.1:4000"));
    }
}

#[test]
fn tokens_are_taken_from_an_issuer_for_a_resource_or_not_at_all() {
    let fault = |variables: &[_]| fault(variables);
    assert_eq!(
        fault(&TRUST[..1]),
        "`MESH_JWT_ISSUER` needs `MESH_RESOURCE`, the server's public address, for which tokens are made"
    );
    for setting in [
        TRUST[1],
        ("MESH_JWT_SCOPES", "a"),
        ("MESH_JWT_AUDIENCE", "a"),
    ] {
        let expected = format!("`{}` is read with `MESH_JWT_ISSUER` only", setting.0);
        assert_eq!(fault(&[setting]), expected);
    }
    let blank = fault(&[&TRUST[..], &[("MESH_JWT_AUDIENCE", " , ")]].concat());
    assert_eq!(
        blank,
        "`MESH_JWT_AUDIENCE` names none; leave it out, or name one"
    );
}

#[test]
fn a_scope_cannot_end_the_header_it_stands_in() {
    for scope in ["a b", "a\"b", "a\\b", "\u{e9}"] {
        let fault = fault(&[&TRUST[..], &[("MESH_JWT_SCOPES", scope)]].concat());
        assert!(fault.starts_with("`MESH_JWT_SCOPES` must be"), "{fault}");
    }
    let scopes = read(&[&TRUST[..], &[("MESH_JWT_SCOPES", "mesh:read, https://x/y")]].concat());
    assert_eq!(scopes.callers.scopes, ["mesh:read", "https://x/y"]);
}

#[test]
fn callers_with_tokens_may_come_from_other_machines() {
    read(&[&TRUST[..], &[("MESH_LISTEN", "0.0.0.0:80")]].concat());
}

#[test]
fn a_policy_is_a_file_a_parameter_or_an_object() {
    let at = |text: &str| read(&[("MESH_POLICY", text)]).server.policy;
    for address in [
        "ssm:/mesh/policy",
        "ssm:/p",
        "s3://settings/mesh/policy.toml",
    ] {
        assert_eq!(at(address), Some(PolicyAt::Aws(address.to_owned())));
    }
    assert_eq!(
        at("policy.toml"),
        Some(PolicyAt::File("policy.toml".into()))
    );
    for wrong in [
        "ssm:mesh/policy",
        "ssm:/",
        "ssm:/mesh policy",
        "s3://settings",
        "s3://settings/",
        "s3:///policy.toml",
    ] {
        assert_eq!(
            fault(&[("MESH_POLICY", wrong)]),
            "`MESH_POLICY` must be a file, a parameter such as `ssm:/mesh/policy`, or an object such as \
             `s3://bucket/policy.toml`",
            "{wrong}"
        );
    }
}

#[test]
fn credentials_are_in_a_folder_or_below_a_path_of_parameters() {
    let at = |text: &str| read(&[("MESH_CREDENTIALS", text)]).gateway.credentials;
    assert_eq!(
        at("ssm:/mesh/live"),
        Some(CredentialsAt::Ssm("/mesh/live".to_owned()))
    );
    assert_eq!(
        at("credentials"),
        Some(CredentialsAt::Folder("credentials".into()))
    );
    for wrong in ["ssm:mesh", "ssm:", "ssm:/", "ssm:/mesh//x", "ssm:/mesh x"] {
        assert_eq!(
            fault(&[("MESH_CREDENTIALS", wrong)]),
            "`MESH_CREDENTIALS` must be a folder, or a path of parameters such as `ssm:/mesh`",
            "{wrong}"
        );
    }
}

#[test]
fn the_audit_is_kept_in_a_state_that_there_is_for_days() {
    let days = |given: &[(&str, &str)]| {
        let settings = [("MESH_AUDIT", "state"), ("MESH_STATE", "state")];
        let server = read(&[&settings, given].concat()).server;
        assert_eq!(server.audit, Some(AuditTo::State));
        server.audit_kept.as_secs() / (24 * 60 * 60)
    };
    assert_eq!(days(&[]), 90);
    assert_eq!(days(&[("MESH_AUDIT_DAYS", "7")]), 7);
    let table = [("MESH_AUDIT", "state"), ("MESH_STATE_TABLE", "the-state")];
    let server = on(Host::Lambda, &table).expect("sound").server;
    assert_eq!(server.audit, Some(AuditTo::State));
    assert_eq!(
        fault(&[("MESH_AUDIT", "state")]),
        "`MESH_AUDIT` is `state`, and there is none: set `MESH_STATE`, or on Lambda `MESH_STATE_TABLE`"
    );
    assert_eq!(
        fault(&[("MESH_AUDIT", "stdout"), ("MESH_AUDIT_DAYS", "7")]),
        "`MESH_AUDIT_DAYS` is read with `MESH_AUDIT=state` only"
    );
}
