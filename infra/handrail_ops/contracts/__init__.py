"""What others build on, published: the agents-queue message and the desk API, from one place."""
