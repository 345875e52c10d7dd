"""Real processes, stopped, killed, starved and misled about the time."""

from tests.kit.disks import can_mount

# A real full disk takes the right to mount one; where that is missing, the store's own tests use SQLite's bound.
collect_ignore = [] if can_mount() else ["test_full_disk.py", "test_full_disk_postgresql.py"]
