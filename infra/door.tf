# For callers that cannot sign. It leads to the same alias, so a release reaches both doors at once.
resource "aws_apigatewayv2_api" "door" {
  count = local.doors

  name          = var.name
  description   = "The unsigned callers' door to ${var.name}"
  protocol_type = "HTTP"

  # As the function's own address: it is in clients' settings, and deleted it never comes back.
  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_apigatewayv2_integration" "alias" {
  count = local.doors

  api_id                 = aws_apigatewayv2_api.door[0].id
  integration_type       = "AWS_PROXY"
  integration_uri        = module.function.invoke_arn
  payload_format_version = "2.0"

  lifecycle {
    # It waits for 30 s, whatever the function's timeout, and answers 503 in its place.
    precondition {
      condition     = var.function.budget_ms <= 28000
      error_message = "door needs a function.budget_ms of at most 28000: API Gateway waits for the function for 30 s and no longer."
    }
  }
}

resource "aws_apigatewayv2_authorizer" "jwt" {
  count = local.uses_jwt ? 1 : 0

  name             = "jwt"
  api_id           = aws_apigatewayv2_api.door[0].id
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]

  jwt_configuration {
    issuer   = var.door.jwt.issuer
    audience = var.door.jwt.audience
  }

  lifecycle {
    precondition {
      condition     = var.settings.jwt_issuer == null && length(var.settings.jwt_audience) == 0
      error_message = "settings.jwt_issuer and settings.jwt_audience are those of door.jwt, which checks the tokens: leave them out."
    }
  }
}

resource "aws_apigatewayv2_route" "everything" {
  #checkov:skip=CKV_AWS_309:With a token instead of JWTs the function itself compares its digest, in constant time; variable validation leaves no third way.
  count = local.doors

  api_id             = aws_apigatewayv2_api.door[0].id
  route_key          = "$default"
  target             = "integrations/${aws_apigatewayv2_integration.alias[0].id}"
  authorization_type = local.uses_jwt ? "JWT" : "NONE"
  authorizer_id      = one(aws_apigatewayv2_authorizer.jwt[*].id)

  # An authorizer that a route still names is not deleted (409), and it would be deleted before the route is changed: made anew, the
  # route goes first.
  lifecycle {
    replace_triggered_by = [terraform_data.door_mode]
  }
}

resource "terraform_data" "door_mode" {
  count = local.doors

  input = local.uses_jwt ? "jwt" : "token"
}

# What a client asks for before it has a token: where to get one (RFC 9728), and whether its browser may. The function answers both
# to everyone. /health?live stays behind the authorizer: a route key has no query, and /health is not for strangers.
resource "aws_apigatewayv2_route" "discovery" {
  #checkov:skip=CKV_AWS_309:A client that has no token reads here where to get one; the function demands a caller on every other path.
  for_each = local.uses_jwt ? toset(local.discovery) : []

  api_id             = aws_apigatewayv2_api.door[0].id
  route_key          = each.key
  target             = "integrations/${aws_apigatewayv2_integration.alias[0].id}"
  authorization_type = "NONE"
}

resource "aws_apigatewayv2_route" "webhook" {
  #checkov:skip=CKV_AWS_309:ElevenLabs has no token: it signs what it sends, and the function checks that.
  count = local.uses_jwt ? 1 : 0

  api_id             = aws_apigatewayv2_api.door[0].id
  route_key          = "POST /webhooks/elevenlabs"
  target             = "integrations/${aws_apigatewayv2_integration.alias[0].id}"
  authorization_type = "NONE"
}

resource "aws_apigatewayv2_stage" "door" {
  count = local.doors

  api_id      = aws_apigatewayv2_api.door[0].id
  name        = "$default"
  auto_deploy = true

  default_route_settings {
    throttling_rate_limit    = var.door.requests_per_second
    throttling_burst_limit   = var.door.burst
    detailed_metrics_enabled = true
  }

  # No header and no query: nothing a token could be in.
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.door[0].arn
    format = jsonencode({
      requestId     = "$context.requestId"
      time          = "$context.requestTime"
      ip            = "$context.identity.sourceIp"
      method        = "$context.httpMethod"
      path          = "$context.path"
      status        = "$context.status"
      latencyMs     = "$context.responseLatency"
      authorizer    = "$context.authorizer.error"
      integration   = "$context.integrationErrorMessage"
      integrationMs = "$context.integrationLatency"
    })
  }
}

# What the door answers itself, where the function was late or not to be had, is in no metric of the function.
resource "aws_cloudwatch_metric_alarm" "door" {
  count = local.doors

  alarm_name          = "${var.name}-door-5xx"
  alarm_description   = "The door answered more than 5 times with a 5xx in 5 minutes. docs/RUNBOOK.md#door-5xx"
  namespace           = "AWS/ApiGateway"
  metric_name         = "5xx"
  dimensions          = { ApiId = aws_apigatewayv2_api.door[0].id }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 5
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms["notices"].arn]
  ok_actions          = [aws_sns_topic.alarms["notices"].arn]
}

resource "aws_cloudwatch_log_group" "door" {
  #checkov:skip=CKV_AWS_158:The customer key is an input; CloudWatch encrypts with its own where none is given.
  #checkov:skip=CKV_AWS_338:As long as the function's own lines; function.log_retention_days lengthens both.
  count = local.doors

  name              = "/aws/vendedlogs/${var.name}-door"
  retention_in_days = var.function.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_lambda_permission" "door" {
  count = local.doors

  statement_id  = "door"
  action        = "lambda:InvokeFunction"
  function_name = module.function.name
  qualifier     = module.function.alias_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.door[0].execution_arn}/*"
}

locals {
  doors    = var.door == null ? 0 : 1
  uses_jwt = try(var.door.jwt, null) != null
  discovery = [
    "GET /.well-known/oauth-protected-resource",
    "GET /.well-known/oauth-protected-resource/{proxy+}",
    "OPTIONS /{proxy+}",
  ]
  door_url = one([
    for api in aws_apigatewayv2_api.door : local.edges == 0 ? "${api.api_endpoint}/" : "https://${var.door.edge.domain}/"
  ])
  # What the door checks tokens by is what the function tells clients of them.
  oauth = local.uses_jwt ? {
    resource     = coalesce(var.settings.resource, trimsuffix(local.door_url, "/"))
    jwt_issuer   = var.door.jwt.issuer
    jwt_audience = var.door.jwt.audience
    } : {
    resource     = var.settings.resource
    jwt_issuer   = var.settings.jwt_issuer
    jwt_audience = var.settings.jwt_audience
  }
}
