use std::sync::Arc;

use mesh_app::config::Variables;
use mesh_aws::{Aws, Signing};
use mesh_gateway::World;

use crate::command::become_upstream;

/// What a host that is not Lambda has for upstreams: processes that end with it, and signatures with credentials that are found as
/// the AWS command line finds them.
pub(in crate::command) fn has(world: World, variables: &Variables) -> World {
    let variables = variables.clone();
    let signing = Signing::new(move |region| {
        let variables = variables.clone();
        async move { Aws::from_chain_in(&|name| variables.foreign(name), None, Some(&region)).await }
    });
    World {
        launcher: become_upstream::launcher(),
        signs: Some(Arc::new(signing)),
        ..world
    }
}
