"""The reviewer's report on residency: `gather` works it out, each format renders the same."""
