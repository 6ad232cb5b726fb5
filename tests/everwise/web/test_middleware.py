import brotli
import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from everwise.web.middleware import BrotliMiddleware

PAGE = b"<p>Nine o'clock</p>" * 100


def answer(response, accepted):
    request = RequestFactory().get("/", headers={"accept-encoding": accepted})
    return BrotliMiddleware(lambda request: response)(request)


@pytest.mark.parametrize("accepted", ["gzip, deflate, br, zstd", "br", "gzip,br"])
def test_page_is_compressed(accepted):
    response = answer(HttpResponse(PAGE), accepted)

    assert response["Content-Encoding"] == "br"
    assert response["Vary"] == "Accept-Encoding"
    assert int(response["Content-Length"]) == len(response.content) < len(PAGE)
    assert brotli.decompress(response.content) == PAGE


@pytest.mark.parametrize("accepted", ["", "gzip", "brand-new", "br;q=0"])
def test_page_is_left_alone_for_others(accepted):
    response = answer(HttpResponse(PAGE), accepted)

    assert not response.has_header("Content-Encoding")
    assert response.content == PAGE


def test_small_compressed_and_streamed_answers_are_left_alone():
    encoded = HttpResponse(PAGE, headers={"Content-Encoding": "gzip"})

    assert answer(HttpResponse(b"ok"), "br").content == b"ok"
    assert answer(encoded, "br")["Content-Encoding"] == "gzip"
    assert b"".join(answer(StreamingHttpResponse([PAGE]), "br")) == PAGE
