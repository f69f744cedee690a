"""What those addressed have answered, and by when each demand asks for an answer."""
