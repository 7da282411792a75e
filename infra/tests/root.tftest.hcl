# What the root adds: callers, alarms that are heard, created secrets, the second door.
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

run "callers_need_both_permissions" {
  assert {
    condition = jsondecode(aws_iam_policy.call_function.policy).Statement == [
      {
        Sid       = "CallUrl"
        Effect    = "Allow"
        Action    = "lambda:InvokeFunctionUrl"
        Resource  = ["arn:aws:lambda:us-east-2:111122223333:function:mcp", "arn:aws:lambda:us-east-2:111122223333:function:mcp:live"]
        Condition = { StringEquals = { "lambda:FunctionUrlAuthType" = "AWS_IAM" } }
      },
      {
        Sid       = "InvokeThroughUrlOnly"
        Effect    = "Allow"
        Action    = "lambda:InvokeFunction"
        Resource  = ["arn:aws:lambda:us-east-2:111122223333:function:mcp", "arn:aws:lambda:us-east-2:111122223333:function:mcp:live"]
        Condition = { Bool = { "lambda:InvokedViaFunctionUrl" = "true" } }
      },
    ]
    error_message = "both actions, each with its condition, on the function and its alias"
  }
  assert {
    condition     = output.HealthCheckUrl == "${output.FunctionUrl}health" && output.MCPEndpointUrl == "${output.FunctionUrl}rpc"
    error_message = "the old outputs keep their meaning"
  }
  assert {
    condition     = length(output.AlarmNames) == 10 && contains(output.AlarmNames, "aoma-mesh-mcp-server-incident")
    error_message = "every alarm is told to those who verify"
  }
  assert {
    condition     = output.DoorUrl == null && length(aws_apigatewayv2_api.door) == 0 && length(aws_ssm_parameter.created) == 0
    error_message = "no second door and no secrets unless asked"
  }
  assert {
    condition     = length(aws_cloudwatch_metric_alarm.door) == 0
    error_message = "no alarm on a door that is not there"
  }
}

run "every_alarm_is_heard" {
  module {
    source = "./modules/function"
  }
  variables {
    name          = "mcp"
    function      = { architecture = "arm64", memory_mb = 1024, timeout_s = 30, budget_ms = 25000, reserved_concurrency = 10, invoke_mode = "buffered", log_retention_days = 30 }
    settings      = { cors_origins = [] }
    secrets       = { source = "ssm", prefix = "/mcp-server/", names = [] }
    kms_key_arn   = null
    canary        = null
    alarm_actions = ["arn:aws:sns:us-east-2:111122223333:topic"]
  }

  assert {
    condition = alltrue([
      for alarm in concat(values(aws_cloudwatch_metric_alarm.function), [aws_cloudwatch_metric_alarm.tool_failures]) :
      alarm.alarm_actions == toset(var.alarm_actions) && alarm.ok_actions == toset(var.alarm_actions) && alarm.treat_missing_data == "notBreaching"
    ])
    error_message = "each alarm tells a topic when it comes and when it goes"
  }
  assert {
    condition = alltrue([
      for dimensions in concat(
        [for alarm in aws_cloudwatch_metric_alarm.function : alarm.dimensions],
        [for query in aws_cloudwatch_metric_alarm.tool_failures.metric_query : query.metric[0].dimensions if length(query.metric) > 0],
      ) : dimensions["FunctionName"] == var.name
    ])
    error_message = "each alarm is on this function's own metrics"
  }
  assert {
    condition = alltrue([
      for kind, rule in { errors = ["Errors", "Sum", 300, 5], failed = ["Errors", "Sum", 60, 0], slow = ["Duration", "Average", 300, 25000] } :
      [aws_cloudwatch_metric_alarm.function[kind].metric_name, aws_cloudwatch_metric_alarm.function[kind].statistic, aws_cloudwatch_metric_alarm.function[kind].period, aws_cloudwatch_metric_alarm.function[kind].threshold] == rule
      && aws_cloudwatch_metric_alarm.function[kind].evaluation_periods == 1
    ])
    error_message = "the three alarms of the deployment guide are what it says"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.function["slow-p95"].extended_statistic == "p95" && aws_cloudwatch_metric_alarm.function["slow-p95"].statistic == null
    error_message = "the 95th percentile is watched too"
  }
}

run "an_incident_pages_once" {
  assert {
    condition = alltrue([
      for kind in ["errors", "failed", "slow", "slow-p95", "throttles", "url-5xx", "deadline-exceeded", "secret-refresh", "tool-failures"] :
      strcontains(aws_cloudwatch_composite_alarm.incident.alarm_rule, "ALARM(\"aoma-mesh-mcp-server-${kind}\")")
    ])
    error_message = "it is on while any alarm is"
  }
  assert {
    condition     = aws_cloudwatch_composite_alarm.incident.alarm_actions == toset([aws_sns_topic.alarms["page"].arn])
    error_message = "it has an action"
  }
}

run "a_server_behind_it_has_an_alarm_of_its_own" {
  variables {
    backends = ["openai", "upstream:my server"]
  }

  assert {
    condition     = module.function.backend_alarms["upstream:my server"] == { name = "aoma-mesh-mcp-server-backend-upstream-my-server", backend = "upstream:my server", actions = toset([aws_sns_topic.alarms["notices"].arn]) }
    error_message = "it is by its name, on its own measurements, and tells the topic"
  }
  assert {
    condition     = !strcontains(aws_cloudwatch_composite_alarm.incident.alarm_rule, "backend") && !strcontains(join(" ", output.AlarmNames), "backend")
    error_message = "one server that is down is no incident"
  }
}

run "without_being_asked_for_there_is_no_table" {
  assert {
    condition     = length(aws_dynamodb_table.state) == 0 && output.TableName == null
    error_message = "no table, and none is named"
  }
}

run "a_table_is_kept_and_can_be_put_back" {
  variables {
    table = { enabled = true }
  }

  assert {
    condition     = aws_dynamodb_table.state[0].deletion_protection_enabled && one(aws_dynamodb_table.state[0].point_in_time_recovery).enabled
    error_message = "it cannot be deleted, and every second of 35 days can be had again"
  }
  assert {
    condition     = aws_dynamodb_table.state[0].billing_mode == "PAY_PER_REQUEST" && one(aws_dynamodb_table.state[0].server_side_encryption).enabled
    error_message = "it costs what is used, and is encrypted"
  }
  assert {
    condition     = one(aws_dynamodb_table.state[0].ttl).attribute_name == "expires" && one(aws_dynamodb_table.state[0].ttl).enabled
    error_message = "what has expired goes"
  }
  assert {
    condition     = output.TableName == "aoma-mesh-mcp-server-state"
    error_message = "it is named after the function"
  }
}

run "without_being_asked_for_there_is_no_bucket" {
  assert {
    condition     = length(aws_s3_bucket.audio) == 0 && length(aws_s3_bucket_policy.audio) == 0 && output.AudioBucketName == null
    error_message = "no bucket, and none is named"
  }
}

run "a_bucket_of_sounds_is_nobody_else_s_and_keeps_nothing_for_long" {
  variables {
    audio = { enabled = true }
  }

  assert {
    condition = alltrue([
      for one in aws_s3_bucket_public_access_block.audio :
      one.block_public_acls && one.block_public_policy && one.ignore_public_acls && one.restrict_public_buckets
    ]) && length(aws_s3_bucket_public_access_block.audio) == 1
    error_message = "nothing in it is public, and nothing can be made so"
  }
  assert {
    condition = jsondecode(aws_s3_bucket_policy.audio[0].policy).Statement == [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = ["arn:aws:s3:::audio", "arn:aws:s3:::audio/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
    error_message = "it is reached over TLS only"
  }
  assert {
    condition     = one(one(aws_s3_bucket_lifecycle_configuration.audio[0].rule).expiration).days == 1 && one(aws_s3_bucket_lifecycle_configuration.audio[0].rule).status == "Enabled"
    error_message = "what is in it is gone after a day"
  }
  assert {
    condition     = can(regex("^aoma-mesh-mcp-server-audio-[0-9a-f]{12}$", output.AudioBucketName)) && !strcontains(output.AudioBucketName, "111122223333")
    error_message = "it is named after the function, and does not tell the account"
  }
}

run "a_created_secret_is_written_and_not_kept" {
  variables {
    secrets       = { create = ["openai-api-key"] }
    secret_values = { openai-api-key = "a value that is only sent" }
  }

  assert {
    condition     = aws_ssm_parameter.created["openai-api-key"].name == "/mcp-server/openai-api-key" && aws_ssm_parameter.created["openai-api-key"].type == "SecureString"
    error_message = "it is where the function looks, and encrypted"
  }
  assert {
    condition     = aws_ssm_parameter.created["openai-api-key"].value_wo == null && aws_ssm_parameter.created["openai-api-key"].value_wo_version == 1
    error_message = "its value is not in the state"
  }
}

run "a_created_secret_that_is_not_written_needs_no_value" {
  command = plan
  variables {
    secrets = { create = ["openai-api-key"] }
  }

  assert {
    condition     = length(aws_ssm_parameter.created) == 1
    error_message = "it stays"
  }
}

run "a_token_door_leads_to_the_alias" {
  variables {
    door = { bearer_sha256 = "0000000000000000000000000000000000000000000000000000000000000000" }
  }

  assert {
    condition     = strcontains(aws_apigatewayv2_integration.alias[0].integration_uri, "function:mcp:live/invocations") && aws_lambda_permission.door[0].qualifier == "live"
    error_message = "it calls the alias and may"
  }
  assert {
    condition     = aws_lambda_permission.door[0].principal == "apigateway.amazonaws.com" && aws_lambda_permission.door[0].source_arn == "arn:aws:execute-api:us-east-2:111122223333:door/*"
    error_message = "only this door is let in"
  }
  assert {
    condition     = one(aws_apigatewayv2_stage.door[0].default_route_settings).throttling_rate_limit == 20 && one(aws_apigatewayv2_stage.door[0].default_route_settings).throttling_burst_limit == 40
    error_message = "it is throttled"
  }
  assert {
    condition     = aws_apigatewayv2_route.everything[0].authorization_type == "NONE" && output.DoorUrl == "https://door.execute-api.us-east-2.amazonaws.com/"
    error_message = "the function itself compares the token"
  }
  assert {
    condition     = length(aws_apigatewayv2_route.discovery) == 0 && length(aws_apigatewayv2_route.webhook) == 0 && local.oauth.jwt_issuer == null && local.oauth.resource == null
    error_message = "no issuer is told of where there is none"
  }
}

run "what_a_door_answers_has_an_alarm" {
  variables {
    door = { bearer_sha256 = "0000000000000000000000000000000000000000000000000000000000000000" }
  }

  assert {
    condition = [
      for alarm in aws_cloudwatch_metric_alarm.door :
      [alarm.alarm_name, alarm.namespace, alarm.metric_name, alarm.statistic, alarm.period, alarm.evaluation_periods, alarm.threshold]
    ] == [["aoma-mesh-mcp-server-door-5xx", "AWS/ApiGateway", "5xx", "Sum", 300, 1, 5]]
    error_message = "more than five answers of 5xx in five minutes"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.door[0].dimensions == tomap({ ApiId = aws_apigatewayv2_api.door[0].id })
    error_message = "of this door alone"
  }
  assert {
    condition = alltrue([
      for actions in [aws_cloudwatch_metric_alarm.door[0].alarm_actions, aws_cloudwatch_metric_alarm.door[0].ok_actions] :
      actions == toset([aws_sns_topic.alarms["notices"].arn])
    ]) && aws_cloudwatch_metric_alarm.door[0].treat_missing_data == "notBreaching"
    error_message = "it tells a topic when it comes and when it goes"
  }
  assert {
    condition     = strcontains(aws_cloudwatch_composite_alarm.incident.alarm_rule, "ALARM(\"aoma-mesh-mcp-server-door-5xx\")")
    error_message = "it is an incident"
  }
  assert {
    condition     = length(output.AlarmNames) == 11 && contains(output.AlarmNames, "aoma-mesh-mcp-server-door-5xx")
    error_message = "it is told to those who verify"
  }
}

run "a_jwt_door_checks_before_the_function" {
  variables {
    door = {
      jwt  = { issuer = "https://login.example.com/", audience = ["mesh"] }
      edge = { domain = "mesh.example.com", certificate_arn = "arn:aws:acm:us-east-1:111122223333:certificate/1", zone_id = "Z1" }
    }
  }

  assert {
    condition     = aws_apigatewayv2_route.everything[0].authorization_type == "JWT" && one(aws_apigatewayv2_authorizer.jwt[0].jwt_configuration).issuer == "https://login.example.com/"
    error_message = "every route demands a JWT of this issuer"
  }
  assert {
    condition = toset([for route in aws_apigatewayv2_route.discovery : "${route.route_key} ${route.authorization_type}"]) == toset([
      "GET /.well-known/oauth-protected-resource NONE",
      "GET /.well-known/oauth-protected-resource/{proxy+} NONE",
      "OPTIONS /{proxy+} NONE",
    ])
    error_message = "but where a client finds the issuer before it has a token"
  }
  assert {
    condition     = "${aws_apigatewayv2_route.webhook[0].route_key} ${aws_apigatewayv2_route.webhook[0].authorization_type}" == "POST /webhooks/elevenlabs NONE"
    error_message = "and what is signed otherwise"
  }
  assert {
    condition     = local.oauth.resource == "https://mesh.example.com" && local.oauth.jwt_issuer == "https://login.example.com/" && local.oauth.jwt_audience == tolist(["mesh"])
    error_message = "the function tells clients of the issuer that the door trusts, at the address that they know"
  }
  assert {
    condition     = one(aws_cloudfront_distribution.edge[0].origin).domain_name == "door.execute-api.us-east-2.amazonaws.com" && aws_cloudfront_distribution.edge[0].web_acl_id == aws_wafv2_web_acl.edge[0].arn
    error_message = "the edge is before the door, the firewall before the edge"
  }
  assert {
    condition     = output.DoorUrl == "https://mesh.example.com/" && toset(keys(aws_route53_record.edge)) == toset(["A", "AAAA"])
    error_message = "callers are told the name of their own"
  }
}

run "a_jwt_door_is_known_by_the_address_that_is_said" {
  command = plan
  variables {
    settings = { resource = "https://mesh.example.com", jwt_scopes = ["mesh:read"] }
    door     = { jwt = { issuer = "https://login.example.com/", audience = ["https://mesh.example.com/rpc"] } }
  }

  assert {
    condition     = local.oauth.resource == "https://mesh.example.com" && local.oauth.jwt_audience == tolist(["https://mesh.example.com/rpc"])
    error_message = "an address that is said stands"
  }
}

run "a_jwt_door_has_an_address_as_soon_as_it_stands" {
  variables {
    door = { jwt = { issuer = "https://login.example.com/", audience = ["mesh"] } }
  }

  assert {
    condition     = local.oauth.resource == "https://door.execute-api.us-east-2.amazonaws.com"
    error_message = "without the slash at its end"
  }
}
