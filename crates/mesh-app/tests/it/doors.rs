//! Every door at every route in every era: who is let in is who they are, and who is not is told the same, whatever was wrong.

use axum::Router;
use axum::body::Body;
use http::{HeaderValue, Method};
use http_body_util::BodyExt as _;
use jiff::civil::Date;
use mesh_app::edge::Edge;
use mesh_app::{App, Config, Provisions, config::Variables, secrets};
use mesh_core::{Caller, Deadline, Metrics, Principal, Subject};
use mesh_doors::keys::Keyring;
use mesh_fakes::issuer::{FakeIssuer, Signer, unsigned, with_secret};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tower::ServiceExt as _;

use crate::support::{CATALOG, Log, TOKEN, digest, now};

const RESOURCE: &str = "https://mesh.example.com";
const ARN: &str = "arn:aws:iam::123456789012:user/ada";
const YESTERDAY: Date = Date::constant(2020, 1, 1);
const METADATA: &str = "/.well-known/oauth-protected-resource";

/// A request's way to show who sends it.
struct Door {
    name: &'static str,
    /// What a platform in front has checked.
    platform: Option<Caller>,
    headers: Vec<(&'static str, String)>,
    /// Added to the address.
    query: String,
    /// Who it is; nobody where nothing recognises it.
    caller: Option<String>,
}

impl Door {
    fn of(name: &'static str, headers: &[(&'static str, &str)]) -> Self {
        let headers = headers.iter().copied();
        Self {
            name,
            platform: None,
            headers: headers
                .map(|(name, value)| (name, value.to_owned()))
                .collect(),
            query: String::new(),
            caller: None,
        }
    }

    fn is(mut self, caller: &str) -> Self {
        self.caller = Some(caller.to_owned());
        self
    }

    fn checked(mut self, caller: Caller) -> Self {
        self.platform = Some(caller);
        self
    }
}

/// A server at which every door is open, and what opens them.
struct House {
    router: Router,
    issuer: FakeIssuer,
    signer: Signer,
    key: String,
    expired_key: String,
}

impl House {
    async fn build() -> Self {
        let issuer = FakeIssuer::start().await;
        let signer = Signer::p256("p");
        issuer.rotate(&[&signer]);
        let mut keys = Keyring::default();
        let key = keys.create("eleven", YESTERDAY, None).expect("a key");
        let expired = keys.create("old", YESTERDAY, Some(YESTERDAY));
        let variables = Variables::new([
            ("MESH_BEARER_SHA256", &*digest(TOKEN)),
            ("MESH_SECRETS", "env"),
            ("MESH_KEYS", "on"),
            ("MESH_API_KEYS", &keys.to_string()),
            ("MESH_JWT_ISSUER", issuer.origin()),
            ("MESH_RESOURCE", RESOURCE),
        ]);
        let config = Config::read(&variables).expect("sound settings");
        let metrics = Arc::new(Metrics::new(Instant::now()));
        let no_store = |_: &str| Err(anyhow::anyhow!("no parameter store here"));
        let secrets = secrets::of(&config.secrets, &variables, &metrics, no_store);
        let secrets = secrets.expect("secrets");
        let deadline = Deadline::after(Instant::now(), Duration::from_secs(20));
        secrets.read(deadline).await.expect("read");
        let provisions = Provisions {
            secrets,
            ..Provisions::of(&config).expect("provisions")
        };
        let app = App::with(config, CATALOG, provisions).expect("builds");
        Self {
            router: mesh_app::router(app),
            issuer,
            signer,
            key: key.reveal().to_owned(),
            expired_key: expired.expect("a key").reveal().to_owned(),
        }
    }

    fn claims(&self) -> Value {
        json!({"iss": self.issuer.origin(), "sub": "ada", "aud": RESOURCE, "exp": now() + 300})
    }

    fn token_with(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims();
        claims[name] = value;
        self.signer.token("ES256", &claims)
    }

    fn token(&self) -> String {
        self.signer.token("ES256", &self.claims())
    }

    fn subject(&self) -> String {
        format!("jwt:ada@{}", self.issuer.origin())
    }

    /// Those that let somebody in.
    fn open(&self) -> Vec<Door> {
        let (key, token) = (&*self.key, &*self.token());
        let bearer = |token: &str| format!("Bearer {token}");
        let claims = match self.claims() {
            Value::Object(claims) => claims,
            _ => Map::new(),
        };
        let gateway = Caller::Subject(Arc::new(Subject::new(claims).expect("a subject")));
        let signed = Caller::Principal(Principal::new(ARN).expect("a principal"));
        let spoofed = [("x-amzn-request-context", SPOOFED), ("authorizer", SPOOFED)];
        vec![
            Door::of("a signature that IAM has checked", &[])
                .checked(signed.clone())
                .is(ARN),
            Door::of(
                "the same, beside a wrong token",
                &[("authorization", "Bearer wrong")],
            )
            .checked(signed.clone())
            .is(ARN),
            Door::of("the same, beside claims of the sender's own", &spoofed)
                .checked(signed)
                .is(ARN),
            Door::of("claims that API Gateway has checked", &[])
                .checked(gateway)
                .is(&self.subject()),
            Door::of(
                "a key as a bearer token",
                &[("authorization", &bearer(key))],
            )
            .is("key:eleven"),
            Door::of("a key alone", &[("authorization", key)]).is("key:eleven"),
            Door::of("a key as X-Api-Key", &[("x-api-key", key)]).is("key:eleven"),
            Door::of("a token", &[("authorization", &bearer(token))]).is(&self.subject()),
            Door::of("a token as X-Api-Key", &[("x-api-key", token)]).is(&self.subject()),
            Door::of(
                "the token of the settings",
                &[("authorization", &bearer(TOKEN))],
            )
            .is("bearer"),
            Door::of("the same, alone", &[("authorization", TOKEN)]).is("bearer"),
            Door::of(
                "the same, its scheme in other letters",
                &[("authorization", &format!("bEARER  {TOKEN} "))],
            )
            .is("bearer"),
        ]
    }

    /// Those that let nobody in, though something is shown.
    fn shut(&self) -> Vec<Door> {
        let (key, token) = (&*self.key, &*self.token());
        let bearer = |token: &str| format!("Bearer {token}");
        let none = json!({"alg": "none", "kid": "p"});
        let symmetric = json!({"alg": "HS256", "kid": "p"});
        let unsigned = format!("{}.", unsigned(&none, &self.claims()));
        let with_secret = with_secret(
            &symmetric,
            &self.claims(),
            self.signer.jwk().to_string().as_bytes(),
        );
        let [header, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else {
            panic!("{token}")
        };
        let standard = token.replace('-', "+").replace('_', "/");
        let wrong: Vec<(&'static str, String)> = vec![
            ("a wrong token", "wrong".to_owned()),
            ("an expired key", self.expired_key.clone()),
            ("a key with a letter more", format!("{key}0")),
            ("a key in other letters", key.to_uppercase()),
            (
                "an expired token",
                self.token_with("exp", json!(now() - 61)),
            ),
            (
                "a token for another",
                self.token_with("aud", json!("https://other.example.com")),
            ),
            (
                "a token of another issuer",
                self.token_with("iss", json!("https://other.example.com")),
            ),
            (
                "a token not yet good",
                self.token_with("nbf", json!(now() + 3600)),
            ),
            (
                "a token of 64 KB",
                self.token_with("fill", json!("x".repeat(48 * 1024))),
            ),
            ("a token without a signature", unsigned),
            ("a token signed with the public key", with_secret),
            (
                "a token under another's key",
                Signer::p256("p").token("ES256", &self.claims()),
            ),
            ("padding behind it", format!("{token}=")),
            ("padding within", format!("{header}=.{claims}.{signature}")),
            ("base64 of the other alphabet", format!("{standard}+")),
            ("a line break", format!("{header}.{claims}%0A.{signature}")),
            ("a part more", format!("{token}.{signature}")),
            ("a part less", format!("{header}.{claims}")),
            (
                "base64 of the token of the settings",
                "czNjcmV0LXQwa2VuLW9mLXRoZS10ZXN0cw==".to_owned(),
            ),
        ];
        let wrong = wrong
            .into_iter()
            .map(|(name, token)| Door::of(name, &[("authorization", &bearer(&token))]));
        let mut in_address = Door::of("a token in the address", &[]);
        in_address.query = format!("access_token={token}");
        let mut beside_address = Door::of(
            "one in the address too",
            &[("authorization", &bearer(token))],
        );
        beside_address.query = "access_token=".to_owned();
        let others = [
            Door::of("no token", &[("authorization", "")]),
            Door::of("a scheme and no token", &[("authorization", "Bearer")]),
            Door::of(
                "another scheme",
                &[("authorization", &format!("Basic {TOKEN}"))],
            ),
            Door::of(
                "the scheme twice",
                &[("authorization", &format!("Bearer Bearer {TOKEN}"))],
            ),
            Door::of("X-Api-Key with a scheme", &[("x-api-key", &bearer(key))]),
            Door::of(
                "two Authorization headers",
                &[
                    ("authorization", &bearer(TOKEN)),
                    ("authorization", &bearer(TOKEN)),
                ],
            ),
            Door::of(
                "two tokens in one",
                &[("authorization", &format!("Bearer {TOKEN}, Bearer {TOKEN}"))],
            ),
            Door::of(
                "Authorization and X-Api-Key",
                &[("authorization", &bearer(TOKEN)), ("x-api-key", key)],
            ),
            in_address,
            beside_address,
        ];
        wrong.chain(others).collect()
    }

    /// Those at which nothing is shown where a door would look for it.
    fn absent(&self) -> Vec<Door> {
        let token = &*format!("Bearer {}", self.token());
        vec![
            Door::of("nothing", &[]),
            Door::of(
                "claims in headers",
                &[("authorizer", SPOOFED), ("x-amzn-request-context", SPOOFED)],
            ),
            Door::of(
                "an ARN in a header",
                &[("x-amzn-iam-arn", ARN), ("x-forwarded-user", ARN)],
            ),
            Door::of(
                "a token where no door looks",
                &[("proxy-authorization", token), ("cookie", token)],
            ),
            Door::of("a forwarded token", &[("x-forwarded-authorization", token)]),
        ]
    }

    async fn send(&self, door: &Door, visit: &Visit) -> http::Response<Body> {
        let separator = if visit.path.contains('?') { '&' } else { '?' };
        let uri = match door.query.is_empty() {
            true => visit.path.to_owned(),
            false => format!("{}{separator}{}", visit.path, door.query),
        };
        let mut request = http::Request::builder()
            .method(visit.method.clone())
            .uri(uri)
            .header("host", "localhost");
        for (name, value) in &visit.headers {
            request = request.header(*name, *value);
        }
        for (name, value) in &door.headers {
            request = request.header(*name, HeaderValue::from_str(value).expect("a header"));
        }
        if let Some(caller) = &door.platform {
            request = request.extension(Edge {
                request_id: "r1".into(),
                caller: Some(caller.clone()),
                deadline: None,
            });
        }
        let body = match &visit.body {
            Value::Null => Body::empty(),
            body => Body::from(body.to_string()),
        };
        let request = request.body(body).expect("a request");
        self.router
            .clone()
            .oneshot(request)
            .await
            .expect("infallible")
    }
}

/// What the platform says of a request, as somebody would write it who would like to be somebody else.
const SPOOFED: &str = r#"{"authorizer":{"iam":{"userArn":"arn:aws:iam::123456789012:root"},"jwt":{"claims":{"sub":"root"}}}}"#;

/// One request without its sender.
struct Visit {
    era: &'static str,
    method: Method,
    path: &'static str,
    headers: Vec<(&'static str, &'static str)>,
    body: Value,
    /// What who is let in gets.
    status: u16,
    /// Whether everyone is let in.
    is_public: bool,
}

impl Visit {
    fn of(method: Method, path: &'static str, status: u16) -> Self {
        Self {
            era: "",
            method,
            path,
            headers: vec![("accept", "application/json, text/event-stream")],
            body: Value::Null,
            status,
            is_public: false,
        }
    }

    fn public(self) -> Self {
        Self {
            is_public: true,
            ..self
        }
    }

    fn in_era(era: &'static str, path: &'static str) -> Self {
        let body = match era {
            "" => json!({"id": 1, "method": "tools/list"}),
            "2026-07-28" => {
                json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": {
                    "io.modelcontextprotocol/protocolVersion": era,
                    "io.modelcontextprotocol/clientCapabilities": {},
                    // What a platform would say in its event is the sender's own word here.
                    "authorizer": {"iam": {"userArn": ARN}},
                }}})
            }
            _ => {
                json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "requestContext": {"authorizer": {"iam": {"userArn": ARN}}}})
            }
        };
        let mut visit = Self {
            era,
            body,
            ..Self::of(Method::POST, path, 200)
        };
        visit.headers.push(("content-type", "application/json"));
        if !era.is_empty() {
            visit.headers.push(("mcp-protocol-version", era));
        }
        if era == "2026-07-28" {
            visit.headers.push(("mcp-method", "tools/list"));
        }
        visit
    }

    fn name(&self) -> String {
        format!("{} {} {}", self.method, self.path, self.era)
    }
}

const ERAS: [&str; 6] = [
    "",
    "2024-11-05",
    "2025-03-26",
    "2025-06-18",
    "2025-11-25",
    "2026-07-28",
];

fn visits() -> Vec<Visit> {
    let mut visits: Vec<_> = ["/", "/rpc", "/mcp", "/api/v1/mcp"]
        .into_iter()
        .flat_map(|path| ERAS.map(|era| Visit::in_era(era, path)))
        .collect();
    let (get, post) = (Method::GET, Method::POST);
    let call = Visit {
        body: json!({"text": "hello"}),
        ..Visit::of(post.clone(), "/tools/echo", 200)
    };
    visits.extend([
        call,
        Visit::of(get.clone(), "/", 405),
        Visit::of(get.clone(), "/rpc", 405),
        Visit::of(Method::DELETE, "/rpc", 405),
        Visit::of(Method::PUT, "/rpc", 405),
        Visit::of(get.clone(), "/tools", 200),
        Visit::of(get.clone(), "/mcp/servers", 200),
        Visit::of(post.clone(), "/mcp/one", 404),
        Visit::of(get.clone(), "/mcp/one", 404),
        Visit::of(get.clone(), "/mcp/one/tools", 404),
        Visit::of(post.clone(), "/mcp/one/tools/two", 404),
        Visit::of(get.clone(), "/tools/echo", 200),
        Visit::of(get.clone(), "/tools/none", 404),
        Visit::of(get.clone(), "/sse", 200),
        Visit::of(post.clone(), "/messages?session_id=none", 404),
        // Nothing is indexed here.
        Visit::of(get.clone(), "/health", 503),
        Visit::of(get.clone(), "/metrics", 200),
        Visit::of(get.clone(), "/metrics?live", 200),
        Visit::of(get.clone(), "/metrics/prometheus", 200),
        Visit::of(get.clone(), "/no-such", 404),
        Visit::of(get.clone(), "/.well-known/oauth-authorization-server", 404),
        Visit::of(get.clone(), "/health?live", 200).public(),
        Visit::of(get.clone(), METADATA, 200).public(),
        Visit::of(get, "/.well-known/oauth-protected-resource/rpc", 200).public(),
        Visit::of(Method::OPTIONS, "/rpc", 200).public(),
        Visit::of(Method::OPTIONS, "/no-such", 200).public(),
    ]);
    visits
}

#[tokio::test]
async fn who_is_known_is_let_in_everywhere_as_who_they_are() {
    let house = House::build().await;
    let mut wrong = Vec::new();
    for door in house.open() {
        let log = Log::capture();
        let visits: Vec<_> = visits()
            .into_iter()
            .filter(|visit| !visit.is_public)
            .collect();
        for visit in &visits {
            let status = house.send(&door, visit).await.status();
            if status != visit.status {
                wrong.push(format!("{}: {}: {status}", door.name, visit.name()));
            }
        }
        let callers = log
            .requests()
            .into_iter()
            .map(|line| line["caller"].clone());
        let callers: Vec<_> = callers.collect();
        assert_eq!(
            callers,
            vec![json!(door.caller); visits.len()],
            "{}",
            door.name
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn who_is_not_known_is_refused_everywhere_alike() {
    let house = House::build().await;
    let shut = house
        .shut()
        .into_iter()
        .map(|door| (door, "Bearer error=\"invalid_token\", "));
    let absent = house.absent().into_iter().map(|door| (door, "Bearer "));
    let mut told: Option<Vec<u8>> = None;
    for (door, challenge) in shut.chain(absent) {
        for visit in visits() {
            let case = format!("{}: {}", door.name, visit.name());
            let answer = house.send(&door, &visit).await;
            let (parts, body) = answer.into_parts();
            if visit.is_public {
                assert_eq!(parts.status, visit.status, "{case}");
                continue;
            }
            assert_eq!(parts.status, 401, "{case}");
            let endpoint = match visit.path {
                path @ ("/rpc" | "/mcp" | "/api/v1/mcp") => path,
                _ => "",
            };
            let metadata =
                format!("{challenge}resource_metadata=\"{RESOURCE}{METADATA}{endpoint}\"");
            assert_eq!(parts.headers["www-authenticate"], metadata, "{case}");
            let body = body
                .collect()
                .await
                .expect("a whole body")
                .to_bytes()
                .to_vec();
            let told = told.get_or_insert_with(|| body.clone());
            assert_eq!(*told, body, "{case}");
        }
    }
}
