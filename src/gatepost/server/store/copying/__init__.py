"""Copying a whole database from one engine to the other.

Theory of operation. What is copied are rows of values that both engines have: text, numbers, bytes, and truth as 0
or 1. The source is read once, in one snapshot. The target changes in one transaction, or is a file that takes its place
at the end; so a copy that was broken off has left nothing behind, and is simply begun again. Indexes and constraints
are taken off while rows go in, and put back before anything becomes visible.

Each row's checksum is taken on its way and again from what the target holds then; sums of checksums do not depend on
the order of rows, so each engine may read in the order that costs it least. Only when every table agrees does the copy
take effect.
"""

from gatepost.server.store.copying.copy import Copied, Tell, copy_database
from gatepost.server.store.copying.ends import CopyRefused, NotEmpty

__all__ = ["Copied", "CopyRefused", "NotEmpty", "Tell", "copy_database"]
