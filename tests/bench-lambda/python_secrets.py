"""The same with five secrets, one call a secret, read before the first request."""

import boto3

from python import handler

__all__ = ["handler"]

NAMES = [
    "openai-api-key",
    "aoma-assistant-id",
    "next-public-supabase-url",
    "supabase-service-role-key",
    "elevenlabs-api-key",
]

ssm = boto3.client("ssm")
SECRETS = {
    name: ssm.get_parameter(Name=f"/mcp-server/{name}", WithDecryption=True)["Parameter"]["Value"] for name in NAMES
}
