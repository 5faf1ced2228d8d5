import json
import math
from pathlib import Path

import pytest

from evals.report import percentile, write_json
from retrieval.errors import BadSetting


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(n) for n in range(1, 101)]
    assert (percentile(values, 50), percentile(values, 99), percentile([3.0], 99)) == (50.0, 99.0, 3.0)
    assert math.isnan(percentile([], 50))


def test_unscored_is_null_in_json(tmp_path: Path) -> None:
    path = tmp_path / "new" / "scores.json"
    write_json(path, {"a": math.nan, "b": [1.0, {"c": math.nan}], "泵": "zh"})
    assert json.loads(path.read_text(encoding="utf-8")) == {"a": None, "b": [1.0, {"c": None}], "泵": "zh"}


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="give --json a file that can be written"):
        write_json(tmp_path, {})
