# Each of these inputs is wrong in one way, and is refused by the very variable it is in. Several go in one run, because
# every run is a plan.
mock_provider "aws" {
  source = "./tests/mocks"
}
mock_provider "aws" {
  alias  = "us_east_1"
  source = "./tests/mocks"
}

variables {
  environment   = "staging"
  secret_values = {}
  notify        = { emails = ["on-call@example.com"] }
}

run "what_is_no_such_thing_is_refused" {
  command = plan
  variables {
    environment  = "two words"
    package_path = "no/such.zip"
    region       = "ohio"
    name         = "Mesh"
    function     = { architecture = "riscv" }
    settings     = { jira_base_url = "jira.example.com/" }
    secrets      = { source = "vault" }
    kms_key_arn  = "arn:aws:kms:us-east-2:111122223333:alias/mesh"
    canary       = { stable_version = "$LATEST" }
    notify       = { emails = ["on call"] }
    door         = { bearer_sha256 = "0000000000000000000000000000000000000000000000000000000000000000", edge = { domain = "mesh.example.com", certificate_arn = "arn:aws:acm:us-east-2:111122223333:certificate/1" } }
  }
  expect_failures = [
    var.environment, var.package_path, var.region, var.name, var.function, var.settings, var.secrets, var.kms_key_arn,
    var.canary, var.notify, var.door,
  ]
}

run "what_opens_too_much_is_refused" {
  command = plan
  variables {
    settings = { cors_origins = ["*"] }
    secrets  = { create = ["a-secret-nobody-reads"] }
    canary   = { stable_version = "7", weight = 1 }
    notify   = { page = ["http://pager.example.com"] }
    door     = {}
  }
  expect_failures = [var.settings, var.secrets, var.canary, var.notify, var.door]
}

run "what_would_give_a_secret_away_is_refused" {
  command = plan
  variables {
    settings = { otlp_endpoint = "https://user:word@otel.example.com" }
    door     = { bearer_sha256 = "a token in place of its digest" }
  }
  expect_failures = [var.settings, var.door]
}

run "an_issuer_without_an_address_that_tokens_are_made_for_is_refused" {
  command = plan
  variables {
    settings = { jwt_issuer = "https://id.example.com" }
  }
  expect_failures = [var.settings]
}

run "two_issuers_are_refused" {
  command = plan
  variables {
    settings = { resource = "https://mesh.example.com", jwt_issuer = "https://id.example.com" }
    door     = { jwt = { issuer = "https://login.example.com/", audience = ["mesh"] } }
  }
  expect_failures = [aws_apigatewayv2_authorizer.jwt]
}

run "two_policies_are_refused" {
  command = plan
  variables {
    settings = { policy = true, policy_at = "ssm:/mesh/policy" }
  }
  expect_failures = [var.settings]
}

run "a_bucket_of_sounds_that_nobody_makes_is_refused" {
  command = plan
  variables {
    secrets = { source = "off" }
    audio   = { enabled = true }
  }
  expect_failures = [var.audio]
}

run "a_record_in_a_table_that_is_not_there_is_refused" {
  command = plan
  variables {
    settings = { audit_days = 7 }
  }
  expect_failures = [var.settings]
}

run "a_policy_of_many_parameters_is_refused" {
  command = plan
  variables {
    settings = { policy_at = "ssm:/mesh/*" }
  }
  expect_failures = [var.settings]
}

run "the_digest_of_an_empty_token_is_refused" {
  command = plan
  variables {
    door = { bearer_sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" }
  }
  expect_failures = [var.door]
}

run "a_budget_as_long_as_the_timeout_is_refused" {
  command = plan
  variables {
    function = { budget_ms = 30000 }
    settings = { corpus_uri = "s3://corpora/*.tar.gz" }
    secrets  = { prefix = "mcp-server" }
    door     = { bearer_sha256 = "0000000000000000000000000000000000000000000000000000000000000000", jwt = { issuer = "https://login.example.com/", audience = ["mesh"] } }
  }
  expect_failures = [var.function, var.settings, var.secrets, var.door]
}

run "a_budget_that_outlasts_the_door_is_refused" {
  command = plan
  variables {
    function = { budget_ms = 29000, timeout_s = 60 }
    door     = { bearer_sha256 = "0000000000000000000000000000000000000000000000000000000000000000" }
  }
  expect_failures = [aws_apigatewayv2_integration.alias]
}

run "a_timeout_within_the_budget_is_refused" {
  command = plan
  variables {
    function = { timeout_s = 20 }
    secrets  = { version = 0 }
    door     = { jwt = { issuer = "http://login.example.com/", audience = ["mesh"] } }
  }
  expect_failures = [var.function, var.secrets, var.door]
}

run "a_value_of_no_secret_is_refused" {
  command = plan
  variables {
    function      = { invoke_mode = "RESPONSE_STREAM" }
    secrets       = { create = ["openai-api-key"] }
    secret_values = { supabase-url = "https://db.example.com" }
    door          = { bearer_sha256 = "0000000000000000000000000000000000000000000000000000000000000000", requests_per_second = 0 }
  }
  expect_failures = [var.function, var.secret_values, var.door]
}

run "what_lambda_would_refuse_is_refused" {
  command = plan
  variables {
    function = { memory_mb = 64 }
  }
  expect_failures = [var.function]
}

run "an_empty_value_of_a_secret_is_refused" {
  command = plan
  variables {
    function      = { ephemeral_storage_mb = 511 }
    secrets       = { create = ["openai-api-key"] }
    secret_values = { openai-api-key = "" }
    settings      = { more = { OPENAI_API_KEY = "sk-…" } }
    backends      = ["upstream:my server", "upstream:my.server"]
  }
  expect_failures = [var.function, var.secret_values, var.settings, var.backends]
}

run "a_secret_among_the_settings_is_refused" {
  command = plan
  variables {
    settings = { more = { MESH_STATE_KEY = "a key" } }
  }
  expect_failures = [var.settings]
}

run "a_setting_that_follows_from_another_input_is_refused" {
  command = plan
  module {
    source = "./modules/function"
  }
  variables {
    name          = "mcp"
    function      = { architecture = "arm64", memory_mb = 1024, timeout_s = 30, budget_ms = 25000, reserved_concurrency = 10, invoke_mode = "buffered", log_retention_days = 30 }
    settings      = { cors_origins = [], more = { MESH_BUDGET_MS = "1000" } }
    secrets       = { source = "off", prefix = "/mcp-server/", names = [] }
    kms_key_arn   = null
    canary        = null
    alarm_actions = ["arn:aws:sns:us-east-2:111122223333:topic"]
  }
  expect_failures = [aws_lambda_function.mcp]
}

run "a_name_of_measurements_that_no_alarm_looks_for_is_refused" {
  command = plan
  module {
    source = "./modules/function"
  }
  variables {
    name          = "mcp"
    function      = { architecture = "arm64", memory_mb = 1024, timeout_s = 30, budget_ms = 25000, reserved_concurrency = 10, invoke_mode = "buffered", log_retention_days = 30 }
    settings      = { cors_origins = [], more = { MESH_FUNCTION = "another" } }
    secrets       = { source = "off", prefix = "/mcp-server/", names = [] }
    kms_key_arn   = null
    canary        = null
    alarm_actions = ["arn:aws:sns:us-east-2:111122223333:topic"]
  }
  expect_failures = [aws_lambda_function.mcp]
}

run "more_settings_than_lambda_takes_are_refused" {
  command = plan
  module {
    source = "./modules/function"
  }
  variables {
    name          = "mcp"
    function      = { architecture = "arm64", memory_mb = 1024, timeout_s = 30, budget_ms = 25000, reserved_concurrency = 10, invoke_mode = "buffered", log_retention_days = 30 }
    settings      = { cors_origins = [], more = { MESH_ALLOWED_HOSTS = join(",", [for number in range(100) : "host-${number}.a-long-name-of-a-domain.example.com"]) } }
    secrets       = { source = "off", prefix = "/mcp-server/", names = [] }
    kms_key_arn   = null
    canary        = null
    alarm_actions = ["arn:aws:sns:us-east-2:111122223333:topic"]
  }
  expect_failures = [aws_lambda_function.mcp]
}

run "alarms_that_nobody_hears_are_warned_of" {
  command = plan
  variables {
    notify = {}
  }
  expect_failures = [check.somebody_hears]
}

run "half_an_environment_is_refused" {
  command = plan
  variables {
    function = { reserved_concurrency = 1.5 }
  }
  expect_failures = [var.function]
}

run "a_retention_cloudwatch_does_not_know_is_refused" {
  command = plan
  variables {
    function = { log_retention_days = 31 }
  }
  expect_failures = [var.function]
}
