//! What each caller may see and use, by the policy that is in force.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use anyhow::Context as _;
use mesh_core::{Caller, Effect};
use mesh_doors::limits::Limit;
use mesh_doors::policy::{Asked, Denied, Policy, Rights, Verdict};
use mesh_gateway::catalogue::family;
use mesh_gateway::{Kind, RemoteItem, RemoteTool};
use mesh_tools::{Entry, ToolError, View};

/// So many callers' rights are kept; when they are more, all are found anew.
const MAX_CALLERS: usize = 10_000;

/// Without a policy everybody may use everything.
#[derive(Debug, Default)]
pub(crate) struct Access(Option<InForce>);

#[derive(Debug)]
struct InForce {
    file: PathBuf,
    now: Mutex<Current>,
}

#[derive(Debug)]
struct Current {
    policy: Arc<Policy>,
    version: Version,
    /// By this policy: to find a caller's rights, every member of every team is looked at.
    rights: HashMap<Box<str>, (Caller, Rights)>,
}

/// By which a change of the file is noticed.
type Version = Option<(SystemTime, u64)>;

/// What one caller may do, as long as the policy stays as it is.
#[derive(Clone, Debug)]
pub(crate) struct Granted {
    policy: Arc<Policy>,
    pub(crate) rights: Rights,
}

impl Access {
    /// # Errors
    /// When the file cannot be read, or is no policy: a server does not start with less than was asked for.
    pub(crate) fn by(file: Option<&Path>) -> anyhow::Result<Self> {
        let Some(file) = file else {
            return Ok(Self(None));
        };
        let version = version(file);
        let policy = parsed(file, &text_of(file)?)?;
        Ok(Self(Some(InForce {
            file: file.to_owned(),
            now: Mutex::new(Current {
                policy: Arc::new(policy),
                version,
                rights: HashMap::new(),
            }),
        })))
    }

    pub(crate) const fn is_limited(&self) -> bool {
        self.0.is_some()
    }

    /// Takes up a file that was changed. One that cannot be read changes nothing: what was in force stays.
    /// Says whether another is in force now.
    pub(crate) fn refresh(&self) -> bool {
        let Some(InForce { file, now }) = &self.0 else {
            return false;
        };
        let newer = version(file);
        if newer == lock(now).version {
            return false;
        }
        let text = match text_of(file) {
            Ok(text) => text,
            Err(error) => {
                let error = format!("{error:#}");
                tracing::error!(error, "the changed policy cannot be read yet");
                return false;
            }
        };
        lock(now).version = newer;
        match parsed(file, &text) {
            Ok(policy) => {
                let mut now = lock(now);
                now.policy = Arc::new(policy);
                now.rights.clear();
                tracing::info!("the policy was changed");
                true
            }
            Err(error) => {
                let error = format!("{error:#}");
                tracing::error!(
                    error,
                    "the changed policy is not taken; the last good one stays"
                );
                false
            }
        }
    }

    /// None without a policy.
    pub(crate) fn of(&self, caller: &Caller) -> Option<Granted> {
        let mut now = lock(&self.0.as_ref()?.now);
        let policy = Arc::clone(&now.policy);
        if let Some((known, rights)) = now.rights.get(caller.id())
            && known == caller
        {
            let rights = rights.clone();
            return Some(Granted { policy, rights });
        }
        let rights = policy.rights(caller);
        if now.rights.len() >= MAX_CALLERS {
            now.rights.clear();
        }
        now.rights
            .insert(caller.id().into(), (caller.clone(), rights.clone()));
        Some(Granted { policy, rights })
    }
}

impl Granted {
    /// What of a view this caller sees.
    pub(crate) fn limit(&self, mut view: View) -> View {
        view.tools.retain(|tool| self.allows(&asked(tool)));
        view.resources
            .retain(|resource| self.allows(&Asked::Resource(resource.uri)));
        view.templates
            .retain(|template| self.allows(&Asked::Template(template.prefix)));
        view.prompts
            .retain(|prompt| self.allows(&Asked::Prompt(prompt.name)));
        let tools = view.tools.iter().copied();
        let constrained = tools.filter(|tool| self.policy.constrains(&self.rights, &asked(tool)));
        view.constrained = constrained.collect();
        view
    }

    /// Why a tool is not in the caller's view, where the policy is why.
    pub(crate) fn denied(&self, tool: &Entry) -> Option<Denied> {
        match self.policy.verdict(&self.rights, &asked(tool)) {
            Verdict::Allowed => None,
            Verdict::Denied(denied) => Some(denied),
        }
    }

    /// As [`Self::denied`], of a tool of an upstream. One that belongs to a team is nobody else's.
    pub(crate) fn denied_remote(&self, tool: &RemoteTool) -> Option<Denied> {
        let asked = asked_remote(tool);
        match &tool.team {
            Some(team) => self.policy.verdict_within(&self.rights, &asked, team),
            None => self.policy.verdict(&self.rights, &asked),
        }
        .denied()
    }

    /// Whether the caller may have a prompt or a resource of an upstream.
    pub(crate) fn allows_remote(&self, kind: Kind, item: &RemoteItem) -> bool {
        let asked = match kind {
            Kind::Prompt | Kind::Tool => Asked::Prompt(&item.key),
            Kind::Resource => Asked::Resource(&item.key),
            Kind::Template => {
                let prefix = item.key.split('{').next().unwrap_or_default();
                Asked::Template(prefix)
            }
        };
        let verdict = match &item.team {
            Some(team) => self.policy.verdict_within(&self.rights, &asked, team),
            None => self.policy.verdict(&self.rights, &asked),
        };
        verdict.is_allowed()
    }

    /// Whether the caller might have a tool of that name of an upstream's, if there were one.
    pub(crate) fn may_know(&self, tool: &str, upstream: &str) -> bool {
        self.allows(&Asked::Tool {
            name: tool,
            family: &family(upstream),
            effect: Effect::Read,
        })
    }

    /// As [`Self::judge`], of a tool of an upstream, whose arguments go to it as they are.
    pub(crate) fn judge_remote(
        &self,
        tool: &RemoteTool,
        arguments: &serde_json::Value,
    ) -> Option<Denied> {
        let asked = asked_remote(tool);
        self.policy.arguments(&self.rights, &asked, arguments).err()
    }

    /// Whether one resource may be read: a family of them may be allowed in part.
    pub(crate) fn allows_resource(&self, uri: &str) -> bool {
        self.allows(&Asked::Resource(uri))
    }

    /// Judges the arguments of a call, as the tool will read them.
    pub(crate) fn judge(
        &self,
        tool: &'static Entry,
    ) -> impl Fn(&serde_json::Value) -> Result<(), ToolError> + Send + Sync + 'static {
        let granted = self.clone();
        move |arguments| {
            let judged = granted
                .policy
                .arguments(&granted.rights, &asked(tool), arguments);
            judged.map_err(|denied| ToolError::Denied(denied.to_string()))
        }
    }

    pub(crate) fn limit_of(&self, effect: Effect) -> Limit {
        self.policy.limit(&self.rights, effect)
    }

    /// The names of the caller's teams, with commas between.
    pub(crate) fn teams(&self) -> String {
        let teams: Vec<_> = self.policy.teams(&self.rights).collect();
        teams.join(",")
    }

    fn allows(&self, asked: &Asked<'_>) -> bool {
        self.policy.verdict(&self.rights, asked).is_allowed()
    }
}

fn asked(tool: &Entry) -> Asked<'_> {
    Asked::Tool {
        name: tool.name.as_str(),
        family: tool.family.as_str(),
        effect: tool.effect,
    }
}

fn asked_remote(tool: &RemoteTool) -> Asked<'_> {
    Asked::Tool {
        name: tool.name.as_str(),
        family: &tool.family,
        effect: tool.effect,
    }
}

fn text_of(file: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(file);
    text.with_context(|| format!("cannot read the policy `{}`", file.display()))
}

fn parsed(file: &Path, text: &str) -> anyhow::Result<Policy> {
    let policy = Policy::parse(text);
    policy.with_context(|| format!("the policy `{}` cannot be used", file.display()))
}

fn version(file: &Path) -> Version {
    let known = std::fs::metadata(file).ok()?;
    Some((known.modified().ok()?, known.len()))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use mesh_core::KeyId;
    use mesh_tools::registry::CATALOG;

    use super::*;
    use crate::app::App;
    use crate::config::{Config, Variables};

    const READERS: &str = "[team.readers]\nmembers = [\"key:*\"]\nread = [\"*\"]\n";
    const NOBODY: &str = "[team.readers]\nmembers = [\"key:nobody\"]\nread = [\"*\"]\n";

    fn key(name: &str) -> Caller {
        Caller::Key(KeyId::new(name))
    }

    fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("policy.toml");
        std::fs::write(&file, text).expect("written");
        (folder, file)
    }

    fn sees_tools(access: &Access) -> bool {
        let health = CATALOG.tool("get_system_health").expect("a tool");
        let granted = access.of(&key("ada")).expect("a policy");
        granted.denied(health).is_none()
    }

    #[test]
    fn a_changed_file_is_taken_up_and_a_broken_one_changes_nothing() {
        let (_folder, path) = file(READERS);
        let access = Access::by(Some(&path)).expect("a policy");
        assert!(sees_tools(&access) && !access.refresh());
        std::fs::write(&path, NOBODY).expect("written");
        assert!(access.refresh());
        assert!(!sees_tools(&access));
        for broken in [
            "[team.readers]\nmembers = [\"key:*\"]\nraed = [\"*\"]\n",
            "",
        ] {
            std::fs::write(&path, broken).expect("written");
            access.refresh();
            assert!(!sees_tools(&access), "{broken}");
        }
        std::fs::remove_file(&path).expect("removed");
        assert!(!access.refresh());
        std::fs::write(&path, READERS).expect("written");
        assert!(access.refresh() && sees_tools(&access));
    }

    #[test]
    fn a_server_does_not_start_with_a_policy_it_cannot_read() {
        let (_folder, path) = file("[team.readers]\nraed = [\"*\"]\n");
        let error = Access::by(Some(&path)).expect_err("refused");
        assert!(format!("{error:#}").contains("raed"), "{error:#}");
        assert!(Access::by(Some(Path::new("/nowhere/policy.toml"))).is_err());
    }

    #[test]
    fn ten_thousand_callers_of_three_teams_are_three_views() {
        let teams = ["a", "b", "c"]
            .map(|team| format!("[team.{team}]\nmembers = [\"key:{team}-*\"]\nread = [\"*\"]\n"));
        let (_folder, path) = file(&teams.concat());
        let path = path.to_str().expect("UTF-8");
        let config = Config::read(&Variables::new([("MESH_POLICY", path)]));
        let app = App::build(config.expect("settings"), CATALOG).expect("builds");
        let views: HashSet<_> = (0..10_000)
            .map(|nth| key(&format!("{}-{nth}", ["a", "b", "c"][nth % 3])))
            .map(|caller| Arc::as_ptr(&app.listing(&caller)))
            .collect();
        assert_eq!(views.len(), 3);
    }
}
