"""The review page of `skillmatrix review` (extra `web`)."""
