"""A run of a pair of the user's, as readers see it."""

import msgspec

from bench.records.user_pairs import UserPair
from bench.records.workload import key
from bench.report.words.workloads import in_words
from bench.runs.saved import collect
from tests.ledger.test_merging import RUN
from tests.throughput.fakes import blocks


def test_a_call_of_the_users_is_no_worker():
    """Their function has eight workers, or a hundred: it says so itself."""
    samples = blocks(6)
    pair = samples[0].subject.pair
    own = (UserPair(name=pair, threads="a:f", asyncio="b:g"),)
    [mine] = collect(msgspec.structs.replace(RUN, own=own), samples).comparisons
    [ours] = collect(RUN, samples).comparisons

    assert in_words(mine.workload) == key(mine.workload) == "one call"
    assert "worker" in in_words(ours.workload)
