"""The post: one loop that takes letters from the outbox and hands them over."""
