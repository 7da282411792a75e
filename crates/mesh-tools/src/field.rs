//! The types that arguments and answers of several tools are made of.

mod choices;
mod decimal;
mod limit;
mod score;
mod search_metadata;
mod search_text;
mod timestamp;

pub use choices::Choices;
pub use decimal::Decimal;
pub use limit::Limit;
pub use score::Score;
pub use search_metadata::{SearchMetadata, SearchMethod};
pub use search_text::SearchText;
pub use timestamp::Timestamp;
