"""Verifies the DKIM signatures of received mails with dkimpy, which shares nothing with the signer, as JSON.

Arguments: a JSON file with the records by name, then files, each a mail as it arrived. The public keys come from that
file and not from DNS, so nothing leaves this computer.
"""

import email
import json
import pathlib
import sys

import dkim


def breaks(message, name, lookup, index):
    """Whether a changed, a missing and a doubled header each break the signature."""
    head, _, body = message.partition(b"\r\n\r\n")
    lines, found = head.split(b"\r\n"), []
    for place, line in enumerate(lines):
        if line.lower().startswith(name.lower().encode() + b":"):
            found.append(place)
    place = found[0]
    changed = lines[:place] + [lines[place] + b"x"] + lines[place + 1:]
    end = place + 1
    while end < len(lines) and lines[end][:1] in (b" ", b"\t"):
        end += 1
    without = lines[:place] + lines[end:]
    whole = lambda lines: b"\r\n".join(lines) + b"\r\n\r\n" + body
    return not any(dkim.DKIM(whole(v)).verify(idx=index, dnsfunc=lookup) for v in (changed, without))


def main(zone, files):
    records = json.loads(pathlib.Path(zone).read_text())
    lookup = lambda name, timeout=5: records.get((name if isinstance(name, str) else name.decode()).rstrip("."), "").encode()
    faults, signatures, checked = [], 0, set()
    for file in files:
        message = pathlib.Path(file).read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        parsed = email.message_from_bytes(message)
        many = len(parsed.get_all("DKIM-Signature", []))
        if many != len(records):
            faults.append(f"{file}: {many} signatures for {len(records)} keys")
        lists = [name for name in parsed.keys() if name.lower().startswith("list-")]
        if not lists:
            faults.append(f"{file}: no List- header")
        for index in range(many):
            try:
                good = dkim.DKIM(message).verify(idx=index, dnsfunc=lookup)
            except dkim.DKIMException as error:
                good = False
                faults.append(f"{file}: signature {index}: {error}")
            if not good:
                faults.append(f"{file}: signature {index} does not hold")
                continue
            signatures += 1
            for name in lists + ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"]:
                checked.add(name)
                if not breaks(message, name, lookup, index):
                    faults.append(f"{file}: signature {index} does not cover {name}")
    json.dump({"mails": len(files), "signatures": signatures, "headers": sorted(checked), "faults": faults}, sys.stdout)


main(sys.argv[1], sys.argv[2:])
