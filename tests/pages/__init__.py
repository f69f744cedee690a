"""The pages keep their promises to those who read them."""
