"""The processes behind `gatepost serve`."""
