"""Translation between an agent and a customer; a service that fails never stops a message."""
