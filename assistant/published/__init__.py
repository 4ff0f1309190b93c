"""The three functions that programs may call, over the page's API and over MCP; no other is."""
