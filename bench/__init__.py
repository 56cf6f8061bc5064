"""The harness: correctness, throughput and code shape of each pair."""
