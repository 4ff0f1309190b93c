"""The prompts, one TOML file each; this package holds no code."""
