"""The nodes' event streams, folded into a story."""
