"""A batch as the owner of an execution: what the step engine may know of it."""

from collections.abc import Callable
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.events import Action
from records.batch.models import Batch, ControlRecipe
from records.batch.states import CLOSED, CORRECTABLE, EXECUTABLE, BatchState
from records.errors import RecordNotFoundError
from records.identity import RecordName
from records.procedure.frozen import frozen_outline, text_digest
from records.procedure.outline import Outline
from workflows.batch.start import start_within
from workflows.execution.owner import Owner
from workflows.perform import AlteredError, Changes, UnitOfWork
from workflows.preimage import refuse_altered_rows

_RECIPES: dict[str, tuple[Outline, Decimal]] = {}
"""Outline and scale by batch: a control recipe never changes, so what was read once stays true."""
_PROVED: set[str] = set()
"""Those compared with the audit trail, and kept since."""
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
    procedure = _proved_recipe(work, batch).procedure
    return _owner(work.session, batch, lambda changes: start_within(changes, batch, work, procedure))


def _proved_recipe(work: UnitOfWork, batch: Batch) -> Outline:
    """Return the recipe that acts go by; raises AlteredError where it was altered in the store (211.188(a)).

    Forged limits would be laundered into values judged by them. What a page has read unproved is read anew.
    """
    key = _key(batch)
    if key not in _PROVED:
        recipe = _stored_recipe(work.session, batch)
        refuse_altered_rows(work, [recipe], Action.BATCH_FREEZE)
        if text_digest(recipe.content) != batch.recipe_digest:
            sentence = (
                f"The control recipe of batch {batch.number} is not the one that was frozen, so nothing is "
                f"done by it. Run countersign verify --record {batch.stream}, and tell the quality unit."
            )
            raise AlteredError([sentence], act=Action.BATCH_FREEZE.value, stream=batch.stream)
        _keep(key, recipe)
        _PROVED.add(key)
    return _RECIPES[key][0]


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
    key = _key(batch)
    if key not in _RECIPES:
        _keep(key, _stored_recipe(session, batch))
    return _RECIPES[key]


def _key(batch: Batch) -> str:
    return f"{batch.number} {batch.recipe_digest}"


def _keep(key: str, recipe: ControlRecipe) -> None:
    if len(_RECIPES) >= _KEPT:
        _RECIPES.clear()
        _PROVED.clear()
    _RECIPES[key] = (frozen_outline(recipe.content), recipe.scale)


def _stored_recipe(session: Session, batch: Batch) -> ControlRecipe:
    return session.scalars(select(ControlRecipe).where(ControlRecipe.batch == batch.number)).one()


def _refuse_to_begin(_changes: Changes) -> None:
    msg = "This execution was read, not locked; it can't be changed."
    raise RuntimeError(msg)
