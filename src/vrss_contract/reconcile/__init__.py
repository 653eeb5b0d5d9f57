"""The contract's repairs, run on a live database: what drifted is mended, and nothing else."""
