"""What the date engine refuses."""

from __future__ import annotations

from typing import Any

from app.core.i18n import N_


class RuleError(ValueError):
    """A rule, schedule or calendar that cannot be.

    `code` is stable; `message` is an English msgid whose %(name)s come from `params`; `field` names the field of the
    flat rule, schedule or calendar. The room turns it into `InvalidInput.at(field, code, message, **params)`.
    """

    def __init__(self, code: str, message: str, field: str = "", **params: Any) -> None:
        super().__init__(message % params if params else message)
        self.code = code
        self.message = message
        self.field = field
        self.params = params


class NeverMatches(RuleError):
    """A rule without a single slot (30 February): the plan is in error, visibly (S15)."""

    def __init__(self) -> None:
        super().__init__("rule_never_matches", N_("No date satisfies this rule."), "rule")
