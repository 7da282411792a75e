resource "aws_lambda_function_url" "live" {
  function_name      = aws_lambda_function.mcp.function_name
  qualifier          = aws_lambda_alias.live.name
  authorization_type = "AWS_IAM"
  invoke_mode        = { buffered = "BUFFERED", streaming = "RESPONSE_STREAM" }[var.function.invoke_mode]

  # Preflights are never signed, so only Lambda itself can answer them: CORS is said here and nowhere else.
  dynamic "cors" {
    for_each = length(var.settings.cors_origins) > 0 ? [var.settings.cors_origins] : []

    content {
      allow_origins  = cors.value
      allow_methods  = ["GET", "POST", "DELETE"]
      allow_headers  = local.request_headers
      expose_headers = ["mcp-session-id", "x-amzn-requestid", "x-request-id"]
      max_age        = 3600
    }
  }

  # Its host name is made once and is in every client's settings: deleted, it never comes back.
  lifecycle {
    prevent_destroy = true
  }
}

locals {
  # What an MCP client sends, as the server itself has it (ALLOWED_HEADERS of its layer `origin`), and what signing adds. `mcp-param-*`
  # is not among them: Lambda takes names, and a `*` would be every header but `authorization`, which signing needs.
  request_headers = [
    "authorization", "content-type", "accept", "last-event-id", "mcp-method", "mcp-name", "mcp-protocol-version", "mcp-session-id",
    "x-api-key", "x-request-id",
    "x-amz-content-sha256", "x-amz-date", "x-amz-security-token",
  ]
}
