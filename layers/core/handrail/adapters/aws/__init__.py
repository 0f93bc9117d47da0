"""AWS services behind the ports: the only importers of boto3."""
