"""Sessions at once: schedules stepped, programs drawn, load tests, and what may come of them."""
