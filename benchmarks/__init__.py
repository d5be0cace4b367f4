"""How fast the server is, beside others, on one machine in one run: `python3 dev.py bench`.

queries.py       what is asked
data.py          the databases, kept in .dev/bench
contestants.py   who is measured; servers/ has those of our own making, peers/ those from npm
processes.py     every server as one process on one core
load.py          the load: bytes made beforehand, sockets kept open
checks.py        every server answers the same, or nothing is timed
measuring.py     rounds in turn, medians, spreads, ratios
parts.py         what is measured over HTTP: queries, pages that grow, tables that grow
in_process.py    execution alone, without HTTP; in_memory.py without a database, too
run.py           one run of all that was asked for
results.py       what was found out, on what machine; as JSON
tables.py        for the terminal; report.py and charts.py for docs/benchmarks
"""
