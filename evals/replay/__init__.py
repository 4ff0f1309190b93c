"""Model replies kept by their content, so that a run can be repeated without calling out."""
