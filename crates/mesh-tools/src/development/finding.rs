use mesh_index::{CodePassage, Hit};

use crate::retrieval::{Ranked, fuse};

/// Something found, on one scale whichever source has it.
pub(super) struct Finding<T> {
    pub(super) item: T,
    pub(super) score: f32,
    /// What only the database has cannot be read here: it has no address.
    pub(super) is_indexed: bool,
}

impl<T> Finding<T> {
    /// The best of both sources; what both have is there once, as the index has it.
    pub(super) fn merge(
        index: Vec<Hit<T>>,
        database: Vec<Ranked<T>>,
        limit: usize,
        same: impl Fn(&T, &T) -> bool,
    ) -> Vec<Self> {
        let ranked = |item, score, is_indexed| Ranked {
            item: (item, is_indexed),
            score,
        };
        let index = index
            .into_iter()
            .map(|hit| ranked(hit.item, hit.score, true));
        let database = database
            .into_iter()
            .map(|found| ranked(found.item, found.score, false));
        let fused = fuse(
            vec![index.collect(), database.collect()],
            |(a, _), (b, _)| same(a, b),
        );
        let findings = fused.into_iter().map(|found| Self {
            item: found.item.0,
            is_indexed: found.item.1,
            score: found.score,
        });
        findings.take(limit).collect()
    }

    /// The address, where there is something to be read at it.
    pub(super) fn uri(&self, of: impl Fn(&T) -> String) -> Option<String> {
        self.is_indexed.then(|| of(&self.item))
    }
}

impl Finding<CodePassage> {
    /// The path, and the line where it is known.
    pub(super) fn place(&self) -> String {
        match self.is_indexed {
            true => format!("{}:{}", self.item.path, self.item.line_start),
            false => self.item.path.clone(),
        }
    }
}
