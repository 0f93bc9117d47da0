"""An agent as a process of its own, to be killed: claims, writes, and keeps its lease alive."""

import os
import sys
import time

from botocore.credentials import Credentials

from handrail_ops.replay.http import Http, SignedHttp

BEAT_SECONDS = 0.5


def main() -> None:
    url, escalation = sys.argv[1:3]
    credentials = Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
    desk = SignedHttp(Http(url, 1), credentials, os.environ["AWS_REGION"])
    path = f"/v1/desk/escalations/{escalation}"
    claimed = desk.post(f"{path}/claim", {"agent": "doomed", "name": "Doomed"})
    holder = {"agent": "doomed", "epoch": claimed.body["epoch"]}
    desk.post(f"{path}/messages", {**holder, "id": "doomed-1", "text": "One moment, please."})
    while desk.post(f"{path}/heartbeat", holder).done:
        time.sleep(BEAT_SECONDS)


if __name__ == "__main__":
    main()
