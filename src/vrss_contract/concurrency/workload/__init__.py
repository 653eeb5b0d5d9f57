"""Generated concurrent programs: what sessions do, drawn, told as text, searched and shrunk."""
