"""The contract of the HTTP API, generated from the route table and the wire schemas."""
