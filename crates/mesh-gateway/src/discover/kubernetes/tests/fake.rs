//! An API server on loopback: ConfigMaps and Services, with selectors, pages, versions and watches.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

pub(super) const TOKEN: &str = "a-test-token-and-nothing-else";

#[derive(Clone)]
pub(super) struct Fake {
    pub(super) address: String,
    inside: Arc<Inside>,
}

#[derive(Default)]
struct Inside {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    version: u64,
    /// By kind and name.
    objects: BTreeMap<(String, String), Value>,
    events: Vec<(u64, String, &'static str, Value)>,
    /// Versions before this one are gone.
    oldest: u64,
    denied: Vec<(String, &'static str)>,
    requests: Vec<String>,
}

impl Fake {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let fake = Self {
            address,
            inside: Arc::default(),
        };
        let serving = fake.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let serving = serving.clone();
                // Whoever asked may have left.
                std::thread::spawn(move || drop(serving.answer(&stream)));
            }
        });
        fake
    }

    pub(super) fn put(&self, kind: &str, object: Value) {
        let mut state = self.inside.state.lock().expect("not poisoned");
        state.version += 1;
        let version = state.version;
        let mut object = object;
        object["metadata"]["resourceVersion"] = version.to_string().into();
        let name = object["metadata"]["name"]
            .as_str()
            .expect("a name")
            .to_owned();
        let known = state
            .objects
            .insert((kind.to_owned(), name), object.clone());
        let event = if known.is_some() { "MODIFIED" } else { "ADDED" };
        state.events.push((version, kind.to_owned(), event, object));
        self.inside.changed.notify_all();
    }

    pub(super) fn remove(&self, kind: &str, name: &str) {
        let mut state = self.inside.state.lock().expect("not poisoned");
        state.version += 1;
        let version = state.version;
        let object = state.objects.remove(&(kind.to_owned(), name.to_owned()));
        let object = object.expect("it is there");
        state
            .events
            .push((version, kind.to_owned(), "DELETED", object));
        self.inside.changed.notify_all();
    }

    pub(super) fn deny(&self, kind: &str, verb: &'static str) {
        let mut state = self.inside.state.lock().expect("not poisoned");
        state.denied.push((kind.to_owned(), verb));
    }

    /// Ends all watches: what they knew is too old.
    pub(super) fn compact(&self) {
        let mut state = self.inside.state.lock().expect("not poisoned");
        state.version += 1;
        state.oldest = state.version;
        self.inside.changed.notify_all();
    }

    /// How often something with this in its address was asked for.
    pub(super) fn asked(&self, part: &str) -> usize {
        let state = self.inside.state.lock().expect("not poisoned");
        state
            .requests
            .iter()
            .filter(|request| request.contains(part))
            .count()
    }

    fn answer(&self, stream: &TcpStream) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
        let first = lines.next().unwrap_or_default();
        let head: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
        let target = first.split(' ').nth(1).unwrap_or_default().to_owned();
        let target = target
            .replace("%3D", "=")
            .replace("%2F", "/")
            .replace("%2E", ".")
            .replace("%2D", "-");
        let whole_target = target.clone();
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let kind = path.rsplit('/').next().unwrap_or_default().to_owned();
        let parameter = |name: &str| {
            query
                .split('&')
                .find_map(|pair| Some(pair.strip_prefix(name)?.strip_prefix('=')?.to_owned()))
        };
        let verb = if parameter("watch").is_some() {
            "watch"
        } else {
            "list"
        };
        let mut state = self.inside.state.lock().expect("not poisoned");
        state.requests.push(format!("{verb} {target}"));
        let has_token = head
            .iter()
            .any(|line| line.eq_ignore_ascii_case(&format!("authorization: Bearer {TOKEN}")));
        if !has_token {
            return status(stream, 401, "Unauthorized");
        }
        if !path.starts_with("/api/v1/namespaces/tools/") {
            return status(stream, 404, "NotFound");
        }
        if state.denied.contains(&(kind.clone(), verb)) {
            return status(stream, 403, "Forbidden");
        }
        let is_selected = move |object: &Value| {
            let named = query_value(&whole_target, "fieldSelector=metadata.name");
            let labelled = query_value(
                &whole_target,
                "labelSelector=agentgateway.elfautomations.com/register",
            );
            named.is_none_or(|name| object["metadata"]["name"] == name)
                && labelled.is_none_or(|value| {
                    object["metadata"]["labels"]["agentgateway.elfautomations.com/register"]
                        == value
                })
        };
        if verb == "list" {
            let objects = state
                .objects
                .iter()
                .filter(|((of, _), object)| *of == kind && is_selected(object));
            let objects: Vec<_> = objects.map(|(_, object)| object.clone()).collect();
            // Pages of two, whatever was asked for.
            let from: usize = parameter("continue")
                .and_then(|from| from.parse().ok())
                .unwrap_or(0);
            let page: Vec<_> = objects.iter().skip(from).take(2).cloned().collect();
            let mut metadata = json!({"resourceVersion": state.version.to_string()});
            if objects.len() > from + 2 {
                metadata["continue"] = (from + 2).to_string().into();
            }
            return whole(
                stream,
                "200 OK",
                &json!({"metadata": metadata, "items": page}),
            );
        }
        let mut seen: u64 = parameter("resourceVersion")
            .and_then(|version| version.parse().ok())
            .unwrap_or(0);
        let mut out = stream;
        out.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")?;
        loop {
            if seen < state.oldest {
                let gone = json!({"type": "ERROR", "object": {"kind": "Status", "code": 410, "reason": "Expired"}});
                return out.write_all(format!("{gone}\n").as_bytes());
            }
            for (version, of, event, object) in &state.events {
                if *version > seen && *of == kind && is_selected(object) {
                    out.write_all(
                        format!("{}\n", json!({"type": event, "object": object})).as_bytes(),
                    )?;
                }
            }
            let bookmark = json!({"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": state.version.to_string()}}});
            if state.version > seen {
                out.write_all(format!("{bookmark}\n").as_bytes())?;
            }
            seen = state.version;
            let waited = self
                .inside
                .changed
                .wait_timeout(state, Duration::from_secs(60));
            state = waited.expect("not poisoned").0;
        }
    }
}

fn query_value<'q>(target: &'q str, name: &str) -> Option<&'q str> {
    let (_, query) = target.split_once('?')?;
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

fn status(stream: &TcpStream, code: u16, reason: &str) -> std::io::Result<()> {
    let body = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "code": code});
    whole(stream, &format!("{code} {reason}"), &body)
}

fn whole(mut stream: &TcpStream, status: &str, body: &Value) -> std::io::Result<()> {
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes())
}
