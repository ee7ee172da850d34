"""What the date engine refuses."""

from __future__ import annotations


class RuleError(ValueError):
    """A rule, schedule or calendar that cannot be. `code` is stable; `words.error_sentence` says it to people.

    `field` is the field of the flat rule (or schedule) that is wrong; the room turns this error into InvalidInput.
    """

    def __init__(self, code: str, field: str = "", **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.params = params

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code} ({details})" if details else self.code


class NeverMatches(RuleError):
    """A rule without a single slot (30 February): the plan is in error, visibly (S15)."""

    def __init__(self, **params: object) -> None:
        super().__init__("rule_never_matches", "rule", **params)
