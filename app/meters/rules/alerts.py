"""What monitoring says, whoever says it: an alert is a state of the piece that it is about (S29).

Alertmanager's webhook (version 4), Nagios' and Icinga's macros as JSON, Zabbix' webhook parameters, or plain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from app.core.errors import InvalidInput
from app.core.i18n import N_

Source = Literal["alertmanager", "nagios", "zabbix", "generic"]
Severity = Literal["ok", "warning", "critical"]
SEVERITIES: tuple[Severity, ...] = ("ok", "warning", "critical")
ALERTS_MAX = 1000
LONGEST = 200
HOST_LABELS = ("equipment", "tag", "instance", "host", "hostname", "node", "device", "nodename")
_OK = frozenset({"ok", "up", "resolved", "recovery", "recovered", "inactive", "normal", "0", "false"})
_CRITICAL = frozenset(
    {"critical", "down", "unreachable", "page", "error", "fatal", "disaster", "emergency", "high", "4", "5"}
)


@dataclass(frozen=True, slots=True)
class Alert:
    """`names` are those that the piece may be known by, the surest first; `at` None: now."""

    name: str
    names: tuple[str, ...]
    severity: Severity
    at: datetime | None


def read_alerts(source: Source, body: Any) -> list[Alert]:
    """Raises InvalidInput for what is no such message."""
    if not isinstance(body, Mapping):
        raise _unreadable(source)
    found = list(_READERS[source](body))
    if not found or len(found) > ALERTS_MAX:
        raise _unreadable(source)
    return found


def _unreadable(source: Source) -> InvalidInput:
    return InvalidInput("not_an_alert", N_("This is no message of %(source)s that Ronde understands."), source=source)


def _alertmanager(body: Mapping[str, Any]) -> Iterator[Alert]:
    alerts = body.get("alerts")
    for alert in alerts if isinstance(alerts, Sequence) and not isinstance(alerts, str) else ():
        labels = alert.get("labels") if isinstance(alert, Mapping) else None
        if not isinstance(labels, Mapping):
            raise _unreadable("alertmanager")
        is_over = alert.get("status") == "resolved"
        severity: Severity = "ok" if is_over else severity_of(labels.get("severity"), "warning")
        name = _text(labels.get("alertname")) or "Alert"
        yield Alert(
            name, _names(labels, HOST_LABELS), severity, _instant(alert.get("endsAt" if is_over else "startsAt"))
        )


def _nagios(body: Mapping[str, Any]) -> Iterator[Alert]:
    said = {str(key).upper().removeprefix("NAGIOS_").removeprefix("ICINGA_"): value for key, value in body.items()}
    state = said.get("SERVICESTATE") or said.get("HOSTSTATE")
    if state is None:
        raise _unreadable("nagios")
    name = _text(said.get("SERVICEDESC")) or "Host"
    at = _instant(said.get("TIMET"))
    yield Alert(name, _names(said, ("HOSTNAME", "HOSTALIAS", "HOSTADDRESS")), severity_of(state, "warning"), at)


def _zabbix(body: Mapping[str, Any]) -> Iterator[Alert]:
    said = {str(key).lower().replace(".", "_").strip("{}"): value for key, value in body.items()}
    value = said.get("event_value", said.get("value"))
    if value is None:
        raise _unreadable("zabbix")
    is_over = str(value).strip().lower() in _OK
    severity = said.get("event_nseverity") or said.get("severity") or said.get("event_severity")
    name = _text(said.get("trigger_name") or said.get("event_name") or said.get("name")) or "Zabbix"
    hosts = ("host", "host_name", "hostname", "host_host", "host_ip", "host_conn")
    at = _instant(said.get("timestamp") or said.get("event_timestamp"))
    yield Alert(name, _names(said, hosts), "ok" if is_over else severity_of(severity, "warning"), at)


def _generic(body: Mapping[str, Any]) -> Iterator[Alert]:
    alerts = body.get("alerts", [body])
    for alert in alerts if isinstance(alerts, list) else ():
        if not isinstance(alert, Mapping) or not (alert.get("status") or alert.get("severity")):
            raise _unreadable("generic")
        status = alert.get("status") or alert.get("severity")
        severity = severity_of(alert.get("severity") or status, "warning")
        is_over = str(status).strip().lower() in _OK
        name = _text(alert.get("name")) or "Alert"
        yield Alert(name, _names(alert, HOST_LABELS), "ok" if is_over else severity, _instant(alert.get("at")))


_READERS: dict[Source, Callable[[Mapping[str, Any]], Iterator[Alert]]] = {
    "alertmanager": _alertmanager,
    "nagios": _nagios,
    "zabbix": _zabbix,
    "generic": _generic,
}


def severity_of(said: Any, otherwise: Severity) -> Severity:
    word = str(said or "").strip().lower()
    if word in _OK:
        return "ok"
    return "critical" if word in _CRITICAL else otherwise


def _names(said: Mapping[str, Any], keys: Sequence[str]) -> tuple[str, ...]:
    """Each as it stands, then an address without its port."""
    found: list[str] = []
    for key in keys:
        text = _text(said.get(key))
        host, _, port = text.rpartition(":")
        found += [text, host] if host and port.isdecimal() else [text]
    return tuple(dict.fromkeys(name for name in found if name))


def _text(said: Any) -> str:
    words = " ".join(str(said).split()) if isinstance(said, str | int) else ""
    return "".join(sign for sign in words if sign.isprintable())[:LONGEST]


def _instant(said: Any) -> datetime | None:
    """RFC 3339 or seconds since 1970; Alertmanager's year 1, a 0 and what no calendar holds mean none."""
    try:
        if isinstance(said, int | float) or (isinstance(said, str) and said.strip().isdecimal()):
            at: datetime | None = datetime.fromtimestamp(float(said), UTC)
        else:
            at = datetime.fromisoformat(str(said)) if said else None
        return at.astimezone(UTC) if at is not None and at.tzinfo is not None and at.year > 1970 else None
    except (ValueError, OverflowError, OSError):
        return None
