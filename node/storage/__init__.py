"""What survives: log, snapshots and epochs, over any `Disk`."""
