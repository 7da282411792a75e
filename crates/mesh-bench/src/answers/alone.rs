use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use super::server::Server;
use super::vendors::{KEY, Vendors};
use crate::overhead::client::Client;

/// The requests of the slowest source, the database: sent as ours are, over sockets with nothing around them.
pub(super) struct Alone {
    embedding: Exchange,
    search: Exchange,
}

struct Exchange {
    client: Client,
    path: String,
    headers: String,
    body: String,
    /// What an answer of success has.
    mark: &'static [u8],
}

impl Alone {
    /// As `server` asks them.
    pub(super) fn of(vendors: &Vendors, server: &Server, question: &str) -> Result<Self> {
        server.ask(question)?;
        let of_openai = vendors.openai.requests();
        let embedding = of_openai
            .iter()
            .find(|request| request.path.ends_with("/embeddings"))
            .context("the question was not embedded")?;
        let of_database = vendors.database.requests();
        let search = of_database.first().context("the database was not asked")?;
        let at = |url: &str| -> Result<Client> {
            let address = url.trim_start_matches("http://").trim_end_matches("/v1");
            Client::connect(address.parse()?)
        };
        Ok(Self {
            embedding: Exchange {
                client: at(&vendors.openai.base())?,
                path: embedding.path.clone(),
                headers: format!("Authorization: Bearer {KEY}\r\n"),
                body: String::from_utf8(embedding.body.to_vec())?,
                mark: b"\"embedding\"",
            },
            search: Exchange {
                client: at(vendors.database.url())?,
                path: search.path.clone(),
                headers: String::new(),
                body: String::from_utf8(search.body.to_vec())?,
                mark: b"\"similarity\"",
            },
        })
    }

    pub(super) fn ask(&mut self) -> Result<Duration> {
        Ok(self.embedding.ask()? + self.search.ask()?)
    }
}

impl Exchange {
    fn ask(&mut self) -> Result<Duration> {
        let took = self.client.post(&self.path, &self.headers, &self.body)?;
        let answer = self.client.body();
        let is_right = answer
            .windows(self.mark.len())
            .any(|part| part == self.mark);
        ensure!(is_right, "refused: {}", String::from_utf8_lossy(answer));
        Ok(took)
    }
}
