"""Steps of a procedure: what they may say, when they apply, how versions differ and how procedures are put together."""
