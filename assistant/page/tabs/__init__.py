"""Layout and events of the tabs, one module each; no logic."""
