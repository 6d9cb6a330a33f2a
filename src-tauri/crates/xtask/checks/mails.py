"""Reads a folder of caught mails with Python's own email package and says what is in it, as JSON.

Only the standard library, and nothing of Masthead's: a mail that this parser understands, a reader's program does too.
"""

import email
import email.policy
import json
import pathlib
import sys
from collections import Counter


def faults(message):
    types = [part.get_content_type() for part in message.walk()]
    for wanted in ("text/plain", "text/html"):
        if wanted not in types:
            yield f"no {wanted} part"
    for wanted in ("From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe"):
        if not message[wanted]:
            yield f"no {wanted}"
    for part in message.walk():
        for defect in part.defects:
            yield f"{part.get_content_type()}: {defect!r}"
        if part.get_content_maintype() == "text":
            try:
                if not part.get_content().strip():
                    yield f"the {part.get_content_type()} part is empty"
            except Exception as error:  # whatever it is, a reader's program would trip as well
                yield f"the {part.get_content_type()} part cannot be decoded: {error!r}"


def main(folder):
    recipients, identities, found, mails = Counter(), Counter(), [], 0
    for file in sorted(pathlib.Path(folder).rglob("*.eml")):
        mails += 1
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        addresses = [address.addr_spec for address in message["To"].addresses] if message["To"] else []
        recipients.update(addresses)
        identities[str(message["Message-ID"]).strip()] += 1
        found += [f"{file.name}: {fault}" for fault in faults(message)]
    json.dump({"mails": mails, "recipients": recipients, "identities": len(identities), "faults": found}, sys.stdout)


main(sys.argv[1])
