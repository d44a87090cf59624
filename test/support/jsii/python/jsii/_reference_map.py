class InterfaceDynamicProxy:
    """Nothing is one here."""
