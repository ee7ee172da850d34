"""What the doctor says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault breaks a promise of Ronde; a warning asks for attention. `message` is an English gettext id."""

    severity: Literal["fault", "warning"]
    code: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
    examples: tuple[int, ...] = ()


EXAMPLES = 10


def fault(code: str, message: str, examples: tuple[int, ...] = (), **params: Any) -> Finding:
    return Finding("fault", code, message, params, examples[:EXAMPLES])


def warning(code: str, message: str, examples: tuple[int, ...] = (), **params: Any) -> Finding:
    return Finding("warning", code, message, params, examples[:EXAMPLES])
