from django.apps import AppConfig


class SsoConfig(AppConfig):
    name = "everwise.sso"
    label = "sso"
