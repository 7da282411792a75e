//! Callers with tokens of an authorization server: MCP, basic/authorization; RFC 6750; RFC 9728.

use http::Method;
use mesh_fakes::issuer::{FakeIssuer, KEYS, METADATA, Manner, Signer, unsigned, with_secret};
use serde_json::{Value, json};

use crate::support::{Log, Request, TOKEN, TestApp, digest, now};

const RESOURCE: &str = "https://mesh.example.com";
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// An issuer, one of its keys, and a server that trusts it.
struct Realm {
    issuer: FakeIssuer,
    signer: Signer,
    app: TestApp,
}

impl Realm {
    async fn start() -> Self {
        Self::with(&[]).await
    }

    async fn with(settings: &[(&str, &str)]) -> Self {
        let issuer = FakeIssuer::start().await;
        let signer = Signer::p256("p");
        issuer.rotate(&[&signer]);
        let origin = issuer.origin().to_owned();
        let trust = [("MESH_JWT_ISSUER", &*origin), ("MESH_RESOURCE", RESOURCE)];
        let app = TestApp::with(&[&trust, settings].concat()).await;
        Self {
            issuer,
            signer,
            app,
        }
    }

    fn claims(&self) -> Value {
        json!({
            "iss": self.issuer.origin(),
            "sub": "ada",
            "aud": format!("{RESOURCE}/rpc"),
            "exp": now() + 300,
            "scope": "mesh:read profile",
        })
    }

    fn token_with(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims();
        claims[name] = value;
        self.signer.token("ES256", &claims)
    }

    fn token(&self) -> String {
        self.signer.token("ES256", &self.claims())
    }

    fn ping(&self) -> Request {
        self.app.curl(&json!({"id": 1, "method": "ping"}))
    }

    async fn status_with(&self, authorization: &str) -> u16 {
        let request = self.ping().header("authorization", authorization);
        request.send().await.status
    }
}

#[tokio::test]
async fn a_good_token_opens_and_names_its_subject() {
    let log = Log::capture();
    let realm = Realm::start().await;
    let request = realm.ping();
    let authorization = format!("Bearer {}", realm.token());
    let answer = request.header("authorization", &authorization).send().await;
    assert_eq!(answer.result(), json!({}));
    let id = format!("jwt:ada@{}", realm.issuer.origin());
    assert_eq!(log.requests()[0]["caller"], id);
    assert!(!log.text().contains(&realm.token()[..80]));
}

#[tokio::test]
async fn a_token_for_any_endpoint_opens_all() {
    let realm = Realm::start().await;
    for aud in ["", "/", "/rpc", "/mcp", "/api/v1/mcp"] {
        let token = realm.token_with("aud", json!(format!("{RESOURCE}{aud}")));
        assert_eq!(
            realm.status_with(&format!("Bearer {token}")).await,
            200,
            "{aud}"
        );
    }
    for aud in [
        "https://mesh.example.com.evil.example",
        "https://mesh.example.com/tools",
        "mesh",
    ] {
        let token = realm.token_with("aud", json!(aud));
        assert_eq!(
            realm.status_with(&format!("Bearer {token}")).await,
            401,
            "{aud}"
        );
    }
}

#[tokio::test]
async fn audiences_that_are_set_are_the_only_ones() {
    let realm = Realm::with(&[("MESH_JWT_AUDIENCE", "api://mesh, urn:mesh")]).await;
    for (aud, status) in [("urn:mesh", 200), ("api://mesh", 200), (RESOURCE, 401)] {
        let token = realm.token_with("aud", json!(aud));
        assert_eq!(
            realm.status_with(&format!("Bearer {token}")).await,
            status,
            "{aud}"
        );
    }
}

#[tokio::test]
async fn without_a_token_a_client_is_told_where_to_get_one() {
    let realm = Realm::with(&[("MESH_JWT_SCOPES", "mesh:read,profile")]).await;
    for (path, suffix) in [
        ("/rpc", "/rpc"),
        ("/mcp", "/mcp"),
        ("/mcp/", "/mcp"),
        ("/api/v1/mcp", "/api/v1/mcp"),
        ("/", ""),
        ("/sse", ""),
        ("/tools/echo", ""),
        ("/no-such", ""),
    ] {
        let answer = realm.app.request(Method::POST, path).send().await;
        assert_eq!(answer.status, 401, "{path}");
        assert_eq!(
            answer.header("www-authenticate"),
            format!(
                "Bearer resource_metadata=\"{RESOURCE}{WELL_KNOWN}{suffix}\", scope=\"mesh:read profile\""
            ),
        );
    }
}

#[tokio::test]
async fn whatever_is_wrong_with_a_token_the_answer_is_the_same() {
    let realm = Realm::start().await;
    let key = realm.signer.jwk().to_string();
    let header = json!({"alg": "none", "kid": "p"});
    let symmetric = json!({"alg": "HS256", "kid": "p"});
    let good = realm.token();
    let tokens = [
        realm.token_with("exp", json!(now() - 61)),
        realm.token_with("nbf", json!(now() + 3600)),
        realm.token_with("aud", json!("https://other.example.com")),
        realm.token_with("iss", json!("https://other.example.com")),
        realm.token_with("fill", json!("x".repeat(48 * 1024))),
        Signer::p256("p").token("ES256", &realm.claims()),
        Signer::p256("q").token("ES256", &realm.claims()),
        format!("{}.", unsigned(&header, &realm.claims())),
        with_secret(&symmetric, &realm.claims(), key.as_bytes()),
        format!("{good}="),
        format!("{good}x"),
        good.to_uppercase(),
        "x.y.z".to_owned(),
        "a-token".to_owned(),
    ];
    let mut bodies = Vec::new();
    for token in tokens {
        let authorization = format!("Bearer {token}");
        let answer = realm.ping().header("authorization", &authorization);
        let answer = answer.send().await;
        assert_eq!(answer.status, 401, "{:.80}", token);
        assert_eq!(
            answer.header("www-authenticate"),
            format!(
                "Bearer error=\"invalid_token\", resource_metadata=\"{RESOURCE}{WELL_KNOWN}/rpc\""
            ),
        );
        bodies.push(answer.json());
    }
    bodies.dedup();
    let [body] = &bodies[..] else {
        panic!("{bodies:?}")
    };
    assert_eq!(body["error"], "unauthorized");
}

#[tokio::test]
async fn a_token_without_the_scopes_is_told_all_of_them() {
    let realm = Realm::with(&[("MESH_JWT_SCOPES", "mesh:read,mesh:write")]).await;
    for scope in ["mesh:read", "mesh:writer mesh:read", ""] {
        let authorization = format!("Bearer {}", realm.token_with("scope", json!(scope)));
        let request = realm.ping().header("authorization", &authorization);
        let answer = request.send().await;
        assert_eq!(answer.status, 403, "{scope}");
        assert_eq!(answer.json()["error"], "insufficient_scope");
        assert_eq!(
            answer.header("www-authenticate"),
            format!(
                "Bearer error=\"insufficient_scope\", resource_metadata=\"{RESOURCE}{WELL_KNOWN}/rpc\", \
                 scope=\"mesh:read mesh:write\""
            ),
        );
    }
    let token = realm.token_with("scope", json!("mesh:write mesh:read"));
    assert_eq!(realm.status_with(&format!("Bearer {token}")).await, 200);
}

#[tokio::test]
async fn a_token_in_the_address_is_refused_whatever_else_is_shown() {
    let realm = Realm::start().await;
    let token = realm.token();
    let path = format!("/tools?access_token={token}");
    assert_eq!(realm.app.get(&path).send().await.status, 401);
    let authorization = format!("Bearer {token}");
    let both = realm.app.get(&path).header("authorization", &authorization);
    assert_eq!(both.send().await.status, 401);
    let header = realm
        .app
        .get("/tools")
        .header("authorization", &authorization);
    assert_eq!(header.send().await.status, 200);
}

#[tokio::test]
async fn two_authorizations_are_none() {
    let realm = Realm::start().await;
    let authorization = format!("Bearer {}", realm.token());
    for other in [&*authorization, "Bearer x", "Basic YTpi"] {
        let request = realm.ping().header("authorization", &authorization);
        let answer = request.again("authorization", other).send().await;
        assert_eq!(answer.status, 401, "{other}");
    }
    let listed = format!("{authorization}, {authorization}");
    assert_eq!(realm.status_with(&listed).await, 401);
}

#[tokio::test]
async fn the_scheme_may_be_written_in_any_letters_and_no_other_scheme_counts() {
    let realm = Realm::start().await;
    let token = realm.token();
    for scheme in ["Bearer", "bearer", "BEARER"] {
        assert_eq!(realm.status_with(&format!("{scheme} {token}")).await, 200);
    }
    for scheme in ["Basic", "DPoP", "Token", "Bearer Bearer"] {
        assert_eq!(
            realm.status_with(&format!("{scheme} {token}")).await,
            401,
            "{scheme}"
        );
    }
}

#[tokio::test]
async fn the_token_of_the_settings_goes_on_working_beside() {
    let realm = Realm::with(&[("MESH_BEARER_SHA256", &digest(TOKEN))]).await;
    assert_eq!(realm.status_with(&format!("Bearer {TOKEN}")).await, 200);
    assert_eq!(
        realm
            .status_with(&format!("Bearer {}", realm.token()))
            .await,
        200
    );
    assert_eq!(realm.status_with("Bearer another").await, 401);
    assert_eq!(realm.issuer.asked(), [METADATA, KEYS]);
}

#[tokio::test]
async fn while_the_issuer_cannot_be_asked_tokens_are_neither_good_nor_bad() {
    let realm = Realm::start().await;
    realm.issuer.behave(Manner::Fails);
    let authorization = format!("Bearer {}", realm.token());
    let request = realm.ping().header("authorization", &authorization);
    let answer = request.send().await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.json()["error"], "unavailable");
    assert_eq!(answer.header("retry-after"), "5");
    assert_eq!(answer.header("www-authenticate"), "");
    // What is wrong in itself is so whatever the issuer says.
    let expired = realm.token_with("exp", json!(now() - 61));
    assert_eq!(realm.status_with(&format!("Bearer {expired}")).await, 401);
}

#[tokio::test]
async fn everyone_may_read_what_the_server_is() {
    let realm = Realm::with(&[("MESH_JWT_SCOPES", "mesh:read")]).await;
    for endpoint in ["", "/rpc", "/mcp", "/api/v1/mcp"] {
        let path = format!("{WELL_KNOWN}{endpoint}");
        let request = realm.app.get(&path);
        let answer = request.header("origin", "https://any.example").send().await;
        assert_eq!(answer.status, 200, "{endpoint}");
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(
            answer.json(),
            json!({
                "resource": format!("{RESOURCE}{endpoint}"),
                "authorization_servers": [realm.issuer.origin()],
                "scopes_supported": ["mesh:read"],
                "bearer_methods_supported": ["header"],
            })
        );
        let preflight = realm.app.request(Method::OPTIONS, &path);
        let preflight = preflight
            .header("origin", "https://any.example")
            .send()
            .await;
        assert_eq!(preflight.status, 200);
        assert_eq!(preflight.header("access-control-allow-origin"), "*");
        let post = realm.app.request(Method::POST, &path).send().await;
        assert_eq!(post.status, 405);
    }
    let elsewhere = realm
        .app
        .get("/health")
        .header("origin", "https://any.example");
    assert_eq!(elsewhere.send().await.status, 403);
}

#[tokio::test]
async fn nothing_else_is_open() {
    let realm = Realm::start().await;
    for path in [
        "/.well-known",
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-protected-resource/tools",
        "/.well-known/oauth-protected-resource/rpc/x",
        "/.well-known/oauth-protected-resource-x",
        "/health",
        "/",
    ] {
        let answer = realm.app.get(path).send().await;
        assert_eq!(answer.status, 401, "{path}");
    }
}

#[tokio::test]
async fn a_server_that_takes_no_tokens_has_no_metadata() {
    let app = TestApp::start().await;
    for endpoint in ["", "/rpc"] {
        let answer = app.get(&format!("{WELL_KNOWN}{endpoint}")).send().await;
        assert_eq!(answer.status, 404);
        assert_eq!(answer.json()["error"], "Not found");
    }
}
