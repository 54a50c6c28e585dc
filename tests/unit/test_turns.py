"""Writers take turns in the order they came, and nobody waits for ever."""

from threading import Thread

from shared.turns import Queue


def _line_up(queue: Queue, names: list[str], served: list[str]) -> list[Thread]:
    """Threads that stand in *queue* one behind the other, and note when they are served."""

    def stand(name: str) -> None:
        assert queue.acquire(timeout=10)
        served.append(name)
        queue.release()

    threads = []
    for name in names:
        threads.append(Thread(target=stand, args=(name,)))
        threads[-1].start()
        while len(queue._waiting) < len(threads):
            pass
    return threads


def test_who_came_first_is_served_first() -> None:
    queue, served = Queue(), list[str]()
    assert queue.acquire(timeout=0)
    threads = _line_up(queue, ["first", "second", "third"], served)
    queue.release()
    for thread in threads:
        thread.join(10)
    assert served == ["first", "second", "third"]


def test_who_has_waited_too_long_goes_away_and_holds_nobody_up() -> None:
    queue, served = Queue(), list[str]()
    assert queue.acquire(timeout=0)
    assert not queue.acquire(timeout=0.01)
    threads = _line_up(queue, ["next"], served)
    queue.release()
    threads[0].join(10)
    assert served == ["next"]
    assert queue.acquire(timeout=0), "and the turn is free again"
