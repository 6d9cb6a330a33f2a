"""Typst on the sources of an issue: `cold FOLDER` or `watch FOLDER EDITS SEED`; prints JSON."""

import json
import pathlib
import random
import re
import resource
import sys
import time

import typst


def compiler(folder):
    return typst.Compiler(
        str(folder / "main.typ"), root=str(folder), font_paths=[str(folder / "fonts")], ignore_system_fonts=True
    )


def peak():
    """The most memory this process ever had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def processor():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def cold(folder):
    bare, before, since = peak(), processor(), time.perf_counter()
    pdf = compiler(folder).compile(format="pdf")
    took = (time.perf_counter() - since) * 1000
    return {"wall": took, "cpu": processor() - before, "bytes": len(pdf), "peak": peak() - bare}


def watch(folder, edits, seed):
    """A letter inside a word changed in the file, then compiled to a PDF that is written."""
    dice = random.Random(seed)
    files = {path: path.read_text() for path in sorted((folder / "articles").glob("*.typ"))}
    # A letter with letters around it, in a long run of words: no name of a function or a file.
    places = [
        (path, run.start() + letter.start())
        for path, text in files.items()
        for run in re.finditer(r"(?<=#para\[)[A-Za-z ,.]{100,}", text)
        for letter in re.finditer(r"(?<=[a-z])[a-z](?=[a-z])", run.group())
    ]
    kept = compiler(folder)
    kept.compile(format="pdf")
    before, times = processor(), []
    for _ in range(edits):
        path, at = dice.choice(places)
        text = files[path]
        files[path] = text[:at] + dice.choice("aeiounrst") + text[at + 1 :]
        path.write_text(files[path])
        since = time.perf_counter()
        pdf = kept.compile(format="pdf")
        (folder / "main.pdf").write_bytes(pdf)
        times.append((time.perf_counter() - since) * 1000)
    return {"times": times, "cpu": (processor() - before) * 1000 / edits, "peak": peak()}


if __name__ == "__main__":
    task, folder, *more = sys.argv[1:]
    folder = pathlib.Path(folder)
    result = cold(folder) if task == "cold" else watch(folder, *map(int, more))
    print(json.dumps(result))
