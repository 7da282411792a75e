use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use mesh_http::Roots;
use reqwest::Url;
use rustls::ClientConnection;
use rustls::pki_types::ServerName;
use tokio::net::lookup_host;
use tokio::task::spawn_blocking;

use super::certificate;
use super::report::{Finding, Report};
use super::target::Target;
use crate::client::address;

/// As long as a handshake over a slow line takes.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Certificates that renew themselves do so a month or more before they end.
const DAYS: u64 = 14;

pub(super) async fn check(report: &mut Report, target: &Target) {
    let url = target.url();
    let mut addresses = Vec::new();
    report.make("dns", resolved(url, &mut addresses)).await;
    match (url.scheme(), addresses.first()) {
        ("http", _) if address::is_loopback(url) => {
            report.note(
                "tls",
                Finding::skipped("a server on this machine, over `http://`"),
            );
        }
        ("http", _) => report.note(
            "tls",
            Finding::fail("not encrypted: whoever is on the way reads every question and answer"),
        ),
        (_, None) => report.note("tls", Finding::skipped("its name leads nowhere")),
        (_, Some(&address)) => report.make("tls", encrypted(url, address)).await,
    }
}

async fn resolved(url: &Url, addresses: &mut Vec<SocketAddr>) -> Finding {
    let (host, port) = place(url);
    match lookup_host((host.as_str(), port)).await {
        Ok(found) => addresses.extend(found),
        Err(error) => return Finding::fail(format!("`{host}` has no address: {error}")),
    }
    let ips: Vec<String> = addresses
        .iter()
        .map(|address| address.ip().to_string())
        .collect();
    if ips.is_empty() {
        return Finding::fail(format!("`{host}` has no address"));
    }
    Finding::ok(ips.join(", "))
}

fn place(url: &Url) -> (String, u16) {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    (host.to_owned(), url.port_or_known_default().unwrap_or(443))
}

async fn encrypted(url: &Url, address: SocketAddr) -> Finding {
    let (host, _) = place(url);
    match spawn_blocking(move || shown(&host, address)).await {
        Ok(Ok(certificate)) => dated(&certificate),
        Ok(Err(error)) => Finding::fail(format!("{error:#}")),
        Err(error) => Finding::fail(error.to_string()),
    }
}

/// The certificate of a server that proved to be the one it says.
fn shown(host: &str, address: SocketAddr) -> anyhow::Result<Vec<u8>> {
    let name = ServerName::try_from(host.to_owned())?;
    let mut connection =
        ClientConnection::new(Arc::new(Roots::compiled_in().client_config()), name)?;
    let mut socket = TcpStream::connect_timeout(&address, TIMEOUT).context("cannot connect")?;
    socket.set_read_timeout(Some(TIMEOUT))?;
    while connection.is_handshaking() {
        connection
            .complete_io(&mut socket)
            .context("no encrypted connection")?;
    }
    let chain = connection.peer_certificates().unwrap_or_default();
    let leaf = chain.first().context("the server shows no certificate")?;
    Ok(leaf.to_vec())
}

fn dated(certificate: &[u8]) -> Finding {
    let now = SystemTime::now();
    let left = certificate::ends(certificate).map(|end| end.duration_since(now));
    match left {
        None => Finding::ok("the certificate is valid"),
        Some(Err(_)) => Finding::fail("the certificate has ended"),
        Some(Ok(left)) => {
            let days = left.as_secs() / (24 * 60 * 60);
            let detail = format!("the certificate is valid, for {days} more days");
            if days < DAYS {
                Finding::warn(detail)
            } else {
                Finding::ok(detail)
            }
        }
    }
}
