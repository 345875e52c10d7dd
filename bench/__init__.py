"""The figures of the design, each as a ratio to something measured in the same run."""
