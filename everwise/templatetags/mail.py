"""What HTML e-mails draw. No SVG and no style sheet reaches them: each piece carries its own style, light colours."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from everwise.faces import Face
from everwise.templatetags.ui import initials

register = template.Library()

# Ground and ink of the pairs that avatars have on pages.
COLOURS = (
    ("#DDEFE7", "#0C4A39"),
    ("#E9E7FA", "#3D3494"),
    ("#E2EEF8", "#154A76"),
    ("#F3E6F4", "#6A2A70"),
    ("#FBE8DC", "#7C3410"),
    ("#F3EDCF", "#574800"),
)


@register.simple_tag
def mail_avatar(user) -> SafeString:
    """A person's initials in the colours that they have on pages."""
    face = Face.of(user.pk, str(user))
    ground, ink = COLOURS[face.pair]
    return format_html(
        '<div aria-hidden="true" style="width:40px;height:40px;border-radius:20px;background-color:{};color:{};'
        'font-size:14px;line-height:40px;font-weight:640;text-align:center;">{}</div>',
        ground,
        ink,
        initials(face.name),
    )
