use crate::context::Services;
use crate::entry::Entry;
use crate::prompt::Prompt;
use crate::resource::{Named, ReadFn, Resource, Template};
use crate::tool::Needs;

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
    pub fn ready_tools<'a>(
        &'a self,
        services: &'a Services,
    ) -> impl Iterator<Item = &'static Entry> + 'a {
        self.tools.iter().filter(|tool| services.expect(tool.needs))
    }

    /// The tool of that name, where it is listed.
    #[must_use]
    pub fn tool(&self, name: &str, services: &Services) -> Option<&'static Entry> {
        self.ready_tools(services).find(|tool| tool.name == name)
    }

    pub fn ready_resources<'a>(
        &'a self,
        services: &'a Services,
    ) -> impl Iterator<Item = &'static Resource> + 'a {
        self.resources
            .iter()
            .filter(|resource| services.expect(resource.needs))
    }

    pub fn ready_templates<'a>(
        &'a self,
        services: &'a Services,
    ) -> impl Iterator<Item = &'static Template> + 'a {
        self.templates
            .iter()
            .filter(|template| services.expect(template.needs))
    }

    pub fn ready_prompts<'a>(
        &'a self,
        services: &'a Services,
    ) -> impl Iterator<Item = &'static Prompt> + 'a {
        self.prompts
            .iter()
            .filter(|prompt| services.expect(prompt.needs))
    }

    /// How to read the resource of that URI, where it is listed or of a family that is.
    #[must_use]
    pub fn resource(&self, uri: &str, services: &Services) -> Option<(Needs, ReadFn, Named)> {
        let fixed = self
            .ready_resources(services)
            .find(|resource| resource.uri == uri)
            .map(|resource| (resource.needs, resource.read, Named::default()));
        fixed.or_else(|| {
            self.ready_templates(services)
                .find_map(|template| Some((template.needs, template.read, template.named_in(uri)?)))
        })
    }
}
