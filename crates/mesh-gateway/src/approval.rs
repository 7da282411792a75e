//! What people have approved of upstreams, and what comes of it when they are started and listed.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::SystemTime;

use mesh_core::lock;
use serde_json::value::RawValue;

use crate::entry::Entry;
use crate::heard::Heard;
use crate::lock::{Item, Kind, Lock, Locked, diff, save};

/// What a lock is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LockMode {
    /// None is read or written.
    Off,
    /// What is new is taken up and written down; what has changed is warned of.
    #[default]
    Record,
    /// What is not in it is neither started nor offered.
    Enforce,
}

/// The lock in use.
#[derive(Debug, Default)]
pub struct Approvals {
    mode: LockMode,
    file: PathBuf,
    now: Mutex<Now>,
    /// Held while the file is read or written, which takes a while, and before `now`.
    writing: Mutex<()>,
}

#[derive(Debug, Default)]
struct Now {
    lock: Lock,
    /// It cannot be read: it approves nothing, and is not written over.
    unreadable: Option<String>,
    is_changed: bool,
    /// Of the file as it was last read or written.
    version: Version,
    /// By upstream.
    judged: HashMap<String, Judged>,
}

#[derive(Debug)]
struct Judged {
    /// The entry, as a lock keeps it.
    of: Locked,
    heard: Arc<Heard>,
    offered: Arc<Heard>,
}

/// By which a change of the file is noticed.
type Version = Option<(SystemTime, u64)>;

fn version(file: &Path) -> Version {
    let known = std::fs::metadata(file).ok()?;
    Some((known.modified().ok()?, known.len()))
}

impl Approvals {
    /// Takes whatever is offered, and remembers nothing.
    #[must_use]
    pub fn none() -> Self {
        Self {
            mode: LockMode::Off,
            ..Self::default()
        }
    }

    /// # Errors
    /// Where there is a file and it cannot be read.
    pub fn open(mode: LockMode, file: &Path) -> io::Result<Self> {
        Ok(Self {
            mode,
            file: file.to_owned(),
            now: Mutex::new(Now::read(mode, file)?),
            writing: Mutex::new(()),
        })
    }

    /// Reads a lock that somebody else has written since. Says whether it did.
    pub(crate) fn reread(&self) -> bool {
        let _alone = lock(&self.writing);
        let known = self.lock().version;
        if self.mode == LockMode::Off || version(&self.file) == known {
            return false;
        }
        match Now::read(self.mode, &self.file) {
            Ok(newer) => {
                if let Some(why) = &newer.unreadable {
                    tracing::error!(file = %self.file.display(), why, "the lock of the upstreams");
                }
                // What was recorded and not written yet is recorded anew when it is seen next.
                *self.lock() = newer;
                true
            }
            Err(error) => {
                tracing::error!(%error, file = %self.file.display(), "the changed lock cannot be read yet");
                false
            }
        }
    }

    /// Why nothing of the lock is taken, where it cannot be read.
    #[must_use]
    pub fn unreadable(&self) -> Option<String> {
        self.lock().unreadable.clone()
    }

    /// What an upstream offered when it was last approved or recorded.
    pub(crate) fn known(&self, entry: &Entry) -> Option<Heard> {
        if self.awaits(entry).is_some() {
            return None;
        }
        let now = self.lock();
        let locked = now.lock.upstream(&entry.name)?.ok()?;
        let mut heard = Heard::default();
        for kind in Kind::ALL {
            let items = locked.items(kind).iter();
            let definitions =
                items.filter_map(|item| RawValue::from_string(item.definition().to_string()).ok());
            heard.of_mut(kind).extend(definitions);
        }
        let is_known = Kind::ALL.into_iter().any(|kind| !heard.of(kind).is_empty());
        (is_known && (self.mode == LockMode::Enforce || locked.allows(entry))).then_some(heard)
    }

    pub(crate) fn are_enforced(&self) -> bool {
        self.mode == LockMode::Enforce
    }

    /// Why what discovery found is not started yet.
    pub(crate) fn awaits(&self, entry: &Entry) -> Option<String> {
        match self.mode {
            _ if !entry.needs_approval() => None,
            LockMode::Off => Some(
                "it was found, and can be approved only where there is a lock: name its file with `--upstreams`, or set \
                 `MESH_LOCK` to `record` or `enforce`"
                    .to_owned(),
            ),
            LockMode::Record | LockMode::Enforce => awaits_approval(&self.lock().lock, entry),
        }
    }

    /// Why an upstream is not started.
    pub(crate) fn refuses(&self, entry: &Entry) -> Option<String> {
        if self.mode != LockMode::Enforce {
            return None;
        }
        let now = self.lock();
        let approve = format!("check it, and run `mesh upstream approve {}`", entry.name);
        if now.unreadable.is_some() {
            return Some("the lock cannot be read, and approves nothing".to_owned());
        }
        match now.lock.upstream(&entry.name) {
            None => Some(format!("it is not approved: {approve}")),
            Some(Err(broken)) => Some(broken.to_string()),
            Some(Ok(locked)) => (!locked.allows(entry))
                .then(|| format!("it is not started as it was when it was approved: {approve}")),
        }
    }

    /// Of what was heard, what may be offered; what is new is recorded.
    pub(crate) fn approved(&self, entry: &Entry, heard: &Heard) -> Heard {
        match self.mode {
            // It was approved when it was heard.
            _ if self.awaits(entry).is_some() => Heard::default(),
            LockMode::Off => heard.clone(),
            LockMode::Record => self.record(entry, heard),
            LockMode::Enforce => self.enforced(entry, heard),
        }
    }

    /// As [`Self::approved`]: what was judged is judged again only when the lock or the entry is another.
    pub(crate) fn approved_once(&self, entry: &Entry, heard: &Arc<Heard>) -> Arc<Heard> {
        if self.awaits(entry).is_some() {
            return Arc::default();
        }
        let of = Locked::of(entry);
        let now = self.lock();
        let version = now.version;
        if let Some(judged) = now.judged.get(&entry.name)
            && Arc::ptr_eq(&judged.heard, heard)
            && judged.of == of
        {
            return Arc::clone(&judged.offered);
        }
        drop(now);
        let offered = Arc::new(self.approved(entry, heard));
        let mut now = self.lock();
        if now.version == version {
            let judged = Judged {
                of,
                heard: Arc::clone(heard),
                offered: Arc::clone(&offered),
            };
            now.judged.insert(entry.name.clone(), judged);
        }
        offered
    }

    fn record(&self, entry: &Entry, heard: &Heard) -> Heard {
        let (mut is, _) = locked(entry, heard);
        let mut now = self.lock();
        if let Some(Ok(was)) = now.lock.upstream(&entry.name) {
            // Of a list that could not be read nothing is known to be gone.
            for kind in heard.unheard() {
                is.items_mut(*kind).clone_from(was.items(*kind));
            }
        }
        let was = match now.lock.upstream(&entry.name) {
            Some(Ok(was)) if *was == is => return heard.clone(),
            Some(Ok(was)) => Some(was.clone()),
            // A broken part stays until a person has looked at it.
            Some(Err(broken)) => {
                let mut told = heard.clone();
                told.notes.push(broken.to_string());
                return told;
            }
            None => None,
        };
        for change in was.iter().flat_map(|was| diff(was, &is)) {
            tracing::warn!(upstream = entry.name, %change, "an upstream is not what it was");
        }
        now.lock.approve(&entry.name, is);
        now.is_changed = true;
        heard.clone()
    }

    fn enforced(&self, entry: &Entry, heard: &Heard) -> Heard {
        let mut offered = Heard::default();
        offered.ttl = heard.ttl;
        offered.notes.clone_from(&heard.notes);
        let now = self.lock();
        let Some(Ok(locked)) = now.lock.upstream(&entry.name) else {
            return offered;
        };
        for kind in Kind::ALL {
            let known = locked.items(kind).iter();
            let known: HashSet<&str> = known.map(|item| &**item.definition()).collect();
            for definition in heard.of(kind) {
                // As it was approved, to the byte: so it is at every start.
                if known.contains(definition.get()) {
                    offered.of_mut(kind).push(definition.clone());
                    continue;
                }
                let Ok(item) = Item::new(kind, definition.get()) else {
                    continue;
                };
                let approved = locked
                    .items(kind)
                    .iter()
                    .find(|known| known.name() == item.name());
                let why = match approved {
                    Some(known) if known.sha256() == item.sha256() => {
                        offered.of_mut(kind).push(definition.clone());
                        continue;
                    }
                    Some(_) => "has changed since it was approved",
                    None => "is not approved",
                };
                let name: String = item.name().chars().take(64).collect();
                offered.notes.push(format!(
                    "the {kind} {name:?} {why}: run `mesh upstream diff`"
                ));
            }
        }
        offered
    }

    /// Whether there is something for [`Self::save`] to write.
    pub(crate) fn are_unsaved(&self) -> bool {
        let now = self.lock();
        now.is_changed && now.unreadable.is_none() && self.mode == LockMode::Record
    }

    /// Writes what was recorded, and waits until the disk has it. A lock that could not be read is left as it is, and one that
    /// somebody has written meanwhile is for [`Self::reread`] to take up first.
    pub(crate) fn save(&self) {
        let _alone = lock(&self.writing);
        if !self.are_unsaved() || version(&self.file) != self.lock().version {
            return;
        }
        let text = {
            let mut now = self.lock();
            now.is_changed = false;
            now.lock.write()
        };
        let saved = save(&self.file, &text);
        let mut now = self.lock();
        match saved {
            Ok(()) => now.version = version(&self.file),
            Err(error) => {
                now.is_changed = true;
                tracing::warn!(%error, "the lock cannot be written; what is new is not remembered yet");
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Now> {
        lock(&self.now)
    }
}

impl Now {
    fn read(mode: LockMode, file: &Path) -> io::Result<Self> {
        let version = version(file);
        let opened = match mode {
            LockMode::Off => Ok(Lock::default()),
            LockMode::Record | LockMode::Enforce => Lock::open(file)?,
        };
        let (lock, unreadable) = match opened {
            Ok(lock) => (lock, None),
            Err(faults) => (Lock::default(), Some(faults.to_string())),
        };
        Ok(Self {
            lock,
            unreadable,
            is_changed: false,
            version,
            judged: HashMap::new(),
        })
    }
}

/// Why what discovery found is not started by somebody who holds this lock.
#[must_use]
pub fn awaits_approval(lock: &Lock, entry: &Entry) -> Option<String> {
    let source = entry.found_by.filter(|_| entry.needs_approval())?;
    let is_approved = matches!(
        lock.upstream(&entry.name),
        Some(Ok(locked)) if locked.allows(entry)
    );
    (!is_approved).then(|| {
        format!(
            "it was found, and waits for approval: look at it with `mesh upstream list --discover {source}`, and \
             run `mesh upstream approve {} --discover {source}`, with the `--upstreams` of the server where it has any",
            named(&entry.name),
            source = source.as_str()
        )
    })
}

/// As a shell takes it for one word.
fn named(name: &str) -> String {
    match name.contains(' ') {
        true => format!("'{name}'"),
        false => name.to_owned(),
    }
}

/// What an upstream offers, as a lock keeps it; and what cannot be kept.
#[must_use]
pub fn locked(entry: &Entry, heard: &Heard) -> (Locked, Vec<String>) {
    let (mut locked, mut notes) = (Locked::of(entry), heard.notes.clone());
    for kind in Kind::ALL {
        let mut known = HashSet::new();
        for definition in heard.of(kind) {
            match Item::new(kind, definition.get()) {
                Ok(item) if !known.insert(item.name().to_owned()) => {
                    notes.push(format!("it offers the {kind} {:?} twice", item.name()));
                }
                Ok(item) => locked.items_mut(kind).push(item),
                Err(why) => notes.push(format!("a {kind} cannot be kept: {why}")),
            }
        }
        locked
            .items_mut(kind)
            .sort_by(|a, b| a.name().cmp(b.name()));
    }
    (locked, notes)
}
