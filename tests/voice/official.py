"""ElevenLabs' own server, on loopback: `python official.py ADDRESS` asks that address, whatever the residency."""

import sys

import elevenlabs_mcp.utils

elevenlabs_mcp.utils.parse_location = lambda residency: sys.argv[1]

from elevenlabs_mcp.server import mcp  # noqa: E402

mcp.run()
