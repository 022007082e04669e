"""One function per stage: load, call the rooms, save, answer a `Run`."""
