"""One module for each group of figures; `measure` yields them."""
