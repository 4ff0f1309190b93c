"""The outer safety of the page: which requests reach Gradio, and what a browser may do with it."""

from assistant.page.gate.bodies import Limits
from assistant.page.gate.middleware import Gate, Rules
from assistant.page.gate.origin import Hosts, hosts_of, is_loopback

__all__ = ["Gate", "Hosts", "Limits", "Rules", "hosts_of", "is_loopback"]
