//! Reading what an upstream lists.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use futures::stream::FuturesUnordered;
use mesh_core::Deadline;
use serde_json::Value;

use super::{Asked, Connection, MAX_LIST_BYTES};
use crate::fault::Fault;
use crate::heard::{Kind, List};
use crate::hops::Hops;
use crate::inbox::Listener;

/// Timeout of the lists other than tools. Short, since calls wait for them where the lock is enforced.
const OTHERS_TIMEOUT: Duration = Duration::from_secs(10);

impl Connection {
    /// Its lists, each when it is read; one that it does not offer is empty.
    pub(crate) fn lists<'a>(
        &'a self,
        hops: &'a Hops,
        deadline: Deadline,
    ) -> FuturesUnordered<impl Future<Output = (Kind, Result<List, Fault>)> + 'a> {
        let others = deadline.at_most(Instant::now(), OTHERS_TIMEOUT);
        let read = move |kind| async move {
            let deadline = match kind {
                Kind::Tool => deadline,
                _ => others,
            };
            let list = match self.offers(kind) {
                true => self.list(kind, hops, deadline).await,
                false => Ok(List::default()),
            };
            (kind, list)
        };
        Kind::ALL.into_iter().map(read).collect()
    }

    const fn offers(&self, kind: Kind) -> bool {
        let offered = match kind {
            Kind::Tool => &self.offers.tools,
            Kind::Prompt => &self.offers.prompts,
            Kind::Resource | Kind::Template => &self.offers.resources,
        };
        offered.is_some()
    }

    async fn list(&self, kind: Kind, hops: &Hops, deadline: Deadline) -> Result<List, Fault> {
        const MAX_PAGES: usize = 100;
        const MAX_ITEMS: usize = 5_000;
        let (mut list, mut cursors, mut bytes) = (List::default(), HashSet::new(), 0);
        let mut cursor: Option<String> = None;
        let ends = |mut list: List, why: String| {
            list.notes.push(format!("{}: {why}", kind.method()));
            Ok(list)
        };
        for _ in 0..MAX_PAGES {
            let params = cursor
                .iter()
                .map(|cursor| ("cursor", Value::from(cursor.as_str()).to_string().into()));
            let params: Vec<_> = params.collect();
            let asked = Asked {
                deadline,
                hops: hops.clone(),
                trace: None,
                listener: Listener::default(),
                max_bytes: MAX_LIST_BYTES,
            };
            let page = self.ask(kind.method(), &params, None, &asked).await?;
            cursor = list.add(kind, &page)?;
            bytes += page.get().len() as u64;
            let is_cut = list.items.len() > MAX_ITEMS;
            list.items.truncate(MAX_ITEMS);
            if is_cut || bytes >= MAX_LIST_BYTES && cursor.is_some() {
                let taken = list.items.len();
                return ends(list, format!("only the first {taken} are taken"));
            }
            let Some(next) = &cursor else {
                return Ok(list);
            };
            if !cursors.insert(next.clone()) {
                let why = "a page names itself as the next; the list ends there";
                return ends(list, why.to_owned());
            }
        }
        ends(list, format!("only the first {MAX_PAGES} pages are read"))
    }
}
