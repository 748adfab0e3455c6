"""Components render in both languages and refuse what they do not know."""

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler

from community.core.icons import UnknownIcon
from community.core.options import BadOption
from community.core.sparkline import points
from community.directory.models import User


def drawn(source: str, **context: object) -> str:
    """A piece of template with components, rendered."""
    return engines["django"].from_string("{% load look i18n %}" + CottonCompiler().process(source)).render(context)


@pytest.fixture
def staff(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_superuser("secretary"))
    return client


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_gallery_shows_everything_in_both_languages(staff: Client, language: str) -> None:
    staff.cookies["django_language"] = language
    page = staff.get("/gallery/")
    assert page.status_code == 200
    assert f'lang="{language}"' in page.content.decode()


def test_the_gallery_is_for_staff(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("resident"))
    assert client.get("/gallery/").status_code == 403


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ('<c-button kind="pink">x</c-button>', 'kind="secondary|primary|quiet|danger|thanks", not "pink"'),
        ('<c-button colour="red">x</c-button>', "no option 'colour'"),
        ('<c-button onclick="x()">x</c-button>', "no option 'onclick'"),
        ('<c-state kind="late" />', 'not "late"'),
        ("<c-card tone='loud'>x</c-card>", 'not "loud"'),
        ("<c-figure label='在办' />", "needs value"),
        ("<c-empty />", "needs title"),
        ("<c-figure label='在办' value='1' good='sideways' />", 'not "sideways"'),
        ("<c-sheet title='x'>x</c-sheet>", "needs id"),
        ("<c-case-row href='/' title='x' kind='red' />", 'not "red"'),
        ("<c-avatar />", "needs name"),
        ("<c-toast kind='info' />", "needs text"),
    ],
)
def test_a_bad_option_fails_and_says_what_fits(source: str, complaint: str) -> None:
    with pytest.raises(BadOption) as raised:
        drawn(source)
    assert complaint in str(raised.value)


def test_an_unknown_icon_fails() -> None:
    with pytest.raises(UnknownIcon, match="no icon 'unicorn'"):
        drawn('{% icon "unicorn" %}')


def test_a_component_sees_no_variable_of_the_page() -> None:
    assert "秘密" not in drawn("<c-card>x</c-card>", title="秘密", footer="秘密")


def test_attributes_that_are_passed_on_are_escaped() -> None:
    html = drawn('<c-button :data-note="note">x</c-button>', note='"><script>')
    assert 'data-note="&quot;&gt;&lt;script&gt;"' in html


def test_words_given_to_a_component_are_escaped_once() -> None:
    html = drawn('<c-notice title="{{ title }}">x</c-notice>', title="<b> & co")
    assert "&lt;b&gt; &amp; co" in html


def test_a_change_says_whether_it_is_good_news() -> None:
    assert "ml-change-bad" in drawn('<c-figure label="超时" value="3" change="+1" good="down" />')
    assert "ml-change-good" in drawn('<c-figure label="超时" value="3" change="-1" good="down" />')
    level = drawn('<c-figure label="超时" value="3" change="0" />')
    assert "ml-change-good" not in level
    assert "ml-change-bad" not in level


def test_a_masked_value_offers_to_state_a_reason() -> None:
    with translation.override("zh-hans"):
        assert "查看需说明理由" in drawn('<c-masked value="138****5678" href="/reveal/" />')
        assert "查看需说明理由" not in drawn('<c-masked value="138****5678" />')


def test_a_sparkline_is_flat_when_nothing_changes() -> None:
    line, last = points([5, 5, 5])
    assert {pair.split(",")[1] for pair in line.split()} == {str(last[1])}
    with pytest.raises(ValueError, match="at least one"):
        points([])


def test_a_server_error_needs_no_context() -> None:
    assert "不是您的错" in render_to_string("500.html")


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "errors/offline"])
def test_error_pages_say_what_to_do(name: str) -> None:
    request = RequestFactory().get("/nowhere/")
    html = render_to_string(f"{name}.html", {}, request)
    assert "<h1>" in html
    assert "ml-button-primary" in html
