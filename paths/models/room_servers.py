"""Where the rooms of a path's meetings are made."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from paths.models.paths import Path

ADDRESS_LENGTH = 500
APP_ID_LENGTH = 200


class RoomServer(models.Model):
    """The server, or the template of addresses, of a path that makes rooms: none where experts have their own link.

    What kind it is stands in the path, which every page has read already; this row is read when somebody joins.
    """

    path = models.OneToOneField(
        Path, on_delete=models.CASCADE, primary_key=True, related_name="room_server", verbose_name=_("path")
    )
    address = models.CharField(_("address"), max_length=ADDRESS_LENGTH)
    app_id = models.CharField(_("app ID"), max_length=APP_ID_LENGTH, blank=True)
    # Encrypted (paths/rooms.py), so that neither a copied database nor staff's pages show it.
    sealed_secret = models.TextField(blank=True, editable=False)

    class Meta:
        verbose_name = _("server of video rooms")
        verbose_name_plural = _("servers of video rooms")

    def __str__(self):
        return self.address
