"""How work is shared among processes: what is judged at a time, by whom, and in what order."""
