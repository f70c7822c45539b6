"""userfirst: firms that put customers first against firms that put users first."""

__version__ = "0.1.0"
