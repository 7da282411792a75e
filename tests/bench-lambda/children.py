"""A stdio server as a function by run-mcp-servers-with-aws-lambda, as its README has it: a child for each request."""

import sys

from mcp.client.stdio import StdioServerParameters
from mcp_lambda import LambdaFunctionURLEventHandler, StdioServerAdapterRequestHandler

CHILD = StdioServerParameters(command=sys.executable, args=["-m", "mcp_server_time", "--local-timezone", "UTC"])
events = LambdaFunctionURLEventHandler(StdioServerAdapterRequestHandler(CHILD))


def handler(event, context):
    return events.handle(event, context)
