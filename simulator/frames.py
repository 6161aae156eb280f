"""When is a client's request whole?  Its bytes come as they like."""


class Frames:
    """The bytes of one connection, as far as they make no whole message yet."""

    def __init__(self) -> None:
        """Begin with none."""
        self.rest = b""

    def complete(self, chunk: bytes) -> bool:
        """Take bytes in; return whether some message is whole with them."""
        data, at = self.rest + chunk, 0
        while len(data) - at >= 4:
            end = at + 4 + int.from_bytes(data[at : at + 4], "big")
            if end > len(data):
                break
            at = end
        self.rest = data[at:]
        return at > 0
