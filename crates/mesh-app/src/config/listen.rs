use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use mesh_core::Host;

use super::bearer::BearerDigest;
use super::origin::Origin;
use super::reader::Reader;

/// Where the server listens, and whom it lets in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// `MESH_LISTEN`: address and port; port 0 takes a free one. Default `127.0.0.1:3000`: reachable from this machine
    /// only, on the port that examples name. Where it is absent, `PORT` and beside it `HOST` count, as container hosts
    /// set them; `HOST` alone does not, because some shells keep the machine's name in it.
    pub address: SocketAddr,
    /// `MESH_BEARER_SHA256`: the digest of the token that every route demands. Absent, none is demanded, and so only
    /// loopback may be listened on.
    pub bearer: Option<BearerDigest>,
    /// `MESH_ALLOWED_ORIGINS`: the browser origins let in besides the server's own. Default none: a page that is not
    /// named must not reach a server on its visitor's machine.
    pub origins: Vec<Origin>,
    /// `MESH_ALLOWED_HOSTS`: the `Host` names answered. Default the names of loopback when listening there, against
    /// DNS rebinding; any name elsewhere, where the token protects and the name is the operator's.
    pub hosts: AllowedHosts,
}

/// The names a request may address the server by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowedHosts {
    Any,
    /// In small letters, with or without a port.
    Listed(Vec<String>),
}

const DEFAULT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 3000);
const ADDRESS: &str = "an address and a port such as `127.0.0.1:3000`";
const LOOPBACK_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

impl Listen {
    pub(crate) fn read(reader: &mut Reader<'_>, host: Host) -> Self {
        let address = address(reader);
        let bearer = reader.unrepeated("MESH_BEARER_SHA256", BearerDigest::parse);
        if !address.ip().is_loopback() && !reader.is_given("MESH_BEARER_SHA256") {
            reader.fault(format!(
                "other machines can reach `{address}`: set `MESH_BEARER_SHA256` to the SHA-256 of a token that callers must \
                 send, or listen on `127.0.0.1:{}`",
                address.port()
            ));
        }
        Self {
            address,
            bearer,
            origins: reader
                .list("MESH_ALLOWED_ORIGINS", Origin::parse)
                .unwrap_or_default(),
            hosts: hosts(reader, host, address.ip()),
        }
    }
}

fn address(reader: &mut Reader<'_>) -> SocketAddr {
    let parse = |text: &str| text.trim().parse().map_err(|_| ADDRESS.to_owned());
    let listen = reader.parsed("MESH_LISTEN", parse, DEFAULT);
    if reader.is_given("MESH_LISTEN") || !reader.is_given("PORT") {
        return listen;
    }
    let port = |text: &str| text.trim().parse().map_err(|_| "a port".to_owned());
    let host = |text: &str| text.trim().parse().map_err(|_| "an IP address".to_owned());
    let port = reader.parsed("PORT", port, DEFAULT.port());
    let host = reader.parsed("HOST", host, DEFAULT.ip());
    SocketAddr::new(host, port)
}

fn hosts(reader: &mut Reader<'_>, host: Host, ip: IpAddr) -> AllowedHosts {
    let listed = reader.list("MESH_ALLOWED_HOSTS", host_name);
    match listed {
        Some(names) => AllowedHosts::Listed(names),
        // Lambda has matched the name before we see the request.
        None if host == Host::Process && ip.is_loopback() => {
            let mut names = LOOPBACK_NAMES.map(str::to_owned).to_vec();
            // 127.0.0.2 is loopback too.
            if !names.contains(&ip.to_string()) && ip.is_ipv4() {
                names.push(ip.to_string());
            }
            AllowedHosts::Listed(names)
        }
        None => AllowedHosts::Any,
    }
}

fn host_name(text: &str) -> Result<String, String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || ".-_:[]".contains(c);
    if !text.chars().all(is_part) {
        return Err("host names such as `mesh.example.com`, separated by commas".to_owned());
    }
    Ok(text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Variables};

    fn listen(variables: &[(&str, &str)]) -> Listen {
        let config = Config::read(&Variables::new(variables.iter().copied()));
        config.expect("no faults").listen
    }

    fn fault(variables: &[(&str, &str)]) -> String {
        let config = Config::read(&Variables::new(variables.iter().copied()));
        config.expect_err("a fault").to_string()
    }

    #[test]
    fn another_address_than_loopback_needs_a_token() {
        assert_eq!(
            fault(&[("MESH_LISTEN", "0.0.0.0:80")]),
            "other machines can reach `0.0.0.0:80`: set `MESH_BEARER_SHA256` to the SHA-256 of a token that callers must \
             send, or listen on `127.0.0.1:80`"
        );
        let digest = "0f".repeat(32);
        let open = listen(&[
            ("MESH_LISTEN", "0.0.0.0:80"),
            ("MESH_BEARER_SHA256", &digest),
        ]);
        assert_eq!(open.hosts, AllowedHosts::Any);
        assert_eq!(open.bearer.map(|digest| digest.as_bytes()[0]), Some(0x0f));
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
            assert_eq!(
                listen(&[("MESH_LISTEN", address)]).hosts,
                AllowedHosts::Listed(listed)
            );
        }
        let named = listen(&[("MESH_ALLOWED_HOSTS", "Mesh.example.com, localhost:3000")]);
        let names = ["mesh.example.com", "localhost:3000"].map(str::to_owned);
        assert_eq!(named.hosts, AllowedHosts::Listed(names.to_vec()));
    }

    #[test]
    fn port_and_host_count_only_together_and_only_without_listen() {
        let address = |variables| listen(variables).address.to_string();
        assert_eq!(address(&[("PORT", "8080")]), "127.0.0.1:8080");
        assert_eq!(address(&[("PORT", "8080"), ("HOST", "::1")]), "[::1]:8080");
        assert_eq!(address(&[("HOST", "my-laptop")]), "127.0.0.1:3000");
        let both = [("PORT", "x"), ("HOST", "y"), ("MESH_LISTEN", "127.0.0.1:1")];
        assert_eq!(address(&both), "127.0.0.1:1");
        assert_eq!(fault(&[("PORT", "x")]), "`PORT` must be a port, not `x`");
    }

    #[test]
    fn origins_are_exact() {
        let listed = listen(&[(
            "MESH_ALLOWED_ORIGINS",
            "https://a.example, http://localhost:6274",
        )]);
        let origins: Vec<_> = listed.origins.iter().map(Origin::as_str).collect();
        assert_eq!(origins, ["https://a.example", "http://localhost:6274"]);
        assert!(
            fault(&[("MESH_ALLOWED_ORIGINS", "*")]).starts_with("`MESH_ALLOWED_ORIGINS` must be")
        );
    }
}
