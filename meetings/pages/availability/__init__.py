"""An expert's own hours and foreign calendars."""
