"""Reads one rendered mail with two parsers that share no code with Masthead and says what they found, as JSON.

Python's own email package, and mail-parser from PyPI, which digs mails out of archives for a living.
"""

import email
import email.policy
import json
import sys

import mailparser


def tree(part):
    if part.is_multipart():
        return [part.get_content_type(), [tree(child) for child in part.iter_parts()]]
    return [part.get_content_type(), part.get_content_charset() or "", part["Content-Transfer-Encoding"] or ""]


def main(file):
    raw = open(file, "rb").read()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    other = mailparser.parse_from_bytes(raw)
    plain = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    json.dump(
        {
            "tree": tree(message),
            "subject": [message["Subject"], other.subject],
            "to": [str(message["To"]), ", ".join(address for _, address in other.to)],
            "plain": [" ".join(plain.split()), " ".join(" ".join(other.text_plain).split())],
            "html": [" ".join(html.split()), " ".join(" ".join(other.text_html).split())],
            "defects": [repr(d) for part in message.walk() for d in part.defects] + list(other.defects_categories),
            "long": [n for n, line in enumerate(raw.split(b"\r\n"), 1) if len(line) > 998],
            "bare": raw.replace(b"\r\n", b"").count(b"\n") + raw.replace(b"\r\n", b"").count(b"\r"),
        },
        sys.stdout,
    )


main(sys.argv[1])
