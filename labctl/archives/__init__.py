"""Archives, looked into without being unpacked."""
