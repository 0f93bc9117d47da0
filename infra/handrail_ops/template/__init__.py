"""What SAM deploys, before it is deployed: linted, given its requirements, and built."""
