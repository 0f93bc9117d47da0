"""Every port of the protocol in memory: fast, deterministic, and with a place for faults.

They pass the contract suite of the AWS adapters. The simulator, the protocol's tests and benches
run on them.
"""
