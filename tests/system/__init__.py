"""The whole product in processes of its own, as a user runs it."""
