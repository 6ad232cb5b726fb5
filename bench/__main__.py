"""make bench: how fast the engine, the time page and the writer are, as ratios to a baseline of the same run."""

import sys

from bench import engine

if __name__ == "__main__":
    sys.exit(not engine.run(lambda line: print(line, flush=True)))
