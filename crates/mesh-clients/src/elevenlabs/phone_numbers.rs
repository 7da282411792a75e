use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};

use super::{ElevenLabs, ElevenLabsError};

const MAX_BYTES: u64 = 4 * 1024 * 1024;

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct PhoneNumber {
    pub phone_number_id: String,
    pub phone_number: String,
    pub label: Option<String>,
    /// `twilio`, `sip_trunk` or `exotel`.
    pub provider: Option<String>,
    pub supports_inbound: Option<bool>,
    pub supports_outbound: Option<bool>,
    pub assigned_agent: Option<AssignedAgent>,
}

/// Who answers calls to a number.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct AssignedAgent {
    pub agent_id: String,
    pub agent_name: Option<String>,
}

impl ElevenLabs {
    /// `GET /v1/convai/phone-numbers`.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn phone_numbers(
        &self,
        key: &Secret,
        deadline: Deadline,
    ) -> Result<Vec<PhoneNumber>, ElevenLabsError> {
        self.read(key, "/v1/convai/phone-numbers", deadline, MAX_BYTES)
            .await
    }
}
