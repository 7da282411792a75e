provider "aws" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}

# CloudFront takes its firewall and its certificate from this one region only.
provider "aws" {
  alias  = "us_east_1"
  region = "us-east-1"

  default_tags {
    tags = local.tags
  }
}

locals {
  tags = {
    Project     = "aoma-mesh"
    Service     = var.name
    Environment = var.environment
    ManagedBy   = "terraform"
  }
}
