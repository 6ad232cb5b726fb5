from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "everwise.accounts"
    label = "accounts"
