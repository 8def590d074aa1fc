"""What can go wrong with the demo."""


class DemoError(Exception):
    """A process of the demo did not do what was asked of it."""
