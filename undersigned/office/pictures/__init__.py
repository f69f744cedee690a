"""The pictures of campaigns: taken in with suspicion, read for what they say of themselves, cut and made small."""
