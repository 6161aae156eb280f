"""The whole ensemble in virtual time: real servers, simulated world, one seed.

It lives beside `node` and `labctl` because it belongs to neither: it drives the
node's machines, which the lab may not know, and people reach it by `labctl sim`.
"""
