"""Addresses of single sign-on, by the names that allauth's classes ask for."""

from django.urls import path

from everwise.sso import views

urlpatterns = [
    path("logout/", views.SignOut.as_view(), name="account_logout"),
    path("oidc/<slug:provider_id>/login/", views.start, {"protocol": "openid_connect"}, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", views.callback, name="openid_connect_callback"),
    path("saml/<slug:provider_id>/login/", views.start, {"protocol": "saml"}, name="saml_login"),
    path("saml/<slug:provider_id>/acs/", views.acs, name="saml_acs"),
    path("saml/<slug:provider_id>/acs/finish/", views.finish_acs, name="saml_finish_acs"),
    path("saml/<slug:provider_id>/sls/", views.sls, name="saml_sls"),
    path("saml/<slug:provider_id>/metadata/", views.metadata, name="saml_metadata"),
]
