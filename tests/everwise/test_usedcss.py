"""Rules for classes that nothing names are left out, and no other."""

import importlib.resources

import pytest

from everwise import staticfiles
from everwise.usedcss import CLASS, reduced, used_in

USED = used_in(['<p class="btn btn-{{ kind }} d-md-none">', 'css = "is-" + state', "'col-%s' % width"])


def test_words_and_beginnings_of_names_are_used():
    for name in ("btn", "btn-primary", "d-md-none", "is-invalid", "col-4"):
        assert name in USED
    for name in ("d-none", "alert", "b"):
        assert name not in USED


@pytest.mark.parametrize(
    ("css", "left"),
    [
        (".btn{a:b}.card{a:b}", ".btn{a:b}"),
        (".btn,.card,a{a:b}", ".btn,a{a:b}"),
        (".card .btn{a:b}", ""),
        (".btn:not(.card){a:b}", ".btn:not(.card){a:b}"),
        (":is(.btn,.x) p,.btn{a:b}", ".btn{a:b}"),
        ("p,:root[data-bs-theme=dark]{a:b}", "p,:root[data-bs-theme=dark]{a:b}"),
        ("@media (width<1px){.card{a:b}}p{a:b}", "p{a:b}"),
        ("@media (width<1px){.card{a:b}.btn{a:b}}", "@media (width<1px){.btn{a:b}}"),
        ("@keyframes spin{to{a:b}}.card{a:b}", "@keyframes spin{to{a:b}}"),
        ('@charset "UTF-8";.btn{a:b}', '@charset "UTF-8";.btn{a:b}'),
        ('.btn{a:url("data:{.card}")}.card{a:b}', '.btn{a:url("data:{.card}")}'),
    ],
)
def test_rules_that_can_apply_to_nothing_are_left_out(css, left):
    assert reduced(css, USED) == left


def test_open_block_is_an_error():
    with pytest.raises(ValueError, match="does not end"):
        reduced(".btn{a:b", USED)


def test_bootstrap_keeps_what_pages_use_and_loses_most():
    whole = (importlib.resources.files("bootstrap") / "css" / "bootstrap.min.css").read_text(encoding="utf-8")
    css = reduced(staticfiles.small(whole), used_in(staticfiles.sources()))

    kept = set(CLASS.findall(css))
    assert {"btn-primary", "form-control", "is-invalid", "visually-hidden", "d-md-none", "d-md-block"} <= kept
    assert not {"toast", "carousel", "offcanvas"} & kept
    assert "[data-bs-theme=dark]" in css
    assert len(css) < len(whole) / 3
