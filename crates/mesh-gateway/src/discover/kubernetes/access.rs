//! How a cluster is reached: as a pod of it, or by a kubeconfig.

use std::path::{Path, PathBuf};

use mesh_core::Secret;
use mesh_http::{HttpClient, Identity, Roots, secure_address};

use super::super::Around;
use super::kubeconfig;

#[derive(Debug)]
pub(super) struct Access {
    /// Without a slash at its end.
    pub(super) server: String,
    pub(super) namespace: String,
    pub(super) client: HttpClient,
    token: Token,
}

#[derive(Debug)]
pub(super) enum Token {
    None,
    Literal(Secret),
    /// It changes every hour.
    File(PathBuf),
}

/// What a kubeconfig or a pod says, before it is tried.
#[derive(Debug)]
pub(super) struct Described {
    pub(super) server: String,
    pub(super) namespace: Option<String>,
    /// In PEM; those that are compiled in, where there are none.
    pub(super) roots: Option<Vec<u8>>,
    /// A certificate and its key, in PEM.
    pub(super) identity: Option<(Vec<u8>, Secret)>,
    pub(super) token: Token,
}

impl Access {
    /// # Errors
    /// Why there is none, and what to do.
    pub(super) fn of(around: &Around) -> Result<Self, String> {
        let variable = |name: &str| (around.variables)(name);
        let described = match variable("KUBERNETES_SERVICE_HOST") {
            Some(host) => in_pod(
                &host,
                variable("KUBERNETES_SERVICE_PORT_HTTPS"),
                &around.account,
            )?,
            None => kubeconfig::read(around)?,
        };
        described.access(around.namespace.clone())
    }

    /// # Errors
    /// Where it lies in a file that cannot be read.
    pub(super) fn token(&self) -> Result<Option<Secret>, String> {
        match &self.token {
            Token::None => Ok(None),
            Token::Literal(token) => Ok(Some(token.clone())),
            Token::File(file) => {
                let token = text(file)?;
                Ok(Some(Secret::new(token.trim())))
            }
        }
    }
}

impl Described {
    fn access(self, namespace: Option<String>) -> Result<Access, String> {
        let server = self.server.trim_end_matches('/').to_owned();
        secure_address(&server).map_err(|error| format!("the address of the cluster: {error}"))?;
        let roots = match &self.roots {
            Some(pem) => {
                Roots::pem(pem).map_err(|error| format!("the cluster's certificate: {error}"))?
            }
            None => Roots::compiled_in(),
        };
        let client = match &self.identity {
            Some((chain, key)) => Identity::pem(chain, key.reveal().as_bytes())
                .and_then(|identity| HttpClient::known_as(roots, identity))
                .map_err(|error| format!("the client certificate: {error}"))?,
            None => HttpClient::new(roots),
        };
        let namespace = namespace.or(self.namespace);
        let namespace = namespace.unwrap_or_else(|| "default".to_owned());
        let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if namespace.is_empty() || !namespace.chars().all(known) {
            return Err("no namespace can have this name: it is of `a-z 0-9 -`".to_owned());
        }
        Ok(Access {
            server,
            namespace,
            client,
            token: self.token,
        })
    }
}

fn in_pod(host: &str, port: Option<String>, account: &Path) -> Result<Described, String> {
    let host = match host.contains(':') {
        true => format!("[{host}]"),
        false => host.to_owned(),
    };
    let port = port.unwrap_or_else(|| "443".to_owned());
    Ok(Described {
        server: format!("https://{host}:{port}"),
        namespace: text(&account.join("namespace"))
            .ok()
            .map(|name| name.trim().to_owned()),
        roots: Some(text(&account.join("ca.crt"))?.into_bytes()),
        identity: None,
        token: Token::File(account.join("token")),
    })
}

pub(super) fn text(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file)
        .map_err(|error| format!("`{}` cannot be read: {error}", file.display()))
}
