"""What must never be: nobody in two meetings, nothing lost; and the locks that writers take for it."""
