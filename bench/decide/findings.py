"""A question and all that was found for it: data only."""

from dataclasses import dataclass

from bench.decide import easing, remedies
from bench.decide.candidates import Candidate
from bench.decide.cost_model import Prediction
from bench.decide.described.work import Wishes, Work
from bench.decide.figures import Figures
from bench.decide.judging import Decision, Judgement, Ratio
from bench.decide.predicting import Predictor
from bench.decide.turning import Threshold
from bench.throughput.runtimes import Interpreter


@dataclass(frozen=True)
class Question:
    """What is asked, and how long the answer may take."""

    work: Work
    wishes: Wishes
    budget_seconds: float = 30.0
    # free-threaded interpreters that were found on this machine
    free_threaded: tuple[Interpreter, ...] = ()
    has_uvloop: bool = False


@dataclass
class Finding:
    """What was found, step by step."""

    predictor: Predictor  # predictions, corrected by the measurement
    pair: tuple[Candidate, Candidate]
    predictions: tuple[Prediction, Prediction]  # predictions without the correction
    figures: list[Figures]
    judgements: list[Judgement]
    ratio: Ratio | None
    decision: Decision
    others: list[tuple[Figures, Prediction]]
    thresholds: list[Threshold]
    flip_verified: bool | None = None
    fewer: remedies.AtOnce | None = None
    fewer_verified: bool | None = None
    more: remedies.AtOnce | None = None
    more_verified: bool | None = None
    eased: tuple[easing.Eased, ...] = ()
    processes: remedies.Processes | None = None
    processes_verified: bool | None = None
    controls: dict[str, float] | None = None
