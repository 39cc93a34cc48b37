"""Benchmarks: `./run bench NAME` prints ratios against a peer measured in the same run."""
