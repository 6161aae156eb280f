"""Who asks: sessions, requests, and what clients are told."""
