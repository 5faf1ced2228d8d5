"""What a run is asked to do beside reading files."""

from dataclasses import dataclass

from ingestion.labels import NONE, Labels


@dataclass(frozen=True, slots=True)
class Mode:
    """How a run goes about it."""

    rebuild: bool = False  # all files are read and written anew
    retry: bool = False  # those in quarantine too, and those whose time has not come
    prune: bool = False  # documents whose file is gone from the folders are retired
    labels: Labels = NONE  # from the command line
    given: bool = False  # each file was named, those in folders too: an upload
