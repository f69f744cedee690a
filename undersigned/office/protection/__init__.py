"""Data protection: what is kept of signers, on what basis and how long, and their requests answered."""
