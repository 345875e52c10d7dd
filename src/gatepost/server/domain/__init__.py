"""The rules of the user service, free of input and output."""
