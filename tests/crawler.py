"""Walks the site as somebody who follows every link and sends every form, empty and as it stands."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import NamedTuple, Protocol
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

# Pages that differ only in whom, which or when they are about are one kind; so many of a kind are looked at.
MOST_OF_A_KIND = 3
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d[\w:.-]*(?=/|$)")
OUTSIDE = ("/admin/", "/static/", "/accounts/logout/")
# Their forms would change who signs in, or how.
SENT_EMPTY_ONLY = ("/accounts/",)


class Visitor(Protocol):
    """Somebody who asks for pages: over a connection, or Django's client."""

    site_url: str

    def get(self, path: str): ...

    def post(self, path: str, **fields: str): ...

    def follow(self, answer): ...


class Page(NamedTuple):
    """What somebody was answered at an address, and by which method."""

    who: str
    asked: str
    status: int
    text: str


class Form(NamedTuple):
    """Where it leads, by which method, and what it holds, with a date and a time where it asks for them."""

    action: str
    method: str
    fields: dict[str, str]


class Markup(HTMLParser):
    """The addresses that a page leads to, and its forms."""

    def __init__(self, text: str):
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._by_id: dict[str, Form] = {}
        self._inside: Form | None = None
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag == "iframe":
            self.links.append(values.get("src", ""))
        elif tag == "form":
            self._inside = Form(values.get("action", ""), values.get("method", "get").lower(), {})
            self.forms.append(self._inside)
            self._by_id[values.get("id", "")] = self._inside
        elif form := self._by_id.get(values.get("form", "")) or self._inside:
            self._field(form, tag, values)

    def handle_endtag(self, tag) -> None:
        if tag == "form":
            self._inside = None

    def _field(self, form, tag, values):
        name, kind = values.get("name", ""), values.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option" and values.get("value") and ("selected" in values or self._select not in form.fields):
            form.fields[self._select] = values["value"]
        elif tag == "input" and name and kind in {"radio", "checkbox"}:
            if "checked" in values or (kind == "radio" and name not in form.fields):
                form.fields[name] = values.get("value", "on")
        elif tag == "button" and name:
            # Sent by the first of its buttons.
            form.fields.setdefault(name, values.get("value", ""))
        elif tag in {"input", "textarea"} and name:
            asked = {"date": f"{date.today() + timedelta(days=7)}", "time": "10:00"}.get(kind, "")
            form.fields[name] = values.get("value") or asked


class Walk:
    """One visitor's way through the site; `pages` grows with each step."""

    def __init__(self, visitor: Visitor, who: str, most: int = MOST_OF_A_KIND, outside: tuple[str, ...] = OUTSIDE):
        self.visitor, self.who = visitor, who
        self.most, self.outside = most, outside
        self.pages: list[Page] = []
        self._forms: dict[tuple[str, str], Form] = {}

    def follow_links(self, first: list[str]) -> None:
        """Every kind of page that can be reached from the first ones by links and by forms that only ask."""
        seen: set[str] = set()
        kinds: Counter[str] = Counter()
        waiting = deque(first)
        while waiting:
            address = waiting.popleft()
            if not address or address in seen or kinds[kind_of(address)] >= self.most:
                continue
            seen.add(address)
            answer = self.visitor.get(address)
            if answer.location:
                waiting.append(self._own(address, answer.location))
            elif self._keep("GET", address, answer):
                kinds[kind_of(address)] += 1
                waiting += self._ways_on(address, answer.text)

    def _ways_on(self, page: str, text: str) -> Iterator[str]:
        found = Markup(text)
        yield from (self._own(page, link) for link in found.links)
        for form in found.forms:
            action = self._own(page, form.action)
            if form.method == "get":
                yield action and f"{action.partition('?')[0]}?{urlencode(form.fields)}"
            elif action:
                self._forms.setdefault((kind_of(action), " ".join(form.fields)), form._replace(action=action))

    def send_empty(self) -> None:
        """One form of each kind, with nothing in it."""
        for form in self._forms.values():
            self._keep("POST nothing to", form.action, self.visitor.post(form.action))

    def send_filled(self) -> None:
        """One form of each kind as it stands, and what its answer leads to."""
        for form in self._forms.values():
            if form.action.startswith(SENT_EMPTY_ONLY):
                continue
            fields = {name: value for name, value in form.fields.items() if name != "csrfmiddlewaretoken"}
            answer = self.visitor.post(form.action, **fields)
            self._keep("POST", form.action, self.visitor.follow(answer))

    def _keep(self, method, address, answer) -> bool:
        is_page = (answer.headers["Content-Type"] or "").startswith("text/html") and not answer.location
        if is_page:
            self.pages.append(Page(self.who, f"{method} {address}", answer.status, answer.text))
        return is_page

    def _own(self, page: str, link: str) -> str:
        """The link's address within the site; empty for all others."""
        site = urlsplit(self.visitor.site_url)
        split = urlsplit(urljoin(f"{site.scheme}://{site.netloc}{page}", link))
        if (split.scheme, split.netloc) != (site.scheme, site.netloc) or split.path.startswith(self.outside):
            return ""
        return split.path + (f"?{split.query}" if split.query else "")


def kind_of(address: str) -> str:
    split = urlsplit(address)
    names = sorted({name for name, _ in parse_qsl(split.query)})
    return f"{ID.sub('*', split.path)}?{'&'.join(names)}"
