//! The keys that seal what a client carries between the rounds of a call.
//!
//! With [`Parameter::StateKey`] every environment of a deployment opens what any of them sealed, while a key is replaced too.
//! Without it a state is good in the process that sealed it.

use mesh_core::{Deadline, Parameter, hex};
use mesh_tools::{Secrets, ToolError};
use rmcp::model::{RequestStateCodec, RequestStateError, SealOptions};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

const PROCESS: &str = "process";

pub(crate) struct Seal {
    process: Zeroizing<[u8; 32]>,
    secrets: Secrets,
}

/// Tells what was sealed from everything else that was, and by which process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    process: String,
    nonce: String,
}

impl Stamp {
    pub(crate) fn digest(&self) -> [u8; 32] {
        Sha256::digest(format!("{} {}", self.process, self.nonce)).into()
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seal").finish_non_exhaustive()
    }
}

impl Seal {
    /// # Errors
    /// When the system gives no random bytes.
    pub(crate) fn new(secrets: Secrets) -> anyhow::Result<Self> {
        let mut process = Zeroizing::new([0; 32]);
        getrandom::fill(process.as_mut())
            .map_err(|error| anyhow::anyhow!("no random bytes from the system: {error}"))?;
        Ok(Self { process, secrets })
    }

    /// # Errors
    /// When the system gives no random bytes.
    pub(crate) fn stamp(&self) -> Result<Stamp, ToolError> {
        let mut nonce = [0; 16];
        getrandom::fill(&mut nonce).map_err(ToolError::internal)?;
        Ok(Stamp {
            process: key_id(self.process.as_slice()),
            nonce: hex(&nonce),
        })
    }

    pub(crate) fn has_stamped(&self, stamp: &Stamp) -> bool {
        stamp.process == key_id(self.process.as_slice())
    }

    pub(crate) fn close(
        &self,
        value: &impl Serialize,
        options: &SealOptions<'_>,
    ) -> Result<String, RequestStateError> {
        self.codec()?.seal_json_with(value, options)
    }

    /// A state under a key that is not at hand may be of an environment that has a newer one: then the keys are read again, if
    /// that was not done in the last half minute.
    pub(crate) async fn open<T: DeserializeOwned>(
        &self,
        state: &str,
        bound_to: &[u8],
        deadline: Deadline,
    ) -> Result<T, RequestStateError> {
        let opened = self.codec()?.open_json_with(state, bound_to);
        if !matches!(opened, Err(RequestStateError::UnknownKeyId)) {
            return opened;
        }
        self.secrets.read_for_newer(deadline).await;
        self.codec()?.open_json_with(state, bound_to)
    }

    fn codec(&self) -> Result<RequestStateCodec, RequestStateError> {
        let value = self.secrets.at_hand(Parameter::StateKey);
        let shared = value.iter().flat_map(|keys| keys.reveal().split(','));
        let keys: Vec<_> = shared
            .map(|key| (key_id(key), key.as_bytes()))
            .chain([(PROCESS.to_owned(), self.process.as_slice())])
            .collect();
        RequestStateCodec::new_with_keyring(keys[0].0.clone(), keys)
    }
}

/// The same in every environment, and of no use to find the key.
fn key_id(key: impl AsRef<[u8]>) -> String {
    hex(&Sha256::digest(key)[..8])
}
