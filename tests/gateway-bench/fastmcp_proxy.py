"""`python fastmcp_proxy.py URL PORT`: fastmcp's proxy in front of one server, as its documentation has it."""

import sys

from fastmcp.server import create_proxy

create_proxy(sys.argv[1]).run(transport="http", host="127.0.0.1", port=int(sys.argv[2]), path="/mcp", show_banner=False, log_level="ERROR")
