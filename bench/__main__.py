"""`python -m bench NAME`."""

import sys
from importlib import import_module

BENCHMARKS = {
    "borders": "bench.borders",
    "groups": "bench.groups",
    "locate": "bench.locate",
    "page": "bench.page",
}


def main() -> int:
    """Run the named benchmark; exit 2 with the list of names where there is none."""
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if name not in BENCHMARKS:
        print(f"usage: ./run bench {{{'|'.join(BENCHMARKS)}}}", file=sys.stderr)
        return 2
    import_module(BENCHMARKS[name]).main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
