use anyhow::Result;
use mesh_emulator::{Bootstrap, Environment};

use crate::function::contestant::{Contestant, Name, with_store};
use crate::function::places::{Places, absolute};
use crate::function::request::{Requests, time};

const PATH: &str = "/mcp";

pub(super) fn floor(places: &Places) -> Contestant {
    rust(places, Name::Floor, "floor", Environment::lambda())
}

pub(super) fn plain(places: &Places) -> Contestant {
    rust(places, Name::Plain, "plain", Environment::lambda())
}

pub(super) fn plain_voice(places: &Places) -> Result<Contestant> {
    let tools = places.voice_tools()?.display().to_string();
    let environment = Environment::lambda().with("TOOLS", tools);
    Ok(rust(places, Name::PlainVoice, "plain", environment))
}

pub(super) fn naive(places: &Places) -> Result<Contestant> {
    let environment = with_store(Environment::lambda(), places)?;
    Ok(rust(places, Name::Naive, "naive", environment))
}

fn rust(places: &Places, name: Name, binary: &str, environment: Environment) -> Contestant {
    Contestant {
        name,
        bootstrap: Bootstrap::new(places.peers.join(binary)),
        environment,
        requests: Requests::to(PATH),
        zip: places.peers.join(format!("{binary}.zip")),
    }
}

pub(super) fn node(places: &Places) -> Result<[Contestant; 2]> {
    let client = absolute(
        &places
            .scripts
            .join("node_modules/aws-lambda-ric/bin/index.mjs"),
    )?;
    let node = |name, bundle: &str, environment| {
        let handler = absolute(&places.peers.join(bundle))? + "/index.handler";
        anyhow::Ok(Contestant {
            name,
            bootstrap: Bootstrap::new("node").arguments([client.clone(), handler]),
            environment,
            requests: Requests::to(PATH),
            zip: places.peers.join(format!("{bundle}.zip")),
        })
    };
    let secrets = with_store(Environment::lambda(), places)?;
    Ok([
        node(Name::Node, "node", Environment::lambda())?,
        node(Name::NodeSecrets, "node-secrets", secrets)?,
    ])
}

pub(super) fn python(places: &Places) -> Result<[Contestant; 2]> {
    let task = Environment::lambda().with("PYTHONPATH", absolute(&places.scripts)?);
    let python = |name, handler: &str, environment| Contestant {
        name,
        bootstrap: Bootstrap::new(&places.python).arguments(["-m", "awslambdaric", handler]),
        environment,
        requests: Requests::to(PATH),
        zip: places.peers.join("python.zip"),
    };
    let secrets = with_store(task.clone(), places)?;
    Ok([
        python(Name::Python, "python.handler", task),
        python(Name::PythonSecrets, "python_secrets.handler", secrets),
    ])
}

pub(super) fn children(places: &Places) -> Result<Contestant> {
    let environment = Environment::lambda().with("PYTHONPATH", absolute(&places.scripts)?);
    let requests = Requests::to(PATH).and_first(time(PATH, "get_current_time"));
    Ok(Contestant {
        name: Name::Children,
        bootstrap: Bootstrap::new(&places.children).arguments([
            "-m",
            "awslambdaric",
            "children.handler",
        ]),
        environment,
        requests,
        zip: places.peers.join("children.zip"),
    })
}
