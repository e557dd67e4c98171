"""The ledger as everybody else sees it, with each call timed and told to whoever counts."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from inspect import getmembers, iscoroutinefunction
from time import perf_counter
from typing import Any, TypeVar, cast

from bot.jobs.store import JobStore, NotStored, StoreFault, StoreUnavailable
from bot.metrics.recording import Counter, Figure, Histogram

Store = TypeVar("Store", bound=JobStore)

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_UNTIMED = {"wait"}
"""It waits on purpose."""
_METHODS = [name for name, _ in getmembers(JobStore, iscoroutinefunction) if name not in _UNTIMED]


class StoreCalls:
    def __init__(self) -> None:
        self._seconds = Histogram(
            "comfycord_store_seconds",
            "What a call to the ledger took, with its commit",
            _SECONDS,
            ("method",),
        )
        self._faults = Counter(
            "comfycord_store_faults", "Calls to the ledger that it could not serve", ("fault",)
        )
        for fault in StoreFault:
            self._faults.begin(fault)

    @property
    def figures(self) -> Sequence[Figure]:
        return self._seconds, self._faults

    def observed(self, store: Store, listeners: Mapping[str, Callable[..., None]]) -> Store:
        """``store`` with its calls observed. ``listeners``: see :attr:`bot.metrics.job_figures.JobFigures.listeners`."""
        observed = _Observed(store)
        for name in _METHODS:
            setattr(observed, name, self._timed(name, getattr(store, name), listeners.get(name)))
        return cast("Store", observed)

    def _timed(
        self, name: str, method: Callable[..., Awaitable[Any]], listener: Callable[..., None] | None
    ) -> Callable[..., Awaitable[Any]]:
        async def timed(*given: Any, **named: Any) -> Any:
            begun = perf_counter()
            try:
                answer = await method(*given, **named)
            except (StoreUnavailable, NotStored) as error:
                fault = error.__cause__ if isinstance(error, NotStored) else error
                if isinstance(fault, StoreUnavailable):
                    self._faults.add(fault.fault)
                raise
            finally:
                self._seconds.observe(perf_counter() - begun, name)
            if listener is not None:
                listener(answer, *given, **named)
            return answer

        return timed


class _Observed:
    """What is not observed is the store's own."""

    def __init__(self, store: JobStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)
