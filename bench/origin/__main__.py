"""The process behind `bench.origin.Origin`; `python -m bench origin` is for people."""

from bench.origin.process import serve_parent

if __name__ == "__main__":
    serve_parent()
