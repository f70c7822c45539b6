"""A package by name: AgentPy installs its own ``tests``, which would hide a folder without this."""
