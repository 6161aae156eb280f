"""Who is to blame for bad bytes: always the peer, never this node."""


class ProtocolViolation(Exception):
    """A peer sent something the protocol does not allow at this point."""
