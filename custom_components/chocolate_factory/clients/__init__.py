"""One file per remote service: HTTP in, our own types and errors out."""
