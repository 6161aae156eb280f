"""TLS as zoo.cfg asks for it: key stores, trust stores, whom to believe."""
