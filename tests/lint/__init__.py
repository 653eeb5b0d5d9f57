"""The lint step's own check: what the bodies of functions say, judged by a server."""
