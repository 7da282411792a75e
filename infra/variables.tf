variable "environment" {
  description = "One word for these surroundings: dev, staging, prod. It is the dimension of every metric of ours."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,23}$", var.environment))
    error_message = "environment must be one lower-case word of at most 24 letters, digits and hyphens."
  }
}

variable "package_path" {
  description = "The packaged function, as `make package` leaves it: its architecture must be function.architecture."
  type        = string

  validation {
    condition     = fileexists(var.package_path)
    error_message = "package_path names no file: build it with `make package`."
  }
}

variable "region" {
  description = "Where everything but CloudFront lives. Callers sign for this region."
  type        = string
  default     = "us-east-2"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be an AWS region such as us-east-2."
  }
}

variable "name" {
  description = "The function's name, and the beginning of every other name. A second deployment in one account needs its own."
  type        = string
  default     = "aoma-mesh-mcp-server"

  validation {
    # The longest name derived from it is the role's, at most 64.
    condition     = can(regex("^[a-z][a-z0-9-]{2,39}$", var.name))
    error_message = "name must be 3 to 40 lower-case letters, digits and hyphens."
  }
}

variable "function" {
  description = "What one execution environment is given, and how many there may be. reserved_concurrency: -1 reserves none, which new accounts need; 0 closes the door at once. ephemeral_storage_mb: /tmp, into which the corpus of settings.corpus_uri is unpacked."
  type = object({
    architecture         = optional(string, "arm64")
    memory_mb            = optional(number, 1024)
    timeout_s            = optional(number, 30)
    budget_ms            = optional(number, 25000)
    reserved_concurrency = optional(number, 10)
    invoke_mode          = optional(string, "buffered")
    log_retention_days   = optional(number, 30)
    ephemeral_storage_mb = optional(number, 512)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.function.architecture)
    error_message = "function.architecture must be arm64 or x86_64."
  }
  validation {
    condition     = var.function.memory_mb >= 128 && var.function.memory_mb <= 10240
    error_message = "function.memory_mb must be 128 to 10240."
  }
  validation {
    condition     = var.function.ephemeral_storage_mb >= 512 && var.function.ephemeral_storage_mb <= 10240
    error_message = "function.ephemeral_storage_mb must be 512 to 10240."
  }
  validation {
    condition     = var.function.timeout_s >= 5 && var.function.timeout_s <= 900
    error_message = "function.timeout_s must be 5 to 900."
  }
  validation {
    condition     = var.function.budget_ms >= 1000 && var.function.timeout_s * 1000 >= var.function.budget_ms + 2000
    error_message = "function.budget_ms must be at least 1000, and end 2 s before function.timeout_s: else Lambda kills the call that was about to answer."
  }
  validation {
    condition     = var.function.reserved_concurrency >= -1 && floor(var.function.reserved_concurrency) == var.function.reserved_concurrency
    error_message = "function.reserved_concurrency must be a whole number, -1 or more."
  }
  validation {
    condition     = contains(["buffered", "streaming"], var.function.invoke_mode)
    error_message = "function.invoke_mode must be buffered or streaming."
  }
  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653], var.function.log_retention_days)
    error_message = "function.log_retention_days must be a number of days CloudWatch knows: 1, 3, 5, 7, 14, 30, 60, 90, …"
  }
}

variable "settings" {
  description = "Settings of the server, as docs/CONFIGURATION.md tells them. corpus_uri also grants the function that one object. cors_origins: browser origins let in; none means no CORS at all. resource and jwt_*: docs/OAUTH.md. policy: the package has one (POLICY=file), and without it nothing is served; policy_at: ssm:/NAME or s3://BUCKET/KEY instead, which the function then may read. upstreams: the package has other servers (UPSTREAMS=file), and the function may read the values they name, /mesh/global/* and /mesh/teams/*, or those under the path of more.MESH_CREDENTIALS. audit: a line in the log for each decision; audit_days: in the table instead, for so many days. more: any other setting by its name, such as MESH_TOOLS; none that follows from another input, and no secret."
  type = object({
    jira_base_url   = optional(string)
    corpus_uri      = optional(string)
    log             = optional(string)
    otlp_endpoint   = optional(string)
    openai_models   = optional(list(string), [])
    embedding_model = optional(string)
    synthesis       = optional(bool, true)
    resource        = optional(string)
    jwt_issuer      = optional(string)
    jwt_audience    = optional(list(string), [])
    jwt_scopes      = optional(list(string), [])
    policy          = optional(bool, false)
    upstreams       = optional(bool, false)
    policy_at       = optional(string)
    audit           = optional(bool, false)
    audit_days      = optional(number)
    cors_origins    = optional(list(string), [])
    more            = optional(map(string), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.settings.jira_base_url == null || can(regex("^https://[^/]+(/.*[^/])?$", var.settings.jira_base_url))
    error_message = "settings.jira_base_url must be an https:// address without a slash at its end."
  }
  validation {
    condition     = var.settings.corpus_uri == null || can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[^*?]+\\.tar\\.gz$", var.settings.corpus_uri))
    error_message = "settings.corpus_uri must be s3://BUCKET/KEY.tar.gz, one object, no wildcard."
  }
  validation {
    condition     = var.settings.policy_at == null || can(regex("^(ssm:(/[A-Za-z0-9_.-]+)+|s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[^*?]+)$", var.settings.policy_at))
    error_message = "settings.policy_at must be ssm:/NAME or s3://BUCKET/KEY, one parameter or object, no wildcard."
  }
  validation {
    condition     = var.settings.policy_at == null || !var.settings.policy
    error_message = "settings.policy and settings.policy_at are two policies: one of them counts, so leave the other out."
  }
  validation {
    condition     = var.settings.audit_days == null || try(var.settings.audit_days >= 1 && var.settings.audit_days <= 3650 && floor(var.settings.audit_days) == var.settings.audit_days, false)
    error_message = "settings.audit_days must be a whole number from 1 to 3650."
  }
  validation {
    condition     = var.settings.audit_days == null || (var.table.enabled && !var.settings.audit)
    error_message = "settings.audit_days needs the table (table.enabled), and takes the place of settings.audit."
  }
  validation {
    condition     = var.settings.otlp_endpoint == null || can(regex("^https?://[^/@]+(/[^@]*)?$", var.settings.otlp_endpoint))
    error_message = "settings.otlp_endpoint must be an http:// or https:// address without credentials in it."
  }
  validation {
    condition     = alltrue([for url in [var.settings.resource, var.settings.jwt_issuer] : url == null || can(regex("^https://[^/@?#]+(/[^@?#]*)?$", url))])
    error_message = "settings.resource and settings.jwt_issuer must be https:// addresses without credentials in them."
  }
  validation {
    condition     = var.settings.jwt_issuer == null || var.settings.resource != null
    error_message = "settings.jwt_issuer needs settings.resource, the function's public address, which tokens are made for."
  }
  validation {
    condition     = alltrue([for origin in var.settings.cors_origins : can(regex("^https://[a-z0-9.-]+(:[0-9]+)?$", origin))])
    error_message = "settings.cors_origins must be exact https:// origins: no `*`, no path."
  }
  validation {
    condition     = alltrue([for name in keys(var.settings.more) : can(regex("^(MESH|ELEVENLABS)_[A-Z0-9_]+$", name))])
    error_message = "settings.more must be settings of docs/CONFIGURATION.md by their names, such as MESH_TOOLS."
  }
  validation {
    condition = length(setintersection(keys(var.settings.more), [
      "ELEVENLABS_API_KEY", "ELEVENLABS_WEBHOOK_SECRET", "MESH_API_KEYS", "MESH_BEARER", "MESH_STATE_KEY",
    ])) == 0
    error_message = "settings.more must not have a secret: its values are kept in the state. Use `mesh secrets put`."
  }
}

variable "secrets" {
  description = "Where vendors' keys come from. source: ssm or off. create: the parameters to create here, from secret_values; by default they exist already and are only referred to. version: raise it to write secret_values again."
  type = object({
    source  = optional(string, "ssm")
    prefix  = optional(string, "/mcp-server/")
    create  = optional(set(string), [])
    version = optional(number, 1)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["ssm", "off"], var.secrets.source)
    error_message = "secrets.source must be ssm or off."
  }
  validation {
    condition     = can(regex("^/([A-Za-z0-9_.-]+/)+$", var.secrets.prefix))
    error_message = "secrets.prefix must begin and end with a slash, such as /mcp-server/."
  }
  validation {
    condition     = length(setsubtract(var.secrets.create, local.parameter_names)) == 0
    error_message = "secrets.create names a parameter the function does not read."
  }
  validation {
    condition     = var.secrets.version >= 1 && floor(var.secrets.version) == var.secrets.version
    error_message = "secrets.version must be a whole number from 1."
  }
}

variable "secret_values" {
  description = "Values for secrets.create, by parameter name, where they are to be written: when a parameter is made, and when secrets.version is raised. Ephemeral: written to the parameter store, never to a plan or a state. Give it as TF_VAR_secret_values."
  type        = map(string)
  default     = {}
  ephemeral   = true
  sensitive   = true
  nullable    = false

  validation {
    condition     = alltrue([for name, value in var.secret_values : contains(var.secrets.create, name) && length(value) > 0])
    error_message = "secret_values must have names of secrets.create, and no empty value."
  }
}

variable "kms_key_arn" {
  description = "A customer key for the parameters, the log groups and the alarm topics, in place of AWS's own. Its policy must let logs.REGION.amazonaws.com and cloudwatch.amazonaws.com use it."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-f-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (not of an alias)."
  }
}

variable "table" {
  description = "The DynamoDB table that keeps state across the function's environments. deletion_protection: it cannot be destroyed while this is true."
  type = object({
    enabled             = optional(bool, false)
    deletion_protection = optional(bool, true)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.table.enabled != null && var.table.deletion_protection != null
    error_message = "table.enabled and table.deletion_protection must be true or false."
  }
}

variable "audio" {
  description = "A bucket for sounds that are answered by an address: docs/ELEVENLABS.md. Of use where the function has a key of ElevenLabs."
  type = object({
    enabled = optional(bool, false)
  })
  default  = {}
  nullable = false

  validation {
    condition     = !var.audio.enabled || var.secrets.source == "ssm"
    error_message = "audio.enabled needs secrets.source to be ssm: without a key of ElevenLabs there are no sounds."
  }
}

variable "canary" {
  description = "Keeps `live` on stable_version and gives weight (0 to 0.99) of the calls to the newest one. weight 0 is a rollback. Absent, all calls go to the newest."
  type = object({
    stable_version = string
    weight         = optional(number, 0.1)
  })
  default = null

  validation {
    condition     = var.canary == null || can(regex("^[1-9][0-9]*$", var.canary.stable_version))
    error_message = "canary.stable_version must be a published version's number."
  }
  validation {
    condition     = var.canary == null || try(var.canary.weight >= 0 && var.canary.weight < 1, false)
    error_message = "canary.weight must be at least 0 and below 1."
  }
}

variable "notify" {
  description = "Who hears of alarms. emails: every alarm. page: e-mail or https:// addresses that hear once of an incident, however many alarms it raises."
  type = object({
    emails = optional(set(string), [])
    page   = optional(set(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for address in var.notify.emails : can(regex("^[^@\\s]+@[^@\\s]+$", address))])
    error_message = "notify.emails must be e-mail addresses."
  }
  validation {
    condition     = alltrue([for address in var.notify.page : can(regex("^(https://\\S+|[^@\\s]+@[^@\\s]+)$", address))])
    error_message = "notify.page must be e-mail or https:// addresses."
  }
}

variable "backends" {
  description = "What has an alarm of its own when more than half of what it is asked fails: openai, supabase or elevenlabs; upstream:NAME for a server behind this one. It goes to those of notify.emails."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for backend in var.backends : can(regex("^(openai|supabase|elevenlabs|upstream:[A-Za-z0-9_. -]{1,32})$", backend))])
    error_message = "backends must be openai, supabase, elevenlabs, or upstream: and the name of a server."
  }
  validation {
    condition     = length(distinct([for backend in var.backends : replace(backend, "/[^A-Za-z0-9_-]+/", "-")])) == length(var.backends)
    error_message = "backends has two names that differ in dots and spaces alone: their alarms would have one name."
  }
}

variable "door" {
  description = "A second address, for callers that cannot sign: API Gateway in front of the same alias, throttled, with a token (bearer_sha256) or JWTs (jwt). edge: CloudFront, a firewall and a name of your own in front of that."
  type = object({
    bearer_sha256 = optional(string)
    jwt = optional(object({
      issuer   = string
      audience = list(string)
    }))
    requests_per_second = optional(number, 20)
    burst               = optional(number, 40)
    edge = optional(object({
      domain                    = string
      certificate_arn           = string
      zone_id                   = optional(string)
      requests_per_five_minutes = optional(number, 1000)
    }))
  })
  default = null

  validation {
    condition     = var.door == null || (try(var.door.bearer_sha256, null) == null) != (try(var.door.jwt, null) == null)
    error_message = "door needs exactly one of bearer_sha256 and jwt: it is never open."
  }
  validation {
    condition = try(var.door.bearer_sha256, null) == null || (
      can(regex("^[0-9a-f]{64}$", var.door.bearer_sha256)) && try(var.door.bearer_sha256, null) != sha256("")
    )
    error_message = "door.bearer_sha256 must be the SHA-256 of a token that is not empty, in 64 lower-case hexadecimal digits, never the token."
  }
  validation {
    condition     = try(var.door.jwt, null) == null || (can(regex("^https://", var.door.jwt.issuer)) && try(length(var.door.jwt.audience) > 0, false))
    error_message = "door.jwt needs an https:// issuer and at least one audience."
  }
  validation {
    condition     = var.door == null || try(var.door.requests_per_second >= 1 && var.door.burst >= 1, false)
    error_message = "door.requests_per_second and door.burst must be at least 1."
  }
  validation {
    condition     = try(var.door.edge, null) == null || can(regex("^arn:aws:acm:us-east-1:", var.door.edge.certificate_arn))
    error_message = "door.edge.certificate_arn must be a certificate in us-east-1: CloudFront takes no other."
  }
  validation {
    condition     = try(var.door.edge, null) == null || try(var.door.edge.requests_per_five_minutes >= 100, false)
    error_message = "door.edge.requests_per_five_minutes must be at least 100, the least the firewall counts."
  }
}
