use serde::Deserialize;

/// What can be asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    TextToSpeech,
    SoundEffect,
    SpeechToSpeech,
    IsolateAudio,
    SpeechToText,
    Voices,
    Voice,
    SharedVoices,
    Models,
    Subscription,
    CloneVoice,
    DesignVoice,
    CreateVoice,
    Agents,
    Agent,
    CreateAgent,
    UpdateAgent,
    CreateKnowledge,
    Conversations,
    Conversation,
    Simulate,
    PhoneNumbers,
    ComposeMusic,
    CompositionPlan,
    VideoToMusic,
    UploadMusic,
}

/// What becomes of one request in place of the usual. Where nothing else is said, the usual has no effect.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Behaviour {
    /// A refusal of this status, with an object for its detail.
    Status(u16),
    /// The same with a text for its detail.
    PlainStatus(u16),
    /// 401, though the key is right.
    InvalidKey,
    /// 401 with the name of a permission.
    MissingPermission(String),
    /// 401: the key is of another residency.
    WrongResidency,
    /// 401.
    QuotaExceeded,
    /// 403.
    PlanRequired,
    /// 404.
    VoiceNotFound,
    /// 422 with an array for its detail.
    InvalidFields,
    /// 429, of the account.
    TooManyConcurrent { retry_after_s: Option<u64> },
    /// 429, of everybody.
    SystemBusy { retry_after_s: Option<u64> },
    /// The connection is reset in place of an answer.
    Reset,
    /// The usual takes effect, and the connection is reset in place of its answer.
    Lost,
    /// Nothing for so long, then the usual.
    Stall { ms: u64 },
    /// The usual in eight parts, so long before each.
    Slow { ms: u64 },
    /// Half of the usual body, then nothing for so long.
    StallHalfway { ms: u64 },
    /// Half of the usual body, then the connection is reset.
    CutOff,
    /// The usual, called `text/plain`.
    WrongType,
    /// A page, with a status of success.
    Html,
    /// The usual head, and no body.
    Empty,
    /// The usual head, and this many bytes, of which it never holds more than 64 kB.
    Huge { bytes: u64 },
}
