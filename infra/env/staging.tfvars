# As production, beside it: what passes here is what is promoted.
environment = "staging"
name        = "aoma-mesh-mcp-server-staging"

function = {
  reserved_concurrency = 2
}
