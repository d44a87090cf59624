class Protocol:
    """A base of interfaces; nothing is told by its structure here."""

    __protocol_attrs__: set = set()
