"""The cards in a real browser, all on one Home Assistant that knows a year."""
