use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::{ElevenLabs, ElevenLabsError};

/// The invoices are the largest part of it.
const MAX_BYTES: u64 = 1024 * 1024;

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Subscription {
    pub tier: String,
    /// Such as `active`, `trialing` or `free`.
    pub status: String,
    /// Credits that are spent of this period's.
    pub character_count: u64,
    pub character_limit: u64,
    pub next_character_count_reset_unix: Option<i64>,
    /// Whether more than the limit may be spent, and be paid for later.
    pub can_extend_character_limit: Option<bool>,
    /// How much more.
    pub max_credit_limit_extension: Option<CreditExtension>,
    pub voice_slots_used: Option<u64>,
    pub voice_limit: Option<u64>,
    pub professional_voice_slots_used: Option<u64>,
    pub professional_voice_limit: Option<u64>,
    pub can_use_instant_voice_cloning: Option<bool>,
    pub can_use_professional_voice_cloning: Option<bool>,
    pub currency: Option<String>,
    pub billing_period: Option<String>,
    pub character_refresh_period: Option<String>,
    pub has_open_invoices: Option<bool>,
}

/// What may be spent beyond a limit. On the wire it is a number, or `"unlimited"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreditExtension {
    Unlimited,
    Credits(u64),
}

impl Subscription {
    /// Credits that may still be spent; nothing, where there is no bound.
    #[must_use]
    pub fn credits_left(&self) -> Option<u64> {
        let extension = match self.max_credit_limit_extension {
            Some(CreditExtension::Unlimited) => return None,
            Some(CreditExtension::Credits(credits)) => credits,
            None => 0,
        };
        let limit = self.character_limit.saturating_add(extension);
        Some(limit.saturating_sub(self.character_count))
    }
}

impl ElevenLabs {
    /// `GET /v1/user/subscription`.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn subscription(
        &self,
        key: &Secret,
        deadline: Deadline,
    ) -> Result<Subscription, ElevenLabsError> {
        self.read(key, "/v1/user/subscription", deadline, MAX_BYTES)
            .await
    }
}

impl<'de> Deserialize<'de> for CreditExtension {
    /// A negative number, or a word that is not known, allows no more than the limit.
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(value)?;
        Ok(match value.as_str() {
            Some("unlimited") => Self::Unlimited,
            _ => Self::Credits(value.as_u64().unwrap_or(0)),
        })
    }
}

impl Serialize for CreditExtension {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unlimited => serializer.serialize_str("unlimited"),
            Self::Credits(credits) => serializer.serialize_u64(*credits),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_left_is_what_the_limit_and_its_extension_allow() {
        let left = |extension: Value| {
            let mut answer = json!({
                "tier": "creator", "status": "active", "character_count": 900, "character_limit": 1_000,
            });
            answer["max_credit_limit_extension"] = extension;
            let subscription: Subscription = serde_json::from_value(answer).expect("one");
            subscription.credits_left()
        };
        assert_eq!(left(Value::Null), Some(100));
        assert_eq!(left(json!(0)), Some(100));
        assert_eq!(left(json!(50)), Some(150));
        assert_eq!(left(json!("unlimited")), None);
    }
}
