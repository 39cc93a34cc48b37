"""Linear and integer programs in arrays, solved by HiGHS: silent, one thread, one seed. Pure."""

import enum
import math
import time
from dataclasses import dataclass

import highspy
import numpy as np

Floats = np.ndarray
Ints = np.ndarray


class _Silent(highspy.Highs):
    """HiGHS that does not print its name on the process's standard output."""

    def enableCallbacks(self) -> None:  # noqa: N802 - HiGHS's own name
        """The banner is printed where the constructor calls this: be silent before."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]  # as below


class Outcome(enum.Enum):
    """What is known after a run."""

    OPTIMAL = enum.auto()
    #: A solution, and a bound; time ran out before they met.
    FEASIBLE = enum.auto()
    INFEASIBLE = enum.auto()
    #: Time ran out before any solution was found.
    UNKNOWN = enum.auto()


@dataclass(frozen=True)
class Program:
    """Maximise cost·x under lower ≤ A·x ≤ upper and 0 ≤ x ≤ most; A is given by triplets."""

    cost: Floats
    most: Floats
    row: Ints
    column: Ints
    value: Floats
    lower: Floats
    upper: Floats
    #: Whether each x is a whole number; all alike where it is one bool.
    whole: bool | np.ndarray = True


@dataclass(frozen=True)
class Answer:
    """The best x found, a bound of the objective from above, and the rows' duals (LP only)."""

    outcome: Outcome
    x: Floats
    bound: float
    dual: Floats


class Deadline:
    """When to stop; never, for None."""

    def __init__(self, seconds: float | None) -> None:
        self._end = math.inf if seconds is None else time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left, at least a moment so that a run may at least start."""
        return max(self._end - time.monotonic(), 0.01)

    def part(self, share: float) -> "Deadline":
        """When a share of the time that is left has passed."""
        return Deadline(None if math.isinf(self._end) else self.left() * share)

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._end


def run(program: Program, deadline: Deadline, start: Floats | None = None) -> Answer:
    """Solve; `start` is a solution to begin from."""
    model = _Silent()  # type: ignore[no-untyped-call]  # no annotations in the wheel
    for option, value in (
        ("random_seed", 1),
        ("threads", 1),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.0),
        ("mip_feasibility_tolerance", 1e-9),
    ):
        model.setOptionValue(option, value)
    left = deadline.left()
    if math.isfinite(left):
        model.setOptionValue("time_limit", left)
    if model.passModel(_as_highs(program)) == highspy.HighsStatus.kError:
        raise RuntimeError("HiGHS does not accept the model")
    if start is not None:
        known = highspy.HighsSolution()
        known.col_value = list(start)
        model.setSolution(known)
    model.run()
    return _answer(model, program)


def _as_highs(program: Program) -> highspy.HighsLp:
    columns, rows = len(program.cost), len(program.lower)
    order = np.argsort(program.column, kind="stable")
    counts = np.bincount(program.column, minlength=columns)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, rows
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = program.cost.astype(np.float64)
    lp.col_lower_ = np.zeros(columns)
    lp.col_upper_ = program.most.astype(np.float64)
    lp.row_lower_ = program.lower.astype(np.float64)
    lp.row_upper_ = program.upper.astype(np.float64)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    lp.a_matrix_.index_ = program.row[order].astype(np.int32)
    lp.a_matrix_.value_ = program.value[order].astype(np.float64)
    whole = np.broadcast_to(program.whole, columns)
    if whole.any():
        kinds = highspy.HighsVarType
        lp.integrality_ = [kinds.kInteger if one else kinds.kContinuous for one in whole]
    return lp


def _answer(model: highspy.Highs, program: Program) -> Answer:
    states = highspy.HighsModelStatus
    status = model.getModelStatus()
    info, solution = model.getInfo(), model.getSolution()
    is_mip = bool(np.any(program.whole))
    x, dual = np.array(solution.col_value), np.array(solution.row_dual)
    bound = float(info.mip_dual_bound) if is_mip else float(info.objective_function_value)
    if status == states.kOptimal:
        return Answer(Outcome.OPTIMAL, x, bound, dual)
    if status in (states.kInfeasible, states.kUnboundedOrInfeasible):
        return Answer(Outcome.INFEASIBLE, x, -math.inf, dual)
    # 2: a feasible primal solution is at hand.
    if is_mip and info.primal_solution_status == 2:
        return Answer(Outcome.FEASIBLE, x, bound, dual)
    return Answer(Outcome.UNKNOWN, x, math.inf, dual)
