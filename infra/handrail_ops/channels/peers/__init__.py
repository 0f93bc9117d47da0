"""Providers as they behave: windows, limits, error codes, retries, doubled deliveries.

A peer stands where a provider's interface would: the local stack sends to it and tests send to it.
It is strict where the provider is, so that what it takes, the provider takes too.
"""
