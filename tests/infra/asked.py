"""What moto is asked for, written down by the names that policies have for it."""

from moto.core.responses import BaseResponse
from moto.s3.responses import S3Response

# Whose key the tests themselves look with: what they ask is nobody's deployment.
ONLOOKER = "onlooker"
# Operations that policies have another name for.
NAMED = {
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
}
# moto's names of services.
SERVICES = {"awslambda": "lambda", "apigatewayv2": "apigateway"}


def write_down(path):
    """Has moto, in this process, add a line to the file for each action, once."""
    file, seen = open(path, "a", buffering=1), set()

    def note(response, service, operation):
        if f"Credential={ONLOOKER}/" in response.headers.get("Authorization", ""):
            return
        name = NAMED.get(f"{service}:{operation}", f"{service}:{operation}")
        if name not in seen:
            seen.add(name)
            file.write(f"{name}\n")

    called, set_action = BaseResponse.call_action, S3Response._set_action

    def call_action(self):
        service = SERVICES.get(self.service_name, self.service_name)
        # API Gateway's actions are HTTP's methods.
        note(self, service, self.method if service == "apigateway" else self._get_action())
        return called(self)

    def of_s3(self, *arguments):
        set_action(self, *arguments)
        note(self, "s3", self.data["Action"])

    BaseResponse.call_action, S3Response._set_action = call_action, of_s3
