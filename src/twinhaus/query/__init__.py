"""What is asked: a frozen plan, what it means in plain Python, and how a long answer is cut into pages."""
