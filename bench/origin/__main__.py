"""The process of `bench.origin.Origin`; users run `python -m bench origin` instead."""

from bench.origin.process import serve_parent

if __name__ == "__main__":
    serve_parent()
