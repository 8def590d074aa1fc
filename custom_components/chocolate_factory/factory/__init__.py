"""The domain: what is true about prices, tariffs and chocolate, wherever it runs."""
