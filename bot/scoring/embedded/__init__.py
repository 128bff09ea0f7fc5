"""The embedded scorer: no network, no key, the same bytes for the same input."""
