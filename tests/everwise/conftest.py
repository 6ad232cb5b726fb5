import io
import json
import logging

import pytest

from everwise.seeing import logs


@pytest.fixture
def lines():
    """What the log has had since, as it is written: call it for the lines, read one by one."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter("json"))
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
