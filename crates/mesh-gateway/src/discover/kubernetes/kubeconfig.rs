//! kubeconfig: clusters, users, and contexts that bring them together, of one file or of several.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mesh_core::Secret;
use serde::Deserialize;

use super::super::Around;
use super::access::{Described, Token, text};

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct File {
    current_context: Option<String>,
    clusters: Vec<Named<Cluster>>,
    contexts: Vec<Named<Context>>,
    users: Vec<Named<User>>,
}

#[derive(Deserialize)]
struct Named<T> {
    name: String,
    #[serde(alias = "cluster", alias = "context", alias = "user")]
    is: T,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Cluster {
    server: String,
    certificate_authority: Option<PathBuf>,
    certificate_authority_data: Option<String>,
    insecure_skip_tls_verify: bool,
    proxy_url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Context {
    cluster: String,
    user: String,
    namespace: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct User {
    token: Option<String>,
    #[serde(rename = "tokenFile")]
    token_file: Option<PathBuf>,
    client_certificate: Option<PathBuf>,
    client_certificate_data: Option<String>,
    client_key: Option<PathBuf>,
    client_key_data: Option<String>,
    exec: Option<serde::de::IgnoredAny>,
    auth_provider: Option<serde::de::IgnoredAny>,
    username: Option<serde::de::IgnoredAny>,
}

/// What stands in a file, and the folder that its paths are relative to.
struct Found<'f, T> {
    is: &'f T,
    folder: &'f Path,
}

pub(super) fn read(around: &Around) -> Result<Described, String> {
    let files = files(around)?;
    let context = files
        .iter()
        .find_map(|(_, file)| file.current_context.as_deref());
    let context = context
        .filter(|name| !name.is_empty())
        .ok_or("the kubeconfig names no `current-context`: run `kubectl config use-context`")?;
    let found = find(&files, context, "context", |file| &file.contexts)?;
    let context = found.is;
    let cluster = find(&files, &context.cluster, "cluster", |file| &file.clusters)?;
    let user = match context.user.is_empty() {
        true => None,
        false => Some(find(&files, &context.user, "user", |file| &file.users)?),
    };
    described(context, &cluster, user.as_ref())
}

/// All that there are, each with its folder.
fn files(around: &Around) -> Result<Vec<(PathBuf, File)>, String> {
    let variable = |name: &str| (around.variables)(name);
    let paths: Vec<PathBuf> = match (variable("KUBECONFIG"), variable("HOME")) {
        (Some(paths), _) => std::env::split_paths(&paths)
            .filter(|path| path.exists())
            .collect(),
        (None, Some(home)) => vec![Path::new(&home).join(".kube/config")],
        (None, None) => Vec::new(),
    };
    if !paths.iter().any(|path| path.exists()) {
        let told = "this is no pod, and there is no kubeconfig: set `KUBECONFIG`, or take `kubernetes` out of `MESH_DISCOVER`";
        return Err(told.to_owned());
    }
    let read = |path: PathBuf| {
        let path = around.folder.join(path);
        let file = serde_saphyr::from_str(&text(&path)?);
        // The error could quote a token.
        let file = file.map_err(|_| format!("`{}` is no kubeconfig", path.display()))?;
        Ok((path.parent().unwrap_or(Path::new("/")).to_owned(), file))
    };
    paths.into_iter().map(read).collect()
}

/// The first of this name.
fn find<'f, T>(
    files: &'f [(PathBuf, File)],
    name: &str,
    kind: &str,
    all: impl Fn(&File) -> &Vec<Named<T>>,
) -> Result<Found<'f, T>, String> {
    let mut found = files.iter().filter_map(|(folder, file)| {
        let is = &all(file).iter().find(|one| one.name == name)?.is;
        Some(Found { is, folder })
    });
    found
        .next()
        .ok_or_else(|| format!("the kubeconfig has no {kind} {name:?}"))
}

fn described(
    context: &Context,
    cluster: &Found<'_, Cluster>,
    user: Option<&Found<'_, User>>,
) -> Result<Described, String> {
    if cluster.is.insecure_skip_tls_verify {
        let told = "the kubeconfig wants the cluster's certificate not to be looked at (`insecure-skip-tls-verify`): give it \
                    `certificate-authority` instead";
        return Err(told.to_owned());
    }
    if cluster.is.proxy_url.is_some() {
        return Err("the kubeconfig has a `proxy-url`, and no proxy is spoken to".to_owned());
    }
    let roots = cluster.of(
        &cluster.is.certificate_authority,
        &cluster.is.certificate_authority_data,
    )?;
    let (token, identity) = match user {
        Some(user) => (user.token()?, user.identity()?),
        None => (Token::None, None),
    };
    Ok(Described {
        server: cluster.is.server.clone(),
        namespace: context.namespace.clone(),
        roots,
        identity,
        token,
    })
}

impl<T> Found<'_, T> {
    /// What stands in the file itself, or in one that it names.
    fn of(&self, file: &Option<PathBuf>, data: &Option<String>) -> Result<Option<Vec<u8>>, String> {
        match (data, file) {
            (Some(data), _) => match STANDARD.decode(data.trim()) {
                Ok(data) => Ok(Some(data)),
                Err(_) => Err("the kubeconfig has data that are not base64".to_owned()),
            },
            (None, Some(file)) => Ok(Some(text(&self.folder.join(file))?.into_bytes())),
            (None, None) => Ok(None),
        }
    }
}

impl Found<'_, User> {
    fn token(&self) -> Result<Token, String> {
        if self.is.exec.is_some() || self.is.auth_provider.is_some() {
            let told = "the kubeconfig gets its credentials by a command (`exec`), and none is run here: use a service account's \
                        token, such as that of `kubectl create token`";
            return Err(told.to_owned());
        }
        if self.is.username.is_some() {
            return Err(
                "the kubeconfig has a password, which no cluster takes any more: use a token"
                    .to_owned(),
            );
        }
        Ok(match (&self.is.token, &self.is.token_file) {
            (Some(token), _) => Token::Literal(Secret::new(token.clone())),
            (None, Some(file)) => Token::File(self.folder.join(file)),
            (None, None) => Token::None,
        })
    }

    fn identity(&self) -> Result<Option<(Vec<u8>, Secret)>, String> {
        let chain = self.of(
            &self.is.client_certificate,
            &self.is.client_certificate_data,
        )?;
        let key = self.of(&self.is.client_key, &self.is.client_key_data)?;
        match (chain, key) {
            (Some(chain), Some(key)) => {
                let key = String::from_utf8(key).map_err(|_| "the client's key is not PEM")?;
                Ok(Some((chain, Secret::new(key))))
            }
            (None, None) => Ok(None),
            _ => {
                Err("the kubeconfig has a client's certificate or its key, and not both".to_owned())
            }
        }
    }
}
