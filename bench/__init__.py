"""The figures Gatepost is held to, each as a ratio to something measured in the same run."""
