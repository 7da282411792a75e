//! From an entry to what is started or sent to: its templates are filled in.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue, header};
use mesh_core::{Deadline, Secret};
use mesh_http::{HttpClient, Signs};

use crate::Template;
use crate::address::Address;
use crate::credential::{Credentials, Freshness};
use crate::entry::{Command, Entry, Protocol, Remote, Sign, Transport};
use crate::fault::Fault;
use crate::here::{HOPS_VARIABLE, Way, is_itself};
use crate::oauth;
use crate::sandbox::{Sandbox, needs_a_runner};
use crate::wire::{Headers, Launch, Signature};

/// What every process gets of our own environment.
pub type Environment = Vec<(String, String)>;

/// A program and its first arguments, after which come a program and its arguments.
#[derive(Clone, Debug)]
pub struct Launcher {
    pub program: PathBuf,
    pub args: Vec<String>,
}

/// How an upstream is reached, with everything resolved.
#[derive(Debug)]
pub(crate) enum Plan {
    Start(Launch),
    Send(Address, Headers, Protocol),
}

pub(crate) struct Planner<'a> {
    pub(crate) entry: &'a Entry,
    pub(crate) client: &'a HttpClient,
    pub(crate) environment: &'a Environment,
    pub(crate) launcher: Option<&'a Launcher>,
    pub(crate) credentials: &'a dyn Credentials,
    pub(crate) sandbox: Option<&'a Sandbox>,
    pub(crate) token: &'a oauth::Held,
    pub(crate) signs: Option<&'a Arc<dyn Signs>>,
    pub(crate) way: &'a Way,
}

impl Planner<'_> {
    pub(crate) async fn plan(
        &self,
        freshness: Freshness,
        deadline: Deadline,
    ) -> Result<Plan, Fault> {
        let names: BTreeSet<String> = self
            .templates()
            .flat_map(Template::names)
            .map(str::to_owned)
            .collect();
        let names: Vec<String> = names.into_iter().collect();
        let team = self.entry.options.team.as_deref();
        let values = match names.is_empty() {
            true => HashMap::new(),
            false => {
                let read = self.credentials.read(team, &names, freshness).await;
                read.map_err(|why| Fault::Unresolved(format!("its values cannot be read: {why}")))?
            }
        };
        let filled = Filled { values: &values };
        match &self.entry.transport {
            Transport::Stdio(command) => self.launch(command, &filled),
            Transport::Http(remote) => {
                let mut headers = self.headers(remote, &filled)?;
                let address = self.address(remote, &filled)?;
                if self.way.here.is(address.uri()) {
                    return Err(Fault::Cycle(is_itself()));
                }
                headers.signature = self.signature(&address, freshness)?;
                if let Some(value) = self.token(&address, &filled, freshness, deadline).await? {
                    headers.own.insert(header::AUTHORIZATION, value);
                }
                Ok(Plan::Send(address, headers, remote.protocol))
            }
        }
    }

    /// A token for ourselves, where the entry says how it is had.
    async fn token(
        &self,
        address: &Address,
        filled: &Filled<'_>,
        freshness: Freshness,
        deadline: Deadline,
    ) -> Result<Option<HeaderValue>, Fault> {
        let Some(oauth) = &self.entry.options.oauth else {
            return Ok(None);
        };
        let mut unresolved = Vec::new();
        let mut fill = |template| filled.fill(template, &mut unresolved);
        let client = oauth::Client {
            token_url: fill(&oauth.token_url),
            id: fill(&oauth.client_id),
            secret: fill(&oauth.client_secret),
            scope: oauth.scope.clone(),
            resource: address.without_query(),
            insecure: self.entry.options.insecure,
        };
        refuse(unresolved)?;
        let token = self
            .token
            .token(&client, self.client, freshness, deadline)
            .await?;
        let value = HeaderValue::from_str(&format!("Bearer {}", token.reveal()));
        let mut value = value.map_err(|_| Fault::Refused("its token cannot be sent".to_owned()))?;
        value.set_sensitive(true);
        Ok(Some(value))
    }

    /// Who signs requests to that address and for whom, where the entry says that somebody does.
    fn signature(
        &self,
        address: &Address,
        freshness: Freshness,
    ) -> Result<Option<Signature>, Fault> {
        let Some(sign) = &self.entry.options.sign else {
            return Ok(None);
        };
        if !address.is_private() {
            return Err(Fault::Refused(
                "its `url` begins with http://, over which nothing is signed: use https://"
                    .to_owned(),
            ));
        }
        let nobody = || Fault::Refused("there is nobody to sign requests here".to_owned());
        let signs = Arc::clone(self.signs.ok_or_else(nobody)?);
        if freshness == Freshness::Anew {
            signs.refused();
        }
        let scope = match sign {
            Sign::ByHost => None,
            Sign::For(scope) => Some(scope.clone()),
        };
        Ok(Some(Signature { signs, scope }))
    }

    fn templates(&self) -> impl Iterator<Item = &Template> {
        let (command, remote) = match &self.entry.transport {
            Transport::Stdio(command) => (Some(command), None),
            Transport::Http(remote) => (None, Some(remote)),
        };
        let of_command = command.into_iter().flat_map(|command| {
            let args = command
                .args
                .iter()
                .chain(command.env.values())
                .chain(&command.cwd);
            std::iter::once(&command.program).chain(args)
        });
        let of_remote = remote
            .into_iter()
            .flat_map(|remote| std::iter::once(&remote.url).chain(remote.headers.values()));
        let of_token = self.entry.options.oauth.iter();
        let of_token =
            of_token.flat_map(|oauth| [&oauth.token_url, &oauth.client_id, &oauth.client_secret]);
        of_command.chain(of_remote).chain(of_token)
    }

    fn launch(&self, command: &Command, filled: &Filled<'_>) -> Result<Plan, Fault> {
        let mut unresolved = Vec::new();
        let mut fill = |template| filled.fill(template, &mut unresolved);
        let program = fill(&command.program);
        let args: Vec<Secret> = command.args.iter().map(&mut fill).collect();
        let mut own: Vec<(String, Secret)> = command
            .env
            .iter()
            .map(|(name, value)| (name.clone(), fill(value)))
            .collect();
        let mut cwd = command.cwd.as_ref().map(&mut fill);
        refuse(unresolved)?;
        // What is written out in full is no less a secret than what is looked up.
        let written = own.iter().map(|(_, value)| value);
        let hidden = filled.values.values().chain(written).cloned().collect();
        let hops = self.way.here.for_process(command)?;
        own.retain(|(name, _)| name != HOPS_VARIABLE);
        own.push((HOPS_VARIABLE.to_owned(), Secret::new(hops.to_string())));
        if let Some(sandbox) = self.sandbox {
            if let Some(why) = needs_a_runner(command) {
                return Err(Fault::Refused(why));
            }
            let folder = sandbox.folder_of(&self.entry.name)?;
            let folder = Secret::new(folder.to_string_lossy());
            for name in ["HOME", "TMPDIR", "XDG_CACHE_HOME"] {
                if own.iter().all(|(known, _)| known != name) {
                    own.push((name.to_owned(), folder.clone()));
                }
            }
            cwd.get_or_insert(folder);
        }
        let inherited = self
            .environment
            .iter()
            .filter(|(name, _)| own.iter().all(|(known, _)| known != name));
        let inherited = inherited.map(|(name, value)| (name.clone(), Secret::new(value.clone())));
        let env = inherited
            .chain(
                own.iter()
                    .map(|(name, value)| (name.clone(), value.clone())),
            )
            .collect();
        Ok(Plan::Start(Launch {
            launcher: self.launcher.cloned(),
            hidden,
            program: program.reveal().to_owned(),
            args,
            env,
            cwd: cwd.map(|cwd| cwd.reveal().to_owned()),
            way: self.way.clone(),
        }))
    }

    fn address(&self, remote: &Remote, filled: &Filled<'_>) -> Result<Address, Fault> {
        let mut unresolved = Vec::new();
        let url = filled.fill(&remote.url, &mut unresolved);
        refuse(unresolved)?;
        Address::new(url.reveal(), self.entry.options.insecure).map_err(Fault::Refused)
    }

    fn headers(&self, remote: &Remote, filled: &Filled<'_>) -> Result<Headers, Fault> {
        let mut unresolved = Vec::new();
        let mut own = HeaderMap::new();
        for (name, template) in &remote.headers {
            let value = filled.fill(template, &mut unresolved);
            let cannot = || Fault::Refused(format!("its header `{name}` cannot be sent"));
            let header: HeaderName = name.parse().map_err(|_| cannot())?;
            let mut value = HeaderValue::from_str(value.reveal()).map_err(|_| cannot())?;
            value.set_sensitive(true);
            own.insert(header, value);
        }
        refuse(unresolved)?;
        Ok(Headers {
            client: self.client.clone(),
            own,
            signature: None,
            way: self.way.clone(),
        })
    }
}

struct Filled<'a> {
    values: &'a HashMap<String, Secret>,
}

impl Filled<'_> {
    fn fill(&self, template: &Template, unresolved: &mut Vec<String>) -> Secret {
        match template.resolve(&|name| self.values.get(name).map(|value| value.reveal().to_owned()))
        {
            Ok(value) => value,
            Err(missing) => {
                unresolved.push(missing.to_string());
                Secret::new("")
            }
        }
    }
}

fn refuse(mut unresolved: Vec<String>) -> Result<(), Fault> {
    unresolved.sort();
    unresolved.dedup();
    match unresolved.is_empty() {
        true => Ok(()),
        false => Err(Fault::Unresolved(unresolved.join("; "))),
    }
}
