# What the function is, where nothing but the environment is said. package_path is given by whoever runs these.
mock_provider "aws" {
  source = "./tests/mocks"
}
mock_provider "aws" {
  alias  = "us_east_1"
  source = "./tests/mocks"
}

variables {
  environment = "prod"
}

run "the_defaults_are_production" {
  module {
    source = "./modules/function"
  }
  variables {
    name          = "mcp"
    function      = { architecture = "arm64", memory_mb = 1024, timeout_s = 30, budget_ms = 25000, reserved_concurrency = 10, invoke_mode = "buffered", log_retention_days = 30 }
    settings      = { cors_origins = [] }
    secrets       = { source = "ssm", prefix = "/mcp-server/", names = ["openai-api-key", "supabase-url"] }
    kms_key_arn   = null
    canary        = null
    alarm_actions = ["arn:aws:sns:us-east-2:111122223333:topic"]
  }

  assert {
    condition     = aws_lambda_function_url.live.authorization_type == "AWS_IAM" && aws_lambda_function_url.live.qualifier == "live"
    error_message = "the URL is signed, and on the alias"
  }
  assert {
    condition     = aws_lambda_function_url.live.invoke_mode == "BUFFERED" && length(aws_lambda_function_url.live.cors) == 0
    error_message = "answers are buffered and CORS is off"
  }
  assert {
    condition     = aws_lambda_function.mcp.publish && aws_lambda_alias.live.function_version == "8" && length(aws_lambda_alias.live.routing_config) == 0
    error_message = "versions are published and the alias is on the newest"
  }
  assert {
    condition     = aws_lambda_function.mcp.timeout * 1000 > tonumber(aws_lambda_function.mcp.environment[0].variables.MESH_BUDGET_MS)
    error_message = "Lambda's timeout is after the server's own deadline"
  }
  assert {
    condition = aws_lambda_function.mcp.environment[0].variables == tomap({
      MESH_ENVIRONMENT       = "prod"
      MESH_SECRETS           = "ssm"
      MESH_SSM_PREFIX        = "/mcp-server/"
      MESH_BUDGET_MS         = "25000"
      MESH_INVOKE_MODE       = "buffered"
      MESH_METRICS_NAMESPACE = "AomaMesh"
    })
    error_message = "the environment holds only what was said"
  }
  assert {
    condition     = aws_lambda_function.mcp.logging_config[0].log_group == "/aws/lambda/mcp" && aws_lambda_function.mcp.logging_config[0].log_format == "JSON"
    error_message = "it logs JSON to our own group"
  }
  assert {
    condition     = aws_lambda_function.mcp.logging_config[0].application_log_level == "TRACE"
    error_message = "Lambda drops no line that MESH_LOG asked for"
  }
  assert {
    condition     = one(aws_lambda_function.mcp.ephemeral_storage).size == 512
    error_message = "what it may write costs nothing"
  }
  assert {
    condition     = aws_cloudwatch_log_group.function.retention_in_days == 30 && one(aws_lambda_function.mcp.architectures) == "arm64"
    error_message = "lines are kept for 30 days, the machine is arm64"
  }
  assert {
    condition     = aws_lambda_function.mcp.reserved_concurrent_executions == 10 && one(aws_lambda_function.mcp.tracing_config).mode == "Active"
    error_message = "ten environments at most, traced"
  }
  assert {
    condition     = toset(keys(aws_iam_role_policy.allowed)) == toset(["read_secrets", "write_logs", "write_traces"])
    error_message = "it may read secrets, write logs and traces, and nothing else"
  }
  assert {
    condition = alltrue(flatten([
      for policy in aws_iam_role_policy.allowed : [
        for statement in jsondecode(policy.policy).Statement : !strcontains(jsonencode(statement.Action), "*")
      ]
    ]))
    error_message = "no action is a wildcard"
  }
  assert {
    condition = jsondecode(aws_iam_role_policy.allowed["read_secrets"].policy).Statement == [{
      Effect = "Allow"
      Action = "ssm:GetParameters"
      Resource = [
        "arn:aws:ssm:us-east-2:111122223333:parameter/mcp-server/openai-api-key",
        "arn:aws:ssm:us-east-2:111122223333:parameter/mcp-server/supabase-url",
      ]
    }]
    error_message = "it may read exactly its parameters"
  }
}

run "a_key_and_a_corpus_are_granted_exactly" {
  module {
    source = "./modules/function"
  }
  variables {
    name          = "mcp"
    function      = { architecture = "x86_64", memory_mb = 512, timeout_s = 60, budget_ms = 50000, reserved_concurrency = -1, invoke_mode = "streaming", log_retention_days = 7 }
    settings      = { cors_origins = ["https://app.example.com"], corpus_uri = "s3://corpora/mesh/1.tar.gz", jira_base_url = "https://jira.example.com", log = "debug", otlp_endpoint = "https://otel.example.com", resource = "https://mesh.example.com", jwt_issuer = "https://id.example.com", jwt_scopes = ["mesh:read"], policy = true, upstreams = true, audit = true }
    secrets       = { source = "ssm", prefix = "/elsewhere/", names = ["openai-api-key"] }
    kms_key_arn   = "arn:aws:kms:us-east-2:111122223333:key/0a1b"
    table_name    = "mcp-state"
    audio_bucket  = "mcp-audio-0a1b"
    canary        = { stable_version = "7", weight = 0.1 }
    alarm_actions = ["arn:aws:sns:us-east-2:111122223333:topic"]
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.allowed["read_corpus"].policy).Statement[0].Resource == "arn:aws:s3:::corpora/mesh/1.tar.gz"
    error_message = "the corpus is one object"
  }
  assert {
    condition = jsondecode(aws_iam_role_policy.allowed["read_upstreams"].policy).Statement[0].Resource == [
      "arn:aws:ssm:us-east-2:111122223333:parameter/mesh/global/*",
      "arn:aws:ssm:us-east-2:111122223333:parameter/mesh/teams/*",
    ]
    error_message = "it may read the values of other servers"
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.allowed["decrypt_upstreams"].policy).Statement[0].Condition.StringLike["kms:EncryptionContext:PARAMETER_ARN"] == jsondecode(aws_iam_role_policy.allowed["read_upstreams"].policy).Statement[0].Resource
    error_message = "what is decrypted for other servers is one of their values"
  }
  assert {
    condition = jsondecode(aws_iam_role_policy.allowed["decrypt_secrets"].policy).Statement[0].Condition == {
      StringEquals = {
        "kms:ViaService"                      = "ssm.us-east-2.amazonaws.com"
        "kms:EncryptionContext:PARAMETER_ARN" = ["arn:aws:ssm:us-east-2:111122223333:parameter/elsewhere/openai-api-key"]
      }
    }
    error_message = "the key opens its parameters only, through the parameter store only"
  }
  assert {
    condition = jsondecode(aws_iam_role_policy.allowed["keep_state"].policy).Statement == [{
      Effect = "Allow"
      Action = [
        "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:Query",
        "dynamodb:ConditionCheckItem",
      ]
      Resource = "arn:aws:dynamodb:us-east-2:111122223333:table/mcp-state"
    }]
    error_message = "items of its table, by key or prefix, and no scan"
  }
  assert {
    condition = jsondecode(aws_iam_role_policy.allowed["keep_sounds"].policy).Statement == [{
      Effect   = "Allow"
      Action   = ["s3:PutObject", "s3:GetObject"]
      Resource = ["arn:aws:s3:::mcp-audio-0a1b/answers/*", "arn:aws:s3:::mcp-audio-0a1b/sounds/*"]
    }]
    error_message = "it may write and read what it makes, and list nothing"
  }
  assert {
    condition     = aws_lambda_function.mcp.environment[0].variables.MESH_AUDIO_BUCKET == "mcp-audio-0a1b"
    error_message = "the function knows its bucket"
  }
  assert {
    condition = jsondecode(aws_iam_role_policy.allowed["decrypt_state"].policy).Statement[0].Condition == {
      StringEquals = {
        "kms:ViaService"                               = "dynamodb.us-east-2.amazonaws.com"
        "kms:EncryptionContext:aws:dynamodb:tableName" = "mcp-state"
      }
    }
    error_message = "the key opens its table only, through DynamoDB only"
  }
  assert {
    condition = [for name in ["MESH_RESOURCE", "MESH_JWT_ISSUER", "MESH_JWT_SCOPES", "MESH_POLICY", "MESH_AUDIT", "MESH_STATE_TABLE"] :
    aws_lambda_function.mcp.environment[0].variables[name]] == ["https://mesh.example.com", "https://id.example.com", "mesh:read", "policy.toml", "stdout", "mcp-state"]
    error_message = "the function knows the issuer of tokens and its own address, records what it decides and keeps its state in the table"
  }
  assert {
    condition     = aws_lambda_function_url.live.invoke_mode == "RESPONSE_STREAM" && aws_lambda_function.mcp.environment[0].variables.MESH_INVOKE_MODE == "streaming"
    error_message = "the URL and the server stream together"
  }
  assert {
    condition     = one(aws_lambda_function_url.live.cors).allow_origins == toset(["https://app.example.com"]) && aws_lambda_function.mcp.environment[0].variables.MESH_ALLOWED_ORIGINS == "https://app.example.com"
    error_message = "the origin asked for is let in by the URL and by the server"
  }
  assert {
    condition     = !contains(one(aws_lambda_function_url.live.cors).allow_methods, "OPTIONS") && one(aws_lambda_function_url.live.cors).allow_credentials != true
    error_message = "Lambda refuses OPTIONS in this list, and no cookies are let through"
  }
  assert {
    condition     = aws_lambda_alias.live.function_version == "7" && one(aws_lambda_alias.live.routing_config).additional_version_weights == tomap({ "8" = 0.1 })
    error_message = "a tenth of the calls go to the newest version"
  }
}

run "what_else_is_said_is_set_and_granted" {
  module {
    source = "./modules/function"
  }
  variables {
    name          = "mcp"
    function      = { architecture = "arm64", memory_mb = 1024, timeout_s = 60, budget_ms = 50000, reserved_concurrency = 10, invoke_mode = "buffered", log_retention_days = 30, ephemeral_storage_mb = 4096 }
    settings      = { cors_origins = [], upstreams = true, more = { MESH_TOOLS = "search", ELEVENLABS_API_RESIDENCY = "eu", MESH_CREDENTIALS = "ssm:/team/mesh" } }
    secrets       = { source = "off", prefix = "/mcp-server/", names = [] }
    kms_key_arn   = null
    canary        = null
    alarm_actions = ["arn:aws:sns:us-east-2:111122223333:topic"]
  }

  assert {
    condition = aws_lambda_function.mcp.environment[0].variables == tomap({
      MESH_ENVIRONMENT         = "prod"
      MESH_SECRETS             = "off"
      MESH_BUDGET_MS           = "50000"
      MESH_INVOKE_MODE         = "buffered"
      MESH_METRICS_NAMESPACE   = "AomaMesh"
      MESH_TOOLS               = "search"
      ELEVENLABS_API_RESIDENCY = "eu"
      MESH_CREDENTIALS         = "ssm:/team/mesh"
    })
    error_message = "any setting can be said"
  }
  assert {
    condition = jsondecode(aws_iam_role_policy.allowed["read_upstreams"].policy).Statement[0].Resource == [
      "arn:aws:ssm:us-east-2:111122223333:parameter/team/mesh/global/*",
      "arn:aws:ssm:us-east-2:111122223333:parameter/team/mesh/teams/*",
    ]
    error_message = "the values of other servers are read where they are"
  }
  assert {
    condition     = one(aws_lambda_function.mcp.ephemeral_storage).size == 4096
    error_message = "a large corpus has room"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.function["slow"].threshold == 50000 && aws_cloudwatch_metric_alarm.function["slow-p95"].threshold == 40000
    error_message = "what is slow follows from the budget: no call takes longer"
  }
}

run "a_path_of_values_may_end_with_a_slash" {
  command = plan
  module {
    source = "./modules/function"
  }
  variables {
    name          = "mcp"
    function      = { architecture = "arm64", memory_mb = 1024, timeout_s = 30, budget_ms = 25000, reserved_concurrency = 10, invoke_mode = "buffered", log_retention_days = 30 }
    settings      = { cors_origins = [], upstreams = true, more = { MESH_CREDENTIALS = "ssm:/team/mesh/" } }
    secrets       = { source = "off", prefix = "/mcp-server/", names = [] }
    kms_key_arn   = null
    canary        = null
    alarm_actions = ["arn:aws:sns:us-east-2:111122223333:topic"]
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.allowed["read_upstreams"].policy).Statement[0].Resource == [
      "arn:aws:ssm:us-east-2:111122223333:parameter/team/mesh/global/*",
      "arn:aws:ssm:us-east-2:111122223333:parameter/team/mesh/teams/*",
    ]
    error_message = "it is the same path"
  }
}

run "a_rollback_sends_every_call_to_the_stable_version" {
  module {
    source = "./modules/function"
  }
  variables {
    name          = "mcp"
    function      = { architecture = "arm64", memory_mb = 1024, timeout_s = 30, budget_ms = 25000, reserved_concurrency = 10, invoke_mode = "buffered", log_retention_days = 30 }
    settings      = { cors_origins = [] }
    secrets       = { source = "off", prefix = "/mcp-server/", names = ["openai-api-key"] }
    kms_key_arn   = null
    canary        = { stable_version = "7", weight = 0 }
    alarm_actions = ["arn:aws:sns:us-east-2:111122223333:topic"]
  }

  assert {
    condition     = aws_lambda_alias.live.function_version == "7" && length(aws_lambda_alias.live.routing_config) == 0
    error_message = "the newest version gets none"
  }
  assert {
    condition     = !contains(keys(aws_iam_role_policy.allowed), "read_secrets") && !contains(keys(aws_lambda_function.mcp.environment[0].variables), "MESH_SSM_PREFIX")
    error_message = "without secrets it may read none"
  }
}

run "a_policy_in_the_parameter_store_is_granted_alone" {
  module {
    source = "./modules/function"
  }
  variables {
    name          = "mcp"
    function      = { architecture = "arm64", memory_mb = 1024, timeout_s = 30, budget_ms = 25000, reserved_concurrency = 10, invoke_mode = "buffered", log_retention_days = 30 }
    settings      = { cors_origins = [], policy_at = "ssm:/mesh/policy" }
    secrets       = { source = "off", prefix = "/mcp-server/", names = [] }
    kms_key_arn   = "arn:aws:kms:us-east-2:111122223333:key/0a1b"
    canary        = null
    alarm_actions = ["arn:aws:sns:us-east-2:111122223333:topic"]
  }

  assert {
    condition     = aws_lambda_function.mcp.environment[0].variables.MESH_POLICY == "ssm:/mesh/policy"
    error_message = "the function knows where it is"
  }
  assert {
    condition = jsondecode(aws_iam_role_policy.allowed["read_policy"].policy).Statement == [{
      Effect   = "Allow"
      Action   = "ssm:GetParameters"
      Resource = "arn:aws:ssm:us-east-2:111122223333:parameter/mesh/policy"
    }]
    error_message = "it may read this parameter, and no other"
  }
  assert {
    condition = jsondecode(aws_iam_role_policy.allowed["decrypt_policy"].policy).Statement[0].Condition == {
      StringEquals = {
        "kms:ViaService"                      = "ssm.us-east-2.amazonaws.com"
        "kms:EncryptionContext:PARAMETER_ARN" = "arn:aws:ssm:us-east-2:111122223333:parameter/mesh/policy"
      }
    }
    error_message = "the key opens this parameter only, through the parameter store only"
  }
}

run "a_policy_in_a_bucket_is_granted_alone_and_the_record_goes_to_the_table" {
  module {
    source = "./modules/function"
  }
  variables {
    name          = "mcp"
    function      = { architecture = "arm64", memory_mb = 1024, timeout_s = 30, budget_ms = 25000, reserved_concurrency = 10, invoke_mode = "buffered", log_retention_days = 30 }
    settings      = { cors_origins = [], policy_at = "s3://settings/mesh/policy.toml", audit_days = 7 }
    table_name    = "mcp-state"
    secrets       = { source = "off", prefix = "/mcp-server/", names = [] }
    kms_key_arn   = null
    canary        = null
    alarm_actions = ["arn:aws:sns:us-east-2:111122223333:topic"]
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.allowed["read_policy"].policy).Statement == [{
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = "arn:aws:s3:::settings/mesh/policy.toml"
    }]
    error_message = "it may read this object, and no other"
  }
  assert {
    condition     = !contains(keys(aws_iam_role_policy.allowed), "decrypt_policy")
    error_message = "and needs no key for it"
  }
  assert {
    condition = [for name in ["MESH_AUDIT", "MESH_AUDIT_DAYS", "MESH_STATE_TABLE"] :
    aws_lambda_function.mcp.environment[0].variables[name]] == ["state", "7", "mcp-state"]
    error_message = "its record of decisions is in the table, for a week"
  }
}
