# A name of your own and a firewall before the second door. The door behind it still demands its token or JWT, so going
# round the firewall opens nothing.
resource "aws_cloudfront_distribution" "edge" {
  #checkov:skip=CKV_AWS_86:Every request is in the door's access log, and what the firewall stops is in its own.
  #checkov:skip=CKV_AWS_305:There is no page to show at the root; the server answers it.
  #checkov:skip=CKV_AWS_310:There is one origin: the second region is a second deployment.
  #checkov:skip=CKV_AWS_374:Where callers may be is the owner's decision, and agents run anywhere.
  #checkov:skip=CKV2_AWS_32:AWS's own SecurityHeadersPolicy is attached by its id; the check looks for a policy made here.
  #checkov:skip=CKV2_AWS_47:The firewall below has that very rule set; the check does not follow a counted resource.
  count = local.edges

  comment         = var.name
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  price_class     = "PriceClass_100"
  aliases         = [var.door.edge.domain]
  web_acl_id      = aws_wafv2_web_acl.edge[0].arn

  origin {
    origin_id   = "door"
    domain_name = trimprefix(aws_apigatewayv2_api.door[0].api_endpoint, "https://")

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
      origin_read_timeout    = 60
    }
  }

  default_cache_behavior {
    target_origin_id       = "door"
    viewer_protocol_policy = "https-only"
    allowed_methods        = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods         = ["GET", "HEAD"]

    # AWS's own policies, the same in every account: CachingDisabled, AllViewerExceptHostHeader, SecurityHeadersPolicy.
    cache_policy_id            = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    origin_request_policy_id   = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    response_headers_policy_id = "67f7725c-6f97-4210-82d7-5512b31e9d03"
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = var.door.edge.certificate_arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }
}

resource "aws_route53_record" "edge" {
  for_each = local.edges == 1 && try(var.door.edge.zone_id, null) != null ? toset(["A", "AAAA"]) : []

  zone_id = var.door.edge.zone_id
  name    = var.door.edge.domain
  type    = each.key

  alias {
    name                   = aws_cloudfront_distribution.edge[0].domain_name
    zone_id                = aws_cloudfront_distribution.edge[0].hosted_zone_id
    evaluate_target_health = false
  }
}

resource "aws_wafv2_web_acl" "edge" {
  count    = local.edges
  provider = aws.us_east_1

  name        = var.name
  description = "Before the door of ${var.name}"
  scope       = "CLOUDFRONT"

  default_action {
    allow {}
  }

  rule {
    name     = "rate"
    priority = 0

    action {
      block {}
    }
    statement {
      rate_based_statement {
        aggregate_key_type = "IP"
        limit              = var.door.edge.requests_per_five_minutes
      }
    }
    visibility_config {
      metric_name                = "${var.name}-rate"
      cloudwatch_metrics_enabled = true
      sampled_requests_enabled   = false
    }
  }

  rule {
    name     = "reputation"
    priority = 1

    override_action {
      none {}
    }
    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesAmazonIpReputationList"
      }
    }
    visibility_config {
      metric_name                = "${var.name}-reputation"
      cloudwatch_metrics_enabled = true
      sampled_requests_enabled   = false
    }
  }

  # Not the common rule set beside it: that refuses bodies over 8 KB and questions that quote code, which is what is asked here.
  rule {
    name     = "known-bad-inputs"
    priority = 2

    override_action {
      none {}
    }
    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesKnownBadInputsRuleSet"
      }
    }
    visibility_config {
      metric_name                = "${var.name}-known-bad-inputs"
      cloudwatch_metrics_enabled = true
      sampled_requests_enabled   = false
    }
  }

  visibility_config {
    metric_name                = var.name
    cloudwatch_metrics_enabled = true
    sampled_requests_enabled   = false
  }
}

resource "aws_wafv2_web_acl_logging_configuration" "edge" {
  count    = local.edges
  provider = aws.us_east_1

  resource_arn            = aws_wafv2_web_acl.edge[0].arn
  log_destination_configs = [aws_cloudwatch_log_group.edge[0].arn]

  redacted_fields {
    single_header {
      name = "authorization"
    }
  }
}

resource "aws_cloudwatch_log_group" "edge" {
  #checkov:skip=CKV_AWS_158:A customer key of the main region cannot be used here; CloudWatch encrypts with its own.
  #checkov:skip=CKV_AWS_338:As long as the function's own lines; function.log_retention_days lengthens both.
  count    = local.edges
  provider = aws.us_east_1

  # The firewall writes to groups of this beginning only.
  name              = "aws-waf-logs-${var.name}"
  retention_in_days = var.function.log_retention_days
}

locals {
  edges = try(var.door.edge, null) == null ? 0 : 1
}
