"""Plan to running backends: the Pulumi program, its engine, adapters, and the local provider."""
