"""Sweeps by real workers on loopback: the same answer, whoever examined what, and who died."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import distributed
import numpy as np
import pytest
import swept

from domicile.model.errors import OutsideError
from domicile.sweep import every_set, in_this_process, local_workers, samples, sweep, workers_of
from domicile.sweep.pieces import BLOCK, Piece
from domicile.sweep.question import Question
from domicile.sweep.running import by


def world() -> Question:
    """Forty places for ten countries: a pair or a triple of losses leaves some of them short."""
    chance = np.random.default_rng(4)
    return swept.question(
        (chance.random((10, 40)) < 0.3).astype(int),
        chance.integers(15, 30, 10),
        chance.integers(5, 15, 40),
        links=[(index, (index + 1) % 40) for index in range(40)],
        chances=chance.choice([0.001, 0.01], 80).tolist(),
    )


ASKED = world()


def pieces() -> Iterator[Piece]:
    """Pairs in thirteen pieces, then random scenarios in six."""
    yield from every_set(0, len(ASKED.events), 2, at_once=256)
    yield from samples(0, 6 * BLOCK, seed=1, at_once=BLOCK)


ALONE = sweep([ASKED], pieces(), in_this_process)


@pytest.fixture(scope="module")
def cluster() -> Iterator[distributed.LocalCluster]:
    """Two worker processes, each with one who starts it again should it die."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    ) as started:
        yield started


def test_what_is_swept_is_not_trivial() -> None:
    """Some sets are short and some are not, so that a wrong sum could be told."""
    sizes = ALONE[0][0].sizes
    assert 0 < sizes[2].short[0] < sizes[2].sets
    assert len(sizes) > 3


@pytest.mark.parametrize("number", [1, 2])
def test_the_same_answer_whatever_the_number_of_workers(number: int) -> None:
    """One worker, or two, or none at all."""
    with local_workers(number) as run:
        assert sweep([ASKED], pieces(), run) == ALONE


def test_the_same_answer_from_a_scheduler_elsewhere(cluster: distributed.LocalCluster) -> None:
    """Reached by its address."""
    with workers_of(cluster.scheduler_address) as run:
        assert sweep([ASKED], pieces(), run) == ALONE


@pytest.mark.parametrize("killed", [1, 2])
def test_the_same_answer_when_workers_are_killed(
    cluster: distributed.LocalCluster, killed: int
) -> None:
    """One of two dies in the midst of it; or both, and with them all that they held."""
    done: list[int] = []
    with distributed.Client(cluster) as client:
        client.wait_for_workers(2, timeout=60)
        before = sorted(client.run(os.getpid).values())

        def kill(many: int) -> None:
            done.append(many)
            if len(done) == 3:
                for process in before[:killed]:
                    os.kill(process, signal.SIGKILL)

        assert sweep([ASKED], pieces(), by(client), kill) == ALONE
        client.wait_for_workers(2, timeout=60)
        after = set(client.run(os.getpid).values())
    assert len(done) > 10
    assert not after & set(before[:killed])


def test_a_scheduler_that_is_lost() -> None:
    """No half answer: an error that says so."""
    with (
        distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
        ) as started,
        distributed.Client(started) as client,
        pytest.raises(OutsideError, match="the scheduler was lost"),
    ):
        sweep([ASKED], pieces(), by(client), lambda _: started.close(timeout=5))
