"""Migrations that change what fields are called, and nothing that a database keeps."""

from django.db import migrations
from django.db.migrations.state import ProjectState


class WordsOnly(migrations.SeparateDatabaseAndState):
    """Changes of verbose names, help texts, labels of choices and messages of constraints, for the state alone.

    Django makes the models anew after each change of a field. A hundred fields in a row would take a new database
    longer than all of its tables, so here they are made once, when the next operation asks for them.
    """

    def __init__(self, operations: list[migrations.operations.base.Operation]):
        super().__init__(state_operations=operations)

    def deconstruct(self) -> tuple[str, list, dict]:
        return self.__class__.__qualname__, [self.state_operations], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        # The models as they are made: a cached property of the state.
        state.__dict__.pop("apps", None)
        super().state_forwards(app_label, state)
