"""An extraction as the object of a pydantic class, beside its proof."""

from typing import Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from assistant.extraction.record import Extraction

T = TypeVar("T", bound=BaseModel)


class Filled(NamedTuple, Generic[T]):
    """`value` is None when a required field has no proven value; `proof` says which and why."""

    value: T | None
    proof: Extraction


def fill(schema: type[T], proof: Extraction) -> Filled[T]:
    """Return the object of `schema`; a value that was not proven is never replaced by a default."""
    if not proof.valid:
        return Filled(None, proof)
    try:
        return Filled(schema.model_validate(proof.data), proof)
    except ValidationError as error:
        reasons = tuple(f"{e['loc']}：{e['msg']}" for e in error.errors())
        return Filled(None, proof.model_copy(update={"valid": False, "invalid": reasons}))
