use std::collections::VecDeque;

use mesh_gateway::events::{Event, Events};
use reqwest::Response;
use serde_json::Value;

use super::body;
use super::endpoint::{Endpoint, Headers};
use super::fault::CallFault;
use super::legacy;
use super::message::{self, Id, Incoming};

/// The transport of 2024-11-05: one stream brings every answer, and its first event says where to post.
#[derive(Debug)]
pub(crate) struct EventStream {
    stream: Response,
    events: Events,
    ready: VecDeque<Event>,
    messages: Endpoint,
    next: Id,
}

impl EventStream {
    pub(super) async fn open(endpoint: &Endpoint) -> Result<Self, CallFault> {
        let mut stream = Self {
            stream: endpoint.listen().await?,
            events: body::events(),
            ready: VecDeque::new(),
            messages: endpoint.clone(),
            next: Id::FIRST,
        };
        let place = stream.event("endpoint").await?;
        stream.messages = endpoint.at(place.trim())?;
        stream
            .request("initialize", &legacy::opening(legacy::NEWEST))
            .await?;
        let initialized = message::notification("notifications/initialized");
        stream.messages.tell(&initialized, &Headers::new()).await?;
        Ok(stream)
    }

    pub(super) async fn request(
        &mut self,
        method: &str,
        params: &Value,
    ) -> Result<Value, CallFault> {
        let id = self.next.take();
        let request = message::request(id, method, params);
        self.messages.tell(&request, &Headers::new()).await?;
        loop {
            let data = self.event("message").await?;
            let Ok(message) = serde_json::from_str(&data) else {
                continue;
            };
            match message::incoming(message, id) {
                Incoming::Answer(answer) => return message::result(answer),
                Incoming::Asks { reply } => self.messages.tell(&reply, &Headers::new()).await?,
                Incoming::Aside => {}
            }
        }
    }

    /// The data of the next event of that name.
    async fn event(&mut self, name: &str) -> Result<String, CallFault> {
        loop {
            while let Some(event) = self.ready.pop_front() {
                if event.name == name {
                    return Ok(event.data);
                }
            }
            let events = body::next_events(&mut self.stream, &mut self.events).await?;
            let events =
                events.ok_or_else(|| CallFault::BrokeOff("the stream ended".to_owned()))?;
            self.ready.extend(events);
        }
    }
}
