"""The language of a posting, where English must never be mistaken for another."""
# ruff: noqa: E501 - texts are lines

from __future__ import annotations

import pytest

from pipeline.read import detect_language

TEXTS = {
    "en": "We are looking for a beekeeper who knows Python and SQL and who will work with our team on forty roofs.",
    "de": "Wir suchen eine Imkerin, die Python und SQL kann und mit uns auf vierzig Dächern der Stadt arbeitet.",
    "fr": "Nous cherchons une apicultrice qui connaît Python et SQL et qui travaille avec nous sur les toits de la ville.",
    "es": "Buscamos una apicultora que conozca Python y SQL y que trabaje con nosotros en los tejados de la ciudad.",
    "nl": "Wij zoeken een imker die Python en SQL kent en met ons op de daken van de stad wil werken, ook in het weekend.",
    "cs": "Hledáme včelaře, který umí Python a SQL a který s námi bude pracovat na střechách města. Nabízíme med.",
    "pl": "Szukamy pszczelarza, który zna Python i SQL oraz będzie z nami pracować na dachach miasta. Oferujemy miód.",
    "it": "Cerchiamo un apicoltore che conosca Python e SQL e che lavori con noi sui tetti della città, anche nel fine settimana.",
    "pt": "Procuramos uma apicultora que conheça Python e SQL e que trabalhe com a nossa equipa nos telhados da cidade. Não é preciso mel.",
    "da": "Vi søger en biavler, som kan Python og SQL, og som vil arbejde med os på byens tage. Du får honning af os og af bierne.",
    "sv": "Vi söker en biodlare som kan Python och SQL och som vill arbeta med oss på stadens tak. Du får honung av oss och av bina.",
    "ja": "私たちは、PythonとSQLを知っている養蜂家を探しています。",
    "ko": "우리는 Python과 SQL을 아는 양봉가를 찾고 있습니다.",
    "zh": "我们正在寻找一位懂得 Python 和 SQL 的养蜂人。",
    "he": "אנחנו מחפשים כוורן שמכיר פייתון ובסיסי נתונים.",
    "ru": "Мы ищем пчеловода, который знает Python и SQL.",
}


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_a_text_is_named_by_its_language(code: str) -> None:
    assert detect_language(TEXTS[code] * 3) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Python, SQL, Airflow, dbt, Snowflake",
        "Kolibri | Data Engineer | Berlin, Köln, München (m/w/d) | €90k - €120k | REMOTE (EU) | Full-time",
        "Senior Engineer\n- Go\n- Rust\n- Kubernetes\n- 5+ years",
        "As a data engineer at São Paulo's Kolibri you do what we do: tend bees. You are a person of patience. "
        * 2,
        TEXTS["en"] * 5 + TEXTS["de"],
    ],
)
def test_a_text_that_is_english_or_says_too_little_counts_as_english(text: str) -> None:
    assert detect_language(text) == "en"
