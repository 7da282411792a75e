use crate::context::Services;
use crate::entry::Entry;
use crate::needs::Needs;
use crate::prompt::Prompt;
use crate::resource::{Resource, Template};
use crate::view::View;

/// All that a server offers, in reading order. What cannot work for want of a corpus is left out of every list; what waits for
/// one that is on its way is not.
#[derive(Clone, Copy, Debug)]
pub struct Catalog {
    pub tools: &'static [Entry],
    pub resources: &'static [Resource],
    pub templates: &'static [Template],
    pub prompts: &'static [Prompt],
    /// What the tools make use of, and so what is declared.
    pub uses: Uses,
}

/// Optional parts of the protocol: undeclared ones are not answered.
#[derive(Clone, Copy, Debug, Default)]
pub struct Uses {
    /// Some tool sends log messages.
    pub logging: bool,
    /// Subscriptions are taken even where each request stands alone and nothing can be sent later.
    pub idle_subscriptions: bool,
}

impl Catalog {
    /// What can work now, or is expected to.
    #[must_use]
    pub fn view(&self, services: &Services) -> View {
        View {
            tools: expected(self.tools, services, |tool| tool.needs),
            resources: expected(self.resources, services, |resource| resource.needs),
            templates: expected(self.templates, services, |template| template.needs),
            prompts: expected(self.prompts, services, |prompt| prompt.needs),
            constrained: Vec::new(),
            others: Vec::new(),
        }
    }

    /// The tool of that name, whether it can work or not.
    #[must_use]
    pub fn tool(&self, name: &str) -> Option<&'static Entry> {
        self.tools.iter().find(|tool| tool.name.as_str() == name)
    }
}

fn expected<T>(all: &'static [T], services: &Services, needs: fn(&T) -> Needs) -> Vec<&'static T> {
    all.iter()
        .filter(|one| services.expect(needs(one)))
        .collect()
}
