"""An expert's hours: stored, typed, compared and written."""
