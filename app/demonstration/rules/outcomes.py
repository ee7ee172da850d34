"""How interventions end in the demonstration: drawn by weights that a real house would recognise.

Texts are what technicians of a French firm wrote; like the names of its people they are data, and not translated.
"""

from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")

DELAYS = ((-2, 6), (-1, 14), (0, 48), (1, 12), (2, 7), (4, 5), (8, 4), (15, 2), (45, 2))  # days after the due date
ROUND_DELAYS = ((0, 93), (1, 7))  # a daily round is done, or nearly
FINDINGS = (("none", 80), ("minor", 14), ("significant", 6))
NOT_DONE = ("Matériel inaccessible, bureau fermé.", "Utilisateur en déplacement.", "Fenêtre de changement refusée.")
OTHERWISE = "Fait sans arrêt : la procédure demande une coupure qui n’était pas possible."
NOTES = {
    "cleaning": (
        "Beaucoup de poussière sur le ventilateur arrière.",
        "Filtre encrassé, remplacé.",
        "Grille d’aération obstruée par un dossier posé contre l’appareil.",
    ),
    "inspection": (
        "Un port en erreur, cordon changé.",
        "Voyant orange éteint après acquittement.",
        "Valeur proche de la limite, à surveiller au prochain passage.",
    ),
    "replacement": ("Ancien jeu gonflé, déposé au point de collecte.",),
    "upgrade": ("Deux versions de retard, mise à jour faite dans la fenêtre.",),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many days after its due date an order is done, and the report: the fields of a completion."""

    delay_days: int
    report: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Incident:
    """A call, or something seen in passing; fixed at once and logged afterwards."""

    category: str
    title: str
    kind: str
    mode: str
    mechanism: str
    cause: str
    detection: str
    diagnosis: str
    restoration: str
    minutes: int
    explanation: str


def drawn(random: Random, weighted: tuple[tuple[T, int], ...]) -> T:
    return random.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]


def outcome(random: Random, kind: str, estimate: int, *, is_daily: bool = False) -> Outcome:
    """One in a hundred is not done after all; an inspection that finds something ends with an adjustment."""
    delay = drawn(random, ROUND_DELAYS if is_daily else DELAYS)
    minutes = max(3, round(estimate * random.uniform(0.7, 1.5)))
    if random.random() < 0.01:
        return Outcome(delay, {"kind": "not_done", "not_done_reason": random.choice(NOT_DONE)})
    finding = drawn(random, FINDINGS)
    report = {"finding": finding, "minutes_spent": minutes, "diagnosis": "on_site"}
    if finding != "none":
        report["observed"] = random.choice(NOTES.get(kind, NOTES["inspection"]))
        if kind == "inspection":
            report["kind"] = "adjusted"
    if random.random() < 0.04:
        report |= {"method": "alternative", "method_note": OTHERWISE}
    return Outcome(delay, report)


INCIDENTS = (
    Incident(
        "PRN",
        "Bourrage papier à répétition",
        "cleaned",
        "intermittent",
        "dust_or_contamination",
        "normal_wear",
        "user_report",
        "on_site",
        "curative",
        25,
        "Les rouleaux étaient encrassés : je les ai nettoyés, l’imprimante repart.",
    ),
    Incident(
        "PRN",
        "Traces noires sur les impressions",
        "component_replaced",
        "degraded_output",
        "wear",
        "normal_wear",
        "user_report",
        "on_site",
        "curative",
        30,
        "Le tambour était usé, je l’ai remplacé.",
    ),
    Incident(
        "WKS",
        "Le poste ne démarre plus",
        "component_replaced",
        "fails_to_start",
        "electrical",
        "power_supply",
        "user_report",
        "on_site",
        "curative",
        60,
        "Alimentation changée, rien n’est perdu.",
    ),
    Incident(
        "WKS",
        "Poste bruyant et lent",
        "cleaned",
        "noise_or_vibration",
        "dust_or_contamination",
        "environment",
        "user_report",
        "on_site",
        "curative",
        35,
        "Le ventilateur était plein de poussière. Évitez de poser le poste au sol.",
    ),
    Incident(
        "LAP",
        "Batterie vide en une heure",
        "component_replaced",
        "short_battery_runtime",
        "battery_ageing",
        "end_of_life",
        "user_report",
        "remote",
        "curative",
        40,
        "Une batterie neuve est en place.",
    ),
    Incident(
        "LAP",
        "Écran qui scintille",
        "adjusted",
        "display_fault",
        "firmware_or_software",
        "normal_wear",
        "user_report",
        "remote",
        "curative",
        20,
        "Le pilote graphique était ancien ; il est à jour.",
    ),
    Incident(
        "SWI",
        "Un étage sans réseau",
        "repaired",
        "no_network",
        "loose_connection",
        "installation",
        "monitoring_alarm",
        "on_site",
        "curative",
        50,
        "Un cordon mal enclenché coupait la liaison vers l’étage.",
    ),
    Incident(
        "AP",
        "Wi-Fi coupé en salle de réunion",
        "adjusted",
        "no_network",
        "firmware_or_software",
        "unknown",
        "user_report",
        "remote",
        "palliative",
        15,
        "La borne est redémarrée ; sa mise à jour est prévue cette semaine.",
    ),
    Incident(
        "SRV",
        "Disque en préalerte",
        "component_replaced",
        "read_write_errors",
        "wear",
        "normal_wear",
        "monitoring_alarm",
        "on_site",
        "curative",
        45,
        "Disque remplacé à chaud, la grappe s’est reconstruite.",
    ),
    Incident(
        "UPS",
        "Alarme sur batterie",
        "adjusted",
        "false_alarm",
        "unknown",
        "unknown",
        "monitoring_alarm",
        "on_site",
        "curative",
        20,
        "Fausse alerte : l’autotest est bon, le seuil de l’alarme est corrigé.",
    ),
)
