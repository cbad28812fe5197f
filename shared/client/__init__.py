"""A small client of the HTTP API, for the command line, the demo and the tests."""

from shared.client.api import ApiAnswer, ApiClient, ApiProblem

__all__ = ["ApiAnswer", "ApiClient", "ApiProblem"]
