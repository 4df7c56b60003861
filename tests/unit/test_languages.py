import pytest

from bellhop.web.languages import preferred


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("de, es;q=0.5, en;q=0.4", "es"),
        ("de", "en"),
        ("en;q=0.1, ES;q=0.7", "es"),
        ("es;q=0", "en"),
        ("es;q=many,,;;", "en"),
        ("*", "en"),
    ],
)
def test_the_reader_gets_the_language_they_prefer(header, language):
    assert preferred(header) == language
