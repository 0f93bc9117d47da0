"""The local stack: a SAM template run on one machine, with no AWS account, Docker or internet."""
