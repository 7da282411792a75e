use mesh_app::config::Variables;
use mesh_aws::{Aws, SetupError};
use tokio::sync::OnceCell;

/// The way to AWS, made for the first who needs it, and one for all.
pub(super) struct Account<'v> {
    pub(super) variables: &'v Variables,
    made: OnceCell<Aws>,
}

impl<'v> Account<'v> {
    pub(super) const fn new(variables: &'v Variables) -> Self {
        Self {
            variables,
            made: OnceCell::const_new(),
        }
    }

    pub(super) async fn aws(&self) -> Result<&Aws, SetupError> {
        let make = async || Aws::from_chain(&|name| self.variables.foreign(name), None).await;
        self.made.get_or_try_init(make).await
    }
}
