"""One form on one plain page, in the reader's language, light or dark as the browser is."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse

from kpi.words import language_of, speaking, spoken
from kpi.words.speech import Speech
from pages.door.headers import EVERYWHERE, FORMS, POLICY

STYLE = """
:root{color-scheme:light dark;--page:#F6F7F9;--card:#fff;--text:#171B23;--quiet:#5B6472;--rule:#C9CFD8;--accent:#2B59C3;
--on:#fff;--bad:#9B1C1C}
@media(prefers-color-scheme:dark){:root{--page:#0F1217;--card:#171B22;--text:#E7EAEF;--quiet:#9AA4B2;--rule:#465061;
--accent:#8AB0FF;--on:#0F1217;--bad:#FF9C87}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px 16px;background:var(--page);
color:var(--text);font:15px/1.5 Inter,system-ui,sans-serif}
main{width:100%;max-width:380px;background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:28px}
h1{font-size:21px;line-height:1.3;margin:0 0 4px}p{margin:0 0 16px;color:var(--quiet)}
p[role=alert]{color:var(--bad)}
label{display:block;font-weight:600;margin:14px 0 4px}
input,button{width:100%;font:inherit;padding:9px 11px;border-radius:6px;border:1px solid var(--rule);
background:var(--card);color:var(--text)}
button{margin-top:20px;border-color:var(--accent);background:var(--accent);color:var(--on);font-weight:600;cursor:pointer}
a.go{display:block;margin-top:20px;padding:9px 11px;border-radius:6px;background:var(--accent);color:var(--on);
font-weight:600;text-align:center;text-decoration:none}
a.more{display:block;margin-top:12px;text-align:center}
button.second{margin-top:10px;background:none;color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
a{color:var(--accent)}
"""
HEADERS = {"Cache-Control": "no-store", POLICY: FORMS, **EVERYWHERE}


@dataclass(frozen=True)
class Field:
    """One line to fill in; `kind` and `complete` are what HTML calls them."""

    name: str
    label: str
    kind: str = "text"
    complete: str = "off"
    value: str = ""

    @property
    def html(self) -> str:
        told = {
            "id": self.name,
            "name": self.name,
            "type": self.kind,
            "autocomplete": self.complete,
            "value": self.value,
        }
        attributes = " ".join(f'{name}="{escape(value)}"' for name, value in told.items())
        return f'<label for="{self.name}">{escape(self.label)}</label><input {attributes} required>'


@dataclass(frozen=True)
class Form:
    """
    A heading, a sentence, fields and a button; `hidden` goes along, `second` is another button's name and label.
    Without a button, `links` lead on: pairs of an address and its words, the first drawn as a button.
    """

    title: str
    text: str
    button: str = ""
    fields: Sequence[Field] = ()
    hidden: Sequence[tuple[str, str]] = ()
    second: tuple[str, str] | None = None
    links: Sequence[tuple[str, str]] = ()

    def answer(self, base: str, wrong: str = "", status: int = 200) -> HTMLResponse:
        """The page under `base`; `wrong` says why the last try failed."""
        return HTMLResponse(self._page(base, wrong), status_code=status, headers=HEADERS)

    def _page(self, base: str, wrong: str) -> str:
        font = f'@font-face{{font-family:Inter;src:url("{base}/app/static/inter.woff2") format("woff2")}}'
        alert = f'<p role="alert">{escape(wrong)}</p>' if wrong else ""
        return (
            f'<!doctype html><html lang="{spoken().language.tag}"><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width,initial-scale=1">'
            f"<title>{escape(self.title)} · Fairlead</title>"
            f'<link rel="icon" href="{escape(base)}/app/static/favicon.png">'
            f"<style>{font}{STYLE}</style></head><body><main><h1>{escape(self.title)}</h1><p>{escape(self.text)}</p>"
            f"{alert}{self._body()}</main></body></html>"
        )

    def _body(self) -> str:
        if not self.button:
            return _linked(self.links)
        hidden = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
            for name, value in self.hidden
        )
        more = ""
        if self.second:
            name, label = self.second
            more = f'<button class="second" name="{escape(name)}" value="yes">{escape(label)}</button>'
        fields = "".join(field.html for field in self.fields)
        return f'<form method="post">{hidden}{fields}<button>{escape(self.button)}</button>{more}</form>'


def _linked(links: Sequence[tuple[str, str]]) -> str:
    return "".join(
        f'<a class="{"more" if at else "go"}" href="{escape(address)}">{escape(words)}</a>'
        for at, (address, words) in enumerate(links)
    )


def speaking_to(request: Request) -> AbstractContextManager[Speech]:
    """In the language the browser asks for."""
    locale = request.headers.get("accept-language", "").partition(",")[0].partition(";")[0] or None
    return speaking(language_of(locale), locale)
