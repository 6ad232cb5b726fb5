"""The project's settings with one more address: the bare view that everything is compared with."""

from everwise.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
