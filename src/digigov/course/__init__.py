"""What builds, verifies and publishes the course; lessons never import it."""
