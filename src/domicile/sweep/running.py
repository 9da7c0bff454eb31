"""A sweep, run: in this process, or by the workers of a Dask scheduler.

Workers are told pieces, a few whole numbers each, and answer with tallies. A piece whose worker
dies is given to another. Tallies add up to the same whatever their order, so nobody can tell from
the answer how many workers there were, or which of them died.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from domicile.model.errors import OutsideError
from domicile.sweep.examine import examine
from domicile.sweep.pieces import Piece
from domicile.sweep.question import Question
from domicile.sweep.tally import Tally

if TYPE_CHECKING:
    from distributed import Client, Future

Examined = tuple[Piece, tuple[Tally, ...]]
"""A piece, and one tally for each stand of its question."""
Runner = Callable[[Sequence[Question], Iterable[Piece]], Iterator[Examined]]
"""Has every piece examined, in any order."""

_AHEAD = 4
"""Pieces that each worker has waiting: none is idle, and a sweep of any size fits in memory."""
_PATIENCE = 30
"""Seconds to wait for a scheduler to answer, and for its first worker."""
MISSING = "`pip install 'domicile[sweep]'` installs it; `--workers 0` sweeps in this process"


def sweep(
    questions: Sequence[Question],
    pieces: Iterable[Piece],
    run: Runner,
    progress: Callable[[int], None] = lambda _: None,
) -> list[list[Tally]]:
    """Examine every piece and add up what was found.

    Args:
        questions: what the pieces number.
        pieces: all of them.
        run: who examines them.
        progress: told of how many scenarios more are done.

    Returns:
        For each question, a tally for each of its stands.
    """
    found = [[Tally() for _ in question.stands] for question in questions]
    for piece, tallies in run(questions, pieces):
        for mine, theirs in zip(found[piece.question], tallies, strict=True):
            mine.add(theirs)
        progress(piece.many)
    return found


def in_this_process(questions: Sequence[Question], pieces: Iterable[Piece]) -> Iterator[Examined]:
    """Examine one piece after the other."""
    for piece in pieces:
        yield piece, examine(questions[piece.question], piece)


@contextlib.contextmanager
def local_workers(number: int) -> Iterator[Runner]:
    """So many worker processes on this machine, as long as they are needed.

    Raises:
        OutsideError: Dask is missing.
    """
    distributed = _distributed()
    with (
        distributed.LocalCluster(
            n_workers=number,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield by(client)


@contextlib.contextmanager
def workers_of(scheduler: str) -> Iterator[Runner]:
    """The workers of a scheduler that runs elsewhere.

    Raises:
        OutsideError: Dask is missing, the scheduler cannot be reached or has no workers.
    """
    distributed = _distributed()
    try:
        client = distributed.Client(scheduler, timeout=_PATIENCE)
    except (OSError, ValueError, TimeoutError) as error:
        raise OutsideError(
            f"the scheduler `{scheduler}` cannot be reached",
            help="`dask scheduler` starts one and says its address; without `--scheduler`, "
            "workers on this machine are used",
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError as error:
            raise OutsideError(
                f"the scheduler `{scheduler}` has no workers",
                help=f"`dask worker {scheduler}` starts one, where `domicile` is installed",
            ) from error
        yield by(client)


def by(client: Client) -> Runner:
    """Have pieces examined by a client's workers."""

    def run(questions: Sequence[Question], pieces: Iterable[Piece]) -> Iterator[Examined]:
        with _plainly():
            yield from _distribute(client, questions, pieces)

    return run


def _distribute(
    client: Client, questions: Sequence[Question], pieces: Iterable[Piece]
) -> Iterator[Examined]:
    # Questions are results of tasks, not scattered: should every worker that holds one die, the
    # scheduler has it made again.
    held = [client.submit(_itself, each, pure=False) for each in questions]
    waiting = iter(pieces)
    of: dict[Future[Any], Piece] = {}

    def submit(piece: Piece) -> Future[Any]:
        future = client.submit(examine, held[piece.question], piece, pure=False)
        of[future] = piece
        return future

    threads: dict[str, int] = client.nthreads()  # type: ignore[no-untyped-call] # theirs
    ahead = _AHEAD * max(1, sum(threads.values()))
    done = _distributed().as_completed(
        [submit(piece) for piece in itertools.islice(waiting, ahead)]
    )
    for future in done:
        piece, tallies = of.pop(future), future.result()
        future.release()
        following = next(waiting, None)
        if following is not None:
            done.add(submit(following))
        yield piece, tallies


@contextlib.contextmanager
def _plainly() -> Iterator[None]:
    """What can go wrong with workers, in words."""
    distributed = _distributed()
    try:
        yield
    except distributed.scheduler.KilledWorker as error:
        raise OutsideError(
            "several workers died, one after the other, at the same piece of the sweep",
            help="give each more memory: `dask worker --memory-limit`, or fewer `--workers`",
        ) from error
    except (ModuleNotFoundError, AttributeError) as error:
        raise OutsideError(
            f"the workers cannot do this sweep: {error}",
            help="install the same version of `domicile[sweep]` where the workers run",
        ) from error
    except (
        distributed.CancelledError,
        distributed.comm.CommClosedError,
        TimeoutError,
        OSError,
    ) as error:
        raise OutsideError(
            "the scheduler was lost before the sweep was done",
            help="start it again, and the sweep with it: nothing was kept",
        ) from error


def _itself(question: Question) -> Question:
    return question


def _distributed() -> Any:  # noqa: ANN401 - a module that need not be there
    try:
        import distributed
    except ImportError as error:
        raise OutsideError("sweeps by several workers need Dask", help=MISSING) from error
    return distributed
