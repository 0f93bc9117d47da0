"""Whose secret opens which account of the direct channel, the same for both directions."""

from handrail.adapters.aws.secret_values import SecretValues
from handrail.adapters.channels.signing import Secrets, SharedSecret
from handrail.domain.synthetic import CANARY_ACCOUNT


def direct_secrets(values: SecretValues, direct_arn: str, canary_arn: str) -> Secrets:
    """Return the look-up of an account's secret.

    The canary's account has a secret of its own. An application that calls itself `canary` is
    refused at the door, loudly: nobody may slip into the account that agents pass over.
    """

    def look_up(account: str, /) -> SharedSecret:
        return values.shared(canary_arn if account == CANARY_ACCOUNT else direct_arn)

    return look_up
