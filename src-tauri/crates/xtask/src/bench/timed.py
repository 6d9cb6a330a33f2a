"""Runs a command and prints, as JSON, the seconds and the processor seconds it took, and its memory (Linux counts KiB)."""
import json, resource, subprocess, sys, time

begun = time.monotonic()
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
took = time.monotonic() - begun
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"seconds": took, "cpu": used.ru_utime + used.ru_stime, "peak_kib": used.ru_maxrss, "code": done.returncode}))
