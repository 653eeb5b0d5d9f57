"""What may go wrong inside of a function, and with the trigger that calls it: text by tokens."""
