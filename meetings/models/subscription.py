"""The address at which a person's own calendar application reads all of her meetings."""

from django.db import models


class Subscription(models.Model):
    """A secret address. Only its digest is kept: the address itself is shown once, when it is made."""

    user = models.OneToOneField("accounts.User", on_delete=models.CASCADE, related_name="subscription")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the secret, in hexadecimal.")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return str(self.user)
