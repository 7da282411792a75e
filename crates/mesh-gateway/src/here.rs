//! This server among the others: by what it knows a request that has come back, and an upstream that is itself.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use mesh_core::lock;
use mesh_http::Refusal;
use serde_json::{Value, json};

use crate::Template;
use crate::entry::Command;
use crate::fault::Fault;
use crate::hops::{HopId, Hops, MAX_HOPS};
use crate::message::{Message, RpcError};

/// Of a request, the servers that it has come through; of an answer, who gave it and who is behind that one.
pub const HOPS_HEADER: HeaderName = HeaderName::from_static("mesh-hops");

/// The same, for a process that is started.
pub(crate) const HOPS_VARIABLE: &str = "MESH_HOPS";

/// HTTP has a status for a request that has come back (RFC 5842, section 7.2); in JSON-RPC the same number says so, as those of
/// applications are theirs to choose.
pub const LOOP_DETECTED: i64 = 508;

/// This server. Clones are the same.
#[derive(Clone, Debug)]
pub struct Here {
    /// Who started us, from the first on, and we.
    hops: Hops,
    id: HopId,
    addresses: Arc<Mutex<Vec<Uri>>>,
    listens: Arc<Mutex<Option<SocketAddr>>>,
}

impl Here {
    /// `before` are those that started one another, and then us.
    #[must_use]
    pub fn new(before: &Hops, id: HopId) -> Self {
        Self {
            hops: before.then(id),
            id,
            addresses: Arc::default(),
            listens: Arc::default(),
        }
    }

    #[must_use]
    pub const fn id(&self) -> HopId {
        self.id
    }

    /// The public address by which clients know us.
    pub fn is_known_as(&self, url: &str) {
        lock(&self.addresses).extend(url.parse::<Uri>());
    }

    pub(crate) fn listens_at(&self, address: SocketAddr) {
        *lock(&self.listens) = Some(address);
    }

    /// # Errors
    /// Where a request has come back, or comes through too many servers.
    pub fn refuse(&self, hops: &Hops) -> Result<(), Comeback> {
        match hops.contain(self.id) {
            true => Err(Comeback::Cycle(hops.clone())),
            false if hops.are_too_many() => Err(Comeback::TooMany),
            false => Ok(()),
        }
    }

    /// Whether it is where we listen, or what we are known as.
    pub(crate) fn is(&self, uri: &Uri) -> bool {
        let origin = |uri: &Uri| {
            let host = uri.host()?.trim_end_matches('.').to_ascii_lowercase();
            Some((host, port(uri)))
        };
        let is_known = lock(&self.addresses)
            .iter()
            .any(|known| origin(known) == origin(uri));
        let listens = *lock(&self.listens);
        is_known || listens.is_some_and(|listens| leads_to(uri, listens))
    }

    /// What a process is told that is started by this command.
    ///
    /// # Errors
    /// Where it was started by the same command as one that started us.
    pub(crate) fn for_process(&self, command: &Command) -> Result<Hops, Fault> {
        match self.is_one_too_many(std::iter::once(command)) {
            Some(comeback) => Err(Fault::Cycle(comeback.to_string())),
            None => Ok(self.hops.by(id_of(command))),
        }
    }

    /// Whether we have been started as one too many, or would start again what has started us.
    pub(crate) fn is_one_too_many<'a>(
        &self,
        mut commands: impl Iterator<Item = &'a Command>,
    ) -> Option<Comeback> {
        if self.hops.are_too_many() {
            return Some(Comeback::TooMany);
        }
        let is_again = commands.any(|command| self.hops.contain_command(id_of(command)));
        is_again.then_some(Comeback::StartedAgain)
    }
}

/// Why a request is not followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Comeback {
    #[error("this request has come back to the server that sent it{}: take out one of the entries on its way", way(.0))]
    Cycle(Hops),
    #[error(
        "more than {MAX_HOPS} servers follow one another, as those do that lead back to each other: take out one of their entries"
    )]
    TooMany,
    #[error(
        "it is started by itself: the command of its entry starts a server that has the same entry; take the entry out, or have the \
         command read another file"
    )]
    StartedAgain,
}

/// As the data of an error has them.
const STARTED_AGAIN: &str = "startedAgain";
const TOO_MANY: &str = "tooMany";

impl Comeback {
    /// What an error of [`LOOP_DETECTED`] says beside its message.
    #[must_use]
    pub fn data(&self) -> Value {
        match self {
            Self::Cycle(hops) => json!({"reason": "cycle", "hops": hops.header()}),
            Self::TooMany => json!({"reason": TOO_MANY}),
            Self::StartedAgain => json!({"reason": STARTED_AGAIN}),
        }
    }
}

/// What an upstream's refusal of such a request means to us, in our own words.
fn told(data: &Value, here: HopId) -> String {
    match data["reason"].as_str() {
        Some(STARTED_AGAIN) => return Comeback::StartedAgain.to_string(),
        Some(TOO_MANY) => return Comeback::TooMany.to_string(),
        _ => {}
    }
    let hops = data["hops"].as_str().and_then(|hops| hops.parse().ok());
    let hops: Vec<HopId> = hops.iter().flat_map(Hops::servers).collect();
    match hops.iter().position(|server| *server == here) {
        Some(ours) => match hops.get(ours + 1) {
            Some(next) => leads_back(Some(*next)),
            None => is_itself(),
        },
        None => leads_back(None),
    }
}

fn way(hops: &Hops) -> String {
    let others: Vec<String> = hops
        .servers()
        .skip(1)
        .map(|server| format!("`{server}`"))
        .collect();
    match others.is_empty() {
        true => String::new(),
        false => format!(" (by way of {})", others.join(", ")),
    }
}

/// How our requests to one upstream tell where they come from, and what its answers tell of who is behind it.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) here: Here,
    /// None until it has told; empty where it is none of ours.
    pub(crate) behind: Arc<Mutex<Vec<HopId>>>,
}

impl Way {
    pub(crate) fn new(here: &Here) -> Self {
        Self {
            here: here.clone(),
            behind: Arc::default(),
        }
    }

    pub(crate) fn behind(&self) -> Vec<HopId> {
        lock(&self.behind).clone()
    }

    pub(crate) fn forget(&self) {
        lock(&self.behind).clear();
    }

    /// The header of a request that came through these.
    pub(crate) fn header(&self, inbound: &Hops) -> HeaderValue {
        let hops = inbound.and(&self.here.hops).header();
        HeaderValue::from_str(&hops).expect("hexadecimal digits and commas")
    }

    /// What an error means that answers a request which came through these.
    pub(crate) fn fault(&self, error: RpcError, inbound: &Hops) -> Fault {
        match error.code() {
            Some(LOOP_DETECTED) => self.came_back(&error.data().unwrap_or_default(), inbound),
            _ => Fault::Rpc(error),
        }
    }

    /// Where it came from elsewhere it may have been elsewhere that it came back to, and others are answered.
    pub(crate) fn came_back(&self, data: &Value, inbound: &Hops) -> Fault {
        match inbound.is_empty() {
            true => Fault::Cycle(told(data, self.here.id)),
            false => Fault::CameBack(format!(
                "it leads back to a server that this request has come through: {REMEDY}"
            )),
        }
    }

    /// As [`Self::fault`], of an answer with the status that says so.
    pub(crate) fn refused(&self, refusal: &Refusal, inbound: &Hops) -> Fault {
        let error = Message::read(&refusal.body).and_then(|message| message.error());
        let data = error.and_then(|error| error.data());
        self.came_back(&data.unwrap_or_default(), inbound)
    }

    /// Takes note of who has answered.
    ///
    /// # Errors
    /// Where we, or who started us, are behind it.
    pub(crate) fn answered(&self, headers: &HeaderMap) -> Result<(), Fault> {
        let told = headers.get(HOPS_HEADER).and_then(|told| told.to_str().ok());
        let Some(told) = told.and_then(|told| told.parse::<Hops>().ok()) else {
            return Ok(());
        };
        if self.here.hops.servers().any(|ours| told.contain(ours)) {
            self.forget();
            return Err(Fault::Cycle(leads_back(told.servers().next())));
        }
        *lock(&self.behind) = told.servers().collect();
        Ok(())
    }
}

const REMEDY: &str = "take its entry out here, or the entry there that leads back";

fn leads_back(by_way_of: Option<HopId>) -> String {
    let by_way_of = by_way_of.map(|server| format!(", by way of the server `{server}`"));
    let by_way_of = by_way_of.unwrap_or_default();
    format!("it leads back to this server{by_way_of}: {REMEDY}")
}

pub(crate) fn is_itself() -> String {
    "it is this very server: take its entry out".to_owned()
}

/// The same for the same words of a file, whatever values they are filled with.
fn id_of(command: &Command) -> HopId {
    let count = command.args.len().to_string();
    let cwd = command.cwd.as_ref().map_or("", Template::as_written);
    let mut words = vec![command.program.as_written(), cwd, &count];
    words.extend(command.args.iter().map(Template::as_written));
    for (name, value) in &command.env {
        words.extend([name.as_str(), value.as_written()]);
    }
    HopId::of_words(words)
}

fn port(uri: &Uri) -> u16 {
    let usual = match uri.scheme_str() {
        Some("https") => 443,
        _ => 80,
    };
    uri.port_u16().unwrap_or(usual)
}

/// By its name or number alone: what else a name stands for is found out when it is sent to.
fn leads_to(uri: &Uri, listens: SocketAddr) -> bool {
    let Some(host) = uri.host() else {
        return false;
    };
    let host = host.trim_matches(['[', ']']).trim_end_matches('.');
    let ip: Option<IpAddr> = match host.eq_ignore_ascii_case("localhost") {
        true => Some(IpAddr::from([127, 0, 0, 1])),
        false => host.parse().ok(),
    };
    let Some(ip) = ip else {
        return false;
    };
    let own = listens.ip();
    let is_ours = ip == own
        || ip.is_unspecified()
        || own.is_unspecified() && ip.is_loopback()
        || host.eq_ignore_ascii_case("localhost") && own.is_loopback();
    is_ours && port(uri) == listens.port()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> Here {
        Here::new(&Hops::default(), HopId::of_words(["here"]))
    }

    #[test]
    fn an_address_of_ours_is_known_by_its_name_and_port() {
        let check = |listens: &str, url: &str, expected: bool| {
            let here = here();
            here.is_known_as("https://mesh.example.com");
            here.listens_at(listens.parse().expect("an address"));
            let uri = url.parse().expect("a URI");
            assert_eq!(here.is(&uri), expected, "{listens} {url}");
        };
        for own in [
            "http://127.0.0.1:3000/rpc",
            "http://localhost:3000/mcp/x",
            "https://MESH.example.com/rpc",
            "http://0.0.0.0:3000/",
        ] {
            check("127.0.0.1:3000", own, true);
        }
        for other in [
            "http://127.0.0.1:3001/rpc",
            "http://127.0.0.2:3000/rpc",
            "http://mesh.example.com/rpc",
            "http://10.0.0.7:3000/",
        ] {
            check("127.0.0.1:3000", other, false);
        }
        check("0.0.0.0:3000", "http://127.0.0.1:3000/rpc", true);
        check("[::1]:80", "http://[::1]/rpc", true);
        check("10.0.0.7:3000", "http://127.0.0.1:3000/rpc", false);
    }

    #[test]
    fn a_request_that_came_through_us_has_come_back() {
        let here = here();
        let other = HopId::of_words(["other"]);
        let around = Hops::default().then(here.id()).then(other);
        let told = here.refuse(&around).expect_err("it came back").to_string();
        assert!(told.contains(&format!("(by way of `{other}`)")), "{told}");
        assert_eq!(here.refuse(&Hops::default().then(other)), Ok(()));
        let many = (0..=MAX_HOPS).fold(Hops::default(), |hops, _| hops.then(other));
        assert_eq!(here.refuse(&many), Err(Comeback::TooMany));
    }

    #[test]
    fn an_answer_tells_who_is_behind_and_garbage_tells_nothing() {
        let way = Way::new(&here());
        let answer = |told: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HOPS_HEADER, HeaderValue::from_str(told).expect("a value"));
            way.answered(&headers).map_err(|fault| fault.to_string())
        };
        let other = HopId::of_words(["other"]);
        assert_eq!(answer("nonsense"), Ok(()));
        assert_eq!(way.behind(), []);
        assert_eq!(answer(&other.to_string()), Ok(()));
        assert_eq!(way.behind(), [other]);
        let back = answer(&format!("{other},{}", way.here.id()));
        assert_eq!(back, Err(leads_back(Some(other))));
        assert_eq!(way.behind(), []);
    }
}
