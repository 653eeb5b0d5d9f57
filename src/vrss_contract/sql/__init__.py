"""SQL as text: tokens, literals and canonical expressions."""
