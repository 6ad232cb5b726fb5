import threading

import pytest

from everwise.db.fair_lock import FairLock

PATIENCE = 10


def test_lock_is_handed_on_in_the_order_of_asking():
    lock, order, threads = FairLock(), [], []

    def take(number):
        with lock:
            order.append(number)

    with lock:
        for number in range(20):
            threads.append(threading.Thread(target=take, args=[number]))
            threads[-1].start()
            while lock.waiting <= number:
                threads[-1].join(0.001)
        assert order == []
    for thread in threads:
        thread.join(PATIENCE)

    assert order == list(range(20))


def test_lock_is_free_again_after_an_error():
    lock = FairLock()

    with pytest.raises(KeyError), lock:
        raise KeyError

    with lock:
        assert lock.waiting == 0


def test_two_are_never_inside():
    lock, inside, most = FairLock(), [], []

    def take():
        for _ in range(200):
            with lock:
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)

    assert set(most) == {1}
