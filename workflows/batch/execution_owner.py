"""A batch as the owner of an execution: what the step engine may know of it."""

from collections.abc import Callable
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.batch.models import Batch, ControlRecipe
from records.batch.states import CLOSED, CORRECTABLE, EXECUTABLE, BatchState
from records.errors import RecordNotFoundError
from records.identity import RecordName
from records.procedure.frozen import frozen_outline
from records.procedure.outline import Outline
from workflows.batch.start import start_within
from workflows.execution.owner import Owner
from workflows.perform import Changes, UnitOfWork

_RECIPES: dict[str, tuple[Outline, Decimal]] = {}
"""Outline and scale by batch: a control recipe never changes, so what was read once stays true."""
_KEPT = 64


def executing_batch(work: UnitOfWork, number: str) -> Owner:
    """Return a batch as the owner of the execution about to be changed.

    The batch is locked, so that acts on one batch follow each other: what is ready, filled or complete is
    read from many rows, and none of them may change before the act is done (ATK-40).
    """
    lock = select(Batch).where(Batch.number == number).execution_options(populate_existing=True)
    batch = work.session.scalar(lock.with_for_update())
    if batch is None:
        raise RecordNotFoundError(Batch.kind, number)
    procedure = _recipe(work.session, batch)[0].procedure
    return _owner(work.session, batch, lambda changes: start_within(changes, batch, work, procedure))


def executing_batch_of_stream(work: UnitOfWork, stream: str) -> Owner:
    """Return the owner of an execution by its stream."""
    return executing_batch(work, RecordName.parse(stream).number)


def executed_batch(session: Session, number: str) -> Owner:
    """Return a batch as the owner of an execution that is only read."""
    batch = session.scalar(select(Batch).where(Batch.number == number))
    if batch is None:
        raise RecordNotFoundError(Batch.kind, number)
    return _owner(session, batch, _refuse_to_begin)


def _owner(session: Session, batch: Batch, begin: Callable[[Changes], None]) -> Owner:
    outline, scale = _recipe(session, batch)
    return Owner(
        record=batch,
        title=f"batch {batch.number}",
        number=batch.number,
        stream=batch.stream,
        state_word=batch.state.replace("_", " "),
        outline=outline,
        scale=scale,
        is_executable=batch.state in EXECUTABLE,
        is_correctable=batch.state in CORRECTABLE,
        is_closed=batch.state in CLOSED,
        is_held=batch.state is BatchState.HELD,
        begin=begin,
    )


def _recipe(session: Session, batch: Batch) -> tuple[Outline, Decimal]:
    key = f"{batch.number} {batch.recipe_digest}"
    if key not in _RECIPES:
        recipe = session.scalars(select(ControlRecipe).where(ControlRecipe.batch == batch.number)).one()
        if len(_RECIPES) >= _KEPT:
            _RECIPES.clear()
        _RECIPES[key] = (frozen_outline(recipe.content), recipe.scale)
    return _RECIPES[key]


def _refuse_to_begin(_changes: Changes) -> None:
    msg = "This execution was read, not locked; it can't be changed."
    raise RuntimeError(msg)
