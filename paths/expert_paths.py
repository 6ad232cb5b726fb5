"""What an expert has to look after: their profile, the themes they may take, and who else takes them."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch
from django.shortcuts import get_object_or_404

from everwise.accounts.models import User
from everwise.db.prepared import Param, Prepared
from experts.models import Expert
from paths.enums import Role
from paths.models import Membership, Path, Theme


def paths_of(user: User) -> list[Path]:
    """The paths on which the person is an expert now, with the themes that can be booked."""
    live = Membership.objects.live().filter(user=user, role=Role.EXPERT, path=OuterRef("pk"))
    return list(
        Path.objects.filter(Exists(live)).prefetch_related(Prefetch("themes", Theme.objects.bookable().order_by()))
    )


def own_expert(user: User) -> Expert:
    """The person's own profile, while they are an expert on some path; 404 for everybody else."""
    live = Membership.objects.live().filter(user=OuterRef("user"), role=Role.EXPERT)
    return get_object_or_404(Expert.objects.filter(Exists(live)).select_related("user"), user=user)


def is_expert_somewhere(user: User) -> bool:
    """Whether the person has hours to look after: an expert's profile, and a path that uses it."""
    return bool(_profile_in_use(user=user.pk))


@Prepared
def _profile_in_use():
    # Asked by the navigation of every page.
    live = Membership.objects.live().filter(user=OuterRef("user"), role=Role.EXPERT)
    return Expert.objects.filter(Exists(live), user=Param("user", User._meta.pk)).order_by().values_list("pk")


def without_others(expert: Expert, themes: Collection[UUID]) -> list[Theme]:
    """Those of the themes that nobody else can be booked for now."""
    live = Membership.objects.live().filter(user=OuterRef("user"), role=Role.EXPERT, path=OuterRef("themes__path"))
    others = (
        Expert.objects.exclude(pk=expert.pk)
        .filter(Exists(live), themes__in=themes, accepting=True, user__is_active=True)
        .values("themes")
    )
    return list(Theme.objects.filter(pk__in=themes).exclude(pk__in=others).select_related("path"))
