# Sounds on their way to who asked for them, and answers for ten minutes: docs/ELEVENLABS.md. Nothing is public: an address that
# the function signs is good for 15 minutes, and what it leads to is gone a day later.
resource "aws_s3_bucket" "audio" {
  #checkov:skip=CKV_AWS_18:The function's own log tells of every call; the bucket's would keep signed addresses for longer than they are good.
  #checkov:skip=CKV_AWS_21:Nothing is ever written over, and what is gone should be: a version would be kept for longer.
  #checkov:skip=CKV_AWS_144:What is in it can be made again, and is gone after a day: a second region would only hold it too.
  #checkov:skip=CKV_AWS_145:Whoever has a signed address needs no key of ours; S3 encrypts what it keeps with its own.
  #checkov:skip=CKV2_AWS_62:Nobody waits for an object: the function that puts it there tells its caller where it is.
  count = var.audio.enabled ? 1 : 0

  # Names are shared with all of AWS, and this one stands in addresses that callers see: the account is not in it.
  bucket        = "${var.name}-audio-${substr(sha256("${data.aws_caller_identity.current.account_id}:${var.region}"), 0, 12)}"
  force_destroy = true
}

resource "aws_s3_bucket_public_access_block" "audio" {
  count = var.audio.enabled ? 1 : 0

  bucket                  = aws_s3_bucket.audio[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "audio" {
  count = var.audio.enabled ? 1 : 0

  bucket = aws_s3_bucket.audio[0].id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "audio" {
  count = var.audio.enabled ? 1 : 0

  bucket = aws_s3_bucket.audio[0].id

  # S3 counts whole days; the function itself uses no answer that is older than ten minutes.
  rule {
    id     = "a-day"
    status = "Enabled"

    filter {}

    expiration {
      days = 1
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }
}

resource "aws_s3_bucket_policy" "audio" {
  count = var.audio.enabled ? 1 : 0

  bucket = aws_s3_bucket.audio[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.audio[0].arn, "${aws_s3_bucket.audio[0].arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  # A policy of this form is no public one, but S3 is told first that none may be.
  depends_on = [aws_s3_bucket_public_access_block.audio]
}
