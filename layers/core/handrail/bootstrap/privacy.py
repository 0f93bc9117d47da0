"""The redactor, with the key that its placeholders are made with."""

import os

from handrail.adapters.aws.clients import Clients
from handrail.adapters.aws.secret_values import SecretValues
from handrail.adapters.clock import SystemClock
from handrail.adapters.privacy.redactor import PatternRedactor
from handrail.domain.errors import UnavailableError
from handrail.observability import failure


def redactor(secret_arn: str, clients: Clients) -> PatternRedactor:
    """Return the redactor of this deployment."""
    try:
        secret = SecretValues(clients.secrets, SystemClock()).shared(secret_arn)
    except UnavailableError as error:
        failure("the placeholders' key could not be read, a passing one is used", error)
        return passing_redactor()
    return PatternRedactor(secret.current.encode())


def passing_redactor() -> PatternRedactor:
    """Return a redactor with a key of its own.

    Only its placeholders' names differ from another's: it redacts and restores alike. Customers
    must not wait for a secret.
    """
    return PatternRedactor(os.urandom(32))
