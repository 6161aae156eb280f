"""The disk's thread in virtual time: a blocking job takes a while and then is done."""

from collections.abc import Callable

from node.storage.store import Done, Job


class SimWorker:
    """Does a blocking job all at once, at the end of the time it takes."""

    def __init__(self, later: Callable[..., None]) -> None:
        """Have nothing to do; `later(act, *args)` lets time pass before it acts."""
        self.later = later
        self.job: Job | None = None

    def start(self, job: Job, done: Done) -> None:
        """Begin a job."""
        self.later(self._end, job, done)
        self.job = job

    def finish(self) -> None:
        """Do it now."""
        job, self.job = self.job, None
        if job is not None:
            job()

    def close(self) -> None:
        """Do nothing: there is no thread to end."""

    def _end(self, job: Job, done: Done) -> None:
        if self.job is not job:
            return  # done by `finish`
        self.job = None
        try:
            job()
        except OSError as error:
            done(error)
        else:
            done(None)
