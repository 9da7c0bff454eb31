"""One module for each output format. All of them render the same objects."""
