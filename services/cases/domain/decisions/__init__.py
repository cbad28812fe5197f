"""The decisions of a case, one module per part of its life."""
