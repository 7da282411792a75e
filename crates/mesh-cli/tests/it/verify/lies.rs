//! The table of lies, each with the check that finds it out and a word of what that check says.

use serde_json::{Value, json};

use super::TOKEN;
use crate::support::liar::{Answered, Asked, Lie};

pub(super) struct Row {
    pub(super) lie_told: &'static str,
    pub(super) check: &'static str,
    pub(super) words: &'static str,
    pub(super) lie: Lie,
}

pub(super) const NONE: Lie = Lie {
    admits: |_| false,
    tells: |_, _| {},
};

/// Someone is let in who has no token.
const fn admits(lie_told: &'static str, words: &'static str, admits: fn(&Asked) -> bool) -> Row {
    Row {
        lie_told,
        check: "unsigned refused",
        words,
        lie: Lie { admits, ..NONE },
    }
}

/// Someone is let in who has a wrong one.
const fn trusts(lie_told: &'static str, words: &'static str, admits: fn(&Asked) -> bool) -> Row {
    Row {
        lie_told,
        check: "wrong token refused",
        words,
        lie: Lie { admits, ..NONE },
    }
}

/// Who is let in is told something else than the server said.
const fn tells(
    lie_told: &'static str,
    check: &'static str,
    words: &'static str,
    tells: fn(&Asked, &mut Answered),
) -> Row {
    Row {
        lie_told,
        check,
        words,
        lie: Lie { tells, ..NONE },
    }
}

fn is_search(tool: &str) -> bool {
    tool == "search" || tool == "query_aoma_knowledge"
}

fn bogus() -> Value {
    json!({
        "name": "bogus",
        "description": "Does nothing.",
        "inputSchema": {"type": "object"},
        "annotations": {"readOnlyHint": true, "openWorldHint": false},
    })
}

fn is_listing(asked: &Asked) -> bool {
    asked.rpc() == "tools/list"
}

/// Whether it is a question of MCP, or of `/health` by who has the token.
fn is_known(asked: &Asked) -> bool {
    asked.shown() == Some(&format!("Bearer {TOKEN}"))
}

fn is_health(asked: &Asked) -> bool {
    asked.path == "/health" && asked.query.is_empty()
}

fn another_product() -> Value {
    let database = json!({"status": true, "latency": 1.0});
    json!({"status": "healthy", "version": "1.0.0", "services": {"database": database}})
}

const EMPTY: &str = "the result is empty";

pub(super) const LIES: &[Row] = &[
    // Who is let in.
    trusts(
        "any bearer is accepted",
        "`POST /rpc tools/call`",
        |asked| asked.shown().is_some(),
    ),
    trusts("an empty bearer is accepted", "an empty token", |asked| {
        asked.shown().is_some_and(|shown| shown.trim() == "Bearer")
    }),
    trusts(
        "the beginning of the token is enough",
        "all but the last character",
        |asked| {
            let shown = asked
                .shown()
                .and_then(|shown| shown.strip_prefix("Bearer "));
            shown.is_some_and(|shown| shown.len() > 3 && TOKEN.starts_with(shown))
        },
    ),
    trusts(
        "whatever begins with the token is accepted",
        "one character more",
        |asked| {
            let shown = asked
                .shown()
                .and_then(|shown| shown.strip_prefix("Bearer "));
            shown.is_some_and(|shown| shown.starts_with(TOKEN))
        },
    ),
    admits("everything is open", "`POST /rpc ping`", |asked| {
        asked.shown().is_none()
    }),
    admits(
        "`tools/call` is open to strangers",
        "`POST /rpc tools/call`",
        |asked| asked.rpc() == "tools/call",
    ),
    admits(
        "`tools/list` is open to strangers",
        "`POST /rpc tools/list`",
        |asked| asked.rpc() == "tools/list",
    ),
    admits(
        "`initialize` is open to strangers",
        "`POST /rpc initialize`",
        |asked| asked.rpc() == "initialize",
    ),
    admits(
        "`server/discover` is open to strangers",
        "`POST /rpc server/discover`",
        |asked| asked.rpc() == "server/discover",
    ),
    admits(
        "resources are read by strangers",
        "`POST /rpc resources/read`",
        |asked| asked.rpc() == "resources/read",
    ),
    admits(
        "prompts are listed to strangers",
        "`POST /rpc prompts/list`",
        |asked| asked.rpc() == "prompts/list",
    ),
    admits("`/tools` is open to strangers", "`GET /tools`", |asked| {
        asked.path == "/tools"
    }),
    admits(
        "a tool is described to strangers",
        "`GET /tools/get_system_health`",
        |asked| asked.method == "GET" && asked.path.starts_with("/tools/"),
    ),
    admits(
        "`POST /tools/{name}` is open to strangers",
        "`POST /tools/get_system_health`",
        |asked| asked.method == "POST" && asked.path.starts_with("/tools/"),
    ),
    admits(
        "`/metrics` is open to strangers",
        "`GET /metrics`",
        |asked| asked.path == "/metrics",
    ),
    admits(
        "`/metrics/prometheus` is open to strangers",
        "`GET /metrics/prometheus`",
        |asked| asked.path == "/metrics/prometheus",
    ),
    admits("`/health` is open to strangers", "`GET /health`", is_health),
    admits("`/` is open to strangers", "`GET /`", |asked| {
        asked.method == "GET" && asked.path == "/"
    }),
    admits("`/` speaks MCP with strangers", "`POST / ", |asked| {
        asked.method == "POST" && asked.path == "/"
    }),
    admits("`/mcp` is open to strangers", "`POST /mcp ", |asked| {
        asked.path == "/mcp"
    }),
    admits(
        "`/api/v1/mcp` is open to strangers",
        "`POST /api/v1/mcp ",
        |asked| asked.path == "/api/v1/mcp",
    ),
    admits("`/sse` is open to strangers", "`GET /sse`", |asked| {
        asked.path == "/sse"
    }),
    admits("`?live` opens every route", "?live`", |asked| {
        asked.query == "live"
    }),
    Row {
        lie_told: "strangers are answered under a status of refusal",
        check: "unsigned refused",
        words: "`POST /rpc tools/call` (401, and an answer with it)",
        lie: Lie {
            admits: |asked| asked.rpc() == "tools/call" && asked.shown().is_none(),
            tells: |asked, answered| {
                if asked.shown().is_none() {
                    answered.status = 401;
                }
            },
        },
    },
    tells(
        "liveness tells strangers of the parts",
        "unsigned refused",
        "`GET /health?live`",
        |asked, answered| {
            if asked.query == "live" && asked.path == "/health" {
                answered.body["services"] = json!({"corpus": {"status": true}});
            }
        },
    ),
    // What it says of itself.
    tells(
        "health without parts",
        "health",
        "names no part",
        |asked, answered| {
            if is_health(asked) && is_known(asked) {
                answered.body["services"] = json!({});
            }
        },
    ),
    tells(
        "health that only says healthy",
        "health",
        "names no part",
        |asked, answered| {
            if is_health(asked) && is_known(asked) {
                answered.body = json!({"status": "healthy"});
            }
        },
    ),
    tells(
        "health of another product",
        "health",
        "no `corpus` among its parts",
        |asked, answered| {
            if is_health(asked) && is_known(asked) {
                answered.body = another_product();
            }
        },
    ),
    tells(
        "parts that are only names",
        "health",
        "`corpus`",
        |asked, answered| {
            if is_health(asked) && is_known(asked) {
                answered.body["services"]["corpus"] = json!("fine");
            }
        },
    ),
    tells(
        "health says unhealthy under a 200",
        "health",
        "unhealthy",
        |asked, answered| {
            if is_health(asked) && is_known(asked) {
                answered.body["status"] = "unhealthy".into();
            }
        },
    ),
    tells(
        "health says healthy under a 503",
        "health",
        "503",
        |asked, answered| {
            if is_health(asked) && is_known(asked) {
                answered.status = 503;
            }
        },
    ),
    tells(
        "health is healthy and a part is not",
        "health",
        "knowledge not",
        |asked, answered| {
            if is_health(asked) && is_known(asked) {
                answered.body["services"]["knowledge"]["status"] = false.into();
            }
        },
    ),
    tells(
        "health of last year",
        "health",
        "2025-11-28",
        |asked, answered| {
            if is_health(asked) && is_known(asked) {
                answered.body["timestamp"] = "2025-11-28T12:00:00Z".into();
            }
        },
    ),
    tells(
        "health as plain text",
        "health",
        "text/plain",
        |asked, answered| {
            if is_health(asked) {
                answered.set("content-type", "text/plain");
            }
        },
    ),
    tells(
        "health names no server",
        "health",
        "`name`",
        |asked, answered| {
            if is_health(asked) && is_known(asked) {
                answered.body["name"] = Value::Null;
            }
        },
    ),
    tells(
        "health of another version than answers",
        "server",
        "9.9.9",
        |asked, answered| {
            if is_health(asked) && is_known(asked) {
                answered.body["version"] = "9.9.9".into();
            }
        },
    ),
    tells(
        "another server behind `/rpc`",
        "server",
        "impostor",
        |asked, answered| {
            if asked.rpc() == "initialize" && is_known(asked) {
                answered.result()["serverInfo"]["name"] = "impostor".into();
            }
        },
    ),
    tells(
        "another corpus is searched than health names",
        "corpus",
        "0123456789abcdef",
        |asked, answered| {
            if asked.tool() == "get_system_health" && is_known(asked) {
                answered.say(|health| {
                    health["services"]["corpus"]["fingerprint"] = "0123456789abcdef".into()
                });
            }
        },
    ),
    tells(
        "a corpus without a fingerprint",
        "health",
        "`fingerprint`",
        |asked, answered| {
            if is_health(asked) && is_known(asked) {
                answered.body["services"]["corpus"]["fingerprint"] = Value::Null;
            }
        },
    ),
    tells(
        "a corpus that holds nothing",
        "corpus",
        "empty",
        |asked, answered| {
            if is_health(asked) && is_known(asked) {
                answered.body["services"]["knowledge"]["documents"] = 0.into();
            }
        },
    ),
    // The protocol.
    tells(
        "`null` for every result",
        "wire",
        "`result`",
        |asked, answered| {
            if answered.body.get("result").is_some() && is_known(asked) {
                answered.body["result"] = Value::Null;
            }
        },
    ),
    tells(
        "`{}` for every result",
        "wire",
        "`tools`",
        |asked, answered| {
            if answered.body.get("result").is_some() && is_known(asked) {
                answered.body["result"] = json!({});
            }
        },
    ),
    tells(
        "`{}` opens a revision",
        "initialize 2025-06-18",
        "`protocolVersion`",
        |asked, answered| {
            if asked.rpc() == "initialize" && is_known(asked) {
                answered.body["result"] = json!({});
            }
        },
    ),
    tells(
        "JSON as plain text",
        "wire",
        "text/plain",
        |asked, answered| {
            if asked.method == "POST" && is_known(asked) {
                answered.set("content-type", "text/plain");
            }
        },
    ),
    tells(
        "the id of an earlier request",
        "wire",
        "id",
        |asked, answered| {
            if answered.body.get("id").is_some() && is_known(asked) {
                answered.body["id"] = 1.into();
            }
        },
    ),
    tells("ids of another type", "wire", "id", |asked, answered| {
        if answered.body["id"].is_number() && is_known(asked) {
            answered.body["id"] = answered.body["id"].to_string().into();
        }
    }),
    tells("no `jsonrpc`", "wire", "`jsonrpc`", |asked, answered| {
        if let Value::Object(members) = &mut answered.body
            && is_known(asked)
        {
            members.remove("jsonrpc");
        }
    }),
    tells(
        "a result and an error at once",
        "wire",
        "`error`",
        |asked, answered| {
            if answered.body.get("result").is_some() && is_known(asked) {
                answered.body["error"] = json!({"code": -32603, "message": "failed"});
            }
        },
    ),
    tells(
        "success for a method that is none",
        "wire",
        "no method",
        |asked, answered| {
            if answered.body["error"]["code"] == -32601 && is_known(asked) {
                answered.status = 200;
                answered.body = json!({"jsonrpc": "2.0", "id": asked.body["id"], "result": {}});
            }
        },
    ),
    tells(
        "success for a tool that is none",
        "wire",
        "no tool",
        |asked, answered| {
            if answered.body["error"]["code"] == -32602
                && asked.rpc() == "tools/call"
                && is_known(asked)
            {
                let result = json!({"content": [{"type": "text", "text": "done"}]});
                answered.status = 200;
                answered.body = json!({"jsonrpc": "2.0", "id": asked.body["id"], "result": result});
            }
        },
    ),
    tells(
        "success for a body that is no JSON",
        "wire",
        "no JSON",
        |asked, answered| {
            if answered.body["error"]["code"] == -32700 && is_known(asked) {
                answered.status = 200;
                answered.body = json!({"jsonrpc": "2.0", "id": null, "result": {}});
            }
        },
    ),
    tells(
        "another revision than was asked for",
        "initialize 2025-06-18",
        "2024-11-05",
        |asked, answered| {
            if asked.rpc() == "initialize" && is_known(asked) {
                answered.result()["protocolVersion"] = "2024-11-05".into();
            }
        },
    ),
    tells(
        "a revision that opens and cannot list",
        "initialize 2025-03-26",
        "no list today",
        |asked, answered| {
            if is_listing(asked) && asked.header("mcp-protocol-version") == Some("2025-03-26") {
                let error = json!({"code": -32603, "message": "no list today"});
                answered.body = json!({"jsonrpc": "2.0", "id": asked.body["id"], "error": error});
            }
        },
    ),
    tells(
        "the newest revision opens and cannot list",
        "discover 2026-07-28",
        "no list today",
        |asked, answered| {
            if is_listing(asked) && asked.header("mcp-protocol-version") == Some("2026-07-28") {
                let error = json!({"code": -32603, "message": "no list today"});
                answered.body = json!({"jsonrpc": "2.0", "id": asked.body["id"], "error": error});
            }
        },
    ),
    tells(
        "a revision without tools among its capabilities",
        "initialize 2025-11-25",
        "`tools`",
        |asked, answered| {
            if asked.rpc() == "initialize" && is_known(asked) {
                answered.result()["capabilities"] = json!({});
            }
        },
    ),
    tells(
        "a revision that names no server",
        "initialize 2024-11-05",
        "`serverInfo`",
        |asked, answered| {
            if asked.rpc() == "initialize" && is_known(asked) {
                answered.result()["serverInfo"] = Value::Null;
            }
        },
    ),
    // The tools.
    tells(
        "a list of numbers",
        "discover 2026-07-28",
        "no tool",
        |asked, answered| {
            if is_listing(asked) && is_known(asked) {
                answered.result()["tools"] = json!([1, 2, 3]);
            }
        },
    ),
    tells(
        "an object in place of a list",
        "discover 2026-07-28",
        "list of tools",
        |asked, answered| {
            if is_listing(asked) && is_known(asked) {
                answered.result()["tools"] = json!({});
            }
        },
    ),
    tells("an empty list", "tools", "no tools", |asked, answered| {
        if is_listing(asked) && is_known(asked) {
            answered.result()["tools"] = json!([]);
        }
    }),
    tells(
        "tools without a schema",
        "initialize 2025-11-25",
        "`inputSchema`",
        |asked, answered| {
            if is_listing(asked) && is_known(asked) {
                answered.result()["tools"][0]["inputSchema"] = Value::Null;
            }
        },
    ),
    tells(
        "tools without a description",
        "initialize 2025-11-25",
        "`description`",
        |asked, answered| {
            if is_listing(asked) && is_known(asked) {
                answered.result()["tools"][0]["description"] = "".into();
            }
        },
    ),
    tells(
        "the same tool twice",
        "initialize 2025-11-25",
        "twice",
        |asked, answered| {
            if is_listing(asked) && is_known(asked) {
                let tools = &mut answered.result()["tools"];
                tools[1] = tools[0].clone();
            }
        },
    ),
    tells(
        "one bogus tool",
        "tools",
        "get_system_health",
        |asked, answered| {
            let names_tools = is_listing(asked) || asked.path == "/tools";
            if names_tools && is_known(asked) {
                answered.result()["tools"] = json!([bogus()]);
            }
        },
    ),
    tells(
        "a bogus tool among the others",
        "tools",
        "bogus",
        |asked, answered| {
            if let Some(tools) = answered.tools()
                && is_known(asked)
            {
                tools.push(bogus());
            }
        },
    ),
    tells(
        "a bogus tool wherever tools are named",
        "call",
        "bogus",
        |asked, answered| {
            if !is_known(asked) {
                return;
            }
            match (asked.path.as_str(), asked.tool()) {
                (_, "get_server_capabilities") => answered.say(|said| {
                    said["tools"]
                        .as_array_mut()
                        .expect("tools")
                        .push(json!({"name": "bogus"}));
                }),
                ("/", _) if asked.method == "GET" => answered.body["tools"]
                    .as_array_mut()
                    .expect("tools")
                    .push("bogus".into()),
                _ => {
                    if let Some(tools) = answered.tools() {
                        tools.push(bogus());
                    }
                }
            }
        },
    ),
    tells(
        "a list that differs between revisions",
        "tools",
        "analyze_development_context",
        |asked, answered| {
            if is_listing(asked) && asked.header("mcp-protocol-version") == Some("2025-06-18") {
                let tools = answered.tools().expect("tools");
                tools.retain(|tool| tool["name"] != "analyze_development_context");
            }
        },
    ),
    tells(
        "a list that differs between routes",
        "tools",
        "/mcp",
        |asked, answered| {
            if is_listing(asked) && asked.path == "/mcp" && is_known(asked) {
                answered.tools().expect("tools").pop();
            }
        },
    ),
    tells("`{}` for every call", "call", EMPTY, |asked, answered| {
        if asked.rpc() == "tools/call" && is_known(asked) {
            answered.body = json!({"jsonrpc": "2.0", "id": asked.body["id"], "result": {}});
        }
    }),
    tells("`null` for every call", "call", EMPTY, |asked, answered| {
        if asked.rpc() == "tools/call" && is_known(asked) {
            answered.body = json!({"jsonrpc": "2.0", "id": asked.body["id"], "result": null});
        }
    }),
    tells(
        "content that is no list",
        "call",
        "`content`",
        |asked, answered| {
            if asked.rpc() == "tools/call" && is_known(asked) {
                answered.result()["content"] = "done".into();
            }
        },
    ),
    tells(
        "text that says something else than the structure",
        "call",
        "differ",
        |asked, answered| {
            if asked.tool() == "get_system_health" && asked.rpc() == "tools/call" && is_known(asked)
            {
                answered.result()["structuredContent"]["status"] = "degraded".into();
            }
        },
    ),
    tells(
        "a health tool that is unhealthy while `/health` is well",
        "call",
        "unhealthy",
        |asked, answered| {
            if asked.tool() == "get_system_health" && asked.rpc() == "tools/call" && is_known(asked)
            {
                answered.say(|health| health["status"] = "unhealthy".into());
            }
        },
    ),
    // What it finds.
    tells(
        "every search fails",
        "question",
        "the index is away",
        |asked, answered| {
            if is_search(asked.tool()) && is_known(asked) {
                *answered.result() = json!({"content": [{"type": "text", "text": "the index is away"}], "isError": true});
            }
        },
    ),
    tells(
        "every search is a fault of the server",
        "question",
        "Internal error",
        |asked, answered| {
            if is_search(asked.tool()) && asked.rpc() == "tools/call" && is_known(asked) {
                let error = json!({"code": -32603, "message": "Internal error"});
                answered.body = json!({"jsonrpc": "2.0", "id": asked.body["id"], "error": error});
            }
        },
    ),
    tells(
        "no search finds anything",
        "question",
        "found nothing",
        |asked, answered| {
            if asked.tool() == "search" && is_known(asked) {
                answered.say(|said| said["results"] = json!([]));
            }
        },
    ),
    tells(
        "knowledge is never found",
        "question",
        "found nothing",
        |asked, answered| {
            if asked.tool() == "query_aoma_knowledge" && is_known(asked) {
                answered.say(|said| said["found"] = false.into());
            }
        },
    ),
    tells(
        "found without a citation",
        "question",
        "`citations`",
        |asked, answered| {
            if asked.tool() == "query_aoma_knowledge" && is_known(asked) {
                answered.say(|said| said["citations"] = json!([]));
            }
        },
    ),
    tells(
        "found, with nothing said",
        "question",
        "`response`",
        |asked, answered| {
            if asked.tool() == "query_aoma_knowledge" && is_known(asked) {
                answered.say(|said| said["response"] = "".into());
            }
        },
    ),
    tells(
        "a failure with what was found in it",
        "question",
        "reported an error",
        |asked, answered| {
            if is_search(asked.tool()) && is_known(asked) {
                answered.result()["isError"] = true.into();
            }
        },
    ),
    tells(
        "the same answer whatever is asked",
        "question",
        "words that nobody wrote",
        |asked, answered| {
            if asked.tool() == "query_aoma_knowledge" && is_known(asked) {
                answered.say(|said| {
                    said["found"] = true.into();
                    said["response"] = "A master is approved. [1]".into();
                    said["citations"] =
                        json!([{"uri": "aoma://doc/docs-masters-md-a8c1c2", "title": "Masters"}]);
                });
            }
        },
    ),
    tells(
        "results that are numbers",
        "question",
        "no result",
        |asked, answered| {
            if asked.tool() == "search" && is_known(asked) {
                answered.say(|said| said["results"] = json!([1, 2]));
            }
        },
    ),
    tells(
        "another document than the one asked for",
        "question",
        "not among",
        |asked, answered| {
            if asked.tool() == "search" && is_known(asked) {
                answered.say(|said| {
                let row = json!({"id": "aoma://doc/other", "title": "Another", "url": "aoma://doc/other"});
                said["results"] = json!([row]);
            });
            }
        },
    ),
    tells(
        "what was found cannot be read",
        "question",
        "`fetch`",
        |asked, answered| {
            if asked.tool() == "fetch" && is_known(asked) {
                *answered.result() =
                    json!({"content": [{"type": "text", "text": "gone"}], "isError": true});
            }
        },
    ),
    tells(
        "what was found is an empty page",
        "question",
        "`text`",
        |asked, answered| {
            if asked.tool() == "fetch" && is_known(asked) {
                answered.say(|said| said["text"] = "".into());
            }
        },
    ),
    // Resources and the routes beside MCP.
    tells(
        "resources that cannot be read",
        "resources",
        "aoma://knowledge-base",
        |asked, answered| {
            if asked.rpc() == "resources/read" && is_known(asked) {
                let error = json!({"code": -32002, "message": "not found"});
                answered.body = json!({"jsonrpc": "2.0", "id": asked.body["id"], "error": error});
            }
        },
    ),
    tells(
        "resources that are numbers",
        "resources",
        "no resource",
        |asked, answered| {
            if asked.rpc() == "resources/list" && is_known(asked) {
                answered.result()["resources"] = json!([1]);
            }
        },
    ),
    tells("no resources", "resources", "none", |asked, answered| {
        if asked.rpc() == "resources/list" && is_known(asked) {
            answered.result()["resources"] = json!([]);
        }
    }),
    tells(
        "resources without contents",
        "resources",
        "`contents`",
        |asked, answered| {
            if asked.rpc() == "resources/read" && is_known(asked) {
                answered.result()["contents"] = json!([]);
            }
        },
    ),
    tells(
        "another resource than was asked for",
        "resources",
        "aoma://other",
        |asked, answered| {
            if asked.rpc() == "resources/read" && is_known(asked) {
                answered.result()["contents"][0]["uri"] = "aoma://other".into();
            }
        },
    ),
    tells(
        "a knowledge base without documents",
        "question",
        "lists nothing",
        |asked, answered| {
            if asked.body["params"]["uri"] == "aoma://knowledge-base" && is_known(asked) {
                answered.result()["contents"][0]["text"] = "{\"total\":0,\"documents\":[]}".into();
            }
        },
    ),
    tells(
        "prompts that are numbers",
        "resources",
        "no prompt",
        |asked, answered| {
            if asked.rpc() == "prompts/list" && is_known(asked) {
                answered.result()["prompts"] = json!([1]);
            }
        },
    ),
    tells(
        "`/tools` of another server",
        "tools",
        "`/tools`",
        |asked, answered| {
            if asked.path == "/tools" && is_known(asked) {
                answered.body["tools"] = json!([bogus()]);
            }
        },
    ),
    tells(
        "`/tools/{name}` fails",
        "routes",
        "`POST /tools/get_system_health`",
        |asked, answered| {
            if asked.method == "POST" && asked.path == "/tools/get_system_health" && is_known(asked)
            {
                answered.status = 500;
            }
        },
    ),
    tells(
        "`/metrics` of another product",
        "routes",
        "`GET /metrics`",
        |asked, answered| {
            if asked.path == "/metrics" && is_known(asked) {
                answered.body = json!({"requests": 7});
            }
        },
    ),
    tells(
        "`/metrics/prometheus` is a page",
        "routes",
        "`GET /metrics/prometheus`",
        |asked, answered| {
            if asked.path == "/metrics/prometheus" && is_known(asked) {
                answered.body = "hello".into();
            }
        },
    ),
    tells(
        "`/mcp` fails",
        "routes",
        "`POST /mcp`",
        |asked, answered| {
            if asked.path == "/mcp" && is_known(asked) {
                answered.status = 500;
                answered.body = json!({"error": "internal"});
            }
        },
    ),
    tells(
        "`/` of another server",
        "server",
        "`GET /`",
        |asked, answered| {
            if asked.path == "/" && asked.method == "GET" && is_known(asked) {
                answered.body["name"] = "another".into();
            }
        },
    ),
    // Browsers.
    tells("every page may call", "cors", "wildcard", |_, answered| {
        answered.set("access-control-allow-origin", "*");
    }),
    tells(
        "sandboxed pages may call",
        "cors",
        "`null`",
        |asked, answered| {
            if asked.header("origin") == Some("null") {
                answered.set("access-control-allow-origin", "null");
            }
        },
    ),
    tells(
        "`null` may call whoever asks",
        "cors",
        "`null`",
        |_, answered| {
            answered.set("access-control-allow-origin", "null");
        },
    ),
    tells(
        "whoever asks may call",
        "cors",
        "whoever asks",
        |asked, answered| {
            if let Some(origin) = asked.headers.get("origin") {
                let name = "access-control-allow-origin";
                answered.headers.insert(name, origin.clone());
            }
        },
    ),
    tells(
        "only a call tells that every page may",
        "cors",
        "wildcard",
        |asked, answered| {
            if asked.method == "POST" {
                answered.set("access-control-allow-origin", "*");
            }
        },
    ),
    tells("a preflight is a 500", "cors", "500", |asked, answered| {
        if asked.method == "OPTIONS" {
            answered.status = 500;
        }
    }),
    tells("a 500 to everything", "cors", "500", |_, answered| {
        answered.status = 500;
        answered.body = json!({"error": "internal"});
    }),
    tells(
        "a 500 to everything, and no caller is let in",
        "token accepted",
        "500",
        |_, answered| {
            answered.status = 500;
            answered.body = json!({"error": "internal"});
        },
    ),
    tells(
        "a web page for everything",
        "token accepted",
        "HTML",
        |_, answered| {
            answered.status = 200;
            answered.set("content-type", "text/html");
            answered.body = "<!doctype html><p>hello".into();
        },
    ),
];
