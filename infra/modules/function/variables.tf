variable "name" {
  description = "The function's name, and the beginning of every other name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,39}$", var.name))
    error_message = "name must be 3 to 40 lower-case letters, digits and hyphens."
  }
}

variable "environment" {
  description = "One word for these surroundings, the dimension of every metric of ours."
  type        = string

  validation {
    condition     = length(var.environment) > 0
    error_message = "environment must not be empty."
  }
}

variable "package_path" {
  description = "The zip with `bootstrap` in it, built elsewhere: nothing is built in a plan."
  type        = string

  validation {
    condition     = fileexists(var.package_path)
    error_message = "package_path names no file."
  }
}

variable "function" {
  description = "What one execution environment is given, and how many there may be."
  type = object({
    architecture         = string
    memory_mb            = number
    timeout_s            = number
    budget_ms            = number
    reserved_concurrency = number
    invoke_mode          = string
    log_retention_days   = number
    ephemeral_storage_mb = optional(number, 512)
  })

  validation {
    condition     = var.function.timeout_s * 1000 > var.function.budget_ms
    error_message = "function.timeout_s must be longer than function.budget_ms."
  }
}

variable "settings" {
  description = "Settings of the server; what is null is not set."
  type = object({
    jira_base_url   = optional(string)
    corpus_uri      = optional(string)
    log             = optional(string)
    otlp_endpoint   = optional(string)
    openai_models   = optional(list(string), [])
    embedding_model = optional(string)
    synthesis       = optional(bool, true)
    bearer_sha256   = optional(string)
    resource        = optional(string)
    jwt_issuer      = optional(string)
    jwt_audience    = optional(list(string), [])
    jwt_scopes      = optional(list(string), [])
    policy          = optional(bool, false)
    upstreams       = optional(bool, false)
    policy_at       = optional(string)
    audit           = optional(bool, false)
    audit_days      = optional(number)
    cors_origins    = list(string)
    more            = optional(map(string), {})
  })

  validation {
    condition     = !contains(var.settings.cors_origins, "*")
    error_message = "settings.cors_origins must be exact origins."
  }
}

variable "secrets" {
  description = "Whether vendors' keys are read from the parameter store, and under which names."
  type = object({
    source = string
    prefix = string
    names  = set(string)
  })

  validation {
    # One GetParameters reads them all, and takes ten names at most.
    condition     = length(var.secrets.names) <= 10
    error_message = "secrets.names must be ten at most."
  }
}

variable "kms_key_arn" {
  description = "The customer key of the parameters and the log group, or null for AWS's own."
  type        = string

  validation {
    condition     = var.kms_key_arn == null || can(regex(":key/", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key."
  }
}

variable "table_name" {
  description = "The table that keeps state, or null for none."
  type        = string
  default     = null

  validation {
    condition     = var.table_name == null || can(regex("^[a-zA-Z0-9_.-]{3,255}$", var.table_name))
    error_message = "table_name must be the name of a table."
  }
}

variable "audio_bucket" {
  description = "The bucket of sounds, or null for none."
  type        = string
  default     = null

  validation {
    condition     = var.audio_bucket == null || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.audio_bucket))
    error_message = "audio_bucket must be the name of a bucket."
  }
}

variable "canary" {
  description = "The version that stays live while the newest one gets weight of the calls, or null."
  type = object({
    stable_version = string
    weight         = number
  })

  validation {
    condition     = var.canary == null || try(var.canary.weight >= 0 && var.canary.weight < 1, false)
    error_message = "canary.weight must be at least 0 and below 1."
  }
}

variable "alarm_actions" {
  description = "Topics that hear of every alarm."
  type        = list(string)

  validation {
    condition     = length(var.alarm_actions) > 0
    error_message = "alarm_actions must not be empty: an alarm nobody hears is none."
  }
}

variable "backends" {
  description = "Systems behind the server that have an alarm each, as BackendFailures names them."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for backend in var.backends : length(backend) > 0])
    error_message = "backends must be names."
  }
}
