"""What type checkers know of the package itself; checked by `make types`, never run."""

from typing import assert_type

import gatepost

assert_type(gatepost.__version__, str)
