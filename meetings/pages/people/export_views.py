"""The people of a path as a file: those whom the list shows by the same filters, in its order."""

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from meetings.pages.people.directory import Directory
from meetings.pages.people.export import written
from meetings.permissions import gates


@require_safe
def export(request, path_id) -> StreamingHttpResponse:
    now = request.now = timezone.now()
    path = gates.open_path_as_admin(request.user, path_id)
    rows = written(Directory(path, request.GET, now), request.user.reader)
    response = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="people.csv"'
    return response
