terraform {
  # 1.11: write-only arguments, so that a secret can be created without entering the state.
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }

  # Bucket, key and region come with `terraform init -backend-config=…`: they differ from account to account.
  backend "s3" {
    use_lockfile = true
    encrypt      = true
  }
}
