"""Smithy's RPC v2 in front of moto, which speaks JSON: the AWS SDK for Rust has no other way to CloudWatch.

Both languages are botocore's, by its model of the service, so nothing here knows an operation.
"""

import gzip
import io
import json

import botocore.session
from botocore.model import DenormalizedStructureBuilder
from botocore.parsers import JSONParser, RpcV2CBORParser
from botocore.serialize import JSONSerializer, RpcV2CBORSerializer

SERVICE = "GraniteServiceVersion20100801"
MODEL = botocore.session.get_session().get_service_model("cloudwatch")
FAULT = DenormalizedStructureBuilder().with_members({name: {"type": "string"} for name in ["__type", "message"]})


def translating(application):
    """The WSGI application, for clients of both languages."""

    def answer(environ, start_response):
        path = environ["PATH_INFO"].split("/")
        if path[1:4:2] != ["service", "operation"] or path[2] != SERVICE:
            return application(environ, start_response)
        operation = MODEL.operation_model(path[4])
        told = Told()
        body = b"".join(application(as_json(environ, operation), told))
        status, body = as_cbor(told.status, body, operation)
        start_response(status, [("smithy-protocol", "rpc-v2-cbor"), ("Content-Type", "application/cbor")])
        return [body]

    return answer


class Told:
    """What an application tells whoever started it."""

    def __call__(self, status, headers, exc_info=None):
        self.status = status


def as_json(environ, operation):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    if environ.pop("HTTP_CONTENT_ENCODING", "") == "gzip":
        body = gzip.decompress(body)
    parser = RpcV2CBORParser()
    arguments = parser.parse_data_item(parser.get_peekable_stream_from_bytes(body)) if body else {}
    request = JSONSerializer().serialize_to_request(arguments, operation)
    return environ | {
        "PATH_INFO": "/",
        "RAW_URI": "/",
        "REQUEST_URI": "/",
        "CONTENT_TYPE": request["headers"]["Content-Type"],
        "HTTP_X_AMZ_TARGET": request["headers"]["X-Amz-Target"],
        "CONTENT_LENGTH": str(len(request["body"])),
        "wsgi.input": io.BytesIO(request["body"]),
    }


def as_cbor(status, body, operation):
    code = int(status.split()[0])
    if code >= 400:
        fault = json.loads(body)
        fault = {"__type": fault.get("__type", status), "message": fault.get("message", "")}
        return status, encoded(fault, FAULT.build_model())
    shape = operation.output_shape
    if shape is None:
        return status, encoded({}, FAULT.build_model())
    found = JSONParser().parse({"body": body or b"{}", "headers": {}, "status_code": code}, shape)
    return status, encoded({name: value for name, value in found.items() if name in shape.members}, shape)


def encoded(value, shape):
    data = bytearray()
    RpcV2CBORSerializer()._serialize_data_item(data, value, shape)
    return bytes(data)
