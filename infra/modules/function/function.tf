locals {
  # Every key is a setting the server knows: a test compares this map with them. What is null is left out.
  own_environment = {
    MESH_ENVIRONMENT       = var.environment
    MESH_SECRETS           = var.secrets.source
    MESH_SSM_PREFIX        = var.secrets.source == "ssm" ? var.secrets.prefix : null
    MESH_BUDGET_MS         = tostring(var.function.budget_ms)
    MESH_INVOKE_MODE       = var.function.invoke_mode
    MESH_JIRA_BASE_URL     = var.settings.jira_base_url
    MESH_BEARER_SHA256     = var.settings.bearer_sha256
    MESH_ALLOWED_ORIGINS   = length(var.settings.cors_origins) > 0 ? join(",", var.settings.cors_origins) : null
    MESH_CORPUS_URI        = var.settings.corpus_uri
    MESH_METRICS_NAMESPACE = "AomaMesh"
    MESH_LOG               = var.settings.log
    MESH_OTLP_ENDPOINT     = var.settings.otlp_endpoint
    MESH_OPENAI_MODELS     = length(var.settings.openai_models) > 0 ? join(",", var.settings.openai_models) : null
    MESH_EMBEDDING_MODEL   = var.settings.embedding_model
    MESH_SYNTHESIS         = var.settings.synthesis ? null : "off"
    MESH_RESOURCE          = var.settings.resource
    MESH_JWT_ISSUER        = var.settings.jwt_issuer
    MESH_JWT_AUDIENCE      = length(var.settings.jwt_audience) > 0 ? join(",", var.settings.jwt_audience) : null
    MESH_JWT_SCOPES        = length(var.settings.jwt_scopes) > 0 ? join(",", var.settings.jwt_scopes) : null
    MESH_POLICY            = var.settings.policy ? "policy.toml" : var.settings.policy_at
    MESH_AUDIT             = var.settings.audit_days != null ? "state" : var.settings.audit ? "stdout" : null
    MESH_AUDIT_DAYS        = var.settings.audit_days != null ? tostring(var.settings.audit_days) : null
    MESH_STATE_TABLE       = var.table_name
    MESH_AUDIO_BUCKET      = var.audio_bucket
  }
  environment = merge(var.settings.more, { for key, value in local.own_environment : key => value if value != null })
  # Lambda measures them as JSON.
  environment_bytes = length(base64encode(jsonencode(local.environment))) * 3 / 4
  # Alarms and the dashboard look for measurements under these names.
  measured_by = ["MESH_FUNCTION", "MESH_METRICS"]
}

resource "aws_lambda_function" "mcp" {
  #checkov:skip=CKV_AWS_116:Every call is synchronous: a failure is the caller's answer, and a dead-letter queue would never see one.
  #checkov:skip=CKV_AWS_117:It reaches public APIs only and listens on nothing; a VPC would add a NAT gateway and take response streaming away.
  #checkov:skip=CKV_AWS_173:The environment holds names and numbers only; secrets are read from the parameter store at run time.
  #checkov:skip=CKV_AWS_272:The package comes from our own build with provenance; a signing profile is the account's to demand.
  function_name    = var.name
  description      = "AOMA Mesh, an MCP server"
  role             = aws_iam_role.function.arn
  filename         = var.package_path
  source_code_hash = filebase64sha256(var.package_path)
  architectures    = [var.function.architecture]
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  memory_size      = var.function.memory_mb
  timeout          = var.function.timeout_s
  publish          = true

  reserved_concurrent_executions = var.function.reserved_concurrency

  ephemeral_storage {
    size = var.function.ephemeral_storage_mb
  }

  environment {
    variables = local.environment
  }

  # The group is ours and exists before the first call: Lambda would make one that keeps its lines for ever.
  logging_config {
    log_group             = aws_cloudwatch_log_group.function.name
    log_format            = "JSON"
    application_log_level = "TRACE" # MESH_LOG says what is written; metrics are lines of the level INFO.
    system_log_level      = "WARN"
  }

  tracing_config {
    mode = "Active"
  }

  lifecycle {
    precondition {
      condition     = length(setintersection(keys(var.settings.more), concat(keys(local.own_environment), local.measured_by))) == 0
      error_message = "settings.more has a setting that follows from another input: ${join(", ", setintersection(keys(var.settings.more), concat(keys(local.own_environment), local.measured_by)))}."
    }
    precondition {
      condition     = local.environment_bytes <= 4096
      error_message = "The settings are ${local.environment_bytes} bytes long, names and values together; Lambda takes 4096. What a policy or another file can say has room there: settings.policy_at, upstreams."
    }
  }

  # Its first act is to read the parameters.
  depends_on = [aws_iam_role_policy.allowed]
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "What callers reach"
  function_name    = aws_lambda_function.mcp.function_name
  function_version = var.canary == null ? aws_lambda_function.mcp.version : var.canary.stable_version

  dynamic "routing_config" {
    for_each = try(var.canary.weight > 0, false) ? [var.canary.weight] : []

    content {
      additional_version_weights = { (aws_lambda_function.mcp.version) = routing_config.value }
    }
  }
}
