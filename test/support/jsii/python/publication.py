def publish() -> None:
    """Everything stays public."""
