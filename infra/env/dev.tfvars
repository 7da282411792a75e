# One person's trial: reserves nothing, so that any account can hold it.
environment = "dev"
name        = "aoma-mesh-mcp-server-dev"

function = {
  reserved_concurrency = -1
  log_retention_days   = 7
}
