use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use futures::future::BoxFuture;
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

#[tokio::test]
async fn a_changed_file_is_taken_up_and_a_broken_one_changes_nothing() {
    let (_folder, path) = file(READERS);
    let access = Access::by(Some(&path)).expect("a policy");
    assert!(sees_tools(&access) && !access.refresh(soon()).await);
    std::fs::write(&path, NOBODY).expect("written");
    assert!(access.refresh(soon()).await);
    assert!(!sees_tools(&access));
    for broken in [
        "[team.readers]\nmembers = [\"key:*\"]\nraed = [\"*\"]\n",
        "",
    ] {
        std::fs::write(&path, broken).expect("written");
        access.refresh(soon()).await;
        assert!(!sees_tools(&access), "{broken}");
    }
    std::fs::remove_file(&path).expect("removed");
    assert!(!access.refresh(soon()).await);
    std::fs::write(&path, READERS).expect("written");
    assert!(access.refresh(soon()).await && sees_tools(&access));
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

/// A place whose text is changed from outside, and which counts who asks; without a text it fails.
#[derive(Clone, Debug, Default)]
struct Kept {
    text: Arc<Mutex<Option<String>>>,
    asked: Arc<AtomicUsize>,
    is_slow: bool,
}

impl Kept {
    fn access(&self, ttl: Duration) -> Access {
        Access::kept(Box::new(self.clone()), ttl)
    }

    fn put(&self, text: Option<&str>) {
        *lock(&self.text) = text.map(str::to_owned);
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl TextSource for Kept {
    fn read(&self, _: Deadline) -> BoxFuture<'_, Result<String, String>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Box::pin(async {
            if self.is_slow {
                tokio::task::yield_now().await;
            }
            lock(&self.text)
                .clone()
                .ok_or_else(|| "it is gone".to_owned())
        })
    }

    fn name(&self) -> &str {
        "ssm:/mesh/policy"
    }
}

fn soon() -> Deadline {
    Deadline::after(Instant::now(), Duration::from_secs(30))
}

const NEVER: Duration = Duration::from_secs(86_400);

#[tokio::test]
async fn a_policy_kept_elsewhere_is_taken_up_and_no_fault_opens_anything() {
    let kept = Kept::default();
    // Always due.
    let access = kept.access(Duration::ZERO);
    for broken in [None, Some("[team.readers]\nraed = []\n")] {
        kept.put(broken);
        assert!(!access.renew(soon()).await);
        assert_eq!(access.ready(), Err(NoPolicy));
        assert!(!sees_tools(&access), "{broken:?}");
        assert!(access.fault().is_some(), "{broken:?}");
    }
    kept.put(Some(READERS));
    assert!(access.renew(soon()).await);
    assert_eq!((access.ready(), access.fault()), (Ok(()), None));
    assert!(sees_tools(&access));
    assert!(!access.renew(soon()).await, "it is the same");
    for broken in [None, Some("[team.readers]\nraed = []\n"), Some("\0")] {
        kept.put(broken);
        assert!(!access.renew(soon()).await);
        assert!(sees_tools(&access) && access.ready().is_ok(), "{broken:?}");
        let fault = access.fault().expect("a fault");
        assert!(broken.is_some() || fault == "it is gone", "{fault}");
    }
    kept.put(Some(NOBODY));
    assert!(access.renew(soon()).await && !sees_tools(&access));
}

#[tokio::test]
async fn a_policy_is_read_once_for_all_who_ask_and_not_again_before_it_is_due() {
    let kept = Kept {
        is_slow: true,
        ..Kept::default()
    };
    kept.put(Some(READERS));
    let access = kept.access(NEVER);
    assert!(access.is_due());
    let all = futures::future::join_all((0..50).map(|_| access.renew(soon()))).await;
    assert_eq!(all.iter().filter(|is_new| **is_new).count(), 1);
    assert_eq!((kept.asked(), access.is_due()), (1, false));
    kept.put(Some(NOBODY));
    assert!(!access.renew(soon()).await && sees_tools(&access));
    assert_eq!(kept.asked(), 1);
}

#[tokio::test]
async fn a_place_that_fails_is_left_alone_for_a_while() {
    let kept = Kept::default();
    let access = kept.access(NEVER);
    for _ in 0..20 {
        assert!(!access.renew(soon()).await);
    }
    assert_eq!(kept.asked(), 1);
}

#[tokio::test]
async fn who_has_no_time_left_says_nothing_of_the_place() {
    let kept = Kept::default();
    let access = kept.access(NEVER);
    let over = Deadline::after(Instant::now(), Duration::ZERO);
    assert!(!access.renew(over).await);
    assert!(access.is_due());
    assert_eq!(access.fault().as_deref(), Some("it was not read in time"));
    kept.put(Some(READERS));
    assert!(access.renew(soon()).await && sees_tools(&access));
}

#[test]
fn a_policy_that_is_to_be_fetched_and_is_not_provided_stops_the_start() {
    let variables = Variables::new([("MESH_POLICY", "ssm:/mesh/policy")]);
    let config = Config::read(&variables).expect("settings");
    let error = App::build(config, CATALOG).expect_err("refused");
    assert!(error.to_string().contains("ssm:/mesh/policy"), "{error}");
}
