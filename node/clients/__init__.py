"""The client side of a server: sessions, requests, replies and watch events."""
